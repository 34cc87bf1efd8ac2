package page

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/spec"
)

// A timeline shows a day: what was, as it was seen, up to now; then what is planned. How tall a
// bar is says what the instance costs: full size, smaller, or paused.
const (
	timelinePast   = 6 * time.Hour
	timelineFuture = 18 * time.Hour
	timelineTick   = 3 // hours of the local clock
)

// Axis is what all timelines of a page share.
type Axis struct {
	From, Now, To time.Time
	Ticks         []Tick
	NowX          string // percent, as every X and Width of a timeline
}

// Tick is one labelled hour; Day marks a midnight.
type Tick struct {
	X, Label string
	Day      bool
}

// Bar is one stretch of a timeline.
type Bar struct {
	X, Width string
	Class    string // what it looks like: running, small, paused, moving, trouble, absent
	Future   bool
	Title    string
}

// Timeline is the day of one instance.
type Timeline struct {
	Bars       []Bar
	Holds      []Bar // outlines of what a hold covers
	Exceptions []Bar // marks of what an exception covers
	Label      string
}

func axisAt(now time.Time) Axis {
	a := Axis{From: now.Add(-timelinePast), Now: now, To: now.Add(timelineFuture)}
	a.NowX = a.x(now)
	day := a.From
	for hour := 0; ; hour += timelineTick {
		t := time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, now.Location())
		if !t.Before(a.To) {
			return a
		}
		if !t.After(a.From) {
			continue
		}
		tick := Tick{X: a.x(t), Label: t.Format("15:04")}
		if t.Hour() == 0 && t.Minute() == 0 {
			tick.Label, tick.Day = t.Format("Mon 2"), true
		}
		if t.Sub(now).Abs() < time.Hour {
			tick.Label = "" // the now-line's own label is there
		}
		a.Ticks = append(a.Ticks, tick)
	}
}

// x is where t lies, in percent.
func (a Axis) x(t time.Time) string { return percent(t.Sub(a.From), a.To.Sub(a.From)) }

func percent(part, whole time.Duration) string {
	return fmt.Sprintf("%.3f%%", 100*part.Seconds()/whole.Seconds())
}

// bar is the stretch [from, to), cut to the axis; ok is false when nothing is left.
func (a Axis) bar(from, to time.Time, class, title string) (b Bar, ok bool) {
	if from.Before(a.From) {
		from = a.From
	}
	if to.After(a.To) {
		to = a.To
	}
	if !from.Before(to) {
		return b, false
	}
	return Bar{X: a.x(from), Width: percent(to.Sub(from), a.To.Sub(a.From)), Class: class, Title: title}, true
}

// timeline draws what an instance was and will be.
func (a Axis) timeline(in spec.Instance, st daemon.Status, plan []stretch) Timeline {
	tl := Timeline{Label: "From 6 hours ago to 18 hours ahead."}
	for i, s := range st.History {
		to := a.Now
		if i+1 < len(st.History) {
			to = st.History[i+1].Since
		}
		title := fmt.Sprintf("%s from %s to %s", orAbsent(s.Status), clock(s.Since.In(a.Now.Location())), clock(to.In(a.Now.Location())))
		if b, ok := a.bar(s.Since, to, classOf(s.Status, st.Memory, in.Memory), title); ok {
			tl.Bars = append(tl.Bars, b)
		}
	}
	for _, s := range plan {
		tl.plan(a, in, s)
	}
	return tl
}

// plan adds what is to come.
func (tl *Timeline) plan(a Axis, in spec.Instance, s stretch) {
	title := fmt.Sprintf("%s from %s to %s: %s", s.state, clock(s.from.In(a.Now.Location())), clock(s.to.In(a.Now.Location())), s.rule)
	b, ok := a.bar(s.from, s.to, classOf(string(s.state), s.memory, in.Memory), title)
	if !ok {
		return
	}
	b.Future = true
	tl.Bars = append(tl.Bars, b)
	if s.held {
		tl.Holds = append(tl.Holds, b)
	}
	if s.exception {
		tl.Exceptions = append(tl.Exceptions, b)
	}
	if s.to.Before(a.To) {
		tl.Label += fmt.Sprintf(" %s until %s.", s.state, clock(s.to.In(a.Now.Location())))
	}
}

// classOf is what a status looks like; memory is the size it runs at, whole that of the file.
func classOf(status, memory, whole string) string {
	switch status {
	case "":
		return "absent"
	case "paused":
		return "paused"
	case "running":
		if memory != "" && memory != whole {
			return "small"
		}
		return "running"
	case "creating", "pausing", "resuming", "restoring", "updating", "resizing", "upgrading", "overwriting", "loading", "destroying", "deleting":
		return "moving"
	}
	return "trouble"
}

func orAbsent(status string) string {
	if status == "" {
		return "not there"
	}
	return status
}
