package importer

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/yaml11"
)

// Text renders the draft, and takes out what a fleet file can't say until the result is valid:
// spec.Parse, which knows what that is, is the judge.
func (d *Draft) Text() ([]byte, error) {
	for range 1 + 20*len(d.blocks) {
		text, err := d.render()
		if err != nil {
			return nil, err
		}
		_, err = spec.Parse("fleet.yaml", text)
		var faults source.Errors
		if err == nil {
			return text, nil
		}
		if !errors.As(err, &faults) || !d.mend(faults) {
			return nil, fmt.Errorf("import: what is live can't be written as a fleet file: %w", err)
		}
	}
	return nil, errors.New("import: what is live can't be written as a fleet file")
}

// mend takes the fields out that have a fault, or whole blocks where no field is to blame.
func (d *Draft) mend(faults source.Errors) bool {
	mended := false
	for _, f := range faults {
		rest, ok := strings.CutPrefix(f.Path, "instances.")
		key, field, _ := strings.Cut(rest, ".")
		i := slices.IndexFunc(d.blocks, func(b *block) bool { return b.key == key && !b.out })
		if ok && i >= 0 {
			d.blocks[i].without(field, f.Text)
			mended = true
		}
	}
	return mended
}

func (b *block) without(name, why string) {
	i := slices.IndexFunc(b.fields, func(f field) bool { return f.name == name })
	if i < 0 || name == "id" {
		b.drop(why)
		return
	}
	b.notes = append(b.notes, fmt.Sprintf("%s: %s can't be written here: %s", name, b.fields[i].value, why))
	b.fields = slices.Delete(b.fields, i, i+1)
	if name == "name" {
		b.notes = append(b.notes, "suspended, since aurad would rename it to "+b.key+": take `suspend` out for that")
		b.fields = append(b.fields, field{"suspend", "true", true})
	}
}

// Count is how many instances the file describes.
func (d *Draft) Count() int {
	n := 0
	for _, b := range d.blocks {
		if !b.out {
			n++
		}
	}
	return n
}

// render writes the file.
func (d *Draft) render() ([]byte, error) {
	instances := &yaml.Node{Kind: yaml.MappingNode}
	for _, b := range d.blocks {
		if b.out {
			continue
		}
		head := scalar(b.key)
		head.HeadComment = comment(b.notes)
		instances.Content = append(instances.Content, head, b.node())
	}
	root := &yaml.Node{Kind: yaml.MappingNode, HeadComment: "Written by aurad import. Each id is taken over as it is: `aurad plan` shows nothing but adoptions.\n" +
		"Aura tells neither the version nor a password: `version` is left out, `aurad credential set KEY` stores a password."}
	for _, f := range []field{{name: "schema", value: "aurad/v1"}, {name: "fleet", value: d.fleet}, {name: "tenant_id", value: d.tenant}} {
		name := scalar(f.name)
		if f.name == "fleet" && !d.given {
			name.HeadComment = "Named after the tenant. State and credentials are recorded under this name: choose it before the first apply."
		}
		root.Content = append(root.Content, name, scalar(f.value))
	}
	root.Content = append(root.Content, scalar("instances"), instances)
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(root), enc.Close()); err != nil {
		return nil, err
	}
	for _, line := range d.Omissions() {
		fmt.Fprintf(&b, "# left out: %s\n", plaintext.Line(line))
	}
	return b.Bytes(), nil
}

func (b *block) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range b.fields {
		value := scalar(f.value)
		if f.bare {
			value.Tag, value.Style = "", 0
		}
		n.Content = append(n.Content, scalar(f.name), value)
	}
	return n
}

// scalar is text: what any reader of YAML takes for a number or a boolean is quoted.
func scalar(value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	if yaml11.NeedsQuotes(value) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// comment keeps what came from Aura on lines of its own.
func comment(notes []string) string {
	lines := make([]string, len(notes))
	for i, n := range notes {
		lines[i] = plaintext.Line(n)
	}
	return strings.Join(lines, "\n")
}
