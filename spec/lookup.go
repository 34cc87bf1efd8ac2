package spec

import (
	"cmp"
	"slices"
)

// Instance returns the block of key.
func (f *Fleet) Instance(key string) (Instance, bool) {
	i, ok := slices.BinarySearchFunc(f.Instances, key, func(in Instance, key string) int { return cmp.Compare(in.Key, key) })
	if !ok {
		return Instance{}, false
	}
	return f.Instances[i], true
}
