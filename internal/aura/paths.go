package aura

import (
	"fmt"
	"net/url"
	"strings"
)

// segment escapes an id for a path. An empty or dotted one would name another endpoint (DELETE
// of an instance would become DELETE of the list), so it never leaves the house.
func segment(what, id string) (string, error) {
	if strings.Trim(id, ".") == "" || len(id) > 128 {
		return "", fmt.Errorf("%q is not a valid %s id", bound(oneLine(id), 40), what)
	}
	for _, r := range id {
		if !idRune(r) {
			return "", fmt.Errorf("%q is not a valid %s id", bound(oneLine(id), 40), what)
		}
	}
	return url.PathEscape(id), nil
}

// idRune allows what instance ids (hex), tenant ids (UUID) and snapshot ids (UUID or a
// timestamp) are made of.
func idRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-_.:+~", r)
}

// badRequest is a request that was wrong before it was sent.
func badRequest(k call, err error) *Error {
	return &Error{Op: k.op, InstanceID: k.instance, Kind: Never, Message: err.Error()}
}
