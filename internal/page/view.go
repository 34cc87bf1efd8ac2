package page

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// View is all that the page shows.
type View struct {
	Now      time.Time
	Version  string
	File     string
	Zone     string
	Headline string
	Tone     string // calm, moving, trouble
	Next     string
	Config   string // what is wrong with the file on disk
	Counts   []Count
	Budget   Gauge
	Savings  Savings
	Oldest   string
	Axis     Axis
	Rows     []Row
	Problems []Row
	Coming   []Edge
	Events   []Line
}

// Count is how many instances are in a state, and their share of a bar.
type Count struct {
	Tone, Word string
	N          int
	X, Width   string
}

// Gauge is the request budget: the share of slots that are taken.
type Gauge struct {
	Free, Limit, Used int
	Width             string
	Ticks             []string // where one slot ends and the next begins, if they can be told apart
}

// Line is one event.
type Line struct {
	At         time.Time
	When       string
	Kind, Key  string
	Text, Tone string
}

// shownEvents is how many events the page has room for.
const shownEvents = 40

// view is a View while it is made.
type view struct {
	View
	snap  daemon.Snapshot
	now   time.Time
	steps map[string][]reconcile.Step
	axis  Axis
}

// look makes the view of this moment.
func look(src Source) View {
	v := view{snap: src.Snapshot(), now: src.Now(), steps: map[string][]reconcile.Step{}}
	if v.snap.Fleet != nil {
		v.now = v.now.In(v.snap.Fleet.Location)
	}
	v.axis = axisAt(v.now)
	v.View = View{Now: v.now, Version: src.Version, File: v.snap.Config.File, Zone: v.now.Format("MST"), Config: v.snap.Config.Error, Axis: v.axis}
	for _, s := range v.snap.Plan.Steps {
		v.steps[s.Key] = append(v.steps[s.Key], s)
	}
	v.Budget = gauge(v.snap.Budget)
	if v.snap.Fleet != nil {
		v.rows()
		v.Savings = v.savings()
	}
	wants := map[string]spec.State{}
	for _, st := range v.snap.Instances {
		wants[st.Key] = st.Desired
	}
	v.Coming = coming(v.snap.Plan.Next, wants, v.now)
	v.headline()
	for _, e := range src.Recent(shownEvents) {
		v.Events = append(v.Events, line(e, v.now))
	}
	return v.View
}

func (v *view) rows() {
	plans := planned(v.snap.Fleet, v.snap.Holds, v.axis.Now, v.axis.To)
	var oldest time.Time
	for _, st := range v.snap.Instances {
		r := v.row(st, plans[st.Key])
		v.Rows = append(v.Rows, r)
		if r.Problem != "" {
			v.Problems = append(v.Problems, r)
		}
		if !st.SeenAt.IsZero() && (oldest.IsZero() || st.SeenAt.Before(oldest)) {
			oldest = st.SeenAt
		}
	}
	if !oldest.IsZero() {
		v.Oldest = span(v.now.Sub(oldest))
	}
	v.count()
}

// count sorts the instances into the few words of the bar on top.
func (v *view) count() {
	words := []Count{{Tone: "running", Word: "running"}, {Tone: "paused", Word: "paused"}, {Tone: "moving", Word: "changing"},
		{Tone: "trouble", Word: "need you"}, {Tone: "absent", Word: "not there"}}
	done := 0
	for _, c := range words {
		for _, r := range v.Rows {
			if r.Tone == c.Tone {
				c.N++
			}
		}
		if c.N == 0 {
			continue
		}
		if c.N == 1 && c.Tone == "trouble" {
			c.Word = "needs you"
		}
		c.X, c.Width = share(done, len(v.Rows)), share(c.N, len(v.Rows))
		done += c.N
		v.Counts = append(v.Counts, c)
	}
}

func share(part, whole int) string {
	return fmt.Sprintf("%.3f%%", 100*float64(part)/float64(max(1, whole)))
}

// headline is the page in one sentence.
func (v *view) headline() {
	all := len(v.Rows)
	changing := 0
	for _, r := range v.Rows {
		if r.Changing && r.Problem == "" {
			changing++
		}
	}
	fleet := plural(all, "instance", "instances")
	v.Tone = "calm"
	switch {
	case v.snap.ListedAt.IsZero() && len(v.snap.Instances) == 0:
		v.Headline, v.Tone = "Looking at the fleet for the first time.", "moving"
	case len(v.Problems) > 0:
		v.Headline, v.Tone = fmt.Sprintf("%d of %s %s a person.", len(v.Problems), fleet, needs(len(v.Problems))), "trouble"
	case v.Config != "":
		v.Headline, v.Tone = "The fleet file has an error; the last good one is in force.", "trouble"
	case !v.snap.Ready:
		v.Headline, v.Tone = fmt.Sprintf("Looking at %s for the first time.", fleet), "moving"
	case changing > 0:
		v.Headline, v.Tone = fmt.Sprintf("%d of %s changing; the rest are as they should be.", changing, fleet), "moving"
		if changing >= all {
			v.Headline = capital(fleet) + " changing."
		}
	case all == 0:
		v.Headline = "The fleet file has no instances."
	case all == 1:
		v.Headline = "The one instance is as it should be."
	default:
		v.Headline = "All " + fleet + " are as they should be."
	}
	if len(v.Coming) > 0 {
		c := v.Coming[0]
		who := c.Keys[0]
		if n := len(c.Keys) + c.More; n > 1 {
			who = fmt.Sprint(n)
		}
		v.Next = fmt.Sprintf("Next: %s %s %s, in %s", c.Verb, who, c.AtWhen, c.In)
	}
}

func needs(n int) string {
	if n == 1 {
		return "needs"
	}
	return "need"
}

func capital(s string) string {
	if strings.HasPrefix(s, "1 ") {
		return "The one instance is"
	}
	return "All " + s + " are"
}

func gauge(b daemon.BudgetStatus) Gauge {
	g := Gauge{Free: b.Free, Limit: b.Limit, Used: b.Limit - b.Free}
	g.Width = share(g.Used, g.Limit)
	for i := 1; i < g.Limit && g.Limit <= 50; i++ {
		g.Ticks = append(g.Ticks, share(i, g.Limit))
	}
	return g
}

func line(e journal.Entry, now time.Time) Line {
	l := Line{At: e.At.In(now.Location()), When: e.At.In(now.Location()).Format("15:04:05"), Kind: string(e.Kind), Key: e.Key, Text: e.Text, Tone: "calm"}
	if now.Sub(e.At) > 20*time.Hour {
		l.When = l.At.Format("Mon 15:04")
	}
	switch e.Kind {
	case journal.Started:
		l.Tone = "moving"
	case journal.Finished:
		l.Tone = "running"
	case journal.Failed, journal.Blocked:
		l.Tone = "trouble"
	}
	return l
}
