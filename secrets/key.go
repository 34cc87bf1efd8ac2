package secrets

import (
	"fmt"
	"regexp"
)

var keyPattern = regexp.MustCompile(`\A[a-z0-9][a-z0-9-]{0,29}\z`)

// ValidKey returns nil when key may become part of a path, else an error that is ErrRefused.
//
// Every store asks it at the place where the path is built, whoever checked before: the Vault
// client cleans `..` away without a word, and a path that left its prefix would be written.
func ValidKey(key string) error {
	if keyPattern.MatchString(key) {
		return nil
	}
	return fmt.Errorf("%w: the key %q is not of the form [a-z0-9][a-z0-9-]{0,29}", ErrRefused, key)
}
