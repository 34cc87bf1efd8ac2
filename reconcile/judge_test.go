package reconcile_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
)

// What a look says, for every verb, status and lag. The columns are the statuses below; a letter
// is the verdict: D done, U underway, V vanished.
func TestJudge(t *testing.T) {
	statuses := []string{"running", "paused", "pausing", "resuming", "updating", "destroying", "loading failed", ""}
	grown := []reconcile.Change{{Field: "memory", Old: "2GB", New: "4GB"}}
	hidden := []reconcile.Change{{Field: "cdc_enrichment_mode", Old: "OFF", New: "DIFF"}}
	const soon, late = 10 * time.Second, 31 * time.Second
	for _, c := range []struct {
		name    string
		verb    reconcile.Verb
		changes []reconcile.Change
		from    string
		left    bool
		memory  string
		age     time.Duration
		want    string
	}{
		//                                                           running paused pausing resuming updating destroying failed none
		{"pause at once", reconcile.Pause, nil, "running", false, "2GB", soon, "UDUUUUVU"},
		{"pause later", reconcile.Pause, nil, "running", false, "2GB", late, "VDUUUUVU"},
		{"pause once seen pausing", reconcile.Pause, nil, "running", true, "2GB", soon, "VDUUUUVU"},
		{"resume at once", reconcile.Resume, nil, "paused", false, "2GB", soon, "DUUUUUVU"},
		{"resume later", reconcile.Resume, nil, "paused", false, "2GB", late, "DVUUUUVU"},
		{"create", reconcile.Create, nil, "creating", false, "2GB", late, "DVUUUUVU"},
		{"resize, old size at once", reconcile.Resize, grown, "running", false, "2GB", soon, "UUUUUUVU"},
		{"resize, old size later", reconcile.Resize, grown, "running", false, "2GB", late, "VVUUUUVU"},
		{"resize, old size once seen resizing", reconcile.Resize, grown, "running", true, "2GB", soon, "VVUUUUVU"},
		{"resize, new size at once", reconcile.Resize, grown, "running", false, "4GB", soon, "DUUUUUVU"},
		{"resize, new size later", reconcile.Resize, grown, "running", true, "4GB", late, "DVUUUUVU"},
		{"resize, size left out at once", reconcile.Resize, grown, "running", false, "", soon, "UUUUUUVU"},
		{"resize, size left out later", reconcile.Resize, grown, "running", false, "", late, "DVUUUUVU"},
		{"cdc, which replies leave out, at once", reconcile.Update, hidden, "running", false, "2GB", soon, "UUUUUUVU"},
		{"cdc once seen updating", reconcile.Update, hidden, "running", true, "2GB", soon, "DVUUUUVU"},
		{"cdc later", reconcile.Update, hidden, "running", false, "2GB", late, "DVUUUUVU"},
		{"delete at once", reconcile.Delete, nil, "running", false, "2GB", soon, "UUUUUUVU"},
		{"delete later", reconcile.Delete, nil, "running", false, "2GB", late, "VVUUUUVU"},
		{"delete of a paused one", reconcile.Delete, nil, "paused", false, "2GB", soon, "UUUUUUVU"},
	} {
		t.Run(c.name, func(t *testing.T) {
			op := reconcile.Operation{Verb: c.verb, Changes: c.changes, From: c.from, Left: c.left, StartedAt: at("12:00:00")}
			got := ""
			for _, status := range statuses {
				verdict := op.Judge(observed.Live{ID: "i1", Status: status, Memory: c.memory}, at("12:00:00").Add(c.age))
				got += map[reconcile.Verdict]string{reconcile.Done: "D", reconcile.Underway: "U", reconcile.Vanished: "V"}[verdict]
			}
			if got != c.want {
				t.Errorf("got %s, want %s for %q", got, c.want, statuses)
			}
		})
	}
}

// A status that only tells that the old state was left is remembered: the same old state seen
// again then means failure, not lag.
func TestSeenRemembersThatTheStateWasLeft(t *testing.T) {
	e := reconcile.Entry{ID: "i1", Op: &reconcile.Operation{Verb: reconcile.Pause, From: "running", StartedAt: at("12:00:00"), Class: "pause//2GB"}}
	e, _, verdict := e.Seen(observed.Live{ID: "i1", Status: "pausing"}, at("12:00:05"))
	if verdict != reconcile.Underway || !e.Op.Left || e.Op.Looks != 1 {
		t.Fatalf("%s, %+v", verdict, e.Op)
	}
	failed, took, verdict := e.Seen(observed.Live{ID: "i1", Status: "running"}, at("12:00:09"))
	if verdict != reconcile.Vanished || failed.Op != nil || took != 0 {
		t.Errorf("back to running: %s, %+v, %s", verdict, failed.Op, took)
	}
	done, took, verdict := e.Seen(observed.Live{ID: "i1", Status: "paused", Memory: "2GB"}, at("12:01:30"))
	if verdict != reconcile.Done || done.Op != nil || took != 90*time.Second || done.Memory != "2GB" {
		t.Errorf("paused: %s, %+v, %s", verdict, done, took)
	}
}
