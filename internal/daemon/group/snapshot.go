package group

import (
	"cmp"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Snapshot is what all accounts know, as of the one that looked longest ago: budgets added up,
// and each account's own beside the sum. It may be called from any goroutine.
func (g *Group) Snapshot() daemon.Snapshot {
	if len(g.members) == 1 {
		return g.members[0].Snapshot()
	}
	s := daemon.Snapshot{Schema: daemon.StatusSchema, Ready: true, Fleet: g.whole()}
	var plans []reconcile.Plan
	for i, m := range g.members {
		part := m.Snapshot()
		add(&s, m.account, part)
		plans = append(plans, part.Plan)
		if i == 0 || part.ListedAt.IsZero() || part.ListedAt.Before(s.ListedAt) {
			s.ListedAt = part.ListedAt
		}
	}
	published := slices.DeleteFunc(plans, func(p reconcile.Plan) bool { return p.At.IsZero() })
	s.Plan = reconcile.Merge(published...)
	s.At = s.Plan.At
	slices.SortFunc(s.Instances, func(a, b daemon.Status) int { return cmp.Compare(a.Key, b.Key) })
	s.Credentials = ofOwners(s.Credentials)
	slices.SortFunc(s.Holds, func(a, b spec.Hold) int { return cmp.Compare(a.Key, b.Key) })
	return s
}

// add takes in what one account knows. Of a key that has just changed accounts it takes the
// status from the new one alone.
func add(s *daemon.Snapshot, account string, part daemon.Snapshot) {
	for _, st := range part.Instances {
		if in, ok := s.Fleet.Instance(st.Key); ok && in.Account == account {
			s.Instances = append(s.Instances, st)
		}
	}
	s.Credentials = append(s.Credentials, part.Credentials...)
	s.Holds = append(s.Holds, part.Holds...)
	s.Budget.Limit += part.Budget.Limit
	s.Budget.Free += part.Budget.Free
	s.Ready = s.Ready && part.Ready
	s.TokenExpiry = earliest(s.TokenExpiry, part.TokenExpiry)
	s.Config.File, s.Config.Digest = part.Config.File, part.Config.Digest
	s.Config.LoadedAt = earliest(s.Config.LoadedAt, part.Config.LoadedAt)
	s.Config.Error = cmp.Or(s.Config.Error, part.Config.Error)
	a := daemon.AccountStatus{Name: account, Ready: part.Ready, Budget: part.Budget, ListedAt: part.ListedAt}
	if part.Fleet != nil {
		a.TenantID = part.Fleet.TenantID
	}
	s.Accounts = append(s.Accounts, a)
}

// ofOwners sorts credentials by key. Of a key that moved between accounts, the one that has its
// instance knows.
func ofOwners(all []reconcile.Credential) []reconcile.Credential {
	slices.SortStableFunc(all, func(a, b reconcile.Credential) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(len(b.InstanceID), len(a.InstanceID)), cmp.Compare(len(b.State), len(a.State)))
	})
	return slices.CompactFunc(all, func(a, b reconcile.Credential) bool { return a.Key == b.Key })
}

// earliest is the first of two instants; the zero one is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
