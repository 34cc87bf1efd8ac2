package spec

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// isTemplate finds `{{ x }}` where no quotes are around it: YAML takes it for a block in a block.
func isTemplate(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Kind == yaml.MappingNode
}

func (d *decoder) failTemplate(n, key *yaml.Node, v reflect.Value, path string) {
	for v.Kind() == reflect.Pointer {
		v = reflect.New(v.Type().Elem()).Elem()
	}
	var values []string
	if s, ok := v.Addr().Interface().(scalar); ok {
		values = exampleOf(s)
	}
	d.failWrite(n, path, writing(n, key, values), "holds a template, {{ }}; %s", variableNote)
}

func variableHint(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && isVariable(n.Value) {
		return "; " + variableNote
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
	s, ok := reflect.New(elem).Interface().(scalar)
	if !ok || key == nil || key.Kind != yaml.ScalarNode {
		return ""
	}
	if s.parse(n.Value) == nil {
		return listText(key, []string{n.Value})
	}
	var all []string
	for part := range strings.FieldsFuncSeq(n.Value, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		values := []string{part}
		if s.parse(part) != nil {
			values = amend(s, part).values
		}
		if len(values) == 0 {
			all = nil
			break
		}
		all = append(all, values...)
	}
	if whole := amend(s, n.Value).values; len(whole) > 0 {
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
		texts[i] = scalarText(v)
	}
	return scalarText(key.Value) + ": [" + strings.Join(texts, ", ") + "]"
}

// wrapped is a single value as the block of one field that it is to be: `off: 2GB` is
// `"off": {memory: 2GB}`. It is tried before it is said.
func (d *decoder) wrapped(n, key *yaml.Node, t reflect.Type, sh *shape) string {
	if n.Kind != yaml.ScalarNode || key == nil || key.Kind != yaml.ScalarNode || len(sh.required) != 1 {
		return ""
	}
	name, text := sh.required[0], n.Value
	if s, ok := reflect.New(t.FieldByIndex(sh.fields[name].index).Type).Interface().(scalar); ok && s.parse(text) != nil {
		fix := amend(s, text)
		if len(fix.values) != 1 {
			return ""
		}
		text = fix.values[0]
	}
	body := "{" + name + ": " + scalarText(text) + "}"
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(body), &root); err != nil {
		return ""
	}
	try := &decoder{file: d.file, shapes: d.shapes}
	try.decode(root.Content[0], key, reflect.New(t).Elem(), "", constraint{})
	if len(try.errs) > 0 {
		return ""
	}
	return scalarText(key.Value) + ": " + body
}

// correctPlain reads generously what should be text, a boolean or a number.
func correctPlain(n *yaml.Node, v reflect.Value, c constraint) correction {
	text := typewritten(n.Value)
	switch {
	case len(c.enum) > 0:
		return correctEnum(text, c.enum)
	case isVariable(n.Value):
		return correction{values: map[reflect.Kind][]string{reflect.Bool: {"false"}, reflect.Int: {c.within("1")}, reflect.Float64: {"0.09"}}[v.Kind()], note: variableNote}
	case v.Kind() == reflect.String && n.Value != "":
		return correction{[]string{n.Value}, "it is a boolean to YAML"}
	case v.Kind() == reflect.Bool:
		return correctBool(text)
	case v.Kind() == reflect.Int:
		if n, err := numberNamed(strings.ToLower(text)); err == nil && !strings.ContainsAny(text, "0123456789") && n >= 0 && n == float64(int(n)) {
			return correction{values: []string{c.within(strconv.Itoa(int(n)))}}
		}
		digits := regexp.MustCompile(`^\D*?([0-9][0-9,_' ]*)(?:\.[0-9]*)?(?:\D.*)?$`).FindStringSubmatch(text)
		if digits == nil || strings.HasPrefix(text, "-") {
			return correction{}
		}
		number := strings.TrimLeft(regexp.MustCompile(`\D`).ReplaceAllString(digits[1], ""), "0")
		return correction{values: []string{c.within(number)}}
	case v.Kind() == reflect.Float64:
		if number := regexp.MustCompile(`[0-9]+(?:[.,][0-9]+)?`).FindString(text); number != "" && !strings.HasPrefix(text, "-") {
			return correction{values: []string{strings.ReplaceAll(number, ",", ".")}}
		}
	}
	return correction{}
}

// plain is what to write for one of Go's own types: numbers and booleans stand without quotes.
func (c correction) plain(n, key *yaml.Node, kind reflect.Kind) string {
	if kind == reflect.String || len(c.values) == 0 {
		return writing(n, key, c.values)
	}
	if key == n {
		return c.values[0]
	}
	return scalarText(key.Value) + ": " + c.values[0]
}

func correctBool(text string) correction {
	switch text = strings.ToLower(text); {
	case isTrue(text) || slices.Contains([]string{"1", "enabled", "enable", "always"}, text):
		return correction{values: []string{"true"}}
	case isFalse(text) || slices.Contains([]string{"0", "disabled", "disable", "never", "none"}, text):
		return correction{values: []string{"false"}}
	}
	return correction{}
}

// within is the number, or the bound that it is beyond.
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

// readOff gives the field `off` its name back, which YAML 1.1 takes for a boolean.
func (d *decoder) readOff(n *yaml.Node, sh *shape, path string) {
	if _, has := sh.fields["off"]; !has {
		return
	}
	line := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if name.Kind != yaml.ScalarNode || name.Value != "off" && !(isPlain(name) && isFalse(name.Value)) {
			continue
		}
		if name.Value != "off" && line > 0 {
			d.fail(name, path, "%s is `off` to YAML 1.1, which is given on line %d: keep one", name.Value, line)
		}
		name.Value, line = "off", name.Line
	}
}

// checkPlainName: a name without quotes must be the same to every reader of YAML. A rewriting
// that could be noticed is warned of; one that would leave another valid name is an error.
func (d *decoder) checkPlainName(n *yaml.Node, path string) {
	text := n.Value
	switch as := rewritten(n); {
	case isPlain(n) && n.Tag == "!!bool":
		d.failWrite(n, path, strconv.Quote(text)+":", "is a boolean to YAML, and what tools that know YAML 1.1 make of yes, no, on and off: put the name that is meant in quotes")
	case as == text:
	case isName(as, longestKey) && !isBoolean(as) && !isPower(text):
		d.failWrite(n, path, strconv.Quote(text)+":", "is the number %s to YAML 1.1, and would be another name: put it in quotes", as)
	case isName(text, longestKey):
		d.warn(n, path, strconv.Quote(text)+":", "is %s to tools that know YAML 1.1, so that a file they write back is no longer valid: put it in quotes", as)
	}
}

// checkPlainText is the same for a value that is text.
func (d *decoder) checkPlainText(n, key *yaml.Node, path string) {
	switch as := rewritten(n); {
	case as == n.Value:
	case isBoolean(as):
		d.warn(n, path, quotedWriting(n, key), "is a boolean to tools that know YAML 1.1, so that a file they write back is no longer valid: put it in quotes")
	case isPower(n.Value):
		d.warn(n, path, quotedWriting(n, key), "is text to some readers of YAML and the number %s to others: put it in quotes", as)
	default:
		d.failWrite(n, path, quotedWriting(n, key), "is a number to YAML, %s: put it in quotes", as)
	}
}

// isPower finds 1e3: text to PyYAML, which takes the quotes off it, and a number to others.
func isPower(text string) bool {
	return strings.ContainsAny(text, "eE") && !strings.Contains(text, ".") && !strings.HasPrefix(text, "0x")
}

// checkPlainScalar is the same for a value with a syntax of its own, which what is made of it has
// not: an id such as 01234567.
func (d *decoder) checkPlainScalar(n, key *yaml.Node, path string) {
	if as := rewritten(n); as != n.Value && !isBoolean(as) {
		d.warn(n, path, quotedWriting(n, key), "is a number to YAML, %s, so that a file that a tool writes back is no longer valid: put it in quotes", as)
	}
}

func quotedWriting(n, key *yaml.Node) string {
	if key == nil || key == n {
		return strconv.Quote(n.Value)
	}
	return scalarText(key.Value) + ": " + strconv.Quote(n.Value)
}
