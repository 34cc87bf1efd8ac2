package secrets

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
)

// Redacted stands where a Secret would have been printed.
const Redacted = "[secret]"

// Secret is a value that no formatter, encoder or logger shows. Only Reveal does.
//
// The value hangs on a closure: fmt's %#v and reflection-based dumpers stop at a func, so not
// even a parent struct printed whole gives it away.
type Secret struct{ reveal func() string }

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{func() string { return value }} }

// Reveal returns the value; "" for the zero Secret. Call it only to hand the value to its store
// or its server.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Equal compares two secrets in constant time.
func (s Secret) Equal(o Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// Format hides the value from every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, Redacted) }

func (s Secret) String() string               { return Redacted }
func (s Secret) GoString() string             { return Redacted }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(Redacted) }
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Redacted) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
func (s Secret) MarshalYAML() (any, error)    { return Redacted, nil }
