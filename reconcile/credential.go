package reconcile

import (
	"cmp"
	"fmt"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// CredentialState says where the password of an instance is.
type CredentialState string

const (
	CredentialUnknown    CredentialState = "unknown" // adopted: never seen by aurad
	CredentialSpooled    CredentialState = "spooled" // durable here, not yet in the store
	CredentialStored     CredentialState = "stored"
	CredentialLost       CredentialState = "lost"       // Aura made the instance, and nobody has the reply
	CredentialUnanswered CredentialState = "unanswered" // a create that nothing more is known of
)

// Credential says where the password of a key is. It holds none.
type Credential struct {
	Key        string          `json:"key"`
	InstanceID string          `json:"instance_id"` // "" where none is known
	State      CredentialState `json:"state"`       // "" while there is no instance
	Note       string          `json:"note,omitempty"`
}

// Shown is what a list showed of a create whose reply nobody has; zero for nothing.
type Shown struct {
	Nonce string `json:"nonce,omitempty"`
	ID    string `json:"id,omitempty"`
}

// CredentialOf is where the password of key is, in the one word that lists, status, metrics and pages
// all use. Without a list, as in a state folder that nobody works in, what the last one showed counts.
//
//	a reply that is spooled                      | spooled
//	an instance of its own                       | what the entry says
//	no such, and a lost create that a list shows | lost
//	no such, and a create that was not answered  | unanswered
//	none of these                                | ""
func (e Entry) CredentialOf(key string, obs observed.Fleet, now time.Time) Credential {
	b := e.Birth
	switch shown := e.shown(obs, now); {
	case b != nil && b.Stage == Spooled:
		id := e.Recover(obs, now).InstanceID
		return Credential{key, cmp.Or(b.InstanceID, id), CredentialSpooled, cmp.Or(b.Advice(key, id), b.Failed)}
	case e.ID != "":
		return Credential{key, e.ID, e.Credential, ""}
	case shown.ID != "":
		return Credential{key, shown.ID, CredentialLost, whyLost(shown.ID, shown.Nonce)}
	case b != nil:
		return Credential{key, "", CredentialUnanswered, fmt.Sprintf("a create marked %s was not answered yet", b.Nonce)}
	}
	return Credential{Key: key}
}

// shown is what the newest list, or where there is none the one before, shows of a create whose
// reply nobody has.
func (e Entry) shown(obs observed.Fleet, now time.Time) Shown {
	if e.ID != "" || e.Birth == nil && len(e.Tombstones) == 0 {
		return Shown{}
	}
	if obs.ListedAt.IsZero() {
		if e.bears(e.Shown.Nonce) {
			return e.Shown
		}
		return Shown{}
	}
	r := e.Recover(obs, now)
	if live, ok := obs.Find(r.InstanceID); ok && r.Next == NextLost {
		return Shown{nonceOf(live.Name), live.ID}
	}
	return Shown{}
}

// bears reports whether nonce is that of a create whose reply may be lost.
func (e Entry) bears(nonce string) bool {
	if e.Birth != nil && e.Birth.Nonce == nonce {
		return e.Birth.Stage == Intended
	}
	for _, t := range e.Tombstones {
		if t.Nonce == nonce {
			return true
		}
	}
	return false
}

// Sightings returns what Entry.Shown is to be, of the keys where the newest list shows something else
// than is remembered.
func (w World) Sightings() map[string]Shown {
	changed := map[string]Shown{}
	if w.Observed.ListedAt.IsZero() {
		return changed
	}
	for key, e := range w.Ledger {
		if shown := e.shown(w.Observed, w.Now); shown != e.Shown {
			changed[key] = shown
		}
	}
	return changed
}

// whyLost says why nobody has the password of an instance.
func whyLost(id, nonce string) string {
	return fmt.Sprintf("credentials_lost: the reply that carried its password never arrived (instance %s, mark %s), and Aura shows it only once", id, nonce)
}
