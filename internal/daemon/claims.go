package daemon

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// A lost state file is rebuilt from the credential store, which says beside the passwords of this
// fleet which instances it made or adopted. Nothing else could tell ours from others': Aura has no
// tags. The plan says so, as a step of its own.

// reclaim asks the store what it has, if that could say whose an instance is. A store that does not
// answer is asked again with the next list; until then such a key is blocked by its live name, never
// created twice.
func (d *Daemon) reclaim(ctx context.Context) {
	if !d.forgotten() {
		return
	}
	owned, err := d.Store.List(ctx)
	if err != nil {
		d.Log.Warn("the credential store does not say of all instances whose they are", "error", err)
	}
	if err != nil && len(owned) == 0 {
		return
	}
	d.stored = make(map[string]secrets.Owned, len(owned))
	for _, o := range owned {
		d.stored[o.Key] = o
	}
}

// forgotten reports whether some key of the file has no instance and some live one is no key's, or
// the key had one before.
func (d *Daemon) forgotten() bool {
	without := slices.ContainsFunc(d.Fleet.Instances, func(in spec.Instance) bool { return !d.ledger[in.Key].Owns() })
	if !without {
		return false
	}
	ours := make(map[string]bool, len(d.ledger))
	for _, e := range d.ledger {
		ours[e.ID] = true
	}
	return d.stored == nil || slices.ContainsFunc(d.observed.Instances, func(l reconcile.Live) bool { return !ours[l.ID] })
}

// proven are the instances that the store says this fleet made or adopted, by key.
func (d *Daemon) proven(fleet string) map[string]string {
	proven := map[string]string{}
	for key, o := range d.stored {
		if o.Proves(fleet, spec.DefaultFleet) {
			proven[key] = o.InstanceID
		}
	}
	return proven
}

// sendAdopt looks for the credential of an instance that is taken over. One that is nobody's is
// this fleet's from now on, so that a lost state is rebuilt with it.
func (d *Daemon) sendAdopt(ctx context.Context, s reconcile.Step) func() error {
	c, err := d.Store.Get(ctx, s.Key)
	stored := err == nil && c.InstanceID == s.InstanceID
	if stored && c.Fleet == "" {
		err := d.Store.Adopt(ctx, secrets.Owned{Key: s.Key, InstanceID: s.InstanceID, Fleet: d.Fleet.Name, Origin: secrets.Adopted}, "")
		if err != nil {
			d.Log.Warn("the credential store does not say whose the credential is", "key", s.Key, "error", err)
		}
	}
	return func() error { return d.adopt(s, stored) }
}

// renamed brings a new name to the store, where people read it beside the password.
func (d *Daemon) renamed(ctx context.Context, s reconcile.Step, err error) {
	if err != nil || s.Verb != reconcile.Rename || d.ledger[s.Key].Credential != reconcile.CredentialStored {
		return
	}
	if err := d.Store.Rename(ctx, s.Key, s.Changes[0].New); err != nil {
		d.Log.Warn("the credential store still has the old name", "key", s.Key, "error", err)
	}
}

// destroyed removes the credential of an instance that aurad deleted, if the file says so.
func (d *Daemon) destroyed(ctx context.Context, t reconcile.Task, err error) {
	op := d.ledger[t.Key].Op
	if kindOf(err) != aura.Gone || op == nil || op.Verb != reconcile.Delete || d.Fleet.Credentials.OnDelete != "destroy" {
		return
	}
	if err := d.Store.Destroy(ctx, t.Key, t.ID); err != nil {
		d.Log.Error("the credential of a deleted instance is still stored; remove it by hand", "key", t.Key, "store", d.Store.Name(), "error", err)
	}
}

// recordList takes a new list into account. The list counts from when it was asked for: what
// happened on the way is not in it.
func (d *Daemon) recordList(ctx context.Context, t reconcile.Task, list []aura.Summary, at time.Time, err error) error {
	d.attempted(t, err)
	if err != nil {
		return nil
	}
	d.warnOfFaults(list)
	next := listed(d.observed, list, at)
	if err := d.missed(next); err != nil {
		return err
	}
	d.observed = d.unproven(next, d.observed)
	d.reclaim(ctx)
	return d.tidy(at)
}

// warnOfFaults says once which entries of the list can't be worked with, and when that changes.
func (d *Daemon) warnOfFaults(list []aura.Summary) {
	var faults []string
	for _, s := range list {
		if s.Fault != "" {
			faults = append(faults, fmt.Sprintf("%s (named %q)", s.Fault, s.Name))
		}
	}
	all := strings.Join(faults, "; ")
	if all != d.faults && all != "" {
		d.Log.Warn("Aura's list has entries that can't be worked with; the others are looked after, and nothing is made that could be one of them", "entries", len(faults), "faults", all)
	}
	d.faults = all
}
