package reconcile

import (
	"strings"
	"time"
)

// Birth is a create under way. The API shows a password once and has no idempotency key, so an
// instance is born under a marked name: Aura itself then remembers which attempt made it.
type Birth struct {
	Nonce      string        `json:"nonce"` // 8 hex digits, new for every attempt
	At         time.Time     `json:"at"`    // when the intent became durable
	Grace      time.Duration `json:"grace"` // how long an unanswered create may still show up
	Stage      Stage         `json:"stage"`
	InstanceID string        `json:"instance_id,omitempty"` // known from Spooled on
	Failed     string        `json:"failed,omitempty"`      // why the last try to go on failed
	Tries      int           `json:"tries,omitempty"`       // to store its password, in vain
	RetryAt    time.Time     `json:"retry_at,omitzero"`
}

// Stage is the last durable fact of a birth.
type Stage string

const (
	Intended Stage = "intended" // the POST may or may not have reached Aura
	Spooled  Stage = "spooled"  // the reply is durable here: the point of no loss
	Stored   Stage = "stored"   // the credential store has it, read back and compared
)

// markLength is the longest name that leaves room for "~" and the nonce: Aura takes 30 characters.
const markLength = 21

// MarkedName is the name an instance is born under.
func MarkedName(name, nonce string) string {
	r := []rune(name)
	if len(r) > markLength {
		r = r[:markLength]
	}
	return string(r) + "~" + nonce
}

// marked reports whether live is the name that some attempt for name was born under.
func marked(live, name string) bool {
	prefix := MarkedName(name, "")
	nonce, ok := strings.CutPrefix(live, prefix)
	return ok && len(nonce) == 8 && strings.Trim(nonce, "0123456789abcdef") == ""
}

// bearing returns the live instance that carries nonce.
func (o Observed) bearing(nonce string) (Live, bool) {
	for _, l := range o.Instances {
		if strings.HasSuffix(l.Name, "~"+nonce) {
			return l, true
		}
	}
	return Live{}, false
}

// Next is what a create does next.
type Next string

const (
	NextPost    Next = "post"    // nothing is durable: start
	NextList    Next = "list"    // only a newer list can tell whether the POST was carried out
	NextWait    Next = "wait"    // not seen yet, but it may still show up
	NextAnew    Next = "anew"    // never showed up: bury the nonce and start anew
	NextLost    Next = "lost"    // it exists, and nobody has its password
	NextStore   Next = "store"   // bring the spooled reply to the credential store
	NextName    Next = "name"    // give it its real name
	NextConfirm Next = "confirm" // wait for it to run
)

// Recovery is how a birth goes on.
type Recovery struct {
	Next       Next
	InstanceID string    // with NextLost
	Until      time.Time // with NextWait: when the grace period ends
}

// Recover says how a create goes on from its last durable fact; b is nil when there is none.
// Whoever was interrupted, by a crash, a cut connection or a store that is down, goes on here.
//
//	last durable fact | newest list                         | next
//	none              | any                                 | post
//	intended          | shows the nonce                     | lost
//	intended          | older than the intent               | list
//	intended          | newer, absent, grace not over       | wait
//	intended          | absent, but taken within the grace  | list
//	intended          | absent, taken after the grace       | anew
//	intended          | likewise, with an entry without id  | wait
//	spooled           | any                                 | store
//	stored            | any                                 | name
func Recover(b *Birth, obs Observed, now time.Time) Recovery {
	if b == nil {
		return Recovery{Next: NextPost}
	}
	switch b.Stage {
	case Spooled:
		return Recovery{Next: NextStore}
	case Stored:
		return Recovery{Next: NextName}
	}
	if live, ok := obs.bearing(b.Nonce); ok {
		return Recovery{Next: NextLost, InstanceID: live.ID}
	}
	over := b.At.Add(b.Grace)
	switch {
	case !obs.ListedAt.After(b.At):
		return Recovery{Next: NextList}
	case now.Before(over):
		return Recovery{Next: NextWait, Until: over}
	case obs.ListedAt.Before(over):
		return Recovery{Next: NextList}
	case obs.hidesMark(b.Nonce):
		return Recovery{Next: NextWait, Until: obs.ListedAt.Add(freshList)}
	}
	return Recovery{Next: NextAnew}
}
