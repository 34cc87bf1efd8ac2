package observed

import (
	"slices"
	"strings"
	"time"
)

// With returns o with what is known of one instance replaced, or added.
func (o Fleet) With(live Live) Fleet {
	o.Instances = slices.Clone(o.Instances)
	i, found := slices.BinarySearchFunc(o.Instances, live.ID, byID)
	if found {
		o.Instances[i] = live
	} else {
		o.Instances = slices.Insert(o.Instances, i, live)
	}
	return o
}

// Without returns o without an instance, which the API no longer knows.
func (o Fleet) Without(id string) Fleet {
	o.Instances = slices.Clone(o.Instances)
	if i, found := slices.BinarySearchFunc(o.Instances, id, byID); found {
		o.Instances = slices.Delete(o.Instances, i, i+1)
	}
	return o
}

// Doubting returns o with an instance marked as not looked at, so that a look comes before anything else.
func (o Fleet) Doubting(id string) Fleet {
	live, ok := o.Find(id)
	if !ok {
		return o
	}
	return o.With(live.Unseen())
}

// Unseen is what is known of an instance that must be looked at anew.
func (l Live) Unseen() Live {
	l.SeenAt, l.Status = Live{}.SeenAt, ""
	return l
}

func byID(l Live, id string) int { return strings.Compare(l.ID, id) }

// Shifted returns o as a clock would have stamped it that shows by more.
func (o Fleet) Shifted(by time.Duration) Fleet {
	moved := o
	moved.Instances = slices.Clone(o.Instances)
	if !o.ListedAt.IsZero() { // never stays never
		moved.ListedAt = o.ListedAt.Add(by)
	}
	for i := range moved.Instances {
		if in := &moved.Instances[i]; !in.SeenAt.IsZero() {
			in.SeenAt = in.SeenAt.Add(by)
		}
	}
	return moved
}

// NotAfter returns o with no look in the future of now. A list from the future is of unknown
// age and does not count: it could not rule out a duplicate.
func (o Fleet) NotAfter(now time.Time) Fleet {
	future := func(l Live) bool { return l.SeenAt.After(now) }
	if !o.ListedAt.After(now) && !slices.ContainsFunc(o.Instances, future) {
		return o
	}
	moved := Fleet{ListedAt: o.ListedAt, Instances: slices.Clone(o.Instances)}
	if o.ListedAt.After(now) {
		moved.ListedAt = time.Time{}
	}
	for i := range moved.Instances {
		if future(moved.Instances[i]) {
			moved.Instances[i].SeenAt = now
		}
	}
	return moved
}
