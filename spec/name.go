package spec

import "fmt"

// key is the pattern of instance keys and of the names of schedules, calendars and accounts.
type key string

const longestKey = 30

func (k *key) parse(text string) error {
	if !isName(text, longestKey) {
		return fmt.Errorf("%s can't be a name: 1 to 30 of a-z, 0-9 and -, the first not a -", quote(text))
	}
	*k = key(text)
	return nil
}

// Syntax describes a key.
func (key) Syntax() Syntax {
	return Syntax{Pattern: "^[a-z0-9][a-z0-9-]{0,29}$", Example: "orders-dev"}
}

// fleetName is the name of a fleet. It ends in paths of folders and of secrets.
type fleetName string

const longestFleetName = 63

func (f *fleetName) parse(text string) error {
	switch {
	case text == DefaultFleet:
		return fmt.Errorf("a fleet that names itself can't be called default, which is what nameless ones are called: choose a name such as acme-databases")
	case !isName(text, longestFleetName):
		return fmt.Errorf("%s can't be the name of a fleet: 1 to 63 of a-z, 0-9 and -, the first not a -", quote(text))
	}
	*f = fleetName(text)
	return nil
}

// CheckFleetName says what is wrong with the name of a fleet.
func CheckFleetName(text string) error {
	var f fleetName
	return f.parse(text)
}

// Syntax describes the name of a fleet.
func (fleetName) Syntax() Syntax {
	return Syntax{Pattern: "^[a-z0-9][a-z0-9-]{0,62}$", Example: "acme-databases"}
}

func isName(s string, most int) bool {
	for _, r := range []byte(s) {
		if !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-') {
			return false
		}
	}
	return 1 <= len(s) && len(s) <= most && s[0] != '-'
}
