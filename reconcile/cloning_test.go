package reconcile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// A block left the file while another one is being cloned from its instance: it stays until the clone
// was seen to run, for absence and when the file states its removal.
func TestTheSourceOfACloneStays(t *testing.T) {
	live := observed.Live{ID: "i1", Name: "a", TenantID: "t1", Type: "professional-db", Status: "paused", SeenAt: at("12:00:00")}
	absent := reconcile.Entry{ID: "i1", TenantID: "t1", Name: "a", Absence: &reconcile.Absence{Paused: true}}
	for name, c := range map[string]struct {
		clone reconcile.Entry
		stays bool
	}{
		"sent":            {reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Intended, At: at("11:59:00")}}, true},
		"stored":          {reconcile.Entry{ID: "i2", Birth: &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Stored, InstanceID: "i2"}}, true},
		"coming up":       {reconcile.Entry{ID: "i2", Op: &reconcile.Operation{Verb: reconcile.Create, StartedAt: at("11:59:00")}}, true},
		"not seen to run": {reconcile.Entry{ID: "i2"}, true},
		"seen to run":     {reconcile.Entry{ID: "i2", Settled: reconcile.Settled{State: spec.Running}}, false},
	} {
		for _, source := range []string{"a", "i1"} {
			for _, removed := range [][]spec.Removed{nil, {{Key: "a", ID: "i1"}}} {
				clone := c.clone
				clone.Made.Source = &spec.Source{Instance: source}
				w := reconcile.World{Fleet: "acme", TenantID: "t1", Now: at("12:00:10"), Lived: 100 * time.Hour, Steady: true,
					Policy: spec.Policy{Mode: spec.Sync, MaxDeletes: 9}, Removed: removed,
					Observed: observed.Fleet{ListedAt: at("12:00:00"), Instances: []observed.Live{live}},
					Ledger:   reconcile.Ledger{"a": absent, "b": clone}}
				var deletes, waits bool
				for _, s := range reconcile.Diff(w).Steps {
					deletes = deletes || s.Key == "a" && s.Verb == reconcile.Delete && s.Phase == 0
					waits = waits || s.Key == "a" && strings.Contains(s.Reason, "b is cloned from it")
				}
				if deletes == c.stays || waits != c.stays {
					t.Errorf("%s, source %s, removed %v: deletes %v, says why not: %v", name, source, removed, deletes, waits)
				}
			}
		}
	}
}
