package aurasim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// probe looks at one quirk from outside: what it sees must be want[value] for every value.
type probe struct {
	quirk string
	look  func(w *world) string
	want  map[string]string
}

// Every row of the table has a probe, every value of a row gives what the probe says, and the
// default is one of them.
func TestEveryQuirkIsSeenFromOutside(t *testing.T) {
	probes := map[string]probe{}
	for _, p := range slices.Concat(timingProbes(), bodyProbes(), codeProbes(), limitProbes(), lifeProbes()) {
		probes[p.quirk] = p
	}
	for _, row := range quirk.Table() {
		p, ok := probes[row.Name]
		if !ok {
			t.Errorf("quirk %s has no probe", row.Name)
			continue
		}
		for _, value := range append([]string{row.Default, row.Sample}, row.Values...) {
			if _, ok := p.want[value]; !ok {
				t.Errorf("quirk %s: value %s is not probed", row.Name, value)
			}
		}
		for value, want := range p.want {
			t.Run(row.Name+"="+value, func(t *testing.T) { p.check(t, value, want) })
		}
		t.Run(row.Name, func(t *testing.T) { p.checkDefault(t, p.want[row.Default]) })
	}
}

func (p probe) check(t *testing.T, value, want string) {
	var q quirk.Quirks
	if err := q.Set(p.quirk, value); err != nil {
		t.Fatal(err)
	}
	if got := p.look(newQuirkWorld(t, q)); got != want {
		t.Errorf("%s=%s: %s, want %s", p.quirk, value, got, want)
	}
}

func (p probe) checkDefault(t *testing.T, want string) {
	if got := p.look(newQuirkWorld(t, quirk.Quirks{})); got != want {
		t.Errorf("%s unset: %s, want %s as by default", p.quirk, got, want)
	}
}

// newQuirkWorld leaves the limit to the quirk.
func newQuirkWorld(t *testing.T, q quirk.Quirks) *world {
	c := &clock{now: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC)}
	w := &world{t: t, sim: New(Config{Clock: c.Now, Durations: fixed(), Quirks: q}), clock: c}
	w.login()
	return w
}

func TestQuirkNamesAndValues(t *testing.T) {
	var q quirk.Quirks
	for _, row := range quirk.Table() {
		if row.Name != strings.ToLower(row.Name) || strings.ContainsAny(row.Name, "_ ") || row.About == "" {
			t.Errorf("row %+v", row)
		}
		for _, value := range append([]string{"", row.Default, row.Sample}, row.Values...) {
			if err := q.Set(row.Name, value); err != nil {
				t.Errorf("%s=%q: %v", row.Name, value, err)
			}
		}
		if err := q.Set(row.Name, "no such value"); err == nil || !strings.Contains(err.Error(), row.Name) {
			t.Errorf("%s takes nonsense: %v", row.Name, err)
		}
	}
	if err := q.Set("nul-url", "on"); err == nil || !strings.Contains(err.Error(), "null-url") {
		t.Errorf("unknown name: %v", err)
	}
}

func TestSetQuirksAtRunTime(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{Status: StatusPaused})
	w.want(200, "GET", "/v1/instances/"+id, "").is(nil, "data", "connection_url")
	w.sim.SetQuirks(quirk.Quirks{NullURL: quirk.Off})
	w.want(200, "GET", "/v1/instances/"+id, "").is("neo4j+s://"+id+".databases.neo4j.io", "data", "connection_url")
}

// statuses are the statuses that GETs step apart show, from now on.
func (w *world) statuses(id string, step time.Duration, n int) string {
	var all []string
	for range n {
		a := w.do("GET", "/v1/instances/"+id, "")
		status := fmt.Sprint(a.status)
		if a.status == 200 {
			status = a.get("data", "status").(string)
		}
		all = append(all, status)
		w.clock.Advance(step)
	}
	return strings.Join(all, " ")
}

// code is the status of a request and the reason of a refusal, if it has one.
func (w *world) code(method, path, body string) string {
	a := w.do(method, path, body)
	text := fmt.Sprint(a.status)
	if strings.HasPrefix(a.body, `{"errors"`) {
		text += " " + a.get("errors", 0, "reason").(string)
	}
	return text
}

// shown is one field of an instance as GET shows it.
func (w *world) shown(id, field string) string {
	v := w.want(200, "GET", "/v1/instances/"+id, "").get("data", field)
	if v == (missing{}) {
		return "missing"
	}
	return fmt.Sprintf("%v", v)
}
