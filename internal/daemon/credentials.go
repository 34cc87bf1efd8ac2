package daemon

import (
	"context"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/secrets"
)

// What a person does about a credential is in the status at once: whoever changed one looks there next.

// supplies are what people do about credentials.
type supplies struct {
	creates *create.Maker
	board   *board
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
