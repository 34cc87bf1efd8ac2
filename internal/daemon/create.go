package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// sendCreate goes on with the create of a key, from its last durable fact. The order of the
// steps is the whole point: each one is durable before the next begins.
func (d *Daemon) sendCreate(ctx context.Context, s reconcile.Step) func() error {
	e := d.ledger[s.Key]
	if s.Cause == reconcile.CauseGone {
		e = e.Vacated()
	}
	want, ok := d.Fleet.Instance(s.Key)
	if !ok && e.Birth == nil {
		return func() error { return nil }
	}
	switch e.Recover(d.observed, d.Clock.Now()).Next {
	case reconcile.NextPost:
		return d.give(ctx, s, e, want)
	case reconcile.NextAnew:
		return func() error {
			d.notify(s.Key, "", reconcile.Create, journal.Noted, "the create marked "+e.Birth.Nonce+" never reached Aura: starting anew")
			return d.remember(s.Key, e.Buried())
		}
	case reconcile.NextStore:
		a := d.attempt(s, e, want)
		return d.launch(s.Key, e, func() func() error { return d.store(ctx, a) })
	}
	return func() error { return nil }
}

// attempt is one create as its flight needs it: nothing of it changes while the loop goes on.
type attempt struct {
	step     reconcile.Step
	before   reconcile.Entry // durable when it took off
	want     spec.Instance
	fleet    string
	observed reconcile.Observed
}

func (d *Daemon) attempt(s reconcile.Step, e reconcile.Entry, want spec.Instance) attempt {
	return attempt{s, e, want, d.Fleet.Name, d.observed}
}

func (a attempt) claim() secrets.Claim { return ClaimOf(a.fleet, a.step.Key, a.before) }

// give is the create itself: preflight, intent, one POST, the reply made safe, the password
// stored. It runs to its end even if the daemon is told to stop: see sendAll.
func (d *Daemon) give(ctx context.Context, s reconcile.Step, e reconcile.Entry, want spec.Instance) func() error {
	fail := func(kind reconcile.FailureKind, after time.Duration, err error) func() error {
		return func() error { return d.createFailed(s, kind, after, err) }
	}
	if err := d.Store.Preflight(ctx, d.claim(s.Key, e)); err != nil {
		return fail(storeFailure(err), 0, fmt.Errorf("nothing is created while its password can't be stored: %w", err))
	}
	if err := d.State.Reserve(); err != nil {
		return fail(reconcile.FailureLater, 0, fmt.Errorf("nothing is created while %s can't take its reply: %w", d.State.Place(), err))
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
	a, req := d.attempt(s, e, want), d.createRequest(want, e.Birth.Nonce)
	return d.launch(s.Key, e, func() func() error { return d.post(ctx, a, req) })
}

// post sends the create and makes what came back safe.
func (d *Daemon) post(ctx context.Context, a attempt, req aura.CreateRequest) func() error {
	reply, err := d.API.Create(ctx, req)
	d.Crash("reply received")
	if strings.TrimSpace(reply.Body.Reveal()) == "" {
		return func() error { return d.unanswered(a.step, cmp.Or(err, errNothing)) }
	}
	return d.keep(ctx, a, reply)
}

// errNothing is a success that came with nothing: no password either.
var errNothing = error(&aura.Error{Op: "create instance", Kind: aura.Later, Message: "Aura accepted it with an empty reply", Sent: true, Uncertain: true})

// conceived is the intent: it names the attempt, as its claim does, before anything leaves.
func (d *Daemon) conceived(e reconcile.Entry, want spec.Instance) reconcile.Entry {
	return e.Conceived(e.Claim, want, d.Fleet.Policy.CreateGrace, d.Clock.Now()).Listed(want)
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

// keep makes the raw reply durable before anybody reads it, then reads it, then stores what is
// in it.
func (d *Daemon) keep(ctx context.Context, a attempt, reply aura.Reply) func() error {
	if err := d.State.Spool(a.step.Key, a.before, reply.Body); err != nil {
		return d.adrift(ctx, a, reply, err)
	}
	d.Crash("reply spooled")
	return d.store(ctx, a)
}

// store brings the spooled reply of an attempt to the credential store.
func (d *Daemon) store(ctx context.Context, a attempt) func() error {
	err := d.storeSpooled(ctx, a)
	return func() error { return d.recordStored(a, err) }
}

func (d *Daemon) storeSpooled(ctx context.Context, a attempt) error {
	raw, err := d.State.Spooled(a.step.Key)
	if err != nil {
		return err
	}
	return d.storeReply(ctx, a, raw)
}

// storeReply is store for a reply that is at hand, spooled or not. How far it went is in the state, also
// beside an error.
func (d *Daemon) storeReply(ctx context.Context, a attempt, raw secrets.Secret) error {
	created, err := a.read(raw)
	if err != nil {
		return errors.Join(err, d.State.Amend(a.step.Key, a.before, unread(created, err)))
	}
	if err := d.Store.Create(ctx, a.credential(created), a.claim()); err != nil {
		again := d.Clock.Now().Add(storeRetry)
		notStored := func(e reconcile.Entry) reconcile.Entry { return e.Spooled().NotStored(created.ID, err.Error(), again) }
		return errors.Join(err, d.State.Amend(a.step.Key, a.before, notStored))
	}
	d.Crash("password stored")
	live := reconcile.Live{ID: created.ID, TenantID: created.TenantID, Type: a.want.Type, Memory: a.want.Memory}
	err = d.State.Stored(a.step.Key, a.before, live)
	d.Crash("spool cleared")
	return err
}

// read reads a spooled reply. An id that is not in it is that of the instance which bears its mark.
func (a attempt) read(raw secrets.Secret) (aura.Created, error) {
	created, err := aura.ParseCreated([]byte(raw.Reveal()))
	if errors.Is(err, aura.ErrNoID) {
		if live, shown := a.observed.Bearing(a.before.Birth.Nonce); shown {
			created.ID, err = live.ID, nil
			created.TenantID = cmp.Or(created.TenantID, live.TenantID)
		}
	}
	return created, err
}

// unread is what becomes of a reply that nothing could be stored of. It stays spooled.
func unread(c aura.Created, err error) func(reconcile.Entry) reconcile.Entry {
	return func(e reconcile.Entry) reconcile.Entry {
		e = e.Spooled()
		switch {
		case errors.Is(err, aura.ErrCutReply):
			return e.Cut()
		case errors.Is(err, aura.ErrNoID):
			return e.Unreadable(reconcile.UnreadID, "")
		case errors.Is(err, aura.ErrNoPassword):
			return e.Unreadable(reconcile.UnreadPassword, c.ID)
		}
		return e.Unreadable(reconcile.UnreadAll, "")
	}
}

func (a attempt) credential(c aura.Created) secrets.Credential {
	key := a.step.Key
	return secrets.Credential{Fleet: a.fleet, Origin: secrets.Created, Key: key, InstanceID: c.ID, InstanceName: cmp.Or(a.want.Name, key),
		URI: cmp.Or(c.ConnectionURL, "neo4j+s://"+c.ID+".databases.neo4j.io"), Username: cmp.Or(c.Username, "neo4j"), Password: c.Password, Database: "neo4j"}
}

// recordStored says how storing went. Until it succeeds the reply stays spooled, and the plan
// says so.
func (d *Daemon) recordStored(a attempt, err error) error {
	key, e := a.step.Key, d.ledger[a.step.Key]
	if err != nil {
		if before := a.before.Birth; before.Failed != e.Birth.Failed || before.Unread != e.Birth.Unread { // said once, not every time it is tried
			d.notify(key, e.Birth.InstanceID, reconcile.Create, journal.Failed, cmp.Or(e.Birth.Advice(key, e.Birth.InstanceID), "its password is not in "+d.Store.Name()+" yet: "+err.Error()))
		}
		return d.remember(key, e)
	}
	want, _ := d.Fleet.Instance(key)
	name := cmp.Or(want.Name, key)
	d.observed = seen(d.observed, reconcile.Live{ID: e.ID, TenantID: e.TenantID, Name: reconcile.MarkedName(name, e.Birth.Nonce), Status: "creating", SeenAt: d.Clock.Now()})
	d.notify(key, e.ID, reconcile.Create, journal.Started, "create accepted as "+e.ID+"; its password is in "+d.Store.Name())
	return nil
}

// storeRetry is how often a password that is safe but not stored is offered to the store again.
const storeRetry = 15 * time.Second

// unanswered is a create whose reply did not come. Where nothing left it ends; a refusal is kept until a
// list bears it out; without any answer the intent stays, and the mark will tell.
func (d *Daemon) unanswered(s reconcile.Step, err error) error {
	e := d.ledger[s.Key]
	kind, after, uncertain := failureOf(err)
	var answer *aura.Error
	switch errors.As(err, &answer); {
	case answer != nil && answer.Sent && answer.Status >= 300:
		e = e.Refused(!uncertain, d.Clock.Now())
	case !uncertain:
		e = e.Unsent()
	default:
		e = e.Unanswered(err.Error())
		d.notify(s.Key, "", reconcile.Create, journal.Failed, "may have been carried out: "+err.Error()+"; looking for the mark "+e.Birth.Nonce)
		return d.remember(s.Key, e)
	}
	d.ledger[s.Key] = e
	return d.createFailed(s, kind, after, err)
}

func (d *Daemon) createFailed(s reconcile.Step, kind reconcile.FailureKind, after time.Duration, err error) error {
	d.notify(s.Key, "", reconcile.Create, journal.Failed, err.Error())
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
		e = e.NotNamed(err.Error(), now.Add(max(after, nameRetry)))
		if kindOf(err) == aura.Gone && now.Sub(e.Birth.At) > goneGrace {
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
	d.notify(key, e.ID, reconcile.Create, journal.Failed, "the new instance is gone from Aura before it was ready")
	e = e.Named()
	e.Op = nil
	return d.remember(key, e)
}
