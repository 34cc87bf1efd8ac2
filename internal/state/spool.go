package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
)

const spoolPrefix = "spool/"

func spoolName(key string) string { return spoolPrefix + key }

func asideName(nonce string) string { return "spool-" + nonce + ".sealed" }

// replies are those to creates, sealed, from the moment they came to the one in which the credential store
// has what is in them.
type replies struct {
	*entries
	seal    seal
	afloat  atomic.Int32 // replies that are in memory alone
	refused atomic.Bool  // the engine did not take a reply, and has taken nothing sealed since
}

// Spool makes the raw reply to a create durable, sealed, together with the entry that tells of
// it: from here on the password can't be lost. e is the entry as it was when the create was sent.
func (s *replies) Spool(key string, e reconcile.Entry, raw secrets.Secret) error {
	sealed := s.seal.close(spoolName(key), []byte(raw.Reveal()))
	return s.amendWith("spool the reply for "+key, key, e, reconcile.Entry.Spooled, Change{Name{Sealed, spoolName(key)}, sealed})
}

// SetAside keeps a reply that Spool could not, by the mark of its create.
func (s *replies) SetAside(nonce string, raw secrets.Secret) error {
	sealed := s.seal.close(asideName(nonce), []byte(raw.Reveal()))
	return s.fleet.engine.Aside().Put(asideName(nonce), sealed)
}

// Spooled returns the raw reply kept for key; the zero Secret when there is none.
func (s *replies) Spooled(key string) (secrets.Secret, error) {
	raw, err := s.seal.read(s.fleet, spoolName(key))
	if err != nil || !raw.Empty() {
		return raw, err
	}
	led, err := s.Ledger()
	if b := led[key].Birth; err == nil && b != nil {
		return s.aside(b.Nonce)
	}
	return raw, err
}

// aside reads the reply that was set aside for a mark; the zero Secret when there is none.
func (s *replies) aside(nonce string) (secrets.Secret, error) {
	sealed, err := s.fleet.engine.Aside().Get(asideName(nonce))
	if err != nil || sealed == nil {
		return secrets.Secret{}, err
	}
	return s.seal.secret(asideName(nonce), sealed)
}

// asides lists the marks whose replies are set aside.
func (s *replies) asides() (nonces []string, err error) {
	names, err := s.fleet.engine.Aside().Names()
	for _, name := range names {
		nonce, isSpool := strings.CutPrefix(name, "spool-")
		nonce, sealed := strings.CutSuffix(nonce, ".sealed")
		if isSpool && sealed {
			nonces = append(nonces, nonce)
		}
	}
	return nonces, err
}

// spooling lists whose replies are kept, in words.
func (s *replies) spooling() (keys []string, err error) {
	for _, name := range s.fleet.names(Sealed) {
		if key, ok := strings.CutPrefix(name, spoolPrefix); ok {
			keys = append(keys, key)
		}
	}
	nonces, err := s.asides()
	for _, nonce := range nonces {
		keys = append(keys, "the create marked "+nonce)
	}
	return keys, err
}

// takeBack spools replies that were set aside. One whose create nobody remembers is left where it is: it
// may have a password.
func (s *replies) takeBack() error {
	nonces, err := s.asides()
	for _, nonce := range nonces {
		raw, readErr := s.aside(nonce)
		if err = errors.Join(err, readErr); readErr != nil {
			continue
		}
		if err = errors.Join(err, s.respool(nonce, raw)); err != nil {
			return fmt.Errorf("take back the reply in %s beside %s: %w", asideName(nonce), s.fleet.engine.Place(), err)
		}
	}
	return err
}

// respool spools a reply for the key whose create has this mark, unless its password is stored already.
func (s *replies) respool(nonce string, raw secrets.Secret) error {
	led, err := s.Ledger()
	if err != nil {
		return err
	}
	for key, e := range led {
		if e.Birth == nil || e.Birth.Nonce != nonce {
			continue
		}
		sealed := s.seal.close(spoolName(key), []byte(raw.Reveal()))
		if err := s.putReply(key, nonce, sealed); err != nil {
			return err
		}
		return s.fleet.engine.Aside().Drop(asideName(nonce))
	}
	return nil
}

// putReply spools a reply if the create with this mark, as it is now, still waits for it.
func (s *replies) putReply(key, nonce string, sealed []byte) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	var e reconcile.Entry
	if err := json.Unmarshal(s.fleet.get(Entries, key), &e); err != nil {
		return err
	}
	if e.Birth == nil || e.Birth.Nonce != nonce || e.Birth.Stage == reconcile.Stored {
		return nil
	}
	if e.Birth.Stage == reconcile.Intended {
		e = e.Spooled()
	}
	return s.fleet.commit("take back the reply for "+key, Change{Name{Sealed, spoolName(key)}, sealed}, put(Entries, key, e))
}

// Unspool remembers e and removes the reply, in one step: it is in the store now.
func (s *replies) Unspool(key string, e reconcile.Entry) error {
	err := s.fleet.commit("clear the spool of "+key, drop(Sealed, spoolName(key)), put(Entries, key, e))
	return s.unspooled(e, err)
}

// Stored is Unspool by an attempt that e was the entry of: live is what it made.
func (s *replies) Stored(key string, e reconcile.Entry, live observed.Live) error {
	stored := func(e reconcile.Entry) reconcile.Entry { return e.Spooled().Stored(live) }
	return s.unspooled(e, s.amendWith("clear the spool of "+key, key, e, stored, drop(Sealed, spoolName(key))))
}

func (s *replies) unspooled(e reconcile.Entry, err error) error {
	if err != nil || e.Birth == nil {
		return err
	}
	return s.fleet.engine.Aside().Drop(asideName(e.Birth.Nonce))
}
