package value

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/spelling"
)

// UUID is a tenant or key id, in lower case.
type UUID string

// Parse implements Scalar.
func (u *UUID) Parse(text string) error {
	if !isUUID(text) {
		return fmt.Errorf("%s is not a UUID such as 3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11", spelling.Quote(text))
	}
	*u = UUID(strings.ToLower(text))
	return nil
}

// Syntax describes a UUID.
func (UUID) Syntax() Syntax {
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

// InstanceID is Aura's id of a live instance.
type InstanceID string

// Parse implements Scalar.
func (id *InstanceID) Parse(text string) error {
	if !IsInstanceID(text) {
		return fmt.Errorf("%s is not an instance id: 8 of 0-9 and a-f, such as 0a1b2c3d", spelling.Quote(text))
	}
	*id = InstanceID(text)
	return nil
}

// Syntax describes an instance id; YAML takes 12345678 for a number.
func (InstanceID) Syntax() Syntax {
	return Syntax{Types: []string{"string", "number"}, Pattern: "^[0-9a-f]{8}$", Example: "0a1b2c3d"}
}

// IsInstanceID says whether a text has the form of Aura's ids.
func IsInstanceID(text string) bool {
	for i := range len(text) {
		if !isHex(text[i]) {
			return false
		}
	}
	return len(text) == 8
}

// Correct implements Scalar.
func (UUID) Correct(text string) correct.Correction { return correct.UUID(text) }

// Correct implements Scalar.
func (InstanceID) Correct(text string) correct.Correction { return correct.InstanceID(text) }
