package daemon

import (
	"errors"
	"fmt"
	"time"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
)

// Forgetting is a person's wish that aurad remember a key no more, and what they know of.
type Forgetting struct {
	Preview      bool `json:"preview,omitempty"`       // say what would be forgotten, and forget nothing
	LeaveLive    bool `json:"leave_live,omitempty"`    // the instance goes on, billed and unwatched
	LosePassword bool `json:"lose_password,omitempty"` // a password that waits for the store is thrown away
}

// Forgotten is what aurad remembered of a key.
type Forgotten struct {
	Key        string    `json:"key"`
	InstanceID string    `json:"instance_id,omitempty"`
	GoneSince  time.Time `json:"gone_since,omitzero"` // when Aura first did not show it; zero: it is live, as far as known
	Spooled    bool      `json:"spooled,omitempty"`
}

// ErrNotRemembered is wrapped for a key of another account, or of nobody.
var ErrNotRemembered = errors.New("aurad remembers no instance of it; `aurad credential list` has the keys")

// Forget drops what state remembers of key. Of an instance that is gone its id is kept: its credential
// gives way to that of the next one.
func Forget(state *state.State, key string, f Forgetting) (Forgotten, error) {
	led, err := state.Ledger()
	if err != nil {
		return Forgotten{}, err
	}
	e := led[key]
	was := Forgotten{Key: key, InstanceID: e.ID, Spooled: e.Birth != nil && e.Birth.Stage == reconcile.Spooled}
	if e.Missing.Gone() {
		was.GoneSince = e.Missing.Since
	}
	if err := checkForget(key, e, f); err != nil || f.Preview {
		return was, err
	}
	if e.Has() == "" && e.Birth == nil {
		return was, state.PutEntry(key, e.Vacated())
	}
	return was, state.Forget(key)
}

func checkForget(key string, e reconcile.Entry, f Forgetting) error {
	switch {
	case !e.Owns():
		return fmt.Errorf("forget %s: %w", key, ErrNotRemembered)
	case e.Birth != nil && e.Birth.Stage == reconcile.Spooled && !f.LosePassword:
		return fmt.Errorf("forget %s: its password waits here for the store, and is nowhere else: bring it there with aurad credential recover; --lose-password throws it away", key)
	case e.Birth != nil && !f.LeaveLive:
		return fmt.Errorf("forget %s: a create is under way, and would leave an instance that is billed and that nobody looks after: wait for it; --leave-live forgets it all the same", key)
	case e.Has() != "" && !f.LeaveLive:
		return fmt.Errorf("forget %s: instance %s is live, as far as is known here: forgotten it goes on, billed and looked after by nobody; take its block out of the file and give --leave-live", key, e.ID)
	}
	return nil
}

// Forget is the function Forget for a running daemon, asked for by a person.
func (d *Daemon) Forget(key, by string, f Forgetting) (Forgotten, error) {
	if d.creates.InFlight(key) {
		return Forgotten{}, fmt.Errorf("forget %s: its create is under way, and the answer has the only copy of its password: wait for it", key)
	}
	was, err := Forget(d.State, key, f)
	if err != nil || f.Preview {
		return was, err
	}
	led, err := d.State.Ledger()
	if err != nil {
		return was, err
	}
	delete(d.Ledger, key)
	if e, kept := led[key]; kept {
		d.Ledger[key] = e
	}
	d.Tell(key, was.InstanceID, "", journal.Noted, "was forgotten by "+by)
	return was, nil
}
