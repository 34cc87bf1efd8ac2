package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// object is a JSON object read member by member, as far as it goes.
type object struct {
	members []member
	cut     bool // the text ended inside of it
	garbled bool // from here on it is no JSON
}

type member struct {
	name  string
	value json.RawMessage // whole; nil for the one that the cut went through
}

// nested is how deep the object of a create is looked for: {"data":[{...}]} is two deep.
const nested = 4

// findCreated finds the object that tells of a new instance: one with a password, or else an id.
// It may be in "data", in a list of one, or in text of its own.
func findCreated(raw []byte) (object, bool) {
	if at := bytes.IndexAny(raw, `{["`); at >= 0 {
		return descend(raw[at:], nested)
	}
	return object{}, false
}

func descend(raw []byte, depth int) (object, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || depth == 0 {
		return object{}, false
	}
	switch raw[0] {
	case '{':
		o := readObject(raw)
		if inner, ok := o.inner(depth); ok {
			return inner, true
		}
		return o, o.cut || o.has("password") || o.has("id")
	case '[':
		return onlyItem(raw, depth)
	case '"':
		var text string
		if json.NewDecoder(bytes.NewReader(raw)).Decode(&text) == nil {
			return descend([]byte(text), depth-1)
		}
	}
	return object{}, false
}

// inner is the object in "data". One that the cut went through is read from the text itself.
func (o object) inner(depth int) (object, bool) {
	i := slices.IndexFunc(o.members, func(m member) bool { return m.name == "data" })
	if i < 0 {
		return object{}, false
	}
	return descend(o.members[i].value, depth-1)
}

// onlyItem is the one item of a list. Of two nobody could say which is the new instance.
func onlyItem(raw []byte, depth int) (object, bool) {
	var items []json.RawMessage
	d := json.NewDecoder(bytes.NewReader(raw))
	if d.Decode(&items) == nil {
		if len(items) != 1 {
			return object{}, false
		}
		return descend(items[0], depth-1)
	}
	return descend(raw[1:], depth-1) // cut: the first item is where the text ends
}

// readObject reads the members of the object that raw begins with. The last value of one that is cut
// is kept as far as it goes if it may hold what is looked for.
func readObject(raw []byte) (o object) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return o.ended(err)
	}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			return o.ended(err)
		}
		rest := raw[d.InputOffset():]
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			o.members = append(o.members, member{name, halfOpen(rest)})
			return o.ended(err)
		}
		o.members = append(o.members, member{name, value})
	}
	if _, err := d.Token(); err != nil {
		return o.ended(err)
	}
	return o
}

// ended notes why no more of an object could be read.
func (o object) ended(err error) object {
	o.cut = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	o.garbled = !o.cut
	return o
}

// halfOpen is an object, a list or a text that the reply ends in; nil for any other value.
func halfOpen(rest []byte) json.RawMessage {
	rest = bytes.TrimLeft(rest, ": \t\r\n")
	if len(rest) > 0 && strings.ContainsRune(`{["`, rune(rest[0])) {
		return rest
	}
	return nil
}

func (o object) has(name string) bool {
	return slices.ContainsFunc(o.members, func(m member) bool { return strings.EqualFold(m.name, name) })
}

// created reads the members; certain is false when one that matters is there twice and differs, or
// is of a kind that nobody could tell a value from.
func (o object) created() (w created, certain bool) {
	said := map[string]string{}
	for _, m := range o.members {
		name := strings.ToLower(m.name)
		if name != "id" && name != "password" {
			w.take(name, m.value)
			continue
		}
		before, twice := said[name]
		if twice && before != string(m.value) || len(m.value) > 0 && strings.ContainsRune("{[tf", rune(m.value[0])) {
			return created{}, false
		}
		said[name] = string(m.value)
		w.take(name, m.value)
	}
	return w, true
}

// take sets the member of that name; one of a wrong type, or cut, stays as it was.
func (w *created) take(name string, value json.RawMessage) {
	raw, err := json.Marshal(map[string]json.RawMessage{name: value})
	with := *w
	if err == nil && json.Unmarshal(raw, &with) == nil {
		*w = with
	}
}

// familiar reports whether each member is one that Aura sends, so that nothing else can be in it.
func (o object) familiar() bool {
	sent := []string{"id", "name", "tenant_id", "cloud_provider", "region", "type", "connection_url", "username", "password", "created_at"}
	strange := func(m member) bool {
		return !slices.Contains(sent, m.name) && (m.name != "data" || len(m.value) > 0)
	}
	return !o.garbled && !slices.ContainsFunc(o.members, strange)
}
