package daemon

import (
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/metrics"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec/savings"
)

// Count tells m of an event. What is about no step is not counted.
func Count(m *metrics.Metrics, e journal.Event) {
	switch {
	case e.Verb == "", e.Kind == journal.Noted, e.Kind == journal.Blocked, e.Kind == journal.Unblocked:
		return
	}
	m.Count(metrics.Event{At: e.At, Key: e.Key, Verb: string(e.Verb), Cause: string(e.Cause), Outcome: metrics.Outcome(e.Kind), Due: e.Due, Took: e.Took})
}

// Export is the snapshot in the words of package metrics.
func (s Snapshot) Export() metrics.Fleet {
	f := metrics.Fleet{
		Ready: s.Ready, ListedAt: s.ListedAt, BudgetLimit: s.Budget.Limit, BudgetRemaining: s.Budget.Free,
		ConfigOK: s.Config.Error == "", ConfigLoadedAt: s.Config.LoadedAt, VaultTokenExpiry: s.TokenExpiry,
	}
	for _, h := range s.Holds {
		f.Holds = append(f.Holds, string(h.State))
	}
	unlike := map[string]bool{}
	for _, st := range s.Plan.Steps {
		f.Plan = append(f.Plan, metrics.Step{Verb: string(st.Verb), Cause: string(st.Cause)})
		unlike[st.Key] = unlike[st.Key] || st.Verb != reconcile.Hold
	}
	for _, st := range s.Instances {
		f.Instances = append(f.Instances, s.export(st, !unlike[st.Key]))
	}
	return f
}

func (s Snapshot) export(st Status, matches bool) metrics.Instance {
	in := metrics.Instance{Key: st.Key, Desired: string(st.Desired), Live: st.Live, Exists: st.InstanceID != "", Matches: matches,
		Since: st.Since, SeenAt: st.SeenAt, Credential: string(st.Credential)}
	if st.Next != nil {
		in.NextAt, in.NextState = st.Next.At, st.Next.State
	}
	if want, ok := s.Fleet.Instance(st.Key); ok {
		in.Type = want.Type
		in.Saving, in.Priced = savings.OfPause(s.Fleet, want)
		if want.Schedule != nil {
			in.Schedule = want.Schedule.Name
		}
	}
	return in
}
