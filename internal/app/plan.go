package app

import (
	"context"
	"errors"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/stores"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// ownership says whose the live instances are that no state tells of.
type ownership int

const (
	fresh    ownership = iota // nobody's: what a first run would find
	presumed                  // aurad's, where the name is one of the file
)

// Stateless plans as if there were no state: live instances that bear a name of the file are taken for
// aurad's own.
func (a App) Stateless(ctx context.Context, r control.PlanRequest) (control.PlanReply, error) {
	return a.stateless(ctx, r, presumed)
}

// Plan has the plan from whoever has the state: a daemon, or nobody.
func (a App) Plan(ctx context.Context, r control.PlanRequest) (control.PlanReply, error) {
	dir, err := a.stateOf(r.Fleet)
	if err == nil {
		err = a.notMisplaced(r.Fleet, dir)
	}
	if err != nil {
		return control.PlanReply{}, err
	}
	its, err := a.ReachIn(ctx, dir)
	if err != nil {
		return control.PlanReply{}, err
	}
	return its.Plan(ctx, r)
}

// stateless plans on a state folder that is thrown away, and says what is not known without one.
func (a App) stateless(ctx context.Context, r control.PlanRequest, whose ownership) (reply control.PlanReply, err error) {
	dir, remove, err := throwawayState()
	if err != nil {
		return reply, err
	}
	reply.Plan, err = a.planIn(ctx, r, dir, whose)
	if err := errors.Join(err, remove()); err != nil {
		return control.PlanReply{}, err
	}
	reply.Notes = []string{"there is no state folder yet: this is what a first run would do; aurad owns nothing so far and has stored no credentials"}
	if whose == presumed {
		reply.Notes = []string{
			"planned without state: live instances that bear a name of the file are taken for aurad's own",
			"not known without state: what aurad really owns, which credentials are stored, and what left the file (so no deletes are shown)",
		}
	}
	return reply, nil
}

// planHere plans with the state in dir, if there is one.
func (a App) planHere(ctx context.Context, dir string, r control.PlanRequest) (reply control.PlanReply, err error) {
	if !folder.Exists(dir) {
		return a.stateless(ctx, r, fresh)
	}
	reply.Plan, err = a.planIn(ctx, r, dir, fresh)
	return reply, err
}

// planIn opens the state in dir, looks at the fleet, and plans.
func (a App) planIn(ctx context.Context, r control.PlanRequest, dir string, whose ownership) (plan reconcile.Plan, err error) {
	j, err := a.join(ctx, r.Fleet, blueprint{dir: dir, peek: true, log: a.Log, equip: func(s *Session, part *spec.Fleet) (*daemon.Daemon, error) {
		if whose == presumed {
			if err := s.presume(ctx, part); err != nil {
				return nil, err
			}
		}
		return s.daemon(part, a.planStore(s, part, whose), nil)
	}})
	if err != nil {
		return plan, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := j.Group.Observe(ctx, a.Observing(r.Fleet)); err != nil {
		return plan, err
	}
	at := r.At
	if at.IsZero() {
		at = j.Clock.Now()
	}
	return j.Group.Plan(at), nil
}

// planStore is the store that tells what is aurad's when the state does not. Without state, as
// on a build server, nobody expects it to be reachable.
func (a App) planStore(s *Session, fleet *spec.Fleet, whose ownership) secrets.Store {
	if whose == presumed {
		return stores.Empty{Title: fleet.Credentials.Store}
	}
	store, release, err := stores.ToRead(a.Get, fleet)
	if err != nil {
		return stores.Empty{Title: fleet.Credentials.Store, Reason: err} // the daemon says so, should it need to ask
	}
	s.closers = append(s.closers, release)
	return store
}

// presume writes into the state that aurad owns every live instance whose name one block of the
// fleet, and no other live instance, has.
func (s *Session) presume(ctx context.Context, fleet *spec.Fleet) error {
	list, err := s.Client.Instances(ctx, fleet.TenantID)
	if err != nil {
		return err
	}
	bearers := map[string][]string{}
	for _, l := range list {
		bearers[l.Name] = append(bearers[l.Name], l.ID)
	}
	for _, in := range fleet.Instances {
		ids := bearers[in.Name]
		if len(ids) != 1 || ids[0] == "" || in.ID != "" || in.Adopt {
			continue
		}
		e := reconcile.Entry{ID: ids[0], TenantID: fleet.TenantID, Credential: reconcile.CredentialUnknown}
		if err := s.state.PutEntry(in.Key, e); err != nil {
			return err
		}
	}
	return nil
}
