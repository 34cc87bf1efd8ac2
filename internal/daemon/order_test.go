package daemon_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/reconcile"
)

// even makes every operation take as long as every other.
func even(d time.Duration) map[aurasim.Op]aurasim.Range {
	all := aurasim.DefaultDurations()
	for op := range all {
		all[op] = aurasim.Range{Min: d, Max: d}
	}
	return all
}

// deed is a step as the simulator's log tells it.
type deed struct{ verb, key, what string }

// deeds reads the log from request n on. The naming of a new instance belongs to its create.
func (w *world) deeds(n int, key map[string]string) (all []deed) {
	w.t.Helper()
	for _, r := range w.sim.Mutations() {
		if r.N <= n {
			continue
		}
		var body struct {
			Name, Memory      string
			CDCEnrichmentMode string `json:"cdc_enrichment_mode"`
			SecondariesCount  *int   `json:"secondaries_count"`
		}
		if err := json.Unmarshal([]byte(cmp.Or(r.Body, "{}")), &body); err != nil {
			w.t.Fatal(err)
		}
		k := key[strings.Split(r.Path+"//", "/")[3]]
		switch {
		case isCreate(r):
			k, _, _ = strings.Cut(body.Name, "~")
			key[r.InstanceID] = k
			all = append(all, deed{"create", k, body.Memory})
		case r.Method == "DELETE":
			all = append(all, deed{"delete", k, ""})
		case r.Method == "POST":
			all = append(all, deed{r.Path[strings.LastIndexByte(r.Path, '/')+1:], k, ""})
		case body.Name == k:
		case body.Name != "":
			all = append(all, deed{"rename", k, body.Name})
		case body.Memory != "":
			all = append(all, deed{"resize", k, body.Memory})
		case body.SecondariesCount != nil:
			all = append(all, deed{"update", k, fmt.Sprint(*body.SecondariesCount)})
		default:
			all = append(all, deed{"update", k, body.CDCEnrichmentMode})
		}
	}
	return all
}

// promised reads the same from the plan's JSON, as a user of `plan --output json` would.
func promised(t *testing.T, p reconcile.Plan) (all []deed) {
	t.Helper()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Schema string
		Steps  []struct {
			Key, Verb string
			Changes   []struct{ Field, Old, New string }
		}
	}
	if err := json.Unmarshal(raw, &plan); err != nil {
		t.Fatal(err)
	}
	for _, s := range plan.Steps {
		d := deed{s.Verb, s.Key, ""}
		for _, c := range s.Changes {
			if slices.Contains([]string{"memory", "cdc_enrichment_mode", "secondaries_count"}, c.Field) || c.Field == "name" && s.Verb == "rename" {
				d.what = c.New
			}
		}
		if reconcile.Verb(s.Verb).Acts() {
			all = append(all, d)
		}
	}
	return all
}

// What a plan prints is what a run does: the same steps, in the same order. Steps that can be
// taken at once come exactly as printed; later ones wait for operations of other instances in
// between, and keep their order within the instance and among those that wait equally long.
func TestRunDoesWhatPlanPrints(t *testing.T) {
	const bc = "type: business-critical, memory: 4GB"
	before := "instances:\n  a: {}\n  b: {}\n  c: {}\n  d: {state: paused}\n  e: {state: paused}\n  f: {}\n  g: {" + bc + "}\n  h: {}\n  i: {}\n  m: {state: paused}\n"
	const after = `instances:
  a: {memory: 4GB}
  b: {name: Beta, state: paused}
  c: {state: paused}
  d: {}
  e: {memory: 8GB, state: paused}
  f: {` + bc + `, cdc_enrichment_mode: DIFF, secondaries_count: 2}
  g: {` + bc + `, cdc_enrichment_mode: FULL, secondaries_count: 1}
  h: {memory: 8GB, name: Eta, state: paused}
  j: {memory: 4GB}
  k: {` + bc + `, cdc_enrichment_mode: DIFF}
  l: {state: paused}
  m: {name: Mu}
`
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.start(before)
		w.converge()
		key := map[string]string{}
		for _, in := range w.sim.Instances() {
			key[in.ID] = in.Name
		}
		time.Sleep(2 * time.Minute) // the budget is whole again
		removed := w.removal("i", "i")
		w.start(removed + after)
		plan := w.plan()
		again := w.d.Plan(time.Now())
		if string(planJSON(t, plan)) != string(planJSON(t, again)) {
			t.Errorf("the same plan twice is not the same")
		}
		want, n := promised(t, plan), w.sim.RequestCount()
		if len(want) < 20 || len(plan.Summary.Verbs) < 8 {
			t.Fatalf("the fleet is too simple: %d steps, %v", len(want), plan.Summary.Verbs)
		}
		w.run(30 * time.Minute)
		got := w.deeds(n, key)
		if p := w.plan(); !p.Matches() {
			t.Errorf("the run did not do it all:\n%s", steps(p))
		}
		now := 0
		for _, s := range plan.Steps {
			if s.Verb.Acts() && s.Phase == 0 {
				now++
			}
		}
		if !slices.Equal(got[:min(now, len(got))], want[:now]) {
			t.Errorf("at once, the plan said\n%v\nand the run did\n%v", want[:now], got[:min(now, len(got))])
		}
		if a, b := byKey(want), byKey(got); !maps.EqualFunc(a, b, slices.Equal) {
			t.Errorf("by instance, the plan said\n%v\nand the run did\n%v", a, b)
		}
	})
}

func planJSON(t *testing.T, p reconcile.Plan) []byte {
	t.Helper()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func byKey(all []deed) map[string][]deed {
	m := map[string][]deed{}
	for _, d := range all {
		m[d.key] = append(m[d.key], d)
	}
	return m
}
