package decode

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// shape is what the tags of a format struct say: `yaml` names the field, `jsonschema` bounds
// it. Package spec/schema reads the same tags, so editor and decoder can't disagree.
type shape struct {
	fields   map[string]field
	names    []string // sorted
	required []string
}

type field struct {
	index []int
	constraint
}

// constraint bounds a plain value: enum for text, low and high for numbers.
type constraint struct {
	enum       []string
	low, high  *float64
	required   bool
	emptyItems bool // the names of a map may stand alone: an instance made of defaults
}

func (d *Decoder) shapeOf(t reflect.Type) *shape {
	if sh, ok := d.shapes[t]; ok {
		return sh
	}
	sh := &shape{fields: make(map[string]field)}
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("yaml")
		if name == "" {
			continue // an embedded struct, or part of block
		}
		c := parseConstraint(f.Tag.Get("jsonschema"))
		sh.fields[name] = field{f.Index, c}
		sh.names = append(sh.names, name)
		if c.required {
			sh.required = append(sh.required, name)
		}
	}
	slices.Sort(sh.names)
	d.shapes[t] = sh
	return sh
}

// parseConstraint reads the words of invopop/jsonschema that the format uses.
func parseConstraint(tag string) constraint {
	var c constraint
	for word := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "required":
			c.required = true
		case "empty_items":
			c.emptyItems = true
		case "enum":
			c.enum = append(c.enum, value)
		case "minimum":
			c.low = number(value)
		case "maximum":
			c.high = number(value)
		}
	}
	return c
}

func number(text string) *float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return &f
}
