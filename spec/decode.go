package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// decoder fills the structs of format.go from YAML nodes, guided by their tags, and collects
// every fault instead of stopping at the first.
type decoder struct {
	file    string
	errs    Errors
	notes   Errors // what is allowed and most likely not meant
	tooDeep bool
	shapes  map[reflect.Type]*shape
}

// scalar is a value with a syntax of its own: a size, a duration, a window. parse gets the
// text as it stands in the file; its error is the rest of the sentence after the path.
type scalar interface {
	parse(text string) error
}

// block remembers where a struct stood, so that later checks can point at its fields.
type block struct {
	node *yaml.Node // the mapping; nil when the block is absent or empty
	pos  *yaml.Node // its key, for errors about the block as a whole
	path string

	// spoilt: a field has an unknown name, so another may seem to be missing.
	spoilt bool
}

// placed is what embedding block makes of a struct.
type placed interface {
	place(node, pos *yaml.Node, path string)
	has(field string) bool
	spoil()
}

func (b *block) spoil() { b.spoilt = true }

func (b *block) place(node, pos *yaml.Node, path string) { b.node, b.pos, b.path = node, pos, path }

// has says whether the field was written, even if its value could not be read.
func (b *block) has(field string) bool { return b.value(field) != nil }

// value is the node of a field, nil when it is not in the file.
func (b *block) value(field string) *yaml.Node {
	if b.node == nil || b.node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(b.node.Content); i += 2 {
		if b.node.Content[i].Value == field {
			return b.node.Content[i+1]
		}
	}
	return nil
}

func (d *decoder) fail(n *yaml.Node, path, format string, args ...any) {
	d.failWrite(n, path, "", format, args...)
}

// failWrite is fail with what is to be typed there instead.
func (d *decoder) failWrite(n *yaml.Node, path, write, format string, args ...any) {
	d.errs = append(d.errs, d.errorAt(n, path, write, format, args...))
}

// warn reports what is valid, and most likely not what was meant.
func (d *decoder) warn(n *yaml.Node, path, write, format string, args ...any) {
	d.notes = append(d.notes, d.errorAt(n, path, write, format, args...))
}

func (d *decoder) errorAt(n *yaml.Node, path, write, format string, args ...any) Error {
	at := positionOf(n)
	return Error{d.file, max(at.Line, 1), max(at.Column, 1), path, fmt.Sprintf(format, args...), write}
}

// decode reads n into v. key is the node that named the value, for errors about a missing one.
func (d *decoder) decode(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	if n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 {
		return // audit has said so
	}
	if isTemplate(n) {
		d.failTemplate(n, key, v, path)
		return
	}
	if v.Kind() == reflect.Pointer {
		d.decodePointer(n, key, v, path, c)
		return
	}
	if s, ok := v.Addr().Interface().(scalar); ok {
		d.decodeScalar(n, key, s, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.decodeStruct(n, key, v, path, c)
	case reflect.Map:
		d.decodeMap(n, key, v, path, c)
	case reflect.Slice:
		d.decodeList(n, key, v, path)
	default:
		d.decodePlain(n, key, v, path, c)
	}
}

// decodePointer leaves a plain value nil that can't be read, so that nobody judges its zero.
func (d *decoder) decodePointer(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	faults := len(d.errs)
	v.Set(reflect.New(v.Type().Elem()))
	d.decode(n, key, v.Elem(), path, c)
	if _, isBlock := v.Interface().(placed); !isBlock && len(d.errs) > faults {
		v.SetZero()
	}
}

func (d *decoder) decodeStruct(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	sh := d.shapeOf(v.Type())
	home := v.Addr().Interface().(placed)
	home.place(n, key, path)
	if n.Tag == "!!null" && c.emptyItems {
		return
	}
	if n.Kind != yaml.MappingNode && n.Tag != "!!null" {
		d.failWrite(n, path, d.wrapped(n, key, v.Type(), sh), "wants a block of fields, not %s%s", kindOf(n), variableHint(n))
		return
	}
	if !d.expect(n, key, yaml.MappingNode, "a block of fields", path) {
		return
	}
	d.readOff(n, sh, path)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode || name.Tag == "!!merge" {
			continue
		}
		f, ok := sh.fields[name.Value]
		if !ok {
			d.fail(name, join(path, name.Value), "unknown field%s", suggest(name.Value, sh.names))
			home.spoil()
			continue
		}
		d.decode(value, name, v.FieldByIndex(f.index), join(path, name.Value), f.constraint)
	}
	for _, name := range sh.required {
		if !home.has(name) {
			d.fail(key, path, "%s is missing%s", name, sh.fields[name].hint(name))
		}
	}
}

func (d *decoder) decodeMap(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	if !d.expect(n, key, yaml.MappingNode, "a block of names", path) {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Content)/2))
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode || name.Tag == "!!merge" {
			continue
		}
		d.checkPlainName(name, join(path, name.Value))
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, name, item, join(path, name.Value), constraint{emptyItems: c.emptyItems})
		if item.Kind() != reflect.Pointer || !item.IsNil() {
			v.SetMapIndex(reflect.ValueOf(name.Value), item)
		}
	}
}

func (d *decoder) decodeList(n, key *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		d.failWrite(n, path, listWriting(n, key, v.Type().Elem()), "wants a list, not %s%s", kindOf(n), variableHint(n))
		return
	}
	if !d.expect(n, key, yaml.SequenceNode, "a list", path) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.decode(item, item, v.Index(i), fmt.Sprintf("%s[%d]", path, i), constraint{})
	}
}

func (d *decoder) decodeScalar(n, key *yaml.Node, s scalar, path string) {
	text, isText := n.Value, n.Kind == yaml.ScalarNode
	if !isText {
		text = flattened(n)
	}
	if isText && !d.expect(n, key, yaml.ScalarNode, "a single value", path) {
		return
	}
	err := s.parse(text)
	switch {
	case !isText:
		fix := amend(s, text)
		if err == nil {
			fix.values = []string{text}
		}
		d.failWrite(n, path, writing(n, key, fix.values), "wants a single value, not %s%s", kindOf(n), noted(fix))
	case err != nil:
		fix := amend(s, text)
		d.failWrite(n, path, writing(n, key, fix.values), "%s%s", err, noted(fix))
	default:
		d.checkPlainScalar(n, key, path)
	}
}

// noted is what the note of a correction adds to a sentence.
func noted(c correction) string {
	if c.note == "" {
		return ""
	}
	return "; " + c.note
}

// decodePlain reads Go's own types. Text takes numbers as they are written: the id 12345678
// and the version 5 are text to Aura and numbers to YAML.
func (d *decoder) decodePlain(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	wants := map[reflect.Kind]string{reflect.String: "text", reflect.Bool: "true or false",
		reflect.Int: "a whole number", reflect.Float64: "a number"}[v.Kind()]
	if !d.expect(n, key, yaml.ScalarNode, wants, path) {
		return
	}
	if !setPlain(n, v, c) {
		fix := correctPlain(n, v, c)
		d.failWrite(n, path, fix.plain(n, key, v.Kind()), "wants %s, not %s%s%s", wants, quote(n.Value), unquoted(n), noted(fix))
		return
	}
	if text := c.check(v); text != "" {
		fix := correction{}
		if len(c.enum) > 0 {
			fix = correctEnum(n.Value, c.enum)
		}
		if len(fix.values) > 0 {
			text = quote(n.Value) + " is not known here"
		}
		d.failWrite(n, path, writing(n, key, fix.values), "%s%s", text, noted(fix))
		return
	}
	if v.Kind() == reflect.String && len(c.enum) == 0 {
		d.checkPlainText(n, key, path)
	}
}

// unquoted explains why "25" is not a number.
func unquoted(n *yaml.Node) string {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && n.Value != "" {
		return " in quotes"
	}
	return ""
}

func setPlain(n *yaml.Node, v reflect.Value, c constraint) bool {
	switch v.Kind() {
	case reflect.String:
		if slices.Contains(c.enum, "OFF") && isPlain(n) && isFalse(n.Value) {
			v.SetString("OFF")
			return true
		}
		v.SetString(n.Value)
		return n.Value != "" && (n.Tag != "!!bool" || len(c.enum) > 0)
	case reflect.Bool:
		v.SetBool(isTrue(n.Value))
		return isPlain(n) && isBoolean(n.Value)
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		v.SetInt(int64(i))
		return err == nil && n.Tag == "!!int" && rewritten(n) == n.Value
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		v.SetFloat(f)
		return err == nil && (n.Tag == "!!int" || n.Tag == "!!float") && f-f == 0
	}
	return false
}

// expect reports a value of another kind than the format has at this place.
func (d *decoder) expect(n, key *yaml.Node, kind yaml.Kind, wants, path string) bool {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		d.fail(key, path, "has no value: wants %s, or remove the line", wants)
	case n.Kind != kind:
		d.fail(n, path, "wants %s, not %s", wants, kindOf(n))
	default:
		return true
	}
	return false
}

// hint says how to write a field that is missing.
func (c constraint) hint(name string) string {
	switch {
	case len(c.enum) == 1:
		return ": write `" + name + ": " + c.enum[0] + "`"
	case len(c.enum) > 1:
		return ": one of " + strings.Join(c.enum, ", ")
	case c.emptyItems:
		return ": write `" + name + ": {}` if there are to be none"
	}
	return ""
}

// check returns what is wrong with a decoded plain value, "" when nothing is.
func (c constraint) check(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String && len(c.enum) > 0 && !slices.Contains(c.enum, v.String()):
		return quote(v.String()) + " is not known here" + suggest(v.String(), c.enum)
	case v.Kind() == reflect.Int && c.low != nil && float64(v.Int()) < *c.low:
		return fmt.Sprintf("%d is too small; at least %g", v.Int(), *c.low)
	case v.Kind() == reflect.Int && c.high != nil && float64(v.Int()) > *c.high:
		return fmt.Sprintf("%d is too large; at most %g", v.Int(), *c.high)
	case v.Kind() == reflect.Float64 && c.low != nil && v.Float() < *c.low:
		return fmt.Sprintf("%g is too small; at least %g", v.Float(), *c.low)
	}
	return ""
}
