package spec

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// MaxBytes is how long a fleet file may be.
const MaxBytes = 16 << 20

const maxDepth = 16 // the format itself nests 5 deep

// audit reports what YAML allows and fleet.yaml does not: anchors, aliases, merge keys, tags,
// duplicate keys, keys that are not plain words, and nesting beyond maxDepth.
func (d *decoder) audit(n *yaml.Node, path string, depth int) {
	if depth > maxDepth {
		d.fail(n, path, "nested deeper than %d levels", maxDepth)
		d.tooDeep = true
		return
	}
	switch {
	case n.Kind == yaml.AliasNode:
		d.fail(n, path, "alias *%s: aliases are not allowed, write the value out or use `defaults`", n.Value)
		return
	case n.Anchor != "":
		d.fail(n, path, "anchor &%s: anchors are not allowed, write the value out or use `defaults`", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(n, path, "tag %s: tags are not allowed, remove it", n.Tag)
	}
	switch {
	case isTemplate(n):
		return // decode says what belongs there
	case n.Kind == yaml.MappingNode:
		d.auditKeys(n, path)
		for i := 0; i+1 < len(n.Content); i += 2 {
			d.auditVisible(n.Content[i], nil, path)
			d.auditVisible(n.Content[i+1], n.Content[i], join(path, n.Content[i].Value))
			d.audit(n.Content[i+1], join(path, n.Content[i].Value), depth+1)
		}
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			d.auditVisible(item, item, fmt.Sprintf("%s[%d]", path, i))
			d.audit(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	}
}

func (d *decoder) auditKeys(n *yaml.Node, path string) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.fail(key, path, "a key must be a plain word, not %s", kindOf(key))
			continue
		case key.Tag == "!!merge":
			d.fail(key, path, "merge keys (<<) are not allowed, write the fields out or use `defaults`")
			continue
		case key.Anchor != "":
			d.fail(key, path, "anchor &%s: anchors are not allowed", key.Anchor)
		}
		if first, ok := seen[key.Value]; ok {
			d.fail(key, join(path, key.Value), "given twice, first on line %d: keep one", first)
			continue
		}
		seen[key.Value] = key.Line
	}
}

// join appends a key to a path; odd keys are quoted so that a path is always one readable word.
func join(path, key string) string {
	if !isWord(key) {
		key = quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// isWord accepts letters, digits, `_`, `-` and `/` (time zones): what needs no quotes in a path.
func isWord(s string) bool {
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-' || r == '/') {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a block of fields"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return quote(n.Value)
}
