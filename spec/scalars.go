package spec

import (
	"fmt"
	"strings"
	"time"
)

// Syntax describes a value that has a syntax of its own to those who describe the format to
// others, such as package spec/schema.
type Syntax struct {
	Types   []string // JSON types that YAML may make of it, "string" first; nil is "string" alone
	Pattern string   // ECMA 262; "" when Enum says it all
	Enum    []string
	Example string
}

// uuid is a tenant or key id, in lower case.
type uuid string

func (u *uuid) parse(text string) error {
	if !isUUID(text) {
		return fmt.Errorf("%s is not a UUID such as 3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11", quote(text))
	}
	*u = uuid(strings.ToLower(text))
	return nil
}

// Syntax describes a UUID.
func (uuid) Syntax() Syntax {
	return Syntax{Pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", Example: "3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11"}
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, r := range []byte(strings.ToLower(text)) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (r == '-') || !hyphen && !isHex(r) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// instanceID is Aura's id of a live instance.
type instanceID string

func (id *instanceID) parse(text string) error {
	if !isInstanceID(text) {
		return fmt.Errorf("%s is not an instance id: 8 of 0-9 and a-f, such as 0a1b2c3d", quote(text))
	}
	*id = instanceID(text)
	return nil
}

// Syntax describes an instance id; YAML takes 12345678 for a number.
func (instanceID) Syntax() Syntax {
	return Syntax{Types: []string{"string", "number"}, Pattern: "^[0-9a-f]{8}$", Example: "0a1b2c3d"}
}

func isInstanceID(text string) bool {
	for i := range len(text) {
		if !isHex(text[i]) {
			return false
		}
	}
	return len(text) == 8
}

// version is the major version of Neo4j that an instance is created with.
type version string

func (v *version) parse(text string) error {
	if text != "4" && text != "5" {
		return fmt.Errorf("%s is not a version Aura takes: 5 (the newest, calendar versions too) or 4", quote(text))
	}
	*v = version(text)
	return nil
}

// Syntax describes a version, with or without quotes.
func (version) Syntax() Syntax {
	return Syntax{Types: []string{"string", "integer"}, Enum: []string{"4", "5"}, Example: "5"}
}

// duration is Go's syntax and, in front, whole days: 90s, 72h, 7d, 1d12h.
type duration time.Duration

const longest = 3650 * 24 * time.Hour

func (d *duration) parse(text string) error {
	v, err := parseDuration(text)
	if err != nil {
		return err
	}
	*d = duration(v)
	return nil
}

// Syntax describes a duration.
func (duration) Syntax() Syntax {
	return Syntax{Pattern: `^([0-9]+d)?([0-9]+(\.[0-9]+)?(h|m|s|ms))*$`, Example: "72h"}
}

func parseDuration(text string) (time.Duration, error) {
	bad := fmt.Errorf("%s is not a duration such as 90s, 25m, 72h or 7d", quote(text))
	if text != "" && strings.Trim(text, "0123456789") == "" {
		return 0, fmt.Errorf("%s has no unit, such as %sm, %sh or %sd", quote(text), text, text, text)
	}
	var days time.Duration
	rest := text
	if number, after, ok := strings.Cut(text, "d"); ok {
		n, ok := digits(number, 1, 4)
		if !ok {
			return 0, bad
		}
		days, rest = time.Duration(n)*24*time.Hour, after
	}
	if rest == "" && days == 0 && text != "0d" {
		return 0, bad
	}
	var hours time.Duration
	if rest != "" {
		var err error
		if hours, err = time.ParseDuration(rest); err != nil {
			return 0, bad
		}
	}
	switch sum := days + hours; {
	case hours < 0:
		return 0, fmt.Errorf("%s is negative", quote(text))
	case hours > longest || sum > longest:
		return 0, fmt.Errorf("%s is longer than ten years", quote(text))
	default:
		return sum, nil
	}
}

// digits reads a decimal number of low to high digits and nothing else.
func digits(text string, low, high int) (int, bool) {
	if len(text) < low || len(text) > high {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// vaultPath is a path without any way out of itself: Vault's client cleans `..` away silently.
type vaultPath string

func (p *vaultPath) parse(text string) error {
	for part := range strings.SplitSeq(text, "/") {
		if part == "." || part == ".." || !isPathWord(part) {
			return fmt.Errorf("%s is not a Vault path: words of letters, digits, _ - and . joined by /, such as teams/aura", quote(text))
		}
	}
	*p = vaultPath(text)
	return nil
}

// Syntax describes a Vault path.
func (vaultPath) Syntax() Syntax {
	return Syntax{Pattern: "^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", Example: "aura"}
}

func isPathWord(s string) bool {
	return !strings.Contains(s, "/") && isWord(strings.ReplaceAll(s, ".", "-"))
}
