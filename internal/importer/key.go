package importer

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/spec"
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

// longestFleet is how long a fleet's name is made here; the format takes longer ones.
const longestFleet = 40

// fleetOf names a fleet after its tenant: by its name, or where that gives none by its id.
func fleetOf(name, tenant string) string {
	if slug := slugged(name, longestFleet); slug != "" && spec.CheckFleetName(slug) == nil {
		return slug
	}
	return "aura-" + cmp.Or(slugged(tenant, 8), "fleet")
}

// keyed keeps what a key may have of a name.
func keyed(name string) string { return slugged(name, maxKey) }

// slugged keeps what a key and the name of a fleet may have of a text: [a-z0-9][a-z0-9-]*, at most so much.
func slugged(text string, most int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := b.String()
	return strings.Trim(slug[:min(len(slug), most)], "-")
}
