package packstream

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// deepest is how far values may be nested: what comes from a network is not to exhaust the stack.
const deepest = 64

var errShort = errors.New("unpack: the message ends within a value")

// Unpack reads the one value that b is.
func Unpack(b []byte) (any, error) {
	r := reader{rest: b}
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("unpack: %d bytes after the value", len(r.rest))
	}
	return v, nil
}

type reader struct{ rest []byte }

// next takes n bytes. A size that is larger than what is left can't make anybody allocate.
func (r *reader) next(n int) ([]byte, error) {
	if n > len(r.rest) {
		return nil, errShort
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b, nil
}

func (r *reader) value(depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("unpack: nested deeper than %d", deepest)
	}
	marker, err := r.next(1)
	if err != nil {
		return nil, err
	}
	m := marker[0]
	if m <= math.MaxInt8 || m >= 0xF0 {
		return int64(int8(m)), nil
	}
	if n := int(m & 0x0F); m < null {
		return r.sized(m&0xF0, n, depth)
	}
	if m >= bytes8 {
		return r.withSize(m, depth)
	}
	return r.scalar(m)
}

func (r *reader) scalar(m byte) (any, error) {
	switch m {
	case null:
		return nil, nil
	case trueMarker, falseMarker:
		return m == trueMarker, nil
	case float:
		b, err := r.next(8)
		if err != nil {
			return nil, err
		}
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	case int8Marker, int16Marker, int32Marker, int64Marker:
		b, err := r.next(1 << (m - int8Marker))
		if err != nil {
			return nil, err
		}
		return signed(b), nil
	}
	return nil, fmt.Errorf("unpack: the marker %02X is reserved", m)
}

func signed(b []byte) int64 {
	v := int64(int8(b[0]))
	for _, c := range b[1:] {
		v = v<<8 | int64(c)
	}
	return v
}

// withSize reads a value whose size follows its marker: 8, 16 or 32 bits in each group of markers.
func (r *reader) withSize(m byte, depth int) (any, error) {
	group := m &^ 3
	wide := m - group
	if wide > 2 || group > dictionary8 {
		return nil, fmt.Errorf("unpack: the marker %02X is reserved", m)
	}
	b, err := r.next(1 << wide)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return r.sized(group, n, depth)
}

func (r *reader) sized(group byte, n, depth int) (any, error) {
	switch group {
	case bytes8:
		return r.next(n)
	case string8, tinyString:
		b, err := r.next(n)
		if err == nil && !utf8.Valid(b) {
			err = errors.New("unpack: a string that is not UTF-8")
		}
		return string(b), err
	case list8, tinyList:
		return r.list(n, depth)
	case dictionary8, tinyDictionary:
		return r.dictionary(n, depth)
	}
	return r.structure(n, depth)
}

func (r *reader) list(n, depth int) ([]any, error) {
	if n > len(r.rest) {
		return nil, errShort
	}
	list := make([]any, n)
	for i := range list {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

func (r *reader) dictionary(n, depth int) (map[string]any, error) {
	if n > len(r.rest)/2 {
		return nil, errShort
	}
	d := make(map[string]any, n)
	for range n {
		pair, err := r.list(2, depth)
		if err != nil {
			return nil, err
		}
		key, ok := pair[0].(string)
		if _, twice := d[key]; !ok || twice {
			return nil, fmt.Errorf("unpack: a dictionary's key is %v, not a string of its own", pair[0])
		}
		d[key] = pair[1]
	}
	return d, nil
}

func (r *reader) structure(n, depth int) (Structure, error) {
	tag, err := r.next(1)
	if err != nil {
		return Structure{}, err
	}
	fields, err := r.list(n, depth)
	return Structure{tag[0], fields}, err
}
