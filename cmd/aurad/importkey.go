package main

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/aurad/aurad/internal/aura"
)

// maxKey is how long a key may be.
const maxKey = 30

// keyOf makes a key of an instance's name that no other instance has.
func keyOf(in aura.Instance, taken map[string]bool) string {
	base := cmp.Or(keyed(in.Name), keyed(in.ID), "instance")
	key := base
	for n := 2; taken[key]; n++ {
		suffix := "-" + strconv.Itoa(n)
		key = strings.TrimRight(base[:min(len(base), maxKey-len(suffix))], "-") + suffix
	}
	taken[key] = true
	return key
}

// keyed keeps what a key may have of a name: [a-z0-9][a-z0-9-]*, at most maxKey.
func keyed(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	key := b.String()
	return strings.Trim(key[:min(len(key), maxKey)], "-")
}
