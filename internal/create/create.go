package create

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Create goes on with the create of a key, from its last durable fact. The order of the
// steps is the whole point: each one is durable before the next begins.
func (m *Maker) Create(ctx context.Context, s reconcile.Step) func() error {
	e := m.Ledger[s.Key]
	if s.Cause == reconcile.CauseGone {
		e = e.Vacated()
	}
	want, ok := m.Fleet.Instance(s.Key)
	if !ok && e.Birth == nil {
		return func() error { return nil }
	}
	switch e.Recover(m.Observed, m.Clock.Now()).Next {
	case reconcile.NextPost:
		return m.createUnderMark(ctx, s, e, want)
	case reconcile.NextAnew:
		return func() error {
			m.Tell(s.Key, "", reconcile.Create, journal.Noted, "the create marked "+e.Birth.Nonce+" never reached Aura: starting anew")
			return m.Remember(s.Key, e.Buried())
		}
	case reconcile.NextStore:
		a := m.attempt(s, e, want)
		return m.launch(s.Key, e, func() func() error { return m.store(ctx, a) })
	}
	return func() error { return nil }
}

// attempt is one create as its flight needs it: nothing of it changes while the loop goes on.
type attempt struct {
	step     reconcile.Step
	before   reconcile.Entry // durable when it took off
	want     spec.Instance
	fleet    string
	observed observed.Fleet
}

func (m *Maker) attempt(s reconcile.Step, e reconcile.Entry, want spec.Instance) attempt {
	return attempt{s, e, want, m.Fleet.Name, m.Observed}
}

func (a attempt) claim() secrets.Claim { return ClaimOf(a.fleet, a.step.Key, a.before) }

// createUnderMark is the create itself: preflight, intent, one POST, the reply made safe, the password
// stored. It runs to its end even if the daemon is told to stop: see sendAll.
func (m *Maker) createUnderMark(ctx context.Context, s reconcile.Step, e reconcile.Entry, want spec.Instance) func() error {
	fail := func(kind reconcile.FailureKind, after time.Duration, err error) func() error {
		return func() error { return m.createFailed(s, kind, after, err) }
	}
	if err := m.Store.Preflight(ctx, m.claim(s.Key, e)); err != nil {
		return fail(book.StoreFailure(err), 0, fmt.Errorf("nothing is created while its password can't be stored: %w", err))
	}
	if err := m.State.Reserve(); err != nil {
		return fail(reconcile.FailureLater, 0, fmt.Errorf("nothing is created while %s can't take its reply: %w", m.State.Place(), err))
	}
	if err := m.api.Authorize(ctx, time.Time{}); err != nil {
		kind, after, _ := book.FailureOf(err)
		return fail(kind, after, err)
	}
	if owner := m.Owners.Take(m.Account(), s.Key); owner != "" {
		return fail(reconcile.FailureState, 0, fmt.Errorf("account %s owns this key", owner))
	}
	m.crash("preflight done")
	if e.Claim == "" {
		e = e.Claiming(newNonce())
		if err := m.State.PutEntry(s.Key, e); err != nil {
			return func() error { return err }
		}
	}
	m.crash("claim intended")
	if err := m.Store.Claim(ctx, m.claim(s.Key, e)); err != nil {
		return func() error { return m.notClaimed(s, e, err) }
	}
	m.crash("claimed")
	e = m.conceived(e, want)
	if err := m.State.PutEntry(s.Key, e); err != nil {
		return func() error { return err }
	}
	m.crash("intent durable")
	a, req := m.attempt(s, e, want), m.createRequest(want, e.Birth.Nonce)
	return m.launch(s.Key, e, func() func() error { return m.post(ctx, a, req) })
}

// post sends the create and makes what came back safe.
func (m *Maker) post(ctx context.Context, a attempt, req aura.CreateRequest) func() error {
	reply, err := m.api.Create(ctx, req)
	m.crash("reply received")
	if strings.TrimSpace(reply.Body.Reveal()) == "" {
		return func() error { return m.unanswered(a.step, cmp.Or(err, errNothing)) }
	}
	return m.keep(ctx, a, reply)
}

// errNothing is a success that came with nothing: no password either.
var errNothing = error(&failure.Error{Op: "create instance", Kind: failure.Later, Message: "Aura accepted it with an empty reply", Sent: true, Uncertain: true})

// conceived is the intent: it names the attempt, as its claim does, before anything leaves.
func (m *Maker) conceived(e reconcile.Entry, want spec.Instance) reconcile.Entry {
	return e.Conceived(e.Claim, want, m.Fleet.Policy.CreateGrace, m.Clock.Now()).Listed(want)
}

func (m *Maker) createRequest(in spec.Instance, nonce string) aura.CreateRequest {
	req := aura.CreateRequest{
		Name: reconcile.MarkedName(in.Name, nonce), TenantID: m.Fleet.TenantID, CloudProvider: in.CloudProvider,
		Region: in.Region, Type: in.Type, Version: in.Version, Memory: in.Memory, Storage: in.Storage,
		CustomerManagedKeyID: in.CustomerManagedKeyID,
		VectorOptimized:      in.VectorOptimized, GraphAnalyticsPlugin: in.GraphAnalyticsPlugin,
	}
	if in.Source != nil {
		req.SourceInstanceID, req.SourceSnapshotID = in.Source.Instance, in.Source.SnapshotID
		if owned := m.Ledger[in.Source.Instance].ID; owned != "" {
			req.SourceInstanceID = owned
		}
	}
	return req
}

// keep makes the raw reply durable before anybody reads it, then reads it, then stores what is
// in it.
func (m *Maker) keep(ctx context.Context, a attempt, reply aura.Reply) func() error {
	if err := m.State.Spool(a.step.Key, a.before, reply.Body); err != nil {
		return m.adrift(ctx, a, reply, err)
	}
	m.crash("reply spooled")
	return m.store(ctx, a)
}

// unanswered is a create whose reply did not come. Where nothing left it ends; a refusal is kept until a
// list bears it out; without any answer the intent stays, and the mark will tell.
func (m *Maker) unanswered(s reconcile.Step, err error) error {
	e := m.Ledger[s.Key]
	kind, after, uncertain := book.FailureOf(err)
	var answer *failure.Error
	switch errors.As(err, &answer); {
	case answer != nil && answer.Sent && answer.Status >= 300:
		e = e.Refused(!uncertain, m.Clock.Now())
	case !uncertain:
		e = e.Unsent()
	default:
		e = e.Unanswered(err.Error())
		m.Tell(s.Key, "", reconcile.Create, journal.Failed, "may have been carried out: "+err.Error()+"; looking for the mark "+e.Birth.Nonce)
		return m.Remember(s.Key, e)
	}
	m.Ledger[s.Key] = e
	return m.createFailed(s, kind, after, err)
}

func (m *Maker) createFailed(s reconcile.Step, kind reconcile.FailureKind, after time.Duration, err error) error {
	m.Tell(s.Key, "", reconcile.Create, journal.Failed, err.Error())
	return m.Remember(s.Key, m.Ledger[s.Key].Failed(s, kind, err.Error(), after, m.Clock.Now()))
}
