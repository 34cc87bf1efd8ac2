package reconcile

import (
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// The transitions of a create. Each takes the entry from one durable fact to the next, as Recover
// reads them, and returns an entry that is at another fact as it is: an answer that comes twice, or
// too late, changes nothing. The caller makes the entry durable before anything else is done.

// at returns a copy of the birth if it has come as far as stage, and no further.
func (e Entry) at(stage Stage) (Birth, bool) {
	if e.Birth == nil || e.Birth.Stage != stage {
		return Birth{}, false
	}
	return *e.Birth, true
}

// Claiming is the intent to claim a key in the credential store under this nonce, before anything is asked.
func (e Entry) Claiming(nonce string) Entry {
	e.Claim = nonce
	return e
}

// Conceived is the intent: it names the attempt before anything leaves.
func (e Entry) Conceived(nonce string, want spec.Instance, grace time.Duration, now time.Time) Entry {
	if e.Owns() {
		return e
	}
	e.Birth, e.Claim = &Birth{Nonce: nonce, At: now, Grace: grace, Stage: Intended}, ""
	e.Made = Made{Version: want.Version, Source: want.Source}
	e.Requested = Requested{VectorOptimized: want.VectorOptimized, GraphAnalyticsPlugin: want.GraphAnalyticsPlugin}
	return e
}

// UnderWay is a birth that this process waits for the next answer about, be it Aura's or the store's.
func (e Entry) UnderWay() Entry { return e.waiting(true) }

// Answered is one that nothing is waited for any more.
func (e Entry) Answered() Entry { return e.waiting(false) }

// AnswerAwaited reports whether this process waits for an answer about the birth.
func (e Entry) AnswerAwaited() bool { return e.Birth != nil && e.Birth.underWay }

func (e Entry) waiting(yes bool) Entry {
	if e.Birth == nil || e.Birth.underWay == yes {
		return e
	}
	b := *e.Birth
	b.underWay = yes
	e.Birth = &b
	return e
}

// Unsent takes the intent back: nothing of the request has left. Its nonce is kept, for there is a
// claim under it in the credential store.
func (e Entry) Unsent() Entry {
	b, ok := e.at(Intended)
	if !ok {
		return e
	}
	e.Tombstones = buried(e.Tombstones, Tombstone{Nonce: b.Nonce})
	e.Birth, e.Made = nil, Made{}
	return e
}

// Refused buries a create that was answered, and not with a success. An application's own error in
// its documented form needs one newer list to be believed, any other answer the grace as well.
func (e Entry) Refused(documented bool, now time.Time) Entry {
	b, ok := e.at(Intended)
	if !ok {
		return e
	}
	t := Tombstone{Nonce: b.Nonce, Since: now, Grace: b.Grace}
	if documented {
		t.Grace = 0
	}
	e.Tombstones = buried(e.Tombstones, t)
	e.Birth, e.Made = nil, Made{}
	return e
}

// Unanswered keeps the intent of a create whose answer did not come: its mark will tell.
func (e Entry) Unanswered(why string) Entry {
	b, ok := e.at(Intended)
	if !ok {
		return e
	}
	b.Failed = why
	e.Birth = &b
	return e
}

// Spooled is the point of no loss: the reply is durable together with this entry.
func (e Entry) Spooled() Entry {
	b, ok := e.at(Intended)
	if !ok {
		return e
	}
	b.Stage, b.Failed, b.Tries, b.RetryAt = Spooled, "", 0, time.Time{}
	e.Birth, e.Credential = &b, CredentialSpooled
	return e
}

// Unreadable is a spooled reply that only a person can make something of. id is "" where the reply
// does not name it.
func (e Entry) Unreadable(what Unread, id string) Entry {
	b, ok := e.at(Spooled)
	if !ok {
		return e
	}
	b.Unread, b.InstanceID = what, id
	e.Birth = &b
	return e
}

// NotStored is a spooled reply that the store did not take; it is tried again at again.
func (e Entry) NotStored(id, why string, again time.Time) Entry {
	b, ok := e.at(Spooled)
	if !ok {
		return e
	}
	b.InstanceID, b.Failed, b.Tries, b.RetryAt = id, why, b.Tries+1, again
	e.Birth = &b
	return e
}

// Stored is a password that is in the credential store, read back and compared; live is the new
// instance as far as its reply tells.
func (e Entry) Stored(live observed.Live) Entry {
	b, ok := e.at(Spooled)
	if !ok {
		return e
	}
	b.Stage, b.InstanceID, b.Unread, b.Failed, b.RetryAt = Stored, live.ID, "", "", time.Time{}
	e.Birth, e.ID, e.TenantID, e.Credential, e.Failure = &b, live.ID, live.TenantID, CredentialStored, nil
	e.Op = &Operation{Verb: Create, From: "creating", StartedAt: b.At, Class: ClassOf(Create, live.Type, live.Memory)}
	return e
}

// Cut is a spooled reply that broke off before its password: as good as none.
func (e Entry) Cut() Entry {
	b, ok := e.at(Spooled)
	if !ok {
		return e
	}
	b.Stage, b.Failed = Intended, "the reply broke off before its password"
	e.Birth, e.Credential = &b, ""
	return e
}

// Discarded is a reply that a person has looked into and found no password in: the password is
// lost, and the instance is found by its mark.
func (e Entry) Discarded() Entry {
	b, ok := e.at(Spooled)
	if !ok || b.Unread == "" {
		return e
	}
	b.Stage, b.Unread, b.Failed, b.Tries, b.RetryAt = Intended, "", "", 0, time.Time{}
	e.Birth, e.Credential = &b, ""
	return e
}

// NotNamed is a new instance that did not take its real name; it is asked again at again.
func (e Entry) NotNamed(why string, again time.Time) Entry {
	b, ok := e.at(Stored)
	if !ok {
		return e
	}
	b.Failed, b.RetryAt = why, again
	e.Birth = &b
	return e
}

// Named ends a birth: the instance has its real name and its password is stored.
func (e Entry) Named() Entry {
	if _, ok := e.at(Stored); ok {
		e.Birth = nil
	}
	return e
}

// BornGone is a new instance that is gone from Aura before it had its real name.
func (e Entry) BornGone() Entry {
	e = e.Named()
	e.Op = nil
	return e
}

// Deposited is an instance whose credential is in the store, by whatever way it came there.
func (e Entry) Deposited() Entry {
	e.Credential = CredentialStored
	return e
}

// Sighted is an entry with what lists have shown of its instance: see World.Sightings.
func (e Entry) Sighted(shown Shown) Entry {
	e.Shown = shown
	return e
}

// Strays reports whether a delete of what is lost is about another instance than the one that the create
// under way made, as obs shows it: one of a create that was given up.
func (e Entry) Strays(s Step, obs observed.Fleet) bool {
	if s.Cause != CauseLost {
		return false
	}
	if e.Birth == nil || e.ID == s.InstanceID {
		return true
	}
	own, shown := obs.Bearing(e.Birth.Nonce)
	return !shown || own.ID != s.InstanceID
}

// BeingDeleted notes the instance of a lost create that is being deleted.
func (e Entry) BeingDeleted(id string) Entry {
	b, ok := e.at(Intended)
	if !ok {
		return e
	}
	b.InstanceID = id
	e.Birth = &b
	return e
}

// Buried gives up a birth whose instance a list, or a look at it, has proven not to be there. Its
// nonce is kept, should one show up after all.
func (e Entry) Buried() Entry {
	b, ok := e.at(Intended)
	if !ok {
		return e
	}
	e.Tombstones = buried(e.Tombstones, Tombstone{Nonce: b.Nonce, Since: b.At})
	e.Birth, e.Credential = nil, ""
	if e.ID == "" {
		e.Op = nil // it was about what is not there
	}
	return e
}
