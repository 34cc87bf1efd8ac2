// Package source is the text of a fleet file: YAML with places, the faults at them, and the line to
// mend where a text is no YAML.
//
// It must not know what fields a fleet has.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/spelling"
)

// MaxBytes is how long a fleet file may be.
const MaxBytes = 16 << 20

// Text is the text of one fleet file; it knows where its lines end.
type Text struct {
	File string
	Data []byte

	// fleet says whether a text is what the file is to be: a line that is mended is tried by it.
	Fleet func(data []byte) bool
}

// ReadYAML returns the root of the one document in src, nil when there is none.
func (src Text) ReadYAML() (*yaml.Node, Errors) {
	if errs := src.checkText(); errs != nil {
		return nil, errs
	}
	dec := yaml.NewDecoder(bytes.NewReader(src.Data))
	root, err := decodeNode(dec)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, src.syntaxError(err)
	}
	second, err := decodeNode(dec)
	switch {
	case errors.Is(err, io.EOF):
		return root.Content[0], nil
	case err != nil:
		return nil, src.syntaxError(err)
	}
	return nil, src.At(second.Line, second.Column, "a second document: a fleet is one document, remove the `---` before it or split the file")
}

// decodeNode turns yaml.v3's panics on odd input into errors.
func decodeNode(dec *yaml.Decoder) (node *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML reader gave up: %v", r)
		}
	}()
	node = new(yaml.Node)
	if err = dec.Decode(node); err != nil {
		return nil, err
	}
	if len(node.Content) == 0 {
		return nil, io.EOF
	}
	return node, nil
}

// checkText finds what yaml.v3 refuses without a usable position.
func (src Text) checkText() Errors {
	if len(src.Data) > MaxBytes {
		return src.At(1, 1, fmt.Sprintf("the file has %d bytes, more than the limit of 16 MiB", len(src.Data)))
	}
	if name := otherEncoding(src.Data); name != "" {
		return src.At(1, 1, fmt.Sprintf("the file is %s, not UTF-8: save it as UTF-8, or convert it with `iconv -f %s -t UTF-8 %s > utf8.yaml`", name, name, src.File))
	}
	line, column := 1, 1
	for rest := src.Data; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && n == 1:
			return src.At(line, column, fmt.Sprintf("byte 0x%02x is not UTF-8 text; if the file is of Western Europe's old kind, convert it with `iconv -f WINDOWS-1252 -t UTF-8 %s > utf8.yaml`", rest[0], src.File))
		case !printable(r):
			return src.At(line, column, fmt.Sprintf("control character %U; in double quotes it can be written as an escape", r))
		case spelling.TurnsText(r):
			return src.At(line, column, fmt.Sprintf("%U turns the direction of reading around, so that the line is not what it looks like: take it out", r))
		case r == '\n':
			line, column = line+1, 0
		}
		column, rest = column+1, rest[n:]
	}
	return nil
}

// printable is the YAML 1.2 character set less the rare line breaks, which editors count
// differently from YAML, so that our line numbers would be wrong after one.
func printable(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < ' ', 0x7f <= r && r <= 0x9f, r == '\u2028', r == '\u2029', r == 0xfffe, r == 0xffff:
		return false
	}
	return true
}

// At makes one error. Column 0 stands for the first character of the line's text.
func (src Text) At(line, column int, text string) Errors {
	return src.Inside(Errors{{File: src.File, Line: line, Column: column, Text: text}})
}

// Inside moves errors into the file whose line or column lies outside of it: YAML places a
// missing value behind the last line.
func (src Text) Inside(errs Errors) Errors {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src.Data)), "\n")
	for i := range errs {
		e := &errs[i]
		e.Line = min(max(e.Line, 1), len(lines))
		own := lines[e.Line-1]
		if e.Column == 0 {
			e.Column = len(own) - len(strings.TrimLeft(own, " \t")) + 1
		}
		e.Column = min(max(e.Column, 1), utf8.RuneCountInString(own)+1)
	}
	return errs
}

// otherEncoding names the encoding of a text that is not UTF-8 by its mark, or by the zeros beside
// its first letter; "" when it may be UTF-8.
func otherEncoding(data []byte) string {
	begins := func(mark string) bool { return bytes.HasPrefix(data, []byte(mark)) }
	zero := func(i int) bool { return i < len(data) && data[i] == 0 }
	switch {
	case begins("\xff\xfe\x00\x00"), begins("\x00\x00\xfe\xff"), zero(1) && zero(2) && zero(3), zero(0) && zero(1) && zero(2):
		return "UTF-32"
	case begins("\xff\xfe"), begins("\xfe\xff"):
		return "UTF-16"
	case zero(1) && !zero(0):
		return "UTF-16LE"
	case zero(0) && !zero(1):
		return "UTF-16BE"
	}
	return ""
}
