// Package decode fills Go structs from YAML, guided by their tags, and finds every fault with its
// place and what is to be written there instead.
//
// It knows kinds of values, names of fields and what YAML allows and a fleet file does not. It must
// not know what the fields mean, nor rules that tie two of them together.
package decode

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
	"github.com/aurad/aurad/spec/yaml11"
)

// Decoder fills the structs of format.go from YAML nodes, guided by their tags, and collects
// every fault instead of stopping at the first.
type Decoder struct {
	File    string
	Errs    source.Errors
	Notes   source.Errors // what is allowed and most likely not meant
	tooDeep bool
	shapes  map[reflect.Type]*shape
}

// Read audits the document and fills in the struct that into points to.
func Read(file string, root *yaml.Node, into any) *Decoder {
	d := &Decoder{File: file, shapes: make(map[reflect.Type]*shape)}
	d.audit(root, "", 0)
	if !d.tooDeep {
		d.decode(root, root, reflect.ValueOf(into).Elem(), "", constraint{})
	}
	return d
}

// decode reads n into v. key is the node that named the value, for errors about a missing one.
func (d *Decoder) decode(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
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
	if s, ok := v.Addr().Interface().(value.Scalar); ok {
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
func (d *Decoder) decodePointer(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	faults := len(d.Errs)
	v.Set(reflect.New(v.Type().Elem()))
	d.decode(n, key, v.Elem(), path, c)
	if _, isBlock := v.Interface().(placed); !isBlock && len(d.Errs) > faults {
		v.SetZero()
	}
}

func (d *Decoder) decodeStruct(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	sh := d.shapeOf(v.Type())
	home := v.Addr().Interface().(placed)
	home.place(n, key, path)
	if n.Tag == "!!null" && c.emptyItems {
		return
	}
	if n.Kind != yaml.MappingNode && n.Tag != "!!null" {
		d.FailWrite(n, path, d.wrapped(n, key, v.Type(), sh), "wants a block of fields, not %s%s", kindOf(n), variableHint(n))
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
			d.Fail(name, Join(path, name.Value), "unknown field%s", spelling.Suggest(name.Value, sh.names))
			home.spoil()
			continue
		}
		d.decode(value, name, v.FieldByIndex(f.index), Join(path, name.Value), f.constraint)
	}
	for _, name := range sh.required {
		if !home.Has(name) {
			d.Fail(key, path, "%s is missing%s", name, sh.fields[name].hint(name))
		}
	}
}

func (d *Decoder) decodeMap(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	if !d.expect(n, key, yaml.MappingNode, "a block of names", path) {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Content)/2))
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode || name.Tag == "!!merge" {
			continue
		}
		d.checkPlainName(name, Join(path, name.Value))
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, name, item, Join(path, name.Value), constraint{emptyItems: c.emptyItems})
		if item.Kind() != reflect.Pointer || !item.IsNil() {
			v.SetMapIndex(reflect.ValueOf(name.Value), item)
		}
	}
}

func (d *Decoder) decodeList(n, key *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		d.FailWrite(n, path, listWriting(n, key, v.Type().Elem()), "wants a list, not %s%s", kindOf(n), variableHint(n))
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

func (d *Decoder) decodeScalar(n, key *yaml.Node, s value.Scalar, path string) {
	text, isText := n.Value, n.Kind == yaml.ScalarNode
	if !isText {
		text = flattened(n)
	}
	if isText && !d.expect(n, key, yaml.ScalarNode, "a single value", path) {
		return
	}
	err := s.Parse(text)
	switch {
	case !isText:
		fix := Amend(s, text)
		if err == nil {
			fix.Values = []string{text}
		}
		d.FailWrite(n, path, writing(n, key, fix.Values), "wants a single value, not %s%s", kindOf(n), noted(fix))
	case err != nil:
		fix := Amend(s, text)
		d.FailWrite(n, path, writing(n, key, fix.Values), "%s%s", err, noted(fix))
	default:
		d.checkPlainScalar(n, key, path)
	}
}

// noted is what the note of a correction adds to a sentence.
func noted(c correct.Correction) string {
	if c.Note == "" {
		return ""
	}
	return "; " + c.Note
}

// decodePlain reads Go's own types. Text takes numbers as they are written: the id 12345678
// and the version 5 are text to Aura and numbers to YAML.
func (d *Decoder) decodePlain(n, key *yaml.Node, v reflect.Value, path string, c constraint) {
	wants := map[reflect.Kind]string{reflect.String: "text", reflect.Bool: "true or false",
		reflect.Int: "a whole number", reflect.Float64: "a number"}[v.Kind()]
	if !d.expect(n, key, yaml.ScalarNode, wants, path) {
		return
	}
	if !setPlain(n, v, c) {
		fix := correctPlain(n, v, c)
		d.FailWrite(n, path, plainWriting(fix, n, key, v.Kind()), "wants %s, not %s%s%s", wants, spelling.Quote(n.Value), unquoted(n), noted(fix))
		return
	}
	if text := c.check(v); text != "" {
		fix := correct.Correction{}
		if len(c.enum) > 0 {
			fix = correct.Enum(n.Value, c.enum)
		}
		if len(fix.Values) > 0 {
			text = spelling.Quote(n.Value) + " is not known here"
		}
		d.FailWrite(n, path, writing(n, key, fix.Values), "%s%s", text, noted(fix))
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
		if slices.Contains(c.enum, "OFF") && yaml11.IsPlain(n) && yaml11.IsFalse(n.Value) {
			v.SetString("OFF")
			return true
		}
		v.SetString(n.Value)
		return n.Value != "" && (n.Tag != "!!bool" || len(c.enum) > 0)
	case reflect.Bool:
		v.SetBool(yaml11.IsTrue(n.Value))
		return yaml11.IsPlain(n) && yaml11.IsBoolean(n.Value)
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		v.SetInt(int64(i))
		return err == nil && n.Tag == "!!int" && yaml11.Rewritten(n) == n.Value
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		v.SetFloat(f)
		return err == nil && (n.Tag == "!!int" || n.Tag == "!!float") && f-f == 0
	}
	return false
}

// expect reports a value of another kind than the format has at this place.
func (d *Decoder) expect(n, key *yaml.Node, kind yaml.Kind, wants, path string) bool {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		d.Fail(key, path, "has no value: wants %s, or remove the line", wants)
	case n.Kind != kind:
		d.Fail(n, path, "wants %s, not %s", wants, kindOf(n))
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
		return spelling.Quote(v.String()) + " is not known here" + spelling.Suggest(v.String(), c.enum)
	case v.Kind() == reflect.Int && c.low != nil && float64(v.Int()) < *c.low:
		return fmt.Sprintf("%d is too small; at least %g", v.Int(), *c.low)
	case v.Kind() == reflect.Int && c.high != nil && float64(v.Int()) > *c.high:
		return fmt.Sprintf("%d is too large; at most %g", v.Int(), *c.high)
	case v.Kind() == reflect.Float64 && c.low != nil && v.Float() < *c.low:
		return fmt.Sprintf("%g is too small; at least %g", v.Float(), *c.low)
	}
	return ""
}
