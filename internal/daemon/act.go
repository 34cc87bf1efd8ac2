package daemon

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// send does what a task asks and returns the function that records the result. Sending may run
// beside other tasks; recording may not.
func (d *Daemon) send(ctx context.Context, t reconcile.Task) (record func() error) {
	switch t.Kind {
	case reconcile.List:
		at := d.Clock.Now()
		list, err := d.API.Instances(ctx, d.Fleet.TenantID)
		return func() error { return d.recordList(ctx, t, list, at, err) }
	case reconcile.Look, reconcile.Confirm:
		in, err := d.API.Instance(ctx, t.ID)
		d.destroyed(ctx, t, err)
		return func() error { return d.recordLook(t, in, err) }
	case reconcile.Name:
		return d.sendName(ctx, t)
	case reconcile.Renew:
		err := d.API.Authorize(ctx, t.Deadline)
		return func() error { d.attempted(t, err); return nil }
	}
	switch t.Step.Verb {
	case reconcile.Create:
		return d.sendCreate(ctx, t.Step)
	case reconcile.Adopt:
		return d.sendAdopt(ctx, t.Step)
	case reconcile.Move:
		return d.sendMove(ctx, t.Step)
	}
	return d.sendChange(ctx, t.Step)
}

func (d *Daemon) recordLook(t reconcile.Task, in aura.Instance, err error) error {
	now := d.Clock.Now()
	switch {
	case err == nil:
		d.attempted(t, nil)
		return d.looked(t.Key, liveOf(in, now), now)
	case d.isGone(t.ID, err):
		d.attempted(t, nil)
		return d.lookedGone(t.Key, t.ID, now)
	}
	d.attempted(t, err)
	if e := d.ledger[t.Key]; e.ID == t.ID && isNotFound(err) {
		return d.remember(t.Key, e.NotFound(false, now)) // a list will tell
	}
	return nil
}

func (d *Daemon) adopt(s reconcile.Step, stored bool) error {
	live, listed := d.observed.Find(s.InstanceID)
	if !listed { // the store knows of it: see reconcile.World.Proven
		live.ID = s.InstanceID
		d.observed = seen(d.observed, live)
	}
	want, _ := d.Fleet.Instance(s.Key)
	e := d.ledger[s.Key].Adopted(live).Listed(want) // SetFleet, which notes it otherwise, came before there was an entry
	password := "its password is not known here: aurad credential set " + s.Key
	if stored {
		e.Credential, password = reconcile.CredentialStored, "its password is in "+d.Store.Name()
	}
	if err := d.remember(s.Key, e); err != nil {
		return err
	}
	d.notify(s.Key, live.ID, reconcile.Adopt, journal.Finished, "is taken over; "+password)
	return nil
}

// sendChange asks for one change of a live instance.
func (d *Daemon) sendChange(ctx context.Context, s reconcile.Step) func() error {
	e := d.ledger[s.Key]
	if next := e.Sending(s); next.Settled != e.Settled {
		if err := d.State.PutEntry(s.Key, next); err != nil {
			return func() error { return err }
		}
		e = next
	}
	in, err := d.request(ctx, s)
	d.renamed(ctx, s, err)
	return func() error {
		d.ledger[s.Key] = e
		if err != nil {
			return d.refused(s, err)
		}
		return d.accepted(s, in)
	}
}

// request is the one place where a step becomes a call.
func (d *Daemon) request(ctx context.Context, s reconcile.Step) (*aura.Instance, error) {
	switch s.Verb {
	case reconcile.Pause:
		return d.API.Pause(ctx, s.InstanceID)
	case reconcile.Resume:
		return d.API.Resume(ctx, s.InstanceID)
	case reconcile.Delete:
		return d.API.Delete(ctx, s.InstanceID)
	case reconcile.Upgrade:
		return d.API.Upgrade(ctx, s.InstanceID, aura.UpgradeRequest{})
	}
	return d.API.Patch(ctx, s.InstanceID, patchOf(s.Changes))
}

// patchOf turns a step's changes into the body of a PATCH.
func patchOf(changes []reconcile.Change) aura.PatchRequest {
	var p aura.PatchRequest
	for _, c := range changes {
		switch c.Field {
		case "name":
			p.Name = &c.New
		case "memory":
			p.Memory = &c.New
		case "storage":
			p.Storage = &c.New
		case "cdc_enrichment_mode":
			p.CDCEnrichmentMode = &c.New
		case "secondaries_count":
			if n, err := strconv.Atoi(c.New); err == nil {
				p.SecondariesCount = &n
			}
		case "vector_optimized":
			b := c.New == "true"
			p.VectorOptimized = &b
		case "graph_analytics_plugin":
			b := c.New == "true"
			p.GraphAnalyticsPlugin = &b
		}
	}
	return p
}

// accepted records that Aura took the step, and what its reply shows.
func (d *Daemon) accepted(s reconcile.Step, in *aura.Instance) error {
	now := d.Clock.Now()
	from, _ := d.observed.Find(s.InstanceID)
	before := d.ledger[s.Key]
	e := before
	if !e.Strays(s, d.observed) {
		e = e.Accepted(s, from, now)
		if s.Cause == reconcile.CauseLost {
			e = e.BeingDeleted(s.InstanceID)
		}
	}
	if err := d.remember(s.Key, e); err != nil {
		return err
	}
	d.observed = seen(d.observed, after(s, from, in, now))
	kind := journal.Started
	if s.Verb == reconcile.Rename {
		kind = journal.Finished
	}
	if e.Undone(s) > before.Undone(s) {
		d.Notify(journal.Event{At: now, Key: s.Key, ID: s.InstanceID, Verb: s.Verb, Cause: s.Cause, Kind: journal.Failed, Text: "was accepted before, and not done"})
	}
	d.Notify(journal.Event{At: now, Key: s.Key, ID: s.InstanceID, Verb: s.Verb, Cause: s.Cause, Kind: kind, Text: sentence(s), Due: s.Due})
	return nil
}

// after is what is known of an instance once a step is accepted: what the reply shows, but
// never that it is settled, for replies may lag behind.
func after(s reconcile.Step, before reconcile.Live, in *aura.Instance, now time.Time) reconcile.Live {
	live := before
	if in != nil {
		live = liveOf(*in, now)
	}
	if s.Verb == reconcile.Rename {
		live.Name = s.Changes[0].New
		if live.Status != before.Status {
			live.SeenAt = time.Time{} // briefly "updating": look again
		}
	}
	if s.Verb == reconcile.Delete {
		live.Status = "destroying"
	}
	return live
}

// refused records why a step failed. What the state of the instance forbade, or what may have
// been done all the same, is looked at before it is tried again.
func (d *Daemon) refused(s reconcile.Step, err error) error {
	now := d.Clock.Now()
	kind, after, uncertain := failureOf(err)
	if kindOf(err) == aura.Gone {
		return d.stepGone(s, now)
	}
	if kind == reconcile.FailureState || uncertain {
		d.observed = doubted(d.observed, s.InstanceID)
	}
	if err := d.remember(s.Key, d.ledger[s.Key].Failed(s, kind, err.Error(), after, now)); err != nil {
		return err
	}
	d.Notify(journal.Event{At: now, Key: s.Key, ID: s.InstanceID, Verb: s.Verb, Cause: s.Cause, Kind: journal.Failed, Text: err.Error()})
	return nil
}

// stepGone is a step on an instance that no longer exists. For a delete that is success.
func (d *Daemon) stepGone(s reconcile.Step, now time.Time) error {
	e := d.ledger[s.Key]
	switch {
	case s.Verb == reconcile.Delete && e.Strays(s, d.observed):
		d.observed = gone(d.observed, s.InstanceID)
		d.notify(s.Key, s.InstanceID, reconcile.Delete, journal.Finished, "is gone")
		return nil
	case s.Verb == reconcile.Delete:
		e = e.Accepted(s, reconcile.Live{ID: s.InstanceID}, now)
		if s.Cause == reconcile.CauseLost {
			e = e.BeingDeleted(s.InstanceID)
		}
		d.ledger[s.Key] = e
	}
	return d.lookedGone(s.Key, s.InstanceID, now)
}

// failureOf sorts an error by what can be done about it.
func failureOf(err error) (kind reconcile.FailureKind, after time.Duration, uncertain bool) {
	var e *aura.Error
	if !errors.As(err, &e) {
		return reconcile.FailureLater, 0, false
	}
	switch e.Kind {
	case aura.Conflict:
		kind = reconcile.FailureState
	case aura.Person, aura.Never:
		kind = reconcile.FailurePerson
	default:
		kind = reconcile.FailureLater
	}
	return kind, min(e.RetryAfter, budget.MaxFreeze), e.Uncertain
}

// sentence says a step as it would be said of a person's work.
func sentence(s reconcile.Step) string {
	var parts []string
	for _, c := range s.Changes {
		if c.Old == "" {
			parts = append(parts, c.Field+" "+c.New)
			continue
		}
		parts = append(parts, c.Field+" "+c.Old+" -> "+c.New)
	}
	if len(parts) == 0 {
		return string(s.Verb) + ": " + s.Reason
	}
	return string(s.Verb) + " " + strings.Join(parts, ", ") + ": " + s.Reason
}

// done says how an operation ended.
func done(op *reconcile.Operation, live reconcile.Live, took time.Duration) string {
	return string(op.Verb) + " done: " + live.Status + " after " + took.Round(time.Second).String()
}

func (d *Daemon) notify(key, id string, verb reconcile.Verb, kind journal.Kind, text string) {
	d.Notify(journal.Event{At: d.Clock.Now(), Key: key, ID: id, Verb: verb, Kind: kind, Text: text})
}

func (d *Daemon) note(key, text string) { d.notify(key, d.ledger[key].ID, "", journal.Noted, text) }
