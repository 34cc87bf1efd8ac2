package daemon

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"

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
func (d *Daemon) claim(key string, e reconcile.Entry) secrets.Claim {
	c := d.claimOf(key, e.Claim)
	c.At, c.Stale, c.Gone = d.Clock.Now(), e.Nonces(), e.Former
	return c
}

// claimOf is the claim of one attempt.
func (d *Daemon) claimOf(key, nonce string) secrets.Claim {
	return secrets.Claim{Fleet: d.Fleet.Name, Key: key, Nonce: nonce}
}

// notClaimed is a create that was not sent because its key could not be claimed. The claim may
// have been made all the same, so its nonce is kept for the next try.
func (d *Daemon) notClaimed(s reconcile.Step, e reconcile.Entry, err error) error {
	d.ledger[s.Key] = e
	return d.createFailed(s, storeFailure(err), 0, err)
}

// TryAgain lets the next turn try what waits for a person: one who asks may have mended it. That is
// not remembered: what fails again says so anew.
func (d *Daemon) TryAgain() {
	for key, e := range d.ledger {
		d.ledger[key] = e.TriedAgain()
	}
}

// release gives back what this fleet claimed for a key that it has nothing to do with any more.
// A store that does not answer keeps the claim: it holds up nobody but who wants the same key.
func (d *Daemon) release(ctx context.Context, key string) {
	mine := d.ledger[key].Nonces()
	if len(mine) == 0 {
		return
	}
	found, err := d.Store.Claimed(ctx, key)
	if err == nil && found.Fleet == d.Fleet.Name && slices.Contains(mine, found.Nonce) {
		err = d.Store.Release(ctx, found)
	}
	if err != nil && !errors.Is(err, secrets.ErrMissing) {
		d.Log.Warn("a claim may be left in the credential store; free it with: aurad credential release-claim "+key, "key", key, "error", err)
	}
}
