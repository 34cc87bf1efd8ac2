package vault

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aurad/aurad/secrets"
)

var segment = regexp.MustCompile(`\A[A-Za-z0-9_][A-Za-z0-9_.-]*\z`)

// validPath accepts a relative path of plain segments. Vault's client would resolve `..`, and a
// server in between could decode `%2e`.
func validPath(path string) error {
	for s := range strings.SplitSeq(path, "/") {
		if !segment.MatchString(s) {
			return fmt.Errorf("%w: %q is not a path of segments like [A-Za-z0-9_][A-Za-z0-9_.-]*", secrets.ErrRefused, path)
		}
	}
	return nil
}

// secretPath is the only place where a key becomes a path below the mount.
func (s *mount) secretPath(key string) (string, error) {
	if err := secrets.ValidKey(key); err != nil {
		return "", fmt.Errorf("%s: %w", s.Name(), err)
	}
	return s.path + "/" + key, nil
}
