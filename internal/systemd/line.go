package systemd

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
)

// Line is the fleet in one line: `12 instances, 1 blocked, next: pause 5 at 19:00`. Times are
// those of the fleet file's zone. It holds no text that came from the API.
func Line(snap daemon.Snapshot) string {
	if snap.At.IsZero() {
		return "starting"
	}
	parts := []string{count(len(snap.Instances), "instance")}
	if !snap.Ready {
		parts = append(parts, "looking at the fleet")
	}
	for _, n := range []struct {
		n    int
		what string
	}{
		{snap.Plan.Summary.Acting, "to do"}, {snap.Plan.Summary.Waiting, "under way"}, {snap.Plan.Summary.Blocked, "blocked"},
	} {
		if n.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n.n, n.what))
		}
	}
	if next := nextLine(snap); next != "" {
		parts = append(parts, "next: "+next)
	}
	if snap.Config.Error != "" {
		parts = append(parts, "the fleet file on disk is NOT in force")
	}
	return strings.Join(parts, ", ")
}

// nextLine is the earliest edge and how many instances share it; "" when there is none.
func nextLine(snap daemon.Snapshot) string {
	var first reconcile.Transition
	n := 0
	for _, t := range snap.Plan.Next {
		switch {
		case n == 0 || t.At.Before(first.At):
			first, n = t, 1
		case t.At.Equal(first.At) && t.State == first.State:
			n++
		}
	}
	if n == 0 {
		return ""
	}
	verb := first.State
	switch first.State {
	case "paused":
		verb = "pause"
	case "running":
		verb = "resume"
	}
	return fmt.Sprintf("%s %d at %s", verb, n, clock(first.At, snap))
}

// clock leaves out what the reader knows: today's date.
func clock(t time.Time, snap daemon.Snapshot) string {
	loc := time.UTC
	if snap.Fleet != nil {
		loc = snap.Fleet.Location
	}
	t, now := t.In(loc), snap.At.In(loc)
	switch {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return t.Format("15:04")
	case t.Sub(now) < 6*24*time.Hour:
		return t.Format("Mon 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
