package manual

import (
	"cmp"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/value"
)

// Sources are what generates each region of the manual. root is the folder of the repository.
func Sources(root fs.FS) map[string]func() (string, error) {
	return map[string]func() (string, error){
		"fleet-reference": func() (string, error) { return Reference(), nil },
		"dst-table":       DSTTable,
		"plan-fields":     func() (string, error) { return planFields(root) },
		"plan-verbs":      func() (string, error) { return planWords(root, planFile, "Verb") },
		"plan-causes":     func() (string, error) { return planWords(root, planFile, "Cause") },
		"plan-problems":   func() (string, error) { return planWords(root, problemFile, "Problem") },
		"vault-policy": func() (string, error) {
			policy, err := fs.ReadFile(root, "examples/vault/aurad.hcl")
			return "```hcl\n" + string(policy) + "```", err
		},
	}
}

// Reference is the reference of fleet.yaml, from the tags of the format that the decoder and the
// JSON Schema read, too.
func Reference() string {
	var r reference
	r.block("", reflect.TypeOf(format.Document{}))
	return r.String()
}

// reference writes one table per block, in the order in which blocks are met.
type reference struct {
	strings.Builder
	seen   []reflect.Type // blocks
	shared []reflect.Type // embedded ones that were described already
}

func (r *reference) block(path string, t reflect.Type) {
	r.seen = append(r.seen, t)
	title := "Top level"
	if path != "" {
		title = "`" + path + "`"
	}
	fmt.Fprintf(r, "## %s\n\n| field | value | meaning |\n|---|---|---|\n", title)
	type inner struct {
		path string
		t    reflect.Type
	}
	var blocks []inner
	shared := false // with a block that was described before
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		if len(f.Index) > 1 && slices.Contains(r.shared, t.Field(f.Index[0]).Type) {
			shared = true
			continue
		}
		value, block, suffix := describe(f)
		needed := ""
		if slices.Contains(strings.Split(f.Tag.Get("jsonschema"), ","), "required") {
			needed = " Required."
		}
		fmt.Fprintf(r, "| `%s` | %s | %s%s |\n", name, value, strings.ReplaceAll(f.Tag.Get("jsonschema_description"), "<", "&lt;"), needed)
		if block != nil && !slices.Contains(r.seen, block) {
			blocks = append(blocks, inner{strings.TrimPrefix(path+"."+name+suffix, "."), block})
		}
	}
	if shared {
		fmt.Fprintln(r, "| all of [`defaults`](#defaults) | | The instance's own value, instead. |")
	}
	fmt.Fprintln(r)
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			r.shared = append(r.shared, f.Type)
		}
	}
	for _, b := range blocks {
		r.block(b.path, b.t)
	}
}

// describe says which values a field takes and, where they are blocks, of which type and how
// their path goes on.
func describe(f reflect.StructField) (values string, block reflect.Type, suffix string) {
	t := f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if d, ok := reflect.Zero(t).Interface().(interface{ Syntax() value.Syntax }); ok {
		return syntax(d.Syntax()), nil, ""
	}
	switch t.Kind() {
	case reflect.Struct:
		return "block", t, ""
	case reflect.Map:
		elem := t.Elem()
		for elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		if elem.Kind() == reflect.Struct {
			return "blocks by name", elem, ".KEY"
		}
		return "by name: " + plain(elem, f), nil, ""
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct && !described(t.Elem()) {
			return "list of blocks", t.Elem(), "[]"
		}
		return "list: " + plain(t.Elem(), f), nil, ""
	}
	return plain(t, f), nil, ""
}

func described(t reflect.Type) bool {
	_, ok := reflect.Zero(t).Interface().(interface{ Syntax() value.Syntax })
	return ok
}

// plain is a value without fields of its own.
func plain(t reflect.Type, f reflect.StructField) string {
	if d, ok := reflect.Zero(t).Interface().(interface{ Syntax() value.Syntax }); ok {
		return syntax(d.Syntax())
	}
	if t.Kind() == reflect.Slice {
		return "list: " + plain(t.Elem(), f)
	}
	var enum []string
	low, high := "", ""
	for word := range strings.SplitSeq(f.Tag.Get("jsonschema"), ",") {
		switch name, v, _ := strings.Cut(word, "="); name {
		case "enum":
			enum = append(enum, "`"+v+"`")
		case "minimum":
			low = v
		case "maximum":
			high = v
		}
	}
	switch {
	case len(enum) > 0:
		return strings.Join(enum, ", ")
	case low != "" && high != "":
		return "number, " + low + " to " + high
	case low != "":
		return "number, from " + low
	case t.Kind() == reflect.Bool:
		return "`true`, `false`"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Float64:
		return "number"
	}
	return "text"
}

// syntax is an example, or the values where they are few.
func syntax(s value.Syntax) string {
	const few = 4
	if n := len(s.Enum); n > 0 && n <= few {
		return "`" + strings.Join(s.Enum, "`, `") + "`"
	} else if n > few {
		return fmt.Sprintf("`%s` to `%s`", s.Enum[0], s.Enum[n-1])
	}
	return "such as `" + cmp.Or(s.Example, s.Pattern) + "`"
}
