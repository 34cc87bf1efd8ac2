package spec

import (
	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
)

// leavings are the lines about keys that were renamed and instances that are to be deleted.
type leavings struct{ *checker }

// allMoves reads `moved`. A line stays in the file as history, so a chain is legal, and so is a
// swap; what is not is a line that leads to no block, or from two places to one.
func (c leavings) allMoves() []Move {
	from, to := make(map[value.Key]int), make(map[value.Key]int) // line by key
	for i := range c.doc.Moved {
		b := &c.doc.Moved[i]
		c.once(from, b.From, &b.Block, "from")
		c.once(to, b.To, &b.Block, "to")
	}
	var all []Move
	for i := range c.doc.Moved {
		b := &c.doc.Moved[i]
		c.checkMove(b, from, to)
		all = append(all, Move{string(b.From), string(b.To), source.PositionOf(b.Head())})
	}
	return all
}

// once reports a key that an earlier line has in the same field.
func (c leavings) once(seen map[value.Key]int, k value.Key, b *decode.Block, field string) {
	switch first, ok := seen[k]; {
	case k == "": // unreadable
	case ok:
		c.failAt(b, field, "%s is also the `%s` of line %d: keep one of the two", k, field, first)
	default:
		seen[k] = source.PositionOf(b.Head()).Line
	}
}

func (c leavings) checkMove(b *format.Moved, from, to map[value.Key]int) {
	_, stays := c.doc.Instances[string(b.From)]
	_, isBlock := c.doc.Instances[string(b.To)]
	_, arrives := to[b.From]
	_, goesOn := from[b.To]
	switch {
	case b.From == "" || b.To == "":
	case b.From == b.To:
		c.failAt(&b.Block, "to", "%s is where it comes from: remove the line", b.To)
	case stays && !arrives:
		c.failAt(&b.Block, "from", "%s is still a block of `instances`, so nothing has moved: take the block out, or remove this line", b.From)
	case !isBlock && !goesOn:
		c.failAt(&b.Block, "to", "there is no instance %s%s", b.To, spelling.Suggest(string(b.To), c.keys))
	}
}

// allRemovals reads `removed`. What a block of the file has or names is never to be deleted.
func (c leavings) allRemovals() []Removed {
	lines := make(map[value.InstanceID]int)
	var all []Removed
	for i := range c.doc.Removed {
		b := &c.doc.Removed[i]
		_, isBlock := c.doc.Instances[string(b.Key)]
		first, again := lines[b.ID]
		switch {
		case isBlock && b.Key != "":
			c.failAt(&b.Block, "key", "%s is still a block of `instances`: take the block out, or remove this line", b.Key)
		case again && b.ID != "":
			c.failAt(&b.Block, "id", "%s is removed on line %d already: remove this line", b.ID, first)
		}
		c.checkUnnamed(b)
		lines[b.ID] = source.PositionOf(b.Head()).Line
		all = append(all, Removed{string(b.Key), string(b.ID), source.PositionOf(b.Head())})
	}
	return all
}

// checkUnnamed: an instance that a block adopts, or that one is cloned from, can't be removed too.
func (c leavings) checkUnnamed(b *format.Removed) {
	for _, k := range c.keys {
		in := c.doc.Instances[k]
		switch {
		case b.ID == "":
		case in.ID == b.ID:
			c.failAt(&b.Block, "id", "%s is the id of %s (line %d): an instance can't be kept and removed; remove one of the lines", b.ID, k, source.PositionOf(in.Head()).Line)
		case in.Source != nil && in.Source.Instance == string(b.ID):
			c.failAt(&b.Block, "id", "%s is cloned from %s (line %d): remove it once the clone is there and its `source` is out of the file", k, b.ID, source.PositionOf(in.Source.Head()).Line)
		}
	}
}
