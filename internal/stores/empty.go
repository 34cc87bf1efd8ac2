package stores

import (
	"context"
	"fmt"

	"github.com/aurad/aurad/secrets"
)

// Empty stands for a store that is not there yet, or that a plan has to do without.
type Empty struct {
	Title  string
	Reason error // why it can't be asked; nil when there is just nothing in it
}

var errReadOnly = fmt.Errorf("%w: a plan writes nothing", secrets.ErrRefused)

func (e Empty) Name() string                                                  { return e.Title }
func (Empty) Preflight(context.Context, secrets.Claim) error                  { return errReadOnly }
func (Empty) Claim(context.Context, secrets.Claim) error                      { return errReadOnly }
func (Empty) Release(context.Context, secrets.Claim) error                    { return errReadOnly }
func (Empty) Create(context.Context, secrets.Credential, secrets.Claim) error { return errReadOnly }
func (Empty) Rename(context.Context, string, string) error                    { return errReadOnly }
func (Empty) Put(context.Context, secrets.Credential) error                   { return errReadOnly }
func (Empty) Adopt(context.Context, secrets.Owned, string) error              { return errReadOnly }
func (Empty) Move(context.Context, secrets.Move) error                        { return errReadOnly }
func (e Empty) List(context.Context) ([]secrets.Owned, error)                 { return nil, e.Reason }
func (Empty) Destroy(context.Context, string, string) error                   { return errReadOnly }
func (Empty) Claimed(context.Context, string) (secrets.Claim, error) {
	return secrets.Claim{}, secrets.ErrMissing
}
func (Empty) Get(context.Context, string) (secrets.Credential, error) {
	return secrets.Credential{}, secrets.ErrMissing
}
