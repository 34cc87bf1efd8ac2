package decode

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
	"github.com/aurad/aurad/spec/yaml11"
)

// isTemplate finds `{{ x }}` where no quotes are around it: YAML takes it for a block in a block.
func isTemplate(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Kind == yaml.MappingNode
}

func (d *Decoder) failTemplate(n, key *yaml.Node, v reflect.Value, path string) {
	for v.Kind() == reflect.Pointer {
		v = reflect.New(v.Type().Elem()).Elem()
	}
	var values []string
	if s, ok := v.Addr().Interface().(value.Scalar); ok {
		values = exampleOf(s)
	}
	d.FailWrite(n, path, writing(n, key, values), "holds a template, {{ }}; %s", correct.VariableNote)
}

func variableHint(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && spelling.IsVariable(n.Value) {
		return "; " + correct.VariableNote
	}
	return ""
}

// flattened is a list or a block as one line of text, to be read generously: [07:00, 19:00], and
// {days: Mon-Fri, from: 07:00, to: 19:00}.
func flattened(n *yaml.Node) string {
	var days, rest []string
	for i, c := range n.Content {
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 0 || c.Kind != yaml.ScalarNode:
		case n.Kind == yaml.MappingNode && strings.HasPrefix(n.Content[i-1].Value, "day"):
			days = append(days, c.Value)
		default:
			rest = append(rest, c.Value)
		}
	}
	return strings.TrimSpace(strings.Join(days, ",") + " " + strings.Join(rest, " - "))
}

// listWriting is a single value as the list that it is to be.
func listWriting(n, key *yaml.Node, elem reflect.Type) string {
	s, ok := reflect.New(elem).Interface().(value.Scalar)
	if !ok || key == nil || key.Kind != yaml.ScalarNode {
		return ""
	}
	if s.Parse(n.Value) == nil {
		return listText(key, []string{n.Value})
	}
	var all []string
	for part := range strings.FieldsFuncSeq(n.Value, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		values := []string{part}
		if s.Parse(part) != nil {
			values = Amend(s, part).Values
		}
		if len(values) == 0 {
			all = nil
			break
		}
		all = append(all, values...)
	}
	if whole := Amend(s, n.Value).Values; len(whole) > 0 {
		all = whole
	}
	if len(all) == 0 {
		return ""
	}
	return listText(key, all)
}

func listText(key *yaml.Node, values []string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = yaml11.Text(v)
	}
	return yaml11.Text(key.Value) + ": [" + strings.Join(texts, ", ") + "]"
}

// wrapped is a single value as the block of one field that it is to be: `off: 2GB` is
// `"off": {memory: 2GB}`. It is tried before it is said.
func (d *Decoder) wrapped(n, key *yaml.Node, t reflect.Type, sh *shape) string {
	if n.Kind != yaml.ScalarNode || key == nil || key.Kind != yaml.ScalarNode || len(sh.required) != 1 {
		return ""
	}
	name, text := sh.required[0], n.Value
	if s, ok := reflect.New(t.FieldByIndex(sh.fields[name].index).Type).Interface().(value.Scalar); ok && s.Parse(text) != nil {
		fix := Amend(s, text)
		if len(fix.Values) != 1 {
			return ""
		}
		text = fix.Values[0]
	}
	body := "{" + name + ": " + yaml11.Text(text) + "}"
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(body), &root); err != nil {
		return ""
	}
	try := &Decoder{File: d.File, shapes: d.shapes}
	try.decode(root.Content[0], key, reflect.New(t).Elem(), "", constraint{})
	if len(try.Errs) > 0 {
		return ""
	}
	return yaml11.Text(key.Value) + ": " + body
}

// correctPlain reads generously what should be text, a boolean or a number.
func correctPlain(n *yaml.Node, v reflect.Value, c constraint) correct.Correction {
	text := spelling.Typewritten(n.Value)
	switch {
	case len(c.enum) > 0:
		return correct.Enum(text, c.enum)
	case spelling.IsVariable(n.Value):
		return correct.Correction{Values: map[reflect.Kind][]string{reflect.Bool: {"false"}, reflect.Int: {c.within("1")}, reflect.Float64: {"0.09"}}[v.Kind()], Note: correct.VariableNote}
	case v.Kind() == reflect.String && n.Value != "":
		return correct.Correction{Values: []string{n.Value}, Note: "it is a boolean to YAML"}
	case v.Kind() == reflect.Bool:
		return correct.Bool(text)
	case v.Kind() == reflect.Int:
		if n, err := correct.Number(strings.ToLower(text)); err == nil && !strings.ContainsAny(text, "0123456789") && n >= 0 && n == float64(int(n)) {
			return correct.Correction{Values: []string{c.within(strconv.Itoa(int(n)))}}
		}
		digits := regexp.MustCompile(`^\D*?([0-9][0-9,_' ]*)(?:\.[0-9]*)?(?:\D.*)?$`).FindStringSubmatch(text)
		if digits == nil || strings.HasPrefix(text, "-") {
			return correct.Correction{}
		}
		number := strings.TrimLeft(regexp.MustCompile(`\D`).ReplaceAllString(digits[1], ""), "0")
		return correct.Correction{Values: []string{c.within(number)}}
	case v.Kind() == reflect.Float64:
		if number := regexp.MustCompile(`[0-9]+(?:[.,][0-9]+)?`).FindString(text); number != "" && !strings.HasPrefix(text, "-") {
			return correct.Correction{Values: []string{strings.ReplaceAll(number, ",", ".")}}
		}
	}
	return correct.Correction{}
}

// plainWriting is what to write for one of Go's own types: numbers and booleans stand without quotes.
func plainWriting(c correct.Correction, n, key *yaml.Node, kind reflect.Kind) string {
	if kind == reflect.String || len(c.Values) == 0 {
		return writing(n, key, c.Values)
	}
	if key == n {
		return c.Values[0]
	}
	return yaml11.Text(key.Value) + ": " + c.Values[0]
}

// Within is the number, or the bound that it is beyond.
func (c constraint) within(number string) string {
	n, err := strconv.ParseFloat("0"+number, 64)
	switch {
	case err != nil:
		return number
	case c.low != nil:
		n = max(n, *c.low)
	}
	if c.high != nil {
		n = min(n, *c.high)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
