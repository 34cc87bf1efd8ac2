package secrets

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Claim says who is about to make an instance for a key. It lies where the credential will, so
// that of all who share a store only one sends the create. It holds no secret.
//
// Besides nothing, a claim may be written over what its maker knows to be over: its own claims
// that were given up, the credential of an instance that is gone from Aura, and one that moved to
// another key.
type Claim struct {
	Fleet, Key, Nonce string
	At                time.Time

	Stale []string // nonces of this fleet's own creates for the key that were given up
	Gone  string   // id of the instance that the key had before, when Aura has it no more
}

// Same reports whether a and b are the same create's.
func (c Claim) Same(o Claim) bool { return c.Fleet == o.Fleet && c.Key == o.Key && c.Nonce == o.Nonce }

// Replaces reports whether c may be written over the claim old.
func (c Claim) Replaces(old Claim) bool {
	return c.Fleet == old.Fleet && c.Key == old.Key && (c.Nonce == old.Nonce || slices.Contains(c.Stale, old.Nonce))
}

// Validate returns nil when c can be written and found again; else ErrRefused.
func (c Claim) Validate() error {
	if err := ValidKey(c.Key); err != nil {
		return err
	}
	if !word(c.Fleet) || !word(c.Nonce) {
		return fmt.Errorf("%w: the claim of %s has no fleet or no nonce", ErrRefused, c.Key)
	}
	return nil
}

// ErrClaimed is matched, beside ErrTaken, by the error of whoever finds another's claim.
var ErrClaimed = errors.New("is claimed")

// Taken is the error of whoever finds the claim c in the way: whose it is, since when, and what
// ends it.
func (c Claim) Taken() error { return &claimedError{c} }

type claimedError struct{ by Claim }

func (e *claimedError) Error() string {
	return fmt.Sprintf("%s is claimed by fleet %s since %s (nonce %s): another aurad is making it; if that one is gone for good, free it with: aurad credential release-claim %s",
		e.by.Key, e.by.Fleet, e.by.At.UTC().Format("2006-01-02 15:04:05 UTC"), e.by.Nonce, e.by.Key)
}

func (e *claimedError) Is(target error) bool { return target == ErrTaken || target == ErrClaimed }

// Move is a credential's way from one key to another.
type Move struct {
	From, To   string
	InstanceID string // whose credential it is; any other at From stays
	Over       string // id of the instance whose credential may give way at To; "" for none
}

// Validate returns nil for a move between two keys that can be one; else ErrRefused.
func (m Move) Validate() error {
	if err := errors.Join(ValidKey(m.From), ValidKey(m.To)); err != nil {
		return err
	}
	if m.From == m.To || m.InstanceID == "" {
		return fmt.Errorf("%w: a move from %s to %s of instance %q is none", ErrRefused, m.From, m.To, m.InstanceID)
	}
	return nil
}

// word reports whether s can be written as one word of a line.
func word(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r > '~' || r == '=' {
			return false
		}
	}
	return true
}
