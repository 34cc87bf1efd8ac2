package create

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// A deposit is a password that a person supplies: of an adopted instance, which aurad never saw,
// or one that was changed since.

// CheckDeposit says what is wrong with a deposit for key that is meant for instance id, when e is
// what the ledger says of key.
func CheckDeposit(key string, e reconcile.Entry, id string) error {
	switch {
	case e.Birth != nil && e.Birth.Unread != "":
		return checkSupplied(key, e.Birth.InstanceID, id)
	case e.Birth != nil && e.Birth.Stage == reconcile.Spooled:
		return fmt.Errorf("%s: its password is known and only waits for the store; bring it there with: aurad credential recover", key)
	case e.ID == "":
		return fmt.Errorf("%s: aurad has no instance for it yet; `aurad apply` or `aurad run` makes or adopts it first", key)
	case e.ID != id:
		return fmt.Errorf("%s is instance %s now, and the password is for %s: nothing was stored", key, e.ID, id)
	}
	return nil
}

// checkSupplied is CheckDeposit for a password that was read out of a spooled reply; known is the
// instance that the reply, or a list, tells of.
func checkSupplied(key, known, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("%s: nothing tells which instance its create made; find it in the Aura console by its mark, and give --id ID", key)
	case known != "" && known != id:
		return fmt.Errorf("%s: its create made instance %s, and the password is for %s: nothing was stored", key, known, id)
	}
	return nil
}

// Deposit stores c: a key, an instance id, a fleet and a password, supplied by a person. The rest, where it
// is "", stays as it is stored for the same instance; else user and database are neo4j, and look
// asks Aura for the URI, which a paused instance does not have. No error contains the password.
//
// claim is that of the create whose reply the password was read out of, which it takes the place
// of; zero for any other.
func Deposit(ctx context.Context, store secrets.Store, c secrets.Credential, claim secrets.Claim, look func(context.Context, string) (aura.Instance, error)) error {
	if err := c.Validate(); err != nil {
		return err
	}
	old, err := store.Get(ctx, c.Key)
	switch {
	case errors.Is(err, secrets.ErrMissing):
		old = secrets.Credential{}
	case err != nil:
		return err
	case old.InstanceID != c.InstanceID:
		return fmt.Errorf("%s in %s: %w: it belongs to instance %s", c.Key, store.Name(), secrets.ErrTaken, old.InstanceID)
	}
	c.Origin = secrets.Supplied // unless what is stored says better
	c.URI = cmp.Or(c.URI, old.URI)
	c.Username = cmp.Or(c.Username, old.Username, "neo4j")
	c.Database = cmp.Or(c.Database, old.Database, "neo4j")
	c.InstanceName = cmp.Or(c.InstanceName, old.InstanceName, c.Key)
	if c.URI == "" {
		in, err := look(ctx, c.InstanceID)
		if err != nil {
			return fmt.Errorf("ask Aura for the URI of %s; give --uri to do without: %w", c.Key, err)
		}
		c.URI = in.ConnectionURL
	}
	if c.URI == "" {
		return fmt.Errorf("%s: Aura shows no URI of instance %s while it is paused or new; give --uri, such as neo4j+s://%s.databases.neo4j.io", c.Key, c.InstanceID, c.InstanceID)
	}
	if claim.Nonce != "" {
		c.Origin = secrets.Created
		return store.Create(ctx, c, claim)
	}
	return store.Put(ctx, c)
}

// ClaimOf is the claim that a create under way has in the store; zero when there is none.
func ClaimOf(fleet, key string, e reconcile.Entry) secrets.Claim {
	if e.Birth == nil {
		return secrets.Claim{}
	}
	return secrets.Claim{Fleet: fleet, Key: key, Nonce: e.Birth.Nonce}
}

// Supplies are what people supply to an account whose daemon runs.
type Supplies struct{ *book.Book }

// Accepts checks a deposit against what is known now and adds the URI if it is.
func (s Supplies) Accepts(c secrets.Credential) (secrets.Credential, error) {
	if err := s.checkDeposit(c); err != nil {
		return c, err
	}
	c.Fleet = s.Fleet.Name
	if live, ok := s.Observed.Find(c.InstanceID); ok {
		c.URI = cmp.Or(c.URI, live.ConnectionURL)
	}
	return c, nil
}

// checkDeposit is CheckDeposit with what the newest list shows of a create's mark.
func (s Supplies) checkDeposit(c secrets.Credential) error {
	e := s.Ledger[c.Key]
	if r := e.Recover(s.Observed, s.Clock.Now()); r.Next == reconcile.NextPerson {
		return checkSupplied(c.Key, r.InstanceID, c.InstanceID)
	}
	return CheckDeposit(c.Key, e, c.InstanceID)
}

// Deposited remembers that a person's credential is stored.
func (s Supplies) Deposited(c secrets.Credential, by string) error {
	if err := s.checkDeposit(c); err != nil {
		return err
	}
	e, err := Supplied(s.State, c.Key, s.Ledger[c.Key], s.supplied(c.Key, c.InstanceID))
	if err != nil {
		return err
	}
	s.Ledger[c.Key] = e
	s.Note(c.Key, "its password was supplied by "+by+" and is in "+s.Store.Name())
	return nil
}
