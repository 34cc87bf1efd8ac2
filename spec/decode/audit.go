package decode

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/yaml11"
)

const maxDepth = 16 // the format itself nests 5 deep

// audit reports what YAML allows and fleet.yaml does not: anchors, aliases, merge keys, tags,
// duplicate keys, keys that are not plain words, and nesting beyond maxDepth.
func (d *Decoder) audit(n *yaml.Node, path string, depth int) {
	if depth > maxDepth {
		d.Fail(n, path, "nested deeper than %d levels", maxDepth)
		d.tooDeep = true
		return
	}
	switch {
	case n.Kind == yaml.AliasNode:
		d.Fail(n, path, "alias *%s: aliases are not allowed, write the value out or use `defaults`", n.Value)
		return
	case n.Anchor != "":
		d.Fail(n, path, "anchor &%s: anchors are not allowed, write the value out or use `defaults`", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		d.Fail(n, path, "tag %s: tags are not allowed, remove it", n.Tag)
	}
	switch {
	case isTemplate(n):
		return // decode says what belongs there
	case n.Kind == yaml.MappingNode:
		d.auditKeys(n, path)
		for i := 0; i+1 < len(n.Content); i += 2 {
			d.auditVisible(n.Content[i], nil, path)
			d.auditVisible(n.Content[i+1], n.Content[i], Join(path, n.Content[i].Value))
			d.audit(n.Content[i+1], Join(path, n.Content[i].Value), depth+1)
		}
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			d.auditVisible(item, item, fmt.Sprintf("%s[%d]", path, i))
			d.audit(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	}
}

func (d *Decoder) auditKeys(n *yaml.Node, path string) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.Fail(key, path, "a key must be a plain word, not %s", kindOf(key))
			continue
		case key.Tag == "!!merge":
			d.Fail(key, path, "merge keys (<<) are not allowed, write the fields out or use `defaults`")
			continue
		case key.Anchor != "":
			d.Fail(key, path, "anchor &%s: anchors are not allowed", key.Anchor)
		}
		if first, ok := seen[key.Value]; ok {
			d.Fail(key, Join(path, key.Value), "given twice, first on line %d: keep one", first)
			continue
		}
		seen[key.Value] = key.Line
	}
}

// Join appends a key to a path; odd keys are quoted so that a path is always one readable word.
func Join(path, key string) string {
	if !spelling.IsWord(key) {
		key = spelling.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
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
	return spelling.Quote(n.Value)
}

// auditVisible reports a key or a value that holds what nobody sees.
func (d *Decoder) auditVisible(n, key *yaml.Node, path string) {
	hidden := func(r rune) bool { return spelling.IsInvisible(r) && r != '\n' && r != '\t' }
	i := strings.IndexFunc(n.Value, hidden)
	if n.Kind != yaml.ScalarNode || i < 0 {
		return
	}
	clean := strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, n.Value)
	write := writing(n, key, []string{clean})
	if key == nil {
		write = yaml11.Text(clean) + ":"
	}
	d.FailWrite(n, path, write, "holds %U, which nobody sees: take it out", []rune(n.Value[i:])[0])
}
