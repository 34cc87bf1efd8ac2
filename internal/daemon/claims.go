package daemon

import (
	"context"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/reconcile"
)

// A lost state file is rebuilt from the credential store, which remembers beside every password
// which instance it is for. Nothing else could tell ours from others': Aura has no tags.

// reclaim asks the store what it has, if any key of the file has no entry, and takes back what
// is live. A store that does not answer is asked again with the next list; until then such a
// key is blocked by its live name, never created twice.
func (d *Daemon) reclaim(ctx context.Context) error {
	if d.claimed || !d.forgotten() {
		return nil
	}
	owned, err := d.Store.List(ctx)
	if err != nil {
		d.Log.Warn("can't ask the credential store which instances are ours", "error", err)
		return nil
	}
	d.claimed = true
	for _, o := range owned {
		want, wanted := d.Fleet.Instance(o.Key)
		e := d.ledger[o.Key]
		live, there := d.observed.Find(o.InstanceID)
		if !wanted || e.ID != "" || e.Birth != nil || !there || d.ledger.Owner(live.ID) != "" {
			continue
		}
		e.ID, e.TenantID, e.Credential = live.ID, live.TenantID, reconcile.CredentialStored
		if err := d.remember(o.Key, d.listed(e, want)); err != nil {
			return err
		}
		d.note(o.Key, "is ours: "+d.Store.Name()+" has its password")
	}
	return nil
}

// forgotten reports whether some key of the file is unknown to the state.
func (d *Daemon) forgotten() bool {
	for _, in := range d.Fleet.Instances {
		if _, known := d.ledger[in.Key]; !known {
			return true
		}
	}
	return false
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
	d.observed = d.unproven(listed(d.observed, list, at), d.observed)
	if err := d.reclaim(ctx); err != nil {
		return err
	}
	return d.tidy(at)
}
