package secrets_test

import (
	"testing"

	"github.com/aurad/aurad/secrets"
)

// What a store says of an instance is ownership only if aurad's own create or adoption in this fleet
// wrote it, and the fleet has a name.
func TestProves(t *testing.T) {
	for _, c := range []struct {
		stored  secrets.Owned
		by      string
		ourFile bool
	}{
		{secrets.Owned{Fleet: "acme", Origin: secrets.Created}, "acme", true},
		{secrets.Owned{Fleet: "acme", Origin: secrets.Adopted}, "acme", true},
		{secrets.Owned{Fleet: "acme", Origin: secrets.Supplied}, "acme", false},
		{secrets.Owned{Fleet: "acme"}, "acme", false},
		{secrets.Owned{Fleet: "beta", Origin: secrets.Created}, "acme", false},
		{secrets.Owned{Fleet: "default", Origin: secrets.Created}, "default", false},
		{secrets.Owned{Origin: secrets.Created}, "", false},
		{secrets.Owned{Origin: secrets.Created}, "acme", false},
	} {
		if got := c.stored.Proves(c.by, "default"); got != c.ourFile {
			t.Errorf("%+v for %q: %v, want %v", c.stored, c.by, got, c.ourFile)
		}
	}
}
