package spec

// allMoves reads `moved`. A line stays in the file as history, so a chain is legal, and so is a
// swap; what is not is a line that leads to no block, or from two places to one.
func (c *checker) allMoves() []Move {
	from, to := make(map[key]int), make(map[key]int) // line by key
	for i := range c.doc.Moved {
		b := &c.doc.Moved[i]
		c.once(from, b.From, &b.block, "from")
		c.once(to, b.To, &b.block, "to")
	}
	var all []Move
	for i := range c.doc.Moved {
		b := &c.doc.Moved[i]
		c.checkMove(b, from, to)
		all = append(all, Move{string(b.From), string(b.To), positionOf(b.pos)})
	}
	return all
}

// once reports a key that an earlier line has in the same field.
func (c *checker) once(seen map[key]int, k key, b *block, field string) {
	switch first, ok := seen[k]; {
	case k == "": // unreadable
	case ok:
		c.failAt(b, field, "%s is also the `%s` of line %d: keep one of the two", k, field, first)
	default:
		seen[k] = positionOf(b.pos).Line
	}
}

func (c *checker) checkMove(b *movedBlock, from, to map[key]int) {
	_, stays := c.doc.Instances[string(b.From)]
	_, isBlock := c.doc.Instances[string(b.To)]
	_, arrives := to[b.From]
	_, goesOn := from[b.To]
	switch {
	case b.From == "" || b.To == "":
	case b.From == b.To:
		c.failAt(&b.block, "to", "%s is where it comes from: remove the line", b.To)
	case stays && !arrives:
		c.failAt(&b.block, "from", "%s is still a block of `instances`, so nothing has moved: take the block out, or remove this line", b.From)
	case !isBlock && !goesOn:
		c.failAt(&b.block, "to", "there is no instance %s%s", b.To, suggest(string(b.To), c.keys))
	}
}

// allRemovals reads `removed`. What a block of the file has or names is never to be deleted.
func (c *checker) allRemovals() []Removed {
	lines := make(map[instanceID]int)
	var all []Removed
	for i := range c.doc.Removed {
		b := &c.doc.Removed[i]
		_, isBlock := c.doc.Instances[string(b.Key)]
		first, again := lines[b.ID]
		switch {
		case isBlock && b.Key != "":
			c.failAt(&b.block, "key", "%s is still a block of `instances`: take the block out, or remove this line", b.Key)
		case again && b.ID != "":
			c.failAt(&b.block, "id", "%s is removed on line %d already: remove this line", b.ID, first)
		}
		c.checkUnnamed(b)
		lines[b.ID] = positionOf(b.pos).Line
		all = append(all, Removed{string(b.Key), string(b.ID), positionOf(b.pos)})
	}
	return all
}

// checkUnnamed: an instance that a block adopts, or that one is cloned from, can't be removed too.
func (c *checker) checkUnnamed(b *removedBlock) {
	for _, k := range c.keys {
		in := c.doc.Instances[k]
		switch {
		case b.ID == "":
		case in.ID == b.ID:
			c.failAt(&b.block, "id", "%s is the id of %s (line %d): an instance can't be kept and removed; remove one of the lines", b.ID, k, positionOf(in.pos).Line)
		case in.Source != nil && in.Source.Instance == string(b.ID):
			c.failAt(&b.block, "id", "%s is cloned from %s (line %d): remove it once the clone is there and its `source` is out of the file", k, b.ID, positionOf(in.Source.pos).Line)
		}
	}
}
