package reconcile

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// Birth is a create under way. The API shows a password once and has no idempotency key, so an
// instance is born under a marked name: Aura itself then remembers which attempt made it.
type Birth struct {
	Nonce      string        `json:"nonce"` // 8 hex digits, new for every attempt
	At         time.Time     `json:"at"`    // when the intent became durable
	Grace      time.Duration `json:"grace"` // how long an unanswered create may still show up
	Stage      Stage         `json:"stage"`
	InstanceID string        `json:"instance_id,omitempty"` // known from Spooled on, if its reply names it
	Unread     Unread        `json:"unread,omitempty"`      // with Spooled: what a person must read in its reply
	Failed     string        `json:"failed,omitempty"`      // why the last try to go on failed
	Tries      int           `json:"tries,omitempty"`       // to store its password, in vain
	RetryAt    time.Time     `json:"retry_at,omitzero"`
	underWay   bool          // this process waits for an answer that takes it on; what starts anew waits for none
}

// Stage is the last durable fact of a birth.
type Stage string

const (
	Intended Stage = "intended" // the POST may or may not have reached Aura
	Spooled  Stage = "spooled"  // the reply is durable here: the point of no loss
	Stored   Stage = "stored"   // the credential store has it, read back and compared
)

// Unread is what could not be read in a reply that is spooled; "" while nobody failed to.
type Unread string

const (
	UnreadID       Unread = "no_id"       // all but the instance's id, which its mark tells
	UnreadPassword Unread = "no_password" // no password that could be told for one
	UnreadAll      Unread = "unreadable"  // nothing
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

// Next is what a create does next.
type Next string

const (
	NextPost    Next = "post"    // nothing is durable: start
	NextList    Next = "list"    // only a newer list can tell whether the POST was carried out
	NextReply   Next = "reply"   // asked by this process, and the answer is on its way
	NextWait    Next = "wait"    // not seen yet, but it may still show up
	NextAnew    Next = "anew"    // never showed up: bury the nonce and start anew
	NextLost    Next = "lost"    // it exists, and nobody has its password
	NextStore   Next = "store"   // bring the spooled reply to the credential store
	NextPerson  Next = "person"  // only a person can make something of the spooled reply
	NextName    Next = "name"    // give it its real name
	NextConfirm Next = "confirm" // wait for it to run
)

// Recovery is how a birth goes on.
type Recovery struct {
	Next       Next
	InstanceID string    // with NextLost, and with NextPerson if it is known
	Until      time.Time // with NextWait: when the grace period ends
}

// Recover says how a create goes on from its last durable fact. Whoever was interrupted, by a
// crash, a cut connection or a store that is down, goes on here. A create that was refused is
// a tombstone, and the next one waits for what the list says.
//
//	last durable fact | newest list                         | next
//	none              | any                                 | post
//	refused           | as intended, from its refusal on    | lost, list, wait or post
//	any, under way    | any                                 | reply
//	intended          | shows the nonce                     | lost
//	intended          | older than the intent               | list
//	intended          | newer, absent, grace not over       | wait
//	intended          | absent, but taken within the grace  | list
//	intended          | absent, taken after the grace       | anew
//	intended          | likewise, with an entry without id  | wait
//	spooled           | any                                 | store
//	spooled, unread   | shows the nonce, only its id missed | store
//	spooled, unread   | any                                 | person
//	stored            | any                                 | name
func (e Entry) Recover(obs observed.Fleet, now time.Time) Recovery {
	b := e.Birth
	if b == nil {
		return e.afterRefusals(obs, now)
	}
	if b.underWay {
		return Recovery{Next: NextReply}
	}
	switch b.Stage {
	case Spooled:
		return b.reading(obs)
	case Stored:
		return Recovery{Next: NextName}
	}
	return fate(obs, b.Nonce, b.At, b.Grace, now)
}

// awaited says what a birth that is under way waits for.
func (e Entry) awaited() string {
	if e.Birth.Stage == Intended {
		return "Aura was asked to make it at " + e.Birth.At.UTC().Format("15:04:05 UTC") + " and has not answered yet; its answer has the only copy of the password, so nothing else is done about it before"
	}
	return "its password is safe here, and on its way to the credential store"
}

// afterRefusals is NextPost once a list has proven that nothing came of any create before.
func (e Entry) afterRefusals(obs observed.Fleet, now time.Time) Recovery {
	next := Recovery{Next: NextPost}
	for _, t := range e.Tombstones {
		switch r := fate(obs, t.Nonce, t.Since, t.Grace, now); {
		case r.Next == NextLost:
			return r
		case r.Next == NextList, r.Next == NextWait && next.Next == NextPost:
			next = r
		}
	}
	return next
}

// Advice says what a person does about a reply that could not be read, "" if there is none such;
// id is "" while nothing tells it.
func (b Birth) Advice(key, id string) string {
	if b.Unread == "" {
		return ""
	}
	set := "aurad credential set " + key
	if id == "" {
		set += " --id ID"
	} else if b.InstanceID == "" {
		set += " --id " + id
	}
	return fmt.Sprintf("Aura's reply to its create (mark %s) can't be read (%s) and is kept: `aurad credential recover --raw %s -o FILE` writes it to a file; then `%s` stores the password in it, or `aurad credential recover --discard %s` says that there is none",
		b.Nonce, b.Unread.words(), key, set, key)
}

func (u Unread) words() string {
	switch u {
	case UnreadID:
		return "it names no instance id, and no list shows its mark"
	case UnreadPassword:
		return "it has no password in the usual place"
	}
	return "it is not what Aura sends"
}

// reading is how a spooled reply goes on.
func (b Birth) reading(obs observed.Fleet) Recovery {
	live, shown := obs.Bearing(b.Nonce)
	switch {
	case b.Unread == "", b.Unread == UnreadID && shown:
		return Recovery{Next: NextStore}
	case b.InstanceID == "" && shown:
		return Recovery{Next: NextPerson, InstanceID: live.ID}
	}
	return Recovery{Next: NextPerson, InstanceID: b.InstanceID}
}
