package aurasim

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf16"
)

// Shape is a form in which a reply can come that the documentation does not have.
type Shape string

// The shapes. The content of the reply is in each of them; ShortLength hides a part of it.
const (
	WithBOM         Shape = "bom"
	UTF16LE         Shape = "utf-16le"
	UTF16BE         Shape = "utf-16be"
	Flat            Shape = "flat"
	ListOfOne       Shape = "list"
	BareList        Shape = "bare-list"
	NoID            Shape = "no-id"
	NumericPassword Shape = "numeric-password"
	Surplus         Shape = "surplus"
	ShortLength     Shape = "short-length"
	Twice           Shape = "twice"
)

// Shapes lists them all.
func Shapes() []Shape {
	return []Shape{WithBOM, UTF16LE, UTF16BE, Flat, ListOfOne, BareList, NoID, NumericPassword, Surplus, ShortLength, Twice}
}

// About says what a shape does to a reply; "" for one that there is not.
func (s Shape) About() string {
	return map[Shape]string{
		WithBOM:         "UTF-8 with a byte order mark",
		UTF16LE:         "UTF-16, little-endian, with a byte order mark",
		UTF16BE:         "UTF-16, big-endian, with a byte order mark",
		Flat:            `the object itself, without "data"`,
		ListOfOne:       `{"data":[{...}]}`,
		BareList:        "[{...}]",
		NoID:            `"id" is missing`,
		NumericPassword: "the password is a JSON number of 20 digits",
		Surplus:         "the body again after its end, beyond Content-Length",
		ShortLength:     "Content-Length is half of what is sent",
		Twice:           "the whole response is sent twice",
	}[s]
}

// body changes the JSON of a success. Replies whose data is no object stay as they are, but for Flat.
func (s Shape) body(c *call, p reply) reply {
	whole, ok := p.value.(object)
	if !ok || len(whole) != 1 || whole[0].key != "data" {
		return p
	}
	content := whole[0].value
	inner, isObject := content.(object)
	switch {
	case s == Flat:
		p.value = content
	case !isObject:
	case s == ListOfOne:
		p.value = object{{"data", []object{inner}}}
	case s == BareList:
		p.value = []object{inner}
	case s == NoID:
		p.value = object{{"data", slices.DeleteFunc(slices.Clone(inner), func(m member) bool { return m.key == "id" })}}
	case s == NumericPassword && c.made != nil:
		c.made.Password = "9" + strconv.FormatUint(1e18+c.s.rng.Uint64N(8e18), 10)
		c.made.keep(c.now)
		p.value = object{{"data", replaced(inner, "password", json.RawMessage(c.made.Password))}}
	}
	return p
}

func replaced(o object, key string, value any) object {
	o = slices.Clone(o)
	for i := range o {
		if o[i].key == key {
			o[i].value = value
		}
	}
	return o
}

// wire changes the bytes, and what goes out after them.
func (s Shape) wire(out *outcome) {
	switch s {
	case WithBOM:
		out.body = append([]byte("\ufeff"), out.body...)
	case UTF16LE:
		out.body = inUTF16(out.body, func(b []byte, u uint16) []byte { return append(b, byte(u), byte(u>>8)) })
	case UTF16BE:
		out.body = inUTF16(out.body, func(b []byte, u uint16) []byte { return append(b, byte(u>>8), byte(u)) })
	case Surplus:
		out.surplus = slices.Clone(out.body)
	case ShortLength:
		half := len(out.body) / 2
		out.body, out.surplus = out.body[:half:half], out.body[half:]
	case Twice:
		out.surplus = out.message()
	}
	if s == UTF16LE || s == UTF16BE {
		out.header.Set("Content-Type", "application/json; charset=utf-16")
	}
}

func inUTF16(text []byte, add func([]byte, uint16) []byte) []byte {
	out := add(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(string(text))) {
		out = add(out, u)
	}
	return out
}
