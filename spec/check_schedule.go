package spec

import (
	"cmp"
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
			c.fail(n, path, "%s", err)
		}
	}
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
		c.failAt(&b.block, "to", "%s is not after from, %s", b.To.text, b.From.text)
	}
	return newSpans(span{from, to})
}
