package wire

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON is UTF-8 without a byte order mark, but proxies and older servers send the other forms of
// Unicode as well. What can't be decoded becomes U+FFFD.

// marks of the encodings, the longer before its own beginning.
var byteOrderMarks = []struct {
	mark   string
	decode func([]byte) []byte
}{
	{"\xef\xbb\xbf", bytes.Clone},
	{"\xff\xfe\x00\x00", utf32(binary.LittleEndian)},
	{"\x00\x00\xfe\xff", utf32(binary.BigEndian)},
	{"\xff\xfe", utf16text(binary.LittleEndian)},
	{"\xfe\xff", utf16text(binary.BigEndian)},
}

// plainText returns raw in UTF-8 without a byte order mark. Without a mark the places of the zero
// bytes tell, since a reply begins with ASCII.
func plainText(raw []byte) []byte {
	for _, m := range byteOrderMarks {
		if rest, ok := bytes.CutPrefix(raw, []byte(m.mark)); ok {
			return m.decode(rest)
		}
	}
	zero := func(i int) bool { return len(raw) > i && raw[i] == 0 }
	switch {
	case zero(1) && zero(2) && zero(3):
		return utf32(binary.LittleEndian)(raw)
	case zero(0) && zero(1) && zero(2):
		return utf32(binary.BigEndian)(raw)
	case zero(1):
		return utf16text(binary.LittleEndian)(raw)
	case zero(0):
		return utf16text(binary.BigEndian)(raw)
	}
	return raw
}

func utf16text(order binary.ByteOrder) func([]byte) []byte {
	return func(raw []byte) []byte {
		units := make([]uint16, 0, len(raw)/2)
		for ; len(raw) >= 2; raw = raw[2:] {
			units = append(units, order.Uint16(raw))
		}
		return []byte(string(utf16.Decode(units)))
	}
}

func utf32(order binary.ByteOrder) func([]byte) []byte {
	return func(raw []byte) []byte {
		var b strings.Builder
		for ; len(raw) >= 4; raw = raw[4:] {
			r := rune(order.Uint32(raw))
			if !utf8.ValidRune(r) {
				r = utf8.RuneError
			}
			b.WriteRune(r)
		}
		return []byte(b.String())
	}
}
