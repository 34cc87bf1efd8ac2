package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/spec"
)

// text is the agenda for people: what is now, every change to come, and what the schedules save.
func (a agenda) text(f *spec.Fleet, c paint) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s to %s\n", f.File, plural(len(a.Instances), "instance"), a.From.In(f.Location).Format(clockLayout), a.To.In(f.Location).Format(clockLayout))
	for _, note := range a.Notes {
		fmt.Fprintln(&b, c.yellow("note: "+printable(note)))
	}
	b.WriteByte('\n')
	rows := [][]cell{{{"LOCAL", c.bold}, {"UTC", c.bold}, {"STATE", c.bold}, {"INSTANCES", c.bold}, {"RULE", c.bold}}}
	for _, l := range a.lines() {
		rows = append(rows, l.row(c))
	}
	writeTable(&b, rows)
	b.WriteByte('\n')
	for _, s := range a.Schedules {
		s.write(&b, c, len(f.Prices) > 0)
	}
	return b.String()
}

// agendaLine is one change of all instances that make it in the same way.
type agendaLine struct {
	agendaEdge
	now  bool
	size string // "" where the size never changes
	keys []string
}

// lines says what is so at first, then all edges, soonest first.
func (a agenda) lines() []agendaLine {
	var first, coming lineGroups
	for _, in := range a.Instances {
		first.add(in, in.Now)
		for _, e := range in.Edges {
			coming.add(in, e)
		}
	}
	for i := range first.lines {
		first.lines[i].now = true
	}
	slices.SortStableFunc(coming.lines, func(x, y agendaLine) int { return x.At.Compare(y.At) })
	return append(first.lines, coming.lines...)
}

// lineGroups makes one line of what several instances do alike.
type lineGroups struct {
	lines []agendaLine
	place map[lineID]int
}

type lineID struct {
	at               time.Time
	state            spec.State
	size, rule, zone string
}

func (g *lineGroups) add(in agendaInstance, e agendaEdge) {
	l := agendaLine{agendaEdge: e}
	if in.resizes && e.State == spec.Running {
		l.size = e.Memory
	}
	id := lineID{e.At, e.State, l.size, e.Rule, in.Timezone}
	i, ok := g.place[id]
	if !ok {
		if g.place == nil {
			g.place = map[lineID]int{}
		}
		i = len(g.lines)
		g.place[id] = i
		g.lines = append(g.lines, l)
	}
	g.lines[i].keys = append(g.lines[i].keys, in.Key)
}

func (l agendaLine) row(c paint) []cell {
	state := cell{strings.TrimSpace(string(l.State) + " " + l.size), c.green}
	if l.State == spec.Paused {
		state.paint = c.blue
	}
	local, utc := cell{text: l.Local.Format(clockLayout)}, cell{l.At.Format("2006-01-02 15:04Z"), c.dim}
	if l.now {
		local, utc = cell{"at first", c.dim}, cell{}
	}
	return []cell{local, utc, state, {text: someOf(l.keys, 4)}, {l.Rule, c.dim}}
}

// write says what one schedule comes to in a week.
func (s agendaSchedule) write(b *strings.Builder, c paint, ownPrices bool) {
	fmt.Fprintf(b, "%s (%s, ready_by %s, %s): ", c.bold(s.Name), s.Timezone, s.ReadyBy, plural(s.Instances, "instance"))
	fmt.Fprintf(b, "%s of %s hours a week paused", hours(s.PausedHours), hours(s.Hours))
	if s.ReducedHours > 0 {
		fmt.Fprintf(b, ", %s smaller", hours(s.ReducedHours))
	}
	source := "list prices"
	if ownPrices {
		source = "the prices in the file"
	}
	fmt.Fprintf(b, "; saves about $%.2f in these seven days, estimated from %s", s.USD, source)
	if s.Unpriced > 0 {
		fmt.Fprintf(b, ", without %d of which no price is known", s.Unpriced)
	}
	b.WriteByte('.')
	if s.UndoneWithin > 0 {
		fmt.Fprintf(b, " A change by hand is undone within %s.", roughly(time.Duration(s.UndoneWithin*float64(time.Second))))
	}
	b.WriteByte('\n')
}

// hours writes 107.5 and 108.
func hours(h float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", h), ".0") }
