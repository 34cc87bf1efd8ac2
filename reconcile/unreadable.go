package reconcile

import (
	"slices"
	"strings"
)

// Complete reports whether the newest list shows every instance that there is. One with entries
// that name no id does not: who is not in it may be one of them.
func (o Observed) Complete() bool { return len(o.Unreadable) == 0 }

// hidesName reports whether an instance of this name, or one born for it, is listed without an id.
func (o Observed) hidesName(name string) bool {
	return slices.ContainsFunc(o.Unreadable, func(n string) bool { return n == name || marked(n, name) })
}

// hidesMark reports whether an entry without an id may be the instance that carries nonce.
func (o Observed) hidesMark(nonce string) bool {
	return slices.ContainsFunc(o.Unreadable, func(n string) bool { return n == "" || strings.HasSuffix(n, "~"+nonce) })
}
