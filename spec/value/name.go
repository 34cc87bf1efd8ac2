package value

import (
	"fmt"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/spelling"
)

// Key is the pattern of instance keys and of the names of schedules, calendars and accounts.
type Key string

// LongestKey is in letters.
const LongestKey = 30

// Parse implements Scalar.
func (k *Key) Parse(text string) error {
	if !IsName(text, LongestKey) {
		return fmt.Errorf("%s can't be a name: 1 to 30 of a-z, 0-9 and -, the first not a -", spelling.Quote(text))
	}
	*k = Key(text)
	return nil
}

// Syntax describes a key.
func (Key) Syntax() Syntax {
	return Syntax{Pattern: "^[a-z0-9][a-z0-9-]{0,29}$", Example: "orders-dev"}
}

// DefaultFleet is the name of a fleet whose file gives none. No file may write it.
const DefaultFleet = "default"

// FleetName is the name of a fleet. It ends in paths of folders and of secrets.
type FleetName string

const longestFleetName = 63

// Correct implements Scalar.
func (Key) Correct(text string) correct.Correction { return correct.Name(text, LongestKey) }

// Parse implements Scalar.
func (f *FleetName) Parse(text string) error {
	switch {
	case text == DefaultFleet:
		return fmt.Errorf("a fleet that names itself can't be called default, which is what nameless ones are called: choose a name such as acme-databases")
	case !IsName(text, longestFleetName):
		return fmt.Errorf("%s can't be the name of a fleet: 1 to 63 of a-z, 0-9 and -, the first not a -", spelling.Quote(text))
	}
	*f = FleetName(text)
	return nil
}

// Syntax describes the name of a fleet.
func (FleetName) Syntax() Syntax {
	return Syntax{Pattern: "^[a-z0-9][a-z0-9-]{0,62}$", Example: "acme-databases"}
}

// Correct implements Scalar.
func (FleetName) Correct(text string) correct.Correction {
	if text == DefaultFleet {
		return correct.Correction{}
	}
	return correct.Name(text, longestFleetName)
}

// IsName says whether a text is 1 to most of what names are made of.
func IsName(s string, most int) bool {
	for _, r := range []byte(s) {
		if !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-') {
			return false
		}
	}
	return 1 <= len(s) && len(s) <= most && s[0] != '-'
}
