package aurasim

import (
	"net/http"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// The life of an instance, with the status that each GET on the way shows.
func TestLifeOfAnInstance(t *testing.T) {
	w := newWorld(t, Config{Quirks: quirk.Quirks{NotFoundAfterCreate: -1}})
	id := w.want(202, "POST", "/v1/instances", demoCreate).is(missing{}, "data", "status").get("data", "id").(string)
	path := "/v1/instances/" + id
	status := func(want string) {
		t.Helper()
		w.want(200, "GET", path, "").is(want, "data", "status")
	}
	status("creating")
	w.clock.Advance(time.Minute - 1)
	status("creating")
	w.clock.Advance(1)
	status("running")
	steps := []struct {
		method, path, body string
		code               int
		first              string
		then               string
	}{
		{"PATCH", path, `{"memory":"4GB"}`, 202, "resizing", "running"},
		{"PATCH", path, `{"vector_optimized":true}`, 202, "updating", "running"},
		{"PATCH", path, `{"name":"orders"}`, 200, "running", "running"},
		{"POST", path + "/pause", ``, 202, "pausing", "paused"},
		{"PATCH", path, `{"name":"orders again"}`, 200, "paused", "paused"},
		{"POST", path + "/resume", `{}`, 202, "resuming", "running"},
		{"POST", path + "/upgrade", `{}`, 202, "updating", "running"},
	}
	for _, step := range steps {
		w.want(step.code, step.method, step.path, step.body).is(step.first, "data", "status")
		status(step.first)
		w.clock.Advance(time.Minute)
		status(step.then)
	}
	w.want(200, "GET", path, "").is("business-critical", "data", "type").is("4GB", "data", "memory").
		is("8GB", "data", "storage").is("orders again", "data", "name").is(true, "data", "vector_optimized")
	w.want(202, "DELETE", path, "").is("destroying", "data", "status")
	status("destroying")
	w.clock.Advance(time.Minute)
	w.want(404, "GET", path, "").is("db-not-found", "errors", 0, "reason")
	w.want(200, "GET", "/v1/instances", "").is(missing{}, "data", 0)
	if in, _ := w.sim.Instance(id); !in.Deleted {
		t.Errorf("the truth says it lives: %+v", in)
	}
}

// The log says which instance a request is about, also below it.
func TestLogNamesTheInstance(t *testing.T) {
	s := New(Config{})
	id := s.Add(Instance{Name: "a", TenantID: DemoTenantID, Status: StatusRunning, Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Memory: "2GB", Storage: "4GB"})
	for _, path := range []string{"", "/pause", "/snapshots"} {
		req, err := http.NewRequest(http.MethodGet, "http://aura/v1/instances/"+id+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Transport().RoundTrip(req); err != nil {
			t.Fatal(err)
		}
		if got := s.Requests()[s.RequestCount()-1].InstanceID; got != id {
			t.Errorf("%q: the log has instance %q", path, got)
		}
	}
}
