package daemon

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
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

func (d *Daemon) discard(key, by string) error {
	e, err := Discard(d.State, key)
	if err != nil {
		return err
	}
	d.ledger[key] = e
	d.note(key, by+" found no password in the reply to its create: it is lost")
	return nil
}

// Supplied is the entry once a person has stored the password of instance id. Where it was read out of
// a spooled reply, the create goes on.
func Supplied(s *state.State, key string, e reconcile.Entry, live reconcile.Live) (reconcile.Entry, error) {
	if e.Birth == nil || e.Birth.Unread == "" {
		e.Credential = reconcile.CredentialStored
		return e, s.PutEntry(key, e)
	}
	e = e.Stored(live)
	return e, s.Unspool(key, e)
}

// supplied tells of the instance whose password a person has stored.
func (d *Daemon) supplied(key, id string) reconcile.Live {
	want, _ := d.Fleet.Instance(key)
	live, _ := d.observed.Find(id)
	return reconcile.Live{ID: id, TenantID: cmp.Or(live.TenantID, d.Fleet.TenantID), Type: want.Type, Memory: want.Memory}
}

// serveRaw hands the reply to whoever may use the unix socket.
func (d *Daemon) serveRaw(w http.ResponseWriter, r *http.Request) {
	raw, err := RawReply(d.State, r.PathValue("key"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(raw.Reveal()))
}
