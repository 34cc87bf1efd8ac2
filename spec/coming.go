package spec

import "time"

// Coming are the changes of what one instance should be in (from, to], holds included, in order.
// There are none for a key that the fleet does not have.
func (f *Fleet) Coming(key string, holds []Hold, from, to time.Time) []Edge {
	alone, ok := f.only(key)
	if !ok {
		return nil
	}
	var edges []Edge
	for e := alone.At(from, holds)[0].Next; !e.At.IsZero() && !e.At.After(to); e = alone.At(e.At, holds)[0].Next {
		edges = append(edges, e)
	}
	return edges
}

// only is the fleet as if key were all of it: At takes as long as there are instances.
func (f *Fleet) only(key string) (*Fleet, bool) {
	in, ok := f.Instance(key)
	alone := *f
	alone.Instances, alone.Schedules = []Instance{in}, nil
	if in.Schedule != nil {
		alone.Schedules = []*Schedule{in.Schedule}
	}
	return &alone, ok
}
