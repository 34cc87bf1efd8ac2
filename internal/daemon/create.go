package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// sendCreate goes on with the create of a key, from its last durable fact. The order of the
// steps is the whole point: each one is durable before the next begins.
func (d *Daemon) sendCreate(ctx context.Context, s reconcile.Step) func() error {
	e := d.ledger[s.Key]
	want, ok := d.Fleet.Instance(s.Key)
	if !ok && e.Birth == nil {
		return func() error { return nil }
	}
	switch reconcile.Recover(e.Birth, d.observed, d.Clock.Now()).Next {
	case reconcile.NextPost:
		return d.give(ctx, s, e, want)
	case reconcile.NextAnew:
		return func() error {
			d.notify(s.Key, "", reconcile.Create, Noted, "the create marked "+e.Birth.Nonce+" never reached Aura: starting anew")
			return d.remember(s.Key, e.Buried())
		}
	case reconcile.NextStore:
		next, err := d.store(ctx, s.Key, want, e)
		return func() error { return d.recordStored(s, next, err) }
	}
	return func() error { return nil }
}

// give is the create itself: preflight, intent, one POST, the reply made safe, the password
// stored. It runs to its end even if the daemon is told to stop: see sendAll.
func (d *Daemon) give(ctx context.Context, s reconcile.Step, e reconcile.Entry, want spec.Instance) func() error {
	fail := func(kind reconcile.FailureKind, after time.Duration, err error) func() error {
		return func() error { return d.createFailed(s, kind, after, err) }
	}
	if err := d.Store.Preflight(ctx, d.claim(s.Key, e)); err != nil {
		return fail(storeFailure(err), 0, fmt.Errorf("nothing is created while its password can't be stored: %w", err))
	}
	if err := d.State.makeRoom(); err != nil {
		return fail(reconcile.FailureLater, 0, fmt.Errorf("nothing is created while %s has no room for its reply: %w", d.State.Dir(), err))
	}
	if err := d.API.Authorize(ctx, time.Time{}); err != nil {
		kind, after, _ := failureOf(err)
		return fail(kind, after, err)
	}
	if owner := d.Owners.take(account(d.Fleet), s.Key); owner != "" {
		return fail(reconcile.FailureState, 0, fmt.Errorf("account %s owns this key", owner))
	}
	d.Crash("preflight done")
	if e.Claim == "" {
		e.Claim = newNonce()
		if err := d.State.PutEntry(s.Key, e); err != nil {
			return func() error { return err }
		}
	}
	d.Crash("claim intended")
	if err := d.Store.Claim(ctx, d.claim(s.Key, e)); err != nil {
		return func() error { return d.notClaimed(s, e, err) }
	}
	d.Crash("claimed")
	e = d.conceived(e, want)
	if err := d.State.PutEntry(s.Key, e); err != nil {
		return func() error { return err }
	}
	d.Crash("intent durable")
	reply, err := d.API.Create(ctx, d.createRequest(want, e.Birth.Nonce))
	d.Crash("reply received")
	if err != nil && reply.Body.Empty() {
		return func() error { return d.unanswered(s, e, err) }
	}
	return d.safe(ctx, s, e, want, reply)
}

// conceived is the intent: it names the attempt, as its claim does, before anything leaves.
func (d *Daemon) conceived(e reconcile.Entry, want spec.Instance) reconcile.Entry {
	e.Birth = &reconcile.Birth{Nonce: e.Claim, At: d.Clock.Now(), Stage: reconcile.Intended, Grace: d.Fleet.Policy.CreateGrace}
	e.Made = reconcile.Made{Version: want.Version, Source: want.Source}
	e.Requested = reconcile.Requested{VectorOptimized: want.VectorOptimized, GraphAnalyticsPlugin: want.GraphAnalyticsPlugin}
	e.Failure, e.Claim = nil, ""
	return d.listed(e, want)
}

func (d *Daemon) createRequest(in spec.Instance, nonce string) aura.CreateRequest {
	req := aura.CreateRequest{
		Name: reconcile.MarkedName(in.Name, nonce), TenantID: d.Fleet.TenantID, CloudProvider: in.CloudProvider,
		Region: in.Region, Type: in.Type, Version: in.Version, Memory: in.Memory, Storage: in.Storage,
		CustomerManagedKeyID: in.CustomerManagedKeyID,
		VectorOptimized:      in.VectorOptimized, GraphAnalyticsPlugin: in.GraphAnalyticsPlugin,
	}
	if in.Source != nil {
		req.SourceInstanceID, req.SourceSnapshotID = in.Source.Instance, in.Source.SnapshotID
		if owned := d.ledger[in.Source.Instance].ID; owned != "" {
			req.SourceInstanceID = owned
		}
	}
	return req
}

// safe makes the raw reply durable before anybody reads it, then reads it, then stores what is
// in it.
func (d *Daemon) safe(ctx context.Context, s reconcile.Step, e reconcile.Entry, want spec.Instance, reply aura.Reply) func() error {
	spooled := e
	birth := *e.Birth
	birth.Stage = reconcile.Spooled
	spooled.Birth, spooled.Credential = &birth, reconcile.CredentialSpooled
	if err := d.State.Spool(s.Key, spooled, reply.Body); err != nil {
		return func() error { return err }
	}
	d.Crash("reply spooled")
	next, err := d.store(ctx, s.Key, want, spooled)
	return func() error { return d.recordStored(s, next, err) }
}

// store brings the spooled reply of key to the credential store. The entry it returns says how
// far that went, also beside an error.
func (d *Daemon) store(ctx context.Context, key string, want spec.Instance, e reconcile.Entry) (reconcile.Entry, error) {
	raw, err := d.State.Spooled(key)
	if err != nil {
		return e, err
	}
	birth := *e.Birth
	e.Birth = &birth
	created, err := aura.ParseCreated([]byte(raw.Reveal()))
	if err != nil {
		birth.Stage, e.Credential = reconcile.Intended, reconcile.CredentialLost // by its mark it is found
		return e, errors.Join(err, d.State.PutEntry(key, e))
	}
	birth.InstanceID = created.ID
	if err := d.Store.Create(ctx, d.credentialOf(key, want, created), d.claimOf(key, birth.Nonce)); err != nil {
		return e, err
	}
	d.Crash("password stored")
	birth.Stage, birth.Failed, birth.RetryAt = reconcile.Stored, "", time.Time{}
	e.ID, e.TenantID, e.Credential, e.Failure = created.ID, created.TenantID, reconcile.CredentialStored, nil
	e.Op = &reconcile.Operation{Verb: reconcile.Create, From: "creating", StartedAt: birth.At, Class: reconcile.ClassOf(reconcile.Create, want.Type, want.Memory)}
	err = d.State.Unspool(key, e)
	d.Crash("spool cleared")
	return e, err
}

func (d *Daemon) credentialOf(key string, want spec.Instance, c aura.Created) secrets.Credential {
	return secrets.Credential{Fleet: d.Fleet.Name, Origin: secrets.Created, Key: key, InstanceID: c.ID, InstanceName: cmp.Or(want.Name, key),
		URI: c.ConnectionURL, Username: c.Username, Password: c.Password, Database: "neo4j"}
}

// recordStored says how storing went. Until it succeeds the reply stays spooled, and the plan
// says so.
func (d *Daemon) recordStored(s reconcile.Step, e reconcile.Entry, err error) error {
	now := d.Clock.Now()
	if err != nil {
		if e.Birth.Failed != err.Error() { // said once, not every time it is tried
			d.notify(s.Key, e.Birth.InstanceID, reconcile.Create, Failed, "its password is not in "+d.Store.Name()+" yet: "+err.Error())
		}
		if e.Birth.Stage == reconcile.Spooled {
			birth := *e.Birth
			birth.Failed, birth.RetryAt, birth.Tries = err.Error(), now.Add(storeRetry), birth.Tries+1
			e.Birth = &birth
		}
		return d.remember(s.Key, e)
	}
	d.ledger[s.Key] = e
	want, _ := d.Fleet.Instance(s.Key)
	name := cmp.Or(want.Name, s.Key)
	d.observed = seen(d.observed, reconcile.Live{ID: e.ID, TenantID: e.TenantID, Name: reconcile.MarkedName(name, e.Birth.Nonce), Status: "creating", SeenAt: now})
	d.notify(s.Key, e.ID, reconcile.Create, Started, "create accepted as "+e.ID+"; its password is in "+d.Store.Name())
	return nil
}

// storeRetry is how often a password that is safe but not stored is offered to the store again.
const storeRetry = 15 * time.Second

// unanswered is a create whose reply did not come. A refusal ends it; if Aura may have carried
// it out, the intent stays, and the mark will tell.
func (d *Daemon) unanswered(s reconcile.Step, e reconcile.Entry, err error) error {
	kind, after, uncertain := failureOf(err)
	if !uncertain {
		e = e.Buried() // its claim is replaced by the next attempt's
		e.Made = reconcile.Made{}
		d.ledger[s.Key] = e
		return d.createFailed(s, kind, after, err)
	}
	birth := *e.Birth
	birth.Failed = err.Error()
	e.Birth = &birth
	d.notify(s.Key, "", reconcile.Create, Failed, "may have been carried out: "+err.Error()+"; looking for the mark "+birth.Nonce)
	return d.remember(s.Key, e)
}

func (d *Daemon) createFailed(s reconcile.Step, kind reconcile.FailureKind, after time.Duration, err error) error {
	d.notify(s.Key, "", reconcile.Create, Failed, err.Error())
	return d.remember(s.Key, d.ledger[s.Key].Failed(s, kind, err.Error(), after, d.Clock.Now()))
}

func storeFailure(err error) reconcile.FailureKind {
	if errors.Is(err, secrets.ErrTaken) || errors.Is(err, secrets.ErrRefused) {
		return reconcile.FailureStore
	}
	return reconcile.FailureLater
}

// sendName gives a new instance its real name. The reply shows its status too, so that the
// naming is also the look that confirms it.
func (d *Daemon) sendName(ctx context.Context, t reconcile.Task) func() error {
	want, ok := d.Fleet.Instance(t.Key)
	if !ok {
		want.Name = t.Key
	}
	in, err := d.API.Patch(ctx, t.ID, aura.PatchRequest{Name: &want.Name})
	d.Crash("name sent")
	return func() error { return d.recordName(t, want.Name, in, err) }
}

func (d *Daemon) recordName(t reconcile.Task, name string, in *aura.Instance, err error) error {
	now := d.Clock.Now()
	e := d.ledger[t.Key]
	if err != nil {
		_, after, _ := failureOf(err)
		birth := *e.Birth
		birth.Failed, birth.RetryAt = err.Error(), now.Add(max(after, nameRetry))
		e.Birth = &birth
		if kindOf(err) == aura.Gone && now.Sub(birth.At) > goneGrace {
			return d.bornGone(t.Key, e)
		}
		return d.remember(t.Key, e)
	}
	e = e.Named()
	live, _ := d.observed.Find(t.ID)
	if in != nil {
		live = liveOf(*in, now)
	}
	live.ID, live.Name = t.ID, name
	if err := d.remember(t.Key, e); err != nil {
		return err
	}
	d.Crash("named")
	return d.looked(t.Key, live, now)
}

const (
	nameRetry = 10 * time.Second // Aura was busy with it, or does not know it yet
	goneGrace = 2 * time.Minute  // a new instance may be unknown for a minute; after this it was deleted
)

// bornGone is a new instance that somebody deleted before it got its name.
func (d *Daemon) bornGone(key string, e reconcile.Entry) error {
	d.observed = gone(d.observed, e.Birth.InstanceID)
	d.notify(key, e.ID, reconcile.Create, Failed, "the new instance is gone from Aura before it was ready")
	e = e.Named()
	e.Op = nil
	return d.remember(key, e)
}
