package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// entry finds a name in one of the document's maps: its key node and its path.
func (c *checker) entry(field, name string) (*yaml.Node, string) {
	m := c.doc.value(field)
	for i := 0; m != nil && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == name {
			return m.Content[i], join(field, name)
		}
	}
	return m, join(field, name)
}

func (c *checker) checkNames(field string, names []string) {
	for _, name := range names {
		if err := new(key).parse(name); err != nil {
			n, path := c.entry(field, name)
			c.failWrite(n, path, c.freeName(name, names), "%s", err)
		}
	}
}

// freeName is the name that was probably meant, unless another block has it.
func (c *checker) freeName(name string, taken []string) string {
	fix := amend(new(key), name)
	if len(fix.values) != 1 || slices.Contains(taken, fix.values[0]) {
		return ""
	}
	return scalarText(fix.values[0]) + ":"
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

func (c *checker) schedule(name string, b *scheduleBlock) *Schedule {
	s := &Schedule{
		Name:          name,
		Location:      cmp.Or(b.Timezone.Location, c.location),
		ReadyBy:       or(b.ReadyBy, ReadyBy{Auto: true}),
		ManualChanges: cmp.Or(ManualChanges(b.ManualChanges), UntilNextEdge),
		Pos:           positionOf(b.pos),
	}
	if b.Off != nil {
		s.OffMemory = string(b.Off.Memory)
	}
	for _, w := range b.Running {
		w.loc = s.Location
		s.Running = append(s.Running, w.Window)
	}
	for i := range b.Exceptions {
		s.Exceptions = append(s.Exceptions, c.exception(&b.Exceptions[i], s.Location))
	}
	switch {
	case b.node.Kind != yaml.MappingNode:
	case b.has("running") && len(b.Running) == 0 && b.value("running").Kind == yaml.SequenceNode:
		c.failAt(&b.block, "running", "has no windows: give one, or use `state: paused` on the instances")
	case !b.has("running") && !b.has("exceptions"):
		c.fail(b.pos, b.path, "running is missing: give at least one window, such as [\"Mon-Fri 07:00-19:00\"]")
	case !b.has("running") && b.has("off"):
		c.failAt(&b.block, "off", "without running windows there are no off hours")
	}
	return s
}

func (c *checker) exception(b *exceptionBlock, loc *time.Location) Exception {
	e := Exception{State: State(b.State), Reason: b.Reason}
	ranged := b.has("from") || b.has("to")
	switch {
	case b.node == nil || b.node.Kind != yaml.MappingNode:
	case b.has("calendar") && ranged:
		c.fail(b.pos, b.path, "gives both a calendar and from/to: make it two exceptions")
	case b.has("calendar"):
		e.text = "calendar " + b.Calendar
		e.spans = c.calendar(b, loc)
	case !b.has("from") || !b.has("to"):
		c.fail(b.pos, b.path, "wants a calendar, or both from and to")
	case b.From == nil || b.To == nil:
	default:
		e.text = "exception " + b.From.text + " to " + b.To.text
		e.spans = c.between(b, loc)
	}
	return e
}

func (c *checker) calendar(b *exceptionBlock, loc *time.Location) spans {
	ranges, ok := c.doc.Calendars[b.Calendar]
	if !ok && b.Calendar != "" {
		known := slices.Sorted(maps.Keys(c.doc.Calendars))
		c.failAt(&b.block, "calendar", "there is no calendar %s%s", quote(b.Calendar), suggest(b.Calendar, known))
	}
	return days(ranges, loc)
}

func (c *checker) between(b *exceptionBlock, loc *time.Location) spans {
	if b.From.text == "" || b.To.text == "" {
		return nil
	}
	from, to := b.From.begins(loc), b.To.ends(loc)
	if !from.Before(to) {
		write, why := b.later(from, to, loc)
		c.failWrite(b.value("to"), join(b.path, "to"), write, "%s is not after from, %s%s", b.To.text, b.From.text, why)
	}
	return newSpans(span{from, to})
}

// later is a `to` that comes after `from`: where the clock changes in between, or the two were
// taken for each other.
func (b *exceptionBlock) later(from, to time.Time, loc *time.Location) (write, why string) {
	local := b.From.instant.IsZero() && b.To.instant.IsZero()
	wanted := time.Duration(b.To.wall()-b.From.wall()) * time.Second
	switch {
	case local && wanted > 0: // the clock jumps over all of it
		clock := time.Unix(int64(wallOf(from, loc)), 0).UTC().Add(wanted).Format("2006-01-02T15:04")
		return "to: " + clock, fmt.Sprintf(": the clock of %s jumps over both, to %s", loc, from.In(loc).Format("15:04"))
	case local && from.Add(-3*time.Hour).Before(to) && !secondTime(b.To.wall(), loc).IsZero() && secondTime(b.To.wall(), loc).After(from):
		return "to: " + secondTime(b.To.wall(), loc).Format(time.RFC3339), fmt.Sprintf(": the clock of %s shows %s twice, and the first time counts", loc, to.In(loc).Format("15:04"))
	case to.Before(from):
		return "{from: " + b.To.text + ", to: " + b.From.text + "}", ""
	}
	return "to: " + b.From.date.String(), ""
}

// secondTime is the later of the two instants at which a clock that was set back shows w; zero
// when it shows it once.
func secondTime(w wall, loc *time.Location) time.Time {
	first := firstInstant(w, loc)
	_, end := first.ZoneBounds()
	if end.IsZero() {
		return time.Time{}
	}
	_, offset := end.Zone()
	again := time.Unix(int64(w)-int64(offset), 0).In(loc)
	if again.Before(end) || !again.After(first) {
		return time.Time{}
	}
	return again
}
