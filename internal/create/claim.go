package create

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// A claim in the credential store comes before every create: of all daemons that share the store,
// whatever their states say, only the one that has it sends the POST.

func newNonce() string {
	nonce := make([]byte, 4)
	rand.Read(nonce) // never fails: the runtime aborts instead
	return hex.EncodeToString(nonce)
}

// claim is the one that the next create of key needs. It may take the place of this fleet's own
// earlier ones for the key, and of the credential of the instance that this state saw go.
func (m *Maker) claim(key string, e reconcile.Entry) secrets.Claim {
	c := m.claimOf(key, e.Claim)
	c.At, c.Stale, c.Gone = m.Clock.Now(), e.Nonces(), e.Former
	return c
}

// claimOf is the claim of one attempt.
func (m *Maker) claimOf(key, nonce string) secrets.Claim {
	return secrets.Claim{Fleet: m.Fleet.Name, Key: key, Nonce: nonce}
}

// notClaimed is a create that was not sent because its key could not be claimed. The claim may
// have been made all the same, so its nonce is kept for the next try.
func (m *Maker) notClaimed(s reconcile.Step, e reconcile.Entry, err error) error {
	m.Ledger[s.Key] = e
	return m.createFailed(s, book.StoreFailure(err), 0, err)
}
