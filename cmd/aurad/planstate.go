package main

import (
	"context"
	"errors"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/state/folder"
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

// stateless plans on a state folder that is thrown away, and says what is not known without one.
func (p program) stateless(ctx context.Context, c *common, r control.PlanRequest, whose ownership) (reply control.PlanReply, err error) {
	dir, remove, err := throwawayState()
	if err != nil {
		return reply, err
	}
	reply.Plan, err = p.planIn(ctx, c, r, dir, whose)
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
func (p program) planHere(ctx context.Context, c *common, dir string, r control.PlanRequest) (reply control.PlanReply, err error) {
	if !folder.Exists(dir) {
		return p.stateless(ctx, c, r, fresh)
	}
	reply.Plan, err = p.planIn(ctx, c, r, dir, fresh)
	return reply, err
}

// planIn opens the state in dir, looks at the fleet, and plans.
func (p program) planIn(ctx context.Context, c *common, r control.PlanRequest, dir string, whose ownership) (plan reconcile.Plan, err error) {
	j, err := p.join(ctx, r.Fleet, blueprint{dir: dir, peek: true, log: p.logger(c, p.stderr, "warn"), equip: func(s *session, part *spec.Fleet) (*daemon.Daemon, error) {
		if whose == presumed {
			if err := s.presume(ctx, part); err != nil {
				return nil, err
			}
		}
		return s.daemon(part, p.planStore(s, part, whose), nil)
	}})
	if err != nil {
		return plan, err
	}
	defer func() { err = errors.Join(err, j.close()) }()
	if err := j.group.Observe(ctx, p.observing(r.Fleet)); err != nil {
		return plan, err
	}
	at := r.At
	if at.IsZero() {
		at = j.clock.Now()
	}
	return j.group.Plan(at), nil
}

// planStore is the store that tells what is aurad's when the state does not. Without state, as
// on a build server, nobody expects it to be reachable.
func (p program) planStore(s *session, fleet *spec.Fleet, whose ownership) secrets.Store {
	if whose == presumed {
		return empty{name: fleet.Credentials.Store}
	}
	store, release, err := p.storeToRead(fleet)
	if err != nil {
		return empty{fleet.Credentials.Store, err} // the daemon says so, should it need to ask
	}
	s.closers = append(s.closers, release)
	return store
}

// presume writes into the state that aurad owns every live instance whose name one block of the
// fleet, and no other live instance, has.
func (s *session) presume(ctx context.Context, fleet *spec.Fleet) error {
	list, err := s.client.Instances(ctx, fleet.TenantID)
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
