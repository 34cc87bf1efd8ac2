package create

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
)

// A reply that only a person can read stays spooled. It is shown to that person alone, and ends when
// they have stored what is in it, or say that nothing is.

// RawReply is what Aura answered to the create of key, as it came, while it is kept.
func RawReply(s *state.State, key string) (secrets.Secret, error) {
	raw, err := s.Spooled(key)
	if err == nil && raw.Empty() {
		err = fmt.Errorf("%s: no reply to its create is kept here", key)
	}
	return raw, err
}

// errNotUnread is for a key without a reply that a person has to read.
var errNotUnread = errors.New("there is no reply to its create that a person must read")

// Discard forgets a reply that a person found no password in. The instance counts as lost then.
func Discard(s *state.State, key string) (reconcile.Entry, error) {
	led, err := s.Ledger()
	if err != nil {
		return reconcile.Entry{}, err
	}
	e := led[key]
	if e.Birth == nil || e.Birth.Unread == "" {
		return e, fmt.Errorf("%s: %w", key, errNotUnread)
	}
	e = e.Discarded()
	return e, s.Unspool(key, e)
}

// Discard is the function Discard for a running daemon, asked for by a person.
func (s Supplies) Discard(key, by string) error {
	e, err := Discard(s.State, key)
	if err != nil {
		return err
	}
	s.Ledger[key] = e
	s.Note(key, by+" found no password in the reply to its create: it is lost")
	return nil
}

// Supplied is the entry once a person has stored the password of instance id. Where it was read out of
// a spooled reply, the create goes on.
func Supplied(s *state.State, key string, e reconcile.Entry, live observed.Live) (reconcile.Entry, error) {
	if e.Birth == nil || e.Birth.Unread == "" {
		e = e.Deposited()
		return e, s.PutEntry(key, e)
	}
	e = e.Stored(live)
	return e, s.Unspool(key, e)
}

// supplied tells of the instance whose password a person has stored.
func (s Supplies) supplied(key, id string) observed.Live {
	want, _ := s.Fleet.Instance(key)
	live, _ := s.Observed.Find(id)
	return observed.Live{ID: id, TenantID: cmp.Or(live.TenantID, s.Fleet.TenantID), Type: want.Type, Memory: want.Memory}
}
