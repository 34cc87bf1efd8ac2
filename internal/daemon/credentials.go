package daemon

import (
	"context"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/secrets"
)

// What a person does about a credential is in the status at once: whoever changed one looks there next.

// supplies are what people do about credentials.
type supplies struct {
	creates *create.Maker
	board   *board
	look    func(ctx context.Context, id string) (aura.Instance, error)
}

// Accepts checks a person's credential against what is known now and adds what of it is. The claim is that of
// the create which it takes the place of; zero for none.
func (s supplies) Accepts(c secrets.Credential) (secrets.Credential, secrets.Claim, error) {
	claim := create.ClaimOf(s.creates.Fleet.Name, c.Key, s.creates.Ledger[c.Key])
	c, err := s.creates.Accepts(c)
	return c, claim, err
}

// Deposit stores what was accepted. It asks the store, and may ask Aura, so that any goroutine may call it.
func (s supplies) Deposit(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	return create.Deposit(ctx, s.creates.Store, c, claim, s.look)
}

// Deposited remembers that a person's credential is stored.
func (s supplies) Deposited(c secrets.Credential, by string) error {
	defer s.showCredentials()
	return s.creates.Deposited(c, by)
}

// Discard forgets a reply that a person found no password in. The instance counts as lost then.
func (s supplies) Discard(key, by string) error {
	defer s.showCredentials()
	return s.creates.Discard(key, by)
}

// RecoverSpooled brings every password that is spooled to the store.
func (s supplies) RecoverSpooled(ctx context.Context) ([]create.Recovered, error) {
	defer s.showCredentials()
	return s.creates.RecoverSpooled(ctx)
}

func (s supplies) showCredentials() { s.board.showCredentials(s.creates.Credentials()) }
