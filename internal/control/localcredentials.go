package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

func (l *Local) Credentials(context.Context) (map[string]reconcile.Credential, error) {
	rows := map[string]reconcile.Credential{}
	if !folder.Exists(l.Dir) {
		return rows, errors.New("there is no state folder " + l.Dir)
	}
	at, err := l.Clock()
	if err != nil {
		return rows, err
	}
	for _, one := range folder.All(l.Dir) {
		err := l.change(one, func(s *state.State) error {
			led, err := s.Ledger()
			for key, e := range led {
				if rows[key].InstanceID == "" { // of a key that moved, the account that has its instance knows
					rows[key] = e.CredentialOf(key, observed.Fleet{}, at.Now())
				}
			}
			return err
		})
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

func (l *Local) Recover(ctx context.Context) (all []create.Recovered, err error) {
	fleet, err := l.Fleet()
	if err != nil || !folder.Exists(l.Dir) {
		return nil, err
	}
	at, err := l.Clock()
	if err != nil {
		return nil, err
	}
	for _, a := range fleet.Accounts {
		own := folder.Of(l.Dir, a.Name)
		if !folder.Exists(own) {
			continue
		}
		its, err := l.recoverAccount(ctx, fleet.For(a.Name), own, at)
		if all = append(all, its...); err != nil {
			return all, err
		}
	}
	return all, nil
}

// recoverAccount brings what waits in the state of one account to the store.
func (l *Local) recoverAccount(ctx context.Context, part *spec.Fleet, dir string, at clock.Clock) (all []create.Recovered, err error) {
	err = l.change(dir, func(s *state.State) error {
		store, release, err := l.Store(part)
		if err != nil {
			return err
		}
		all, err = create.Recover(ctx, part, s, store, at)
		return errors.Join(err, release())
	})
	return all, err
}

func (l *Local) RawReply(_ context.Context, key string) (raw secrets.Secret, err error) {
	err = l.changeOf(key, func(s *state.State) error { raw, err = create.RawReply(s, key); return err })
	return raw, err
}

func (l *Local) Discard(_ context.Context, key string) error {
	return l.changeOf(key, func(s *state.State) error { _, err := create.Discard(s, key); return err })
}

// changeOf opens the state of the account that the file gives key to.
func (l *Local) changeOf(key string, f func(*state.State) error) error {
	fleet, err := l.Fleet()
	if err != nil {
		return err
	}
	want, _ := fleet.Instance(key)
	dir := folder.Of(l.Dir, want.Account)
	if !folder.Exists(dir) {
		return fmt.Errorf("there is no state folder %s, so nothing is kept", dir)
	}
	return l.change(dir, f)
}
