package exchange

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
)

// Segment escapes an id for a path. An empty or dotted one would name another endpoint (DELETE
// of an instance would become DELETE of the list), so it never leaves the house.
func Segment(what, id string) (string, error) {
	if strings.Trim(id, ".") == "" || len(id) > 128 {
		return "", fmt.Errorf("%q is not a valid %s id", scrub.Bound(scrub.OneLine(id), 40), what)
	}
	for _, r := range id {
		if !idRune(r) {
			return "", fmt.Errorf("%q is not a valid %s id", scrub.Bound(scrub.OneLine(id), 40), what)
		}
	}
	return url.PathEscape(id), nil
}

// idRune allows what instance ids (hex), tenant ids (UUID) and snapshot ids (UUID or a
// timestamp) are made of.
func idRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-_.:+~", r)
}

// BadRequest is a request that was wrong before it was sent.
func BadRequest(k Call, err error) *failure.Error {
	return &failure.Error{Op: k.Op, InstanceID: k.Instance, Kind: failure.Never, Message: err.Error()}
}
