package page

import (
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Row is one instance.
type Row struct {
	Key, Name, ID string
	Size          string // tier and memory
	Place         string // cloud and region
	State         string // the live state, in a word
	Tone          string // running, paused, moving, trouble, absent
	Since         string // how long it has been so; "" if not known
	SinceAt       time.Time
	Want          string // what it should be, where that differs from State
	Why           string // the rule that decides
	Next          string // what comes next, and when
	NextIn        string
	NextAt        time.Time
	Problem       string // what a person must see to
	Under         string // what is done, waited for or left alone
	Changing      bool   // something is to be done or under way
	Held          string
	Credential    string
	Seen          string
	Timeline      Timeline
}

// row says how one instance is.
func (v *view) row(st daemon.Status, plan []stretch) Row {
	in, _ := v.snap.Fleet.Instance(st.Key)
	r := Row{Key: st.Key, ID: st.InstanceID, Size: in.Type + " · " + st.Memory, Place: in.CloudProvider + " " + in.Region,
		State: stateWord(st, v.snap), Why: st.Rule, Credential: credentialWord(st.Credential), Timeline: v.axis.timeline(in, st, plan)}
	r.Tone = classOf(st.Live, "", "")
	if st.Name != st.Key {
		r.Name = st.Name
	}
	if !st.Since.IsZero() {
		r.Since, r.SinceAt = span(v.now.Sub(st.Since)), st.Since.In(v.now.Location())
	}
	if st.Live != string(st.Desired) {
		r.Want = string(st.Desired)
	}
	if !st.SeenAt.IsZero() {
		r.Seen = span(v.now.Sub(st.SeenAt)) + " ago"
	}
	if st.Next != nil {
		r.NextAt = st.Next.At.In(v.now.Location())
		r.Next, r.NextIn = verbOf(*st.Next, st.Desired)+"s "+moment(st.Next.At, v.now), span(st.Next.At.Sub(v.now))
	}
	for _, s := range v.steps[st.Key] {
		r.step(s)
	}
	for _, h := range v.snap.Holds {
		if h.Key == st.Key {
			r.Held = holdWord(h, v.now)
		}
	}
	return r
}

// step says what the plan has for the instance: first what a person must see to, else the
// first thing to be done or waited for.
func (r *Row) step(s reconcile.Step) {
	r.Changing = r.Changing || s.Verb != reconcile.Hold
	switch {
	case s.Verb == reconcile.Blocked, s.Verb == reconcile.Wait && s.Cause == reconcile.CauseFailed:
		r.Problem = s.Reason
		r.Tone = "trouble"
	case s.Cause == reconcile.CauseHeld: // Held says so
	case r.Under == "" && s.Verb == reconcile.Hold:
		r.Under = s.Reason
	case r.Under == "" && s.Verb == reconcile.Wait:
		r.Under = s.Reason
	case r.Under == "":
		r.Under = string(s.Verb) + ": " + s.Reason
	}
}

func stateWord(st daemon.Status, snap daemon.Snapshot) string {
	switch {
	case st.Live != "":
		return st.Live
	case st.InstanceID != "" || snap.ListedAt.IsZero():
		return "not seen yet"
	}
	return "not there"
}

func credentialWord(c reconcile.CredentialState) string {
	switch c {
	case reconcile.CredentialStored:
		return "stored"
	case reconcile.CredentialSpooled:
		return "safe here, waiting for the store"
	case reconcile.CredentialUnknown:
		return "not known: adopted"
	case reconcile.CredentialLost:
		return "lost"
	case reconcile.CredentialUnanswered:
		return "a create was not answered yet"
	}
	return "none"
}

func holdWord(h spec.Hold, now time.Time) string {
	text := "held " + string(h.State) + " until " + moment(h.Until, now)
	if h.By != "" {
		text += " by " + h.By
	}
	if h.Reason != "" {
		text += ": " + h.Reason
	}
	return text
}
