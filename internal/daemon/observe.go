package daemon

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// listed merges a new list into what is known: details stay, what is gone goes, what is new is
// known by name only.
func listed(obs reconcile.Observed, list []aura.Summary, at time.Time) reconcile.Observed {
	next := reconcile.Observed{ListedAt: at}
	for _, s := range list {
		if s.Fault != "" {
			next.Unreadable = append(next.Unreadable, s.Name)
			continue
		}
		live, known := obs.Find(s.ID)
		if !known {
			live = reconcile.Live{ID: s.ID, CloudProvider: s.CloudProvider, CreatedAt: s.CreatedAt}
		}
		live.Name, live.TenantID = s.Name, s.TenantID
		next.Instances = append(next.Instances, live)
	}
	next.Sort()
	return next
}

// unproven keeps what is ours and a new list leaves out: lists may be stale, and a key forgotten
// too soon would leave its instance behind. A look decides: only its 404 says that one is gone.
func (d *Daemon) unproven(obs, before reconcile.Observed) reconcile.Observed {
	clear(d.unlisted)
	for _, key := range d.ledger.Keys() {
		e := d.ledger[key]
		if _, there := obs.Find(e.ID); there || e.ID == "" || e.Missing.Gone() {
			continue
		}
		d.unlisted[e.ID] = true
		live, known := before.Find(e.ID)
		if !known {
			live = reconcile.Live{ID: e.ID, TenantID: e.TenantID}
		}
		if e.Op == nil {
			live.SeenAt, live.Status = time.Time{}, ""
		}
		obs = seen(obs, live)
	}
	return obs
}

// missed records which of our instances a new list shows, and which it does not. One of another
// tenant says nothing.
func (d *Daemon) missed(list reconcile.Observed) error {
	for _, key := range d.ledger.Keys() {
		e := d.ledger[key]
		_, there := list.Find(e.ID)
		next := e
		switch {
		case e.ID == "" || d.Fleet.TenantID != "" && e.TenantID != "" && d.Fleet.TenantID != e.TenantID:
		case e.Op != nil && e.Op.Verb == reconcile.Create: // new, and the list may be stale
		case !there && list.Complete():
			next = e.Unlisted(len(list.Instances) > 0, list.ListedAt)
		case there && e.Missing.Gone():
			next = e.Present()
			d.note(key, "is in Aura again")
		}
		if next.Missing == e.Missing {
			continue
		}
		if err := d.remember(key, next); err != nil {
			return err
		}
	}
	return nil
}

// seen replaces what is known of one instance.
func seen(obs reconcile.Observed, live reconcile.Live) reconcile.Observed {
	obs.Instances = slices.Clone(obs.Instances)
	i, found := slices.BinarySearchFunc(obs.Instances, live.ID, byID)
	if found {
		obs.Instances[i] = live
	} else {
		obs.Instances = slices.Insert(obs.Instances, i, live)
	}
	return obs
}

// gone drops an instance that the API no longer knows.
func gone(obs reconcile.Observed, id string) reconcile.Observed {
	obs.Instances = slices.Clone(obs.Instances)
	if i, found := slices.BinarySearchFunc(obs.Instances, id, byID); found {
		obs.Instances = slices.Delete(obs.Instances, i, i+1)
	}
	return obs
}

// doubted marks an instance as not looked at, so that a look comes before anything else.
func doubted(obs reconcile.Observed, id string) reconcile.Observed {
	live, ok := obs.Find(id)
	if !ok {
		return obs
	}
	live.SeenAt, live.Status = time.Time{}, ""
	return seen(obs, live)
}

func byID(l reconcile.Live, id string) int {
	switch {
	case l.ID < id:
		return -1
	case l.ID > id:
		return 1
	}
	return 0
}

// liveOf translates a reply into the words of package reconcile.
func liveOf(in aura.Instance, at time.Time) reconcile.Live {
	return reconcile.Live{
		ID: in.ID, Name: in.Name, TenantID: in.TenantID, CloudProvider: in.CloudProvider, CreatedAt: in.CreatedAt,
		Region: in.Region, Type: in.Type, Status: string(in.Status), Memory: in.Memory, Storage: in.Storage,
		ConnectionURL: in.ConnectionURL, CustomerManagedKeyID: in.CustomerManagedKeyID,
		CDCEnrichmentMode: in.CDCEnrichmentMode, SecondariesCount: in.SecondariesCount,
		VectorOptimized: in.VectorOptimized, GraphAnalyticsPlugin: in.GraphAnalyticsPlugin, SeenAt: at,
	}
}

// tidy forgets keys that are neither in this account's part of the file nor live: there is nothing
// left to remember.
func (d *Daemon) tidy(now time.Time) error {
	for _, key := range d.ledger.Keys() {
		e := d.ledger[key]
		if _, listed := d.Fleet.Instance(key); listed || e.Birth != nil && e.Birth.Stage != reconcile.Intended {
			continue
		}
		if next := e.Recover(d.observed, now).Next; next != reconcile.NextAnew && next != reconcile.NextPost {
			continue
		}
		if e.Has() != "" {
			continue
		}
		if e.Former != "" && !e.Owns() {
			continue // so that a credential of it gives way, should the block come back
		}
		if err := d.forgetGone(key, e); err != nil {
			return err
		}
		d.notify(key, e.ID, reconcile.Delete, journal.Noted, d.whereGone(key)+": forgotten")
	}
	return nil
}

func (d *Daemon) whereGone(key string) string {
	if d.Fleet.IsElsewhere(key) {
		return "is another account's in the file, and not in Aura any more"
	}
	return "is neither in the file nor in Aura any more"
}

// isGone reports whether the answer to a look says that the instance is no more: in Aura's own
// words, or by any 404 when the newest list does not show it either.
func (d *Daemon) isGone(id string, err error) bool {
	return kindOf(err) == aura.Gone || isNotFound(err) && d.unlisted[id]
}

func isNotFound(err error) bool {
	var e *aura.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// looked records a reply that shows an instance: what it says of the operation under way, and
// whether the instance has settled in its desired state.
func (d *Daemon) looked(key string, live reconcile.Live, now time.Time) error {
	d.observed = seen(d.observed, live)
	e, ours := d.ledger[key]
	lost := e.Birth != nil && e.Birth.InstanceID == live.ID // being deleted, and never owned
	if !ours || e.ID != live.ID && !lost {
		return nil
	}
	op := e.Op
	e, took, verdict := e.Seen(live, now)
	if took > 0 {
		if err := d.learn(*op, took); err != nil {
			return err
		}
	}
	if err := d.remember(key, e); err != nil {
		return err
	}
	d.judged(key, live, op, took, verdict)
	return nil
}

// judged tells people how an operation ended.
func (d *Daemon) judged(key string, live reconcile.Live, op *reconcile.Operation, took time.Duration, verdict reconcile.Verdict) {
	if op == nil {
		return
	}
	switch verdict {
	case reconcile.Done:
		d.Notify(journal.Event{At: d.Clock.Now(), Key: key, ID: live.ID, Verb: op.Verb, Kind: journal.Finished, Text: done(op, live, took), Took: took})
	case reconcile.Vanished:
		d.notify(key, live.ID, op.Verb, journal.Failed, d.undone(key, live))
	}
}

// undone says of an operation that ended without its result what is known of it.
func (d *Daemon) undone(key string, live reconcile.Live) string {
	if f := d.ledger[key].Failure; f != nil {
		return f.Message + "; next try " + f.RetryAt.Format("15:04:05 MST")
	}
	return "ended without its result: it is " + live.Status
}

func (d *Daemon) learn(op reconcile.Operation, took time.Duration) error {
	d.timings[op.Class] = d.timings.Learned(op, took)
	return d.State.PutTimings(op.Class, d.timings[op.Class])
}

// lookedGone records that the API does not know id.
func (d *Daemon) lookedGone(key, id string, now time.Time) error {
	e, ours := d.ledger[key]
	op := e.Op
	next := e.Gone(id, now)
	if next.Op == nil {
		d.observed = gone(d.observed, id)
	}
	if next.Op == nil && next.ID == id {
		next = next.NotFound(true, now)
	}
	if !ours {
		return nil
	}
	if op != nil && op.Verb == reconcile.Delete && next.Op == nil {
		d.notify(key, id, reconcile.Delete, journal.Finished, "is gone")
		if next.ID == id {
			return d.deleted(key, next)
		}
	}
	return d.remember(key, next)
}

// deleted is the end of an instance that aurad deleted because its block left the file. Which one it was
// is kept: should the block come back, its credential proves no live instance.
func (d *Daemon) deleted(key string, e reconcile.Entry) error {
	if _, listed := d.Fleet.Instance(key); !listed {
		d.release(context.Background(), key) // the store's own time bounds it
	}
	return d.remember(key, e.Vacated())
}

// kindOf is what a caller can do about an error of the API; 0 for none and for other errors.
func kindOf(err error) aura.Kind {
	var e *aura.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
