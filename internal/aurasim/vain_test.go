package aurasim

import (
	"net/http"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// changes are the accepted changes of a business-critical instance, with the status it must have had.
var changes = []struct{ method, suffix, body, from string }{
	{"PATCH", "", `{"memory":"8GB"}`, StatusRunning},
	{"PATCH", "", `{"name":"another"}`, StatusRunning},
	{"PATCH", "", `{"cdc_enrichment_mode":"FULL"}`, StatusRunning},
	{"POST", "/pause", ``, StatusRunning},
	{"POST", "/resume", ``, StatusPaused},
	{"DELETE", "", ``, StatusRunning},
}

// An ignored change is answered as ever, and nothing is different afterwards, then or later.
func TestIgnoredChanges(t *testing.T) {
	for _, c := range changes {
		for _, old := range []quirk.Switch{quirk.On, quirk.Off} {
			w := newWorld(t, Config{Quirks: quirk.Quirks{OldMemoryInResize: old}})
			id := w.sim.Add(Instance{Name: "one", Type: catalog.BusinessCritical, Memory: "4GB", Status: c.from})
			before, _ := w.sim.Instance(id)
			w.sim.Inject(Fault{Kind: Ignored})
			a := w.do(c.method, "/v1/instances/"+id+c.suffix, c.body)
			if a.status/100 != 2 {
				t.Errorf("%s %s %s: %d %s", c.method, c.suffix, c.body, a.status, a.body)
			}
			for range 2 {
				same(t, w, before)
				w.clock.Advance(time.Hour)
			}
			if r := w.sim.Mutations()[0]; !r.Accepted() || r.Fault != Ignored {
				t.Errorf("logged as %+v", r)
			}
		}
	}
}

// One that falls back shows that it is at work, and ends where it began.
func TestChangesThatFallBack(t *testing.T) {
	for _, c := range changes {
		if c.body == `{"name":"another"}` {
			continue // done at once
		}
		for _, old := range []quirk.Switch{quirk.On, quirk.Off} {
			w := newWorld(t, Config{Quirks: quirk.Quirks{OldMemoryInResize: old}})
			id := w.sim.Add(Instance{Name: "one", Type: catalog.BusinessCritical, Memory: "4GB", Status: c.from})
			before, _ := w.sim.Instance(id)
			w.sim.Inject(Fault{Kind: FallsBack})
			w.want(http.StatusAccepted, c.method, "/v1/instances/"+id+c.suffix, c.body)
			if during, _ := w.sim.Instance(id); during.Status == c.from {
				t.Errorf("%s %s: nothing seems to happen", c.method, c.suffix)
			}
			w.clock.Advance(time.Hour)
			same(t, w, before)
		}
	}
}

func same(t *testing.T, w *world, before Instance) {
	t.Helper()
	after, _ := w.sim.Instance(before.ID)
	before.History, before.Since, after.History, after.Since = nil, time.Time{}, nil, time.Time{}
	if !equal(before, after) {
		t.Errorf("was %+v\nis  %+v", before, after)
	}
}

func equal(a, b Instance) bool { return string(encode(a)) == string(encode(b)) }

// A refused change is refused, faulty or not.
func TestARefusalIsNotAnIgnoredChange(t *testing.T) {
	for _, kind := range []FaultKind{Ignored, FallsBack} {
		w := newWorld(t, Config{})
		id := w.sim.Add(Instance{Status: StatusPaused})
		w.sim.Inject(Fault{Kind: kind, Times: -1})
		w.want(409, "POST", "/v1/instances/"+id+"/pause", "")
		w.want(404, "DELETE", "/v1/instances/00000000", "")
		w.want(400, "POST", "/v1/instances", `{}`)
	}
}

// A create that comes to nothing has an id and a password all the same.
func TestCreatesThatComeToNothing(t *testing.T) {
	for kind, passing := range map[FaultKind]int{Ignored: 0, FallsBack: 1} {
		w := newWorld(t, Config{})
		w.sim.Inject(Fault{Kind: kind})
		w.want(202, "POST", "/v1/instances", demoCreate)
		if n := w.live(); n != passing {
			t.Errorf("%s: %d live just after", kind, n)
		}
		w.clock.Advance(time.Hour)
		if c := w.sim.Creates()[0]; w.live() != 0 || c.Password == "" || c.InstanceID == "" {
			t.Errorf("%s: %d live, %+v", kind, w.live(), c)
		}
	}
}

// live is how many instances the list shows.
func (w *world) live() int {
	list, _ := w.want(200, "GET", "/v1/instances", "").get("data").([]any)
	return len(list)
}
