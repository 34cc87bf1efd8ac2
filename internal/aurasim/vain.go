package aurasim

import (
	"net/http"
	"slices"
)

// processUnder processes a call whose fault may be that what it accepts is not done.
func (c *call) processUnder(f Fault, header http.Header) reply {
	if f.Kind != Ignored && f.Kind != FallsBack {
		return c.process(header)
	}
	in := c.s.byID[c.req.InstanceID]
	if in == nil {
		p := c.process(header)
		c.unmake(f.Kind)
		return p
	}
	before, op := *in, in.op
	before.versions = slices.Clone(in.versions)
	p := c.process(header)
	switch {
	case p.problem != nil:
	case f.Kind == Ignored || in.op == op: // what is done at once can't fall back later
		before.snapshots, before.taken = in.snapshots, in.taken
		*in = before
	default:
		in.op.fallBack(before.Instance)
	}
	return p
}

// unmake takes away what a create made: after its time, or at once, so that no list ever shows it.
func (c *call) unmake(kind FaultKind) {
	switch {
	case c.made == nil:
		return
	case kind == FallsBack:
		c.made.op.end = StatusDeleted
		return
	}
	c.made.op, c.made.versions = nil, nil
	c.made.Deleted = true
	c.made.enter(c.now, StatusDeleted)
}

// fallBack makes the operation end with the instance as it was before.
func (op *operation) fallBack(before Instance) {
	op.end = before.Status
	op.apply = func(in *Instance) {
		before.Status, before.Since, before.History, before.Name = in.Status, in.Since, in.History, in.Name
		*in = before
	}
}
