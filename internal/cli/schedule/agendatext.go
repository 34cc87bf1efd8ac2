package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
)

// text is the agenda for people: what is now, every change to come, and what the schedules save.
func (a Agenda) text(f *spec.Fleet, c format.Paint) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s to %s\n", f.File, words.Plural(len(a.Instances), "instance"), a.From.In(f.Location).Format(format.ClockLayout), a.To.In(f.Location).Format(format.ClockLayout))
	for _, note := range a.Notes {
		fmt.Fprintln(&b, c.Yellow("note: "+plaintext.Line(note)))
	}
	b.WriteByte('\n')
	rows := [][]format.Cell{c.Heads("LOCAL", "UTC", "STATE", "INSTANCES", "RULE")}
	for _, l := range a.lines() {
		rows = append(rows, l.row(c))
	}
	format.WriteTable(&b, rows)
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
func (a Agenda) lines() []agendaLine {
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

func (l agendaLine) row(c format.Paint) []format.Cell {
	state := format.Cell{Text: strings.TrimSpace(string(l.State) + " " + l.size), Paint: c.Green}
	if l.State == spec.Paused {
		state.Paint = c.Blue
	}
	local, utc := format.Cell{Text: l.Local.Format(format.ClockLayout)}, format.Cell{Text: l.At.Format("2006-01-02 15:04Z"), Paint: c.Dim}
	if l.now {
		local, utc = format.Cell{Text: "at first", Paint: c.Dim}, format.Cell{}
	}
	return []format.Cell{local, utc, state, {Text: words.Some(l.keys, 4)}, {Text: l.Rule, Paint: c.Dim}}
}

// write says what one schedule comes to in a week.
func (s agendaSchedule) write(b *strings.Builder, c format.Paint, ownPrices bool) {
	fmt.Fprintf(b, "%s (%s, ready_by %s, %s): ", c.Bold(s.Name), s.Timezone, s.ReadyBy, words.Plural(s.Instances, "instance"))
	fmt.Fprintf(b, "%s of %s hours a week paused", format.Hours(s.PausedHours), format.Hours(s.Hours))
	if s.ReducedHours > 0 {
		fmt.Fprintf(b, ", %s smaller", format.Hours(s.ReducedHours))
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
		fmt.Fprintf(b, " A change by hand is undone within %s.", format.Roughly(time.Duration(s.UndoneWithin*float64(time.Second))))
	}
	b.WriteByte('\n')
}
