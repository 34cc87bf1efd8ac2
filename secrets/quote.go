package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

const bareBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:@%,"

// Quote returns value as the right-hand side of NAME=value, so that a shell that sources it and
// a dotenv parser read the same bytes and neither expands anything. Which form serves:
//
//   - bare, if only harmless bytes occur (all of Aura's passwords): every reader agrees, even
//     those that know no quotes, such as docker run --env-file
//   - 'single quoted', taken literally, if there is no single quote in it
//   - "double quoted", if there is; then \ " $ and ` carry a backslash, as POSIX shells and
//     systemd's EnvironmentFile want it (dotenv parsers differ on \$ and on \`)
//
// Newlines stay as they are within quotes.
func Quote(value string) string {
	if value == "" {
		return "''"
	}
	if strings.Trim(value, bareBytes) == "" {
		return value
	}
	if !strings.Contains(value, "'") {
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(value) + `"`
}

// FormatEnv returns the six lines of c, each ended by a newline, values shown.
func FormatEnv(c Credential) []byte {
	var b bytes.Buffer
	for _, p := range c.Env() {
		fmt.Fprintf(&b, "%s=%s\n", p.Name, Quote(p.Value.Reveal()))
	}
	return b.Bytes()
}

// ParseEnv reads what FormatEnv wrote, also after a person edited it: blank lines, # comments
// on lines of their own and a leading `export` are passed over, other names are ignored, and a
// bare value may hold blanks, as in the file that Aura offers for download. Its errors name the
// line and never quote it.
func ParseEnv(key string, text []byte) (Credential, error) {
	fields, err := parseLines(string(text))
	if err != nil {
		return Credential{}, err
	}
	return FromEnv(key, func(name string) (string, bool) { v, ok := fields[name]; return v, ok })
}

func parseLines(text string) (map[string]string, error) {
	fields := map[string]string{}
	total := len(text)
	fail := func(why string, rest string) error {
		line := 1 + strings.Count(text[:total-len(rest)], "\n")
		return fmt.Errorf("line %d: %s", line, why)
	}
	for rest := strings.TrimLeft(text, " \t\r\n"); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n") {
		if rest[0] == '#' {
			_, rest, _ = strings.Cut(rest, "\n")
			continue
		}
		name, after, ok := strings.Cut(rest, "=")
		name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
		if !ok || !validName(name) {
			return nil, fail("not of the form NAME=value", rest)
		}
		if _, twice := fields[name]; twice {
			return nil, fail(name+" occurs twice", rest)
		}
		value, tail, err := unquote(after)
		if err != nil {
			return nil, fail(err.Error(), rest)
		}
		fields[name], rest = value, tail
	}
	return fields, nil
}

func validName(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// unquote reads one value at the start of text and returns what follows its line.
func unquote(text string) (value, rest string, err error) {
	switch {
	case strings.HasPrefix(text, "'"):
		value, rest, ok := strings.Cut(text[1:], "'")
		if !ok {
			return "", "", errors.New("a single quote is not closed")
		}
		return endOfLine(value, rest)
	case strings.HasPrefix(text, `"`):
		return unquoteDouble(text[1:])
	}
	value, rest, _ = strings.Cut(text, "\n")
	value = strings.TrimRight(value, " \t\r")
	if strings.Contains(value, " #") {
		return "", "", errors.New("a value with # needs quotes")
	}
	return value, rest, nil
}

func unquoteDouble(text string) (value, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			return endOfLine(b.String(), text[i+1:])
		case '$', '`':
			return "", "", fmt.Errorf("%c in double quotes would be expanded by a shell", c)
		case '\\':
			if i+1 < len(text) && strings.IndexByte("\\\"$`", text[i+1]) >= 0 {
				i++
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", errors.New("a double quote is not closed")
}

// endOfLine lets nothing but blanks follow a closing quote.
func endOfLine(value, rest string) (string, string, error) {
	line, next, _ := strings.Cut(rest, "\n")
	if strings.TrimSpace(line) != "" {
		return "", "", errors.New("text after the closing quote")
	}
	return value, next, nil
}
