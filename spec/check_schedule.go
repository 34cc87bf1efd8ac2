package spec

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
	"github.com/aurad/aurad/spec/window"
	"github.com/aurad/aurad/spec/yaml11"
)

// entry finds a name in one of the document's maps: its key node and its path.
func (c *checker) entry(field, name string) (*yaml.Node, string) {
	m := c.doc.Value(field)
	for i := 0; m != nil && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == name {
			return m.Content[i], decode.Join(field, name)
		}
	}
	return m, decode.Join(field, name)
}

func (c *checker) checkNames(field string, names []string) {
	for _, name := range names {
		if err := new(value.Key).Parse(name); err != nil {
			n, path := c.entry(field, name)
			c.FailWrite(n, path, c.freeName(name, names), "%s", err)
		}
	}
}

// freeName is the name that was probably meant, unless another block has it.
func (c *checker) freeName(name string, taken []string) string {
	fix := decode.Amend(new(value.Key), name)
	if len(fix.Values) != 1 || slices.Contains(taken, fix.Values[0]) {
		return ""
	}
	return yaml11.Text(fix.Values[0]) + ":"
}

func (c *checker) allSchedules() []*Schedule {
	c.checkNames("calendars", slices.Sorted(maps.Keys(c.doc.Calendars)))
	names := slices.Sorted(maps.Keys(c.doc.Schedules))
	c.checkNames("schedules", names)
	all := make([]*Schedule, 0, len(names))
	for _, name := range names {
		s := c.schedule(name, c.doc.Schedules[name])
		c.schedules[name] = s
		all = append(all, s)
	}
	return all
}

func (c *checker) schedule(name string, b *format.Schedule) *Schedule {
	s := &Schedule{
		Name:          name,
		Location:      cmp.Or(b.Timezone.Location, c.location),
		ReadyBy:       or(b.ReadyBy, value.ReadyBy{Auto: true}),
		ManualChanges: cmp.Or(ManualChanges(b.ManualChanges), UntilNextEdge),
		Pos:           source.PositionOf(b.Head()),
	}
	if b.Off != nil {
		s.OffMemory = string(b.Off.Memory)
	}
	for _, w := range b.Running {
		s.Running = append(s.Running, w.In(s.Location))
	}
	for i := range b.Exceptions {
		s.Exceptions = append(s.Exceptions, c.exception(&b.Exceptions[i], s.Location))
	}
	switch {
	case !b.IsMapping():
	case b.Has("running") && len(b.Running) == 0 && b.Value("running").Kind == yaml.SequenceNode:
		c.failAt(&b.Block, "running", "has no windows: give one, or use `state: paused` on the instances")
	case !b.Has("running") && !b.Has("exceptions"):
		c.Fail(b.Head(), b.At(), "running is missing: give at least one window, such as [\"Mon-Fri 07:00-19:00\"]")
	case !b.Has("running") && b.Has("off"):
		c.failAt(&b.Block, "off", "without running windows there are no off hours")
	}
	return s
}

func (c *checker) exception(b *format.Exception, loc *time.Location) Exception {
	e := Exception{State: State(b.State), Reason: b.Reason}
	ranged := b.Has("from") || b.Has("to")
	switch {
	case !b.IsMapping():
	case b.Has("calendar") && ranged:
		c.Fail(b.Head(), b.At(), "gives both a calendar and from/to: make it two exceptions")
	case b.Has("calendar"):
		e.text = "calendar " + b.Calendar
		e.spans = c.calendar(b, loc)
	case !b.Has("from") || !b.Has("to"):
		c.Fail(b.Head(), b.At(), "wants a calendar, or both from and to")
	case b.From == nil || b.To == nil:
	default:
		e.text = "exception " + b.From.Text + " to " + b.To.Text
		e.spans = c.between(b, loc)
	}
	return e
}

func (c *checker) calendar(b *format.Exception, loc *time.Location) window.Spans {
	ranges, ok := c.doc.Calendars[b.Calendar]
	if !ok && b.Calendar != "" {
		known := slices.Sorted(maps.Keys(c.doc.Calendars))
		c.failAt(&b.Block, "calendar", "there is no calendar %s%s", spelling.Quote(b.Calendar), spelling.Suggest(b.Calendar, known))
	}
	plain := make([]window.Dates, len(ranges))
	for i, r := range ranges {
		plain[i] = r.Dates
	}
	return window.Days(plain, loc)
}

func (c *checker) between(b *format.Exception, loc *time.Location) window.Spans {
	if b.From.Text == "" || b.To.Text == "" {
		return nil
	}
	from, to := b.From.Begins(loc), b.To.Ends(loc)
	if !from.Before(to) {
		write, why := window.Later(b.From.Moment, b.To.Moment, loc)
		c.FailWrite(b.Value("to"), decode.Join(b.At(), "to"), write, "%s is not after from, %s%s", b.To.Text, b.From.Text, why)
	}
	return window.NewSpans(window.Span{From: from, To: to})
}
