package daemon_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// exchange is one request and its answer, as they passed over the wire.
type exchange struct {
	method, path, sent string
	contentType        string
	status             int
	header             http.Header
	body               string
}

// tap records everything that passes between the daemons of this world and Aura.
func (w *world) tap() *[]exchange {
	all := &[]exchange{}
	w.wire = func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			x := exchange{method: r.Method, path: r.URL.Path, contentType: r.Header.Get("Content-Type")}
			if r.Body != nil {
				sent, _ := io.ReadAll(r.Body)
				x.sent, r.Body = string(sent), io.NopCloser(bytes.NewReader(sent))
			}
			resp, err := next.RoundTrip(r)
			if err == nil {
				body, _ := io.ReadAll(resp.Body)
				x.status, x.header, x.body = resp.StatusCode, resp.Header, string(body)
				resp.Body = io.NopCloser(bytes.NewReader(body))
			}
			*all = append(*all, x)
			return resp, err
		})
	}
	return all
}

// seen reports whether some exchange is of this method ("" any), answered with this status (0
// any), to a path that ends so, and satisfies every condition.
func (x exchange) is(method string, status int, end string, conditions ...func(exchange) bool) bool {
	ok := (method == "" || x.method == method) && (status == 0 || x.status == status) && strings.HasSuffix(x.path, end)
	for _, c := range conditions {
		ok = ok && c(x)
	}
	return ok
}

func says(text string) func(exchange) bool {
	return func(x exchange) bool { return strings.Contains(x.body, text) }
}

func silent(text string) func(exchange) bool {
	return func(x exchange) bool { return !strings.Contains(x.body, text) }
}

func asked(text string) func(exchange) bool {
	return func(x exchange) bool { return strings.Contains(x.sent, text) }
}

// scenario is how aurad meets a quirk: a story that must end well, and the proof that the quirk
// was there.
type scenario struct {
	value string // of the quirk; "": its sample
	also  string // another quirk that it takes to meet this one, "name=value"
	story func(*world)
	met   func(w *world, x []exchange) bool
}

// one makes a proof of a single exchange.
func one(method string, status int, end string, conditions ...func(exchange) bool) func(*world, []exchange) bool {
	return func(_ *world, all []exchange) bool {
		for _, x := range all {
			if x.is(method, status, end, conditions...) {
				return true
			}
		}
		return false
	}
}

// then makes a proof of an exchange that directly follows one about the same instance.
func then(first, second func(exchange) bool) func(*world, []exchange) bool {
	return func(_ *world, all []exchange) bool {
		for i, x := range all {
			if !first(x) {
				continue
			}
			id := strings.Split(x.path, "/")[3]
			for _, y := range all[i+1:] {
				if strings.Contains(y.path, id) {
					if second(y) {
						return true
					}
					break
				}
			}
		}
		return false
	}
}

func never(f func(*world, []exchange) bool) func(*world, []exchange) bool {
	return func(w *world, x []exchange) bool { return !f(w, x) }
}

func both(f, g func(*world, []exchange) bool) func(*world, []exchange) bool {
	return func(w *world, x []exchange) bool { return f(w, x) && g(w, x) }
}

// life is everything that can happen to a fleet: create, resize, rename, cdc and secondaries,
// upgrade, pause, resume, delete; each chapter ends in a fleet that matches.
func life(w *world) {
	const bc = "type: business-critical, memory: 4GB"
	w.start("instances: {a: {}, b: {" + bc + ", cdc_enrichment_mode: DIFF, secondaries_count: 1}, c: {state: paused}, f: {type: free-db, memory: 1GB}}")
	w.converge()
	w.truth("a", "running", "2GB", catalog.ProfessionalDB)
	w.truth("c", "paused", "2GB", catalog.ProfessionalDB)
	if in := w.truth("b", "running", "4GB", catalog.BusinessCritical); in.CDCEnrichmentMode != "DIFF" || in.SecondariesCount != 1 {
		w.t.Errorf("b: cdc %s, %d secondaries", in.CDCEnrichmentMode, in.SecondariesCount)
	}
	w.edit("instances: {a: {name: Alpha, memory: 4GB}, b: {" + bc + ", cdc_enrichment_mode: FULL, secondaries_count: 0, state: paused}, c: {state: paused, memory: 8GB}, f: {type: free-db, memory: 1GB}}")
	w.converge()
	w.truth("Alpha", "running", "4GB", catalog.ProfessionalDB)
	w.truth("c", "paused", "8GB", catalog.ProfessionalDB)
	if in := w.truth("b", "paused", "4GB", catalog.BusinessCritical); in.CDCEnrichmentMode != "FULL" || in.SecondariesCount != 0 {
		w.t.Errorf("b: cdc %s, %d secondaries", in.CDCEnrichmentMode, in.SecondariesCount)
	}
	w.start("instances: {a: {name: Alpha, " + bc + "}, b: {" + bc + ", cdc_enrichment_mode: FULL, secondaries_count: 0}, c: {memory: 8GB}, f: {type: free-db, memory: 1GB}}")
	w.converge()
	w.truth("Alpha", "running", "4GB", catalog.BusinessCritical)
	w.truth("b", "running", "4GB", catalog.BusinessCritical)
	w.truth("c", "running", "8GB", catalog.ProfessionalDB)
	w.edit(w.removal("a", "Alpha") + "instances: {b: {" + bc + ", cdc_enrichment_mode: FULL, secondaries_count: 0}, c: {memory: 8GB}, f: {type: free-db, memory: 1GB}}")
	w.converge()
	if w.alive() != 3 {
		w.t.Errorf("%d are alive, want 3", w.alive())
	}
}

// truth demands what the simulator, not aurad, says of an instance.
func (w *world) truth(name, status, memory, tier string) aurasim.Instance {
	w.t.Helper()
	in := w.live(name)
	if in.Status != status || in.Memory != memory || in.Type != tier {
		w.t.Errorf("%s is %s with %s as %s, want %s with %s as %s\n%s", name, in.Status, in.Memory, in.Type, status, memory, tier, w.story())
	}
	return in
}

// refusal is a story in which Aura says no to fleet for good: it is reported with that answer.
func refusal(first, fleet, text string) func(*world) {
	return func(w *world) {
		w.start(first)
		w.converge()
		w.edit(fleet)
		w.run(40 * time.Minute)
		p := w.plan()
		if found := blocked(p); len(found) != 1 || !strings.Contains(found[0].Reason, text) {
			w.t.Errorf("%q is not reported:\n%s", text, steps(p))
		}
	}
}

// revoked is a story in which the token goes bad half-way.
func revoked(w *world) {
	w.start("instances: {a: {}}")
	w.converge()
	w.sim.RevokeTokens()
	w.edit("instances: {a: {memory: 4GB}}")
	w.converge()
	w.truth("a", "running", "4GB", catalog.ProfessionalDB)
}

// byHand is a story in which a person pauses an instance behind aurad's back, once before it is
// to be paused and once before it is to be changed.
func byHand(w *world) {
	w.start("instances: {a: {}, b: {}}")
	w.converge()
	for _, name := range []string{"a", "b"} {
		if err := w.sim.Act(w.live(name).ID, "pause"); err != nil {
			w.t.Fatal(err)
		}
	}
	time.Sleep(4 * time.Minute)
	w.edit("instances: {a: {state: paused}, b: {memory: 4GB}}")
	w.converge()
	w.truth("a", "paused", "2GB", catalog.ProfessionalDB)
	w.truth("b", "running", "4GB", catalog.ProfessionalDB)
}

// deletedByHand is a story in which a person deletes what aurad is about to delete.
func deletedByHand(w *world) {
	w.start("instances: {a: {}, b: {}}")
	w.converge()
	removed := w.removal("a", "a")
	if err := w.sim.Act(w.live("a").ID, "delete"); err != nil {
		w.t.Fatal(err)
	}
	w.edit(removed + "instances: {b: {}}")
	w.run(90 * time.Minute)
	if p := w.plan(); w.alive() != 1 || !p.Matches() {
		w.t.Errorf("%d are alive, want 1, and the plan is:\n%s\n%s", w.alive(), steps(p), w.story())
	}
}

// secondFree is a story in which the account has its one free instance already.
func secondFree(w *world) {
	w.sim.Add(aurasim.Instance{Name: "somebody's", Type: catalog.FreeDB})
	refusal("instances: {a: {}}", "instances: {a: {}, f: {type: free-db, memory: 1GB}}", "405")(w)
}

func scenarios() map[string][]scenario {
	accepted := func(end string) func(exchange) bool {
		return func(x exchange) bool { return x.is("POST", 202, end) }
	}
	showing := func(status string) func(exchange) bool {
		return func(x exchange) bool { return x.is("GET", 200, "", says(`"status":"`+status+`"`)) }
	}
	lagging := then(accepted("/pause"), showing("running"))
	bc := []func(exchange) bool{says(`"type":"business-critical"`)}
	free := []func(exchange) bool{says(`"type":"free-db"`)}
	with := func(base []func(exchange) bool, more ...func(exchange) bool) []func(exchange) bool {
		return append(base[:len(base):len(base)], more...)
	}
	tooMany := func(form string) func(*world, []exchange) bool {
		return one("", 429, "", func(x exchange) bool {
			after := x.header.Get("Retry-After")
			switch form {
			case "seconds":
				return len(after) > 0 && len(after) < 3
			case "date":
				return strings.HasSuffix(after, "GMT")
			}
			return after == ""
		})
	}
	const fewer = "requests-per-minute=12"
	const one2 = "instances: {a: {}}"
	return map[string][]scenario{
		"status-lag-reads":       {{story: life, met: lagging}},
		"status-lag":             {{story: life, met: lagging}},
		"not-found-after-create": {{story: life, met: one("GET", 404, "", says("db-not-found"))}},
		"busy-after-running":     {{story: life, met: one("", 409, "", says("ongoing-database-operation"))}},
		"resize-status": {
			{value: "updating", story: life, met: one("PATCH", 202, "", asked("memory"), says(`"status":"updating"`))},
			{value: "resizing", story: life, met: one("PATCH", 202, "", asked("memory"), says(`"status":"resizing"`))}},
		"resume-restoring": {{story: life, met: one("GET", 200, "", says(`"status":"restoring"`))}},
		"rename-updating":  {{story: life, met: one("PATCH", 200, "", asked("Alpha"), says(`"status":"updating"`))}},
		"null-url": {
			{value: "on", story: life, met: one("GET", 200, "", says(`"connection_url":null`))},
			{value: "off", story: life, met: never(one("GET", 200, "", says(`"connection_url":null`)))}},
		"drop-sizes-paused":     {{story: life, met: one("GET", 200, "", says(`"status":"paused"`), silent(`"memory"`))}},
		"drop-sizes-destroying": {{story: life, met: one("DELETE", 202, "", says(`"status":"destroying"`), silent(`"memory"`))}},
		"old-memory-in-resize": {
			{value: "on", story: life, met: one("PATCH", 202, "", asked(`"memory":"4GB"`), says(`"memory":"2GB"`))},
			{value: "off", story: life, met: one("PATCH", 202, "", asked(`"memory":"4GB"`), says(`"memory":"4GB"`), says(`"status":"resizing"`))}},
		"null-cdc": {
			{value: "on", story: life, met: one("GET", 200, "", with(bc, says(`"cdc_enrichment_mode":null`))...)},
			{value: "off", story: life, met: one("GET", 200, "", with(bc, says(`"cdc_enrichment_mode":"DIFF"`))...)}},
		"omit-secondaries": {
			{value: "on", story: life, met: one("GET", 200, "", with(bc, silent("secondaries_count"))...)},
			{value: "off", story: life, met: one("GET", 200, "", with(bc, says(`"secondaries_count":1`))...)}},
		"counts-as-strings": {{story: life, met: one("GET", 200, "", with(free, says(`"graph_nodes":"`))...)}},
		"omit-created-at":   {{story: life, met: both(one("GET", 200, "/v1/instances", says(`"id"`)), never(one("GET", 200, "", says("created_at"))))}},
		"patch-empty-body":  {{story: life, met: one("PATCH", 202, "", func(x exchange) bool { return x.body == "{}" })}},
		"error-body": {
			{value: "error", also: "busy-after-running=15s", story: life, met: both(one("", 409, "", says(`{"error"`)), one("GET", 404, "", says(`{"error"`)))},
			{value: "text", also: "busy-after-running=15s", story: life, met: both(one("", 409, "", silent("{")), one("GET", 404, "", silent("{")))},
			{value: "html", also: "busy-after-running=15s", story: life, met: both(one("", 409, "", says("<html>")), one("GET", 404, "", says("<html>")))},
			{value: "empty", also: "busy-after-running=15s", story: life, met: one("GET", 404, "", func(x exchange) bool { return x.body == "" })},
			{value: "text", story: byHand, met: one("", 409, "", silent("{"))},
			{value: "html", also: "retry-after=date", story: deletedByHand, met: one("", 404, "", says("<html>"))}},
		"malformed-tenant": {
			{value: "text", story: noTenant, met: one("GET", 403, "/v1/instances", silent("{"))},
			{value: "error", story: noTenant, met: one("GET", 403, "/v1/instances", says(`{"error"`))},
			{value: "empty-list", story: noTenant, met: one("GET", 200, "/v1/instances", says(`{"data":[]}`))}},
		"gateway-expires": {{story: life, met: one("", 0, "", func(x exchange) bool { return x.header.Get("X-Tyk-Api-Expires") != "" })}},
		"patch-status": {
			{value: "202", story: life, met: one("PATCH", 202, "", asked("Alpha"))},
			{value: "200", story: life, met: one("PATCH", 200, "", asked("memory"))}},
		"pause-status":   {{value: "200", story: life, met: one("POST", 200, "/pause")}},
		"resume-status":  {{value: "200", story: life, met: one("POST", 200, "/resume")}},
		"upgrade-status": {{value: "200", story: life, met: one("POST", 200, "/upgrade")}, {value: "202", story: life, met: one("POST", 202, "/upgrade")}},
		"expired-token-status": {
			{value: "401", story: revoked, met: one("", 401, "", says("token expired"))},
			{value: "403", story: revoked, met: one("", 403, "", says("token expired"))}},
		"wrong-state-status": {
			{value: "409", story: byHand, met: both(one("POST", 409, "/pause"), one("PATCH", 409, ""))},
			{value: "422", story: byHand, met: both(one("POST", 422, "/pause"), one("PATCH", 422, ""))},
			{value: "400", story: byHand, met: both(one("POST", 400, "/pause"), one("PATCH", 400, ""))}},
		"gone-delete-status": {
			{value: "404", story: deletedByHand, met: one("DELETE", 404, "")},
			{value: "410", story: deletedByHand, met: one("DELETE", 410, "")}},
		"unique-names":       {{story: nameTaken, met: both(one("POST", 202, "/v1/instances"), never(one("", 409, "")))}},
		"create-extras":      {{value: "reject", story: life, met: one("PATCH", 202, "", asked("cdc_enrichment_mode"))}, {value: "ignore", story: life, met: one("PATCH", 202, "", asked("secondaries_count"))}},
		"content-type-check": {{value: "all", story: life, met: typed}, {value: "spec", story: life, met: typed}, {value: "off", story: life, met: typed}},
		"requests-per-minute": {
			{value: "12", story: life, met: one("", 429, "")},
			{value: "125", story: life, met: never(one("", 429, ""))}},
		"tokens-per-hour": {{value: "2", story: tokensRunOut, met: one("POST", 429, "/oauth/token")}},
		"retry-after": {
			{value: "seconds", also: fewer, story: life, met: tooMany("seconds")},
			{value: "date", also: fewer, story: life, met: tooMany("date")},
			{value: "none", also: fewer, story: life, met: tooMany("none")}},
		"free-instances":  {{value: "1", story: secondFree, met: one("POST", 405, "/v1/instances")}},
		"first-snapshot":  {{value: "on", story: clone, met: one("POST", 202, "/v1/instances", asked("source_instance_id"))}},
		"auto-resume":     {{value: "1h", story: resumesItself, met: never(one("POST", 0, "/resume"))}},
		"free-idle-pause": {{value: "1h", story: idles, met: one("POST", 202, "/resume")}},
		"free-removal":    {{value: "1h", also: "free-idle-pause=1h", story: removed, met: one("GET", 404, "")}},
		"loading-failed":  {{value: "1", story: brokenClone, met: one("GET", 200, "", says(`"status":"loading failed"`))}},
		"missing-billing": {{story: refusal("instances: {f: {type: free-db, memory: 1GB}}", "instances: {f: {type: free-db, memory: 1GB}, a: {}}", "missing-billing-details"), met: one("POST", 400, "/v1/instances")}},
		"cdc-barred":      {{story: refusal("instances: {a: {type: business-critical}}", "instances: {a: {type: business-critical, cdc_enrichment_mode: DIFF}}", "tenant-incapable-of-action"), met: one("PATCH", 400, "")}},
		"trial-tenant":    {{story: refusal(one2, "instances: {a: {type: business-critical}}", "tenant-incapable-of-action"), met: one("POST", 400, "/upgrade")}},
		"plugin-fixed":    {{story: refusal(one2, "instances: {a: {graph_analytics_plugin: true}}", "graph_analytics_plugin can't be changed"), met: one("PATCH", 400, "")}},
		"adjustable-storage": {
			{value: "on", story: moreStorage, met: one("PATCH", 202, "", asked(`"storage":"16GB"`))},
			{value: "off", story: refusal(one2, "instances: {a: {storage: 16GB}}", "Invalid memory size"), met: one("PATCH", 400, "", asked(`"storage":"16GB"`))}},
	}
}

// moreStorage is a story in which storage grows beyond what comes with the memory, and memory after it.
func moreStorage(w *world) {
	w.start("instances: {a: {}}")
	w.converge()
	w.edit("instances: {a: {storage: 16GB}}")
	w.converge()
	w.edit("instances: {a: {memory: 4GB, storage: 16GB}}")
	w.converge()
	if in := w.live("a"); in.Memory != "4GB" || in.Storage != "16GB" {
		w.t.Errorf("%s of memory with %s of storage", in.Memory, in.Storage)
	}
}

// typed holds every write to the content type that Aura asks for, even where it does not check.
func typed(_ *world, all []exchange) bool {
	for _, x := range all {
		if (x.method == "POST" || x.method == "PATCH") && x.path != "/oauth/token" && x.contentType != "application/json" {
			return false
		}
	}
	return never(one("", 415, ""))(nil, all)
}

func noTenant(w *world) {
	w.start("instances: {a: {}}")
	f := w.parse("instances: {a: {}}")
	f.TenantID = "nonsense" // as $AURA_TENANT_ID may be; a file that says so is refused
	if err := w.d.SetFleet(f); err != nil {
		w.t.Fatal(err)
	}
	w.run(40 * time.Minute)
	if w.made() != 0 {
		w.t.Errorf("%d instances were made", w.made())
	}
	if err := w.d.Observe(w.t.Context(), func(int, int) {}); err == nil && len(blocked(w.d.Plan(time.Now()))) != 1 {
		w.t.Errorf("the tenant that is none is not reported:\n%s", steps(w.d.Plan(time.Now())))
	}
}

func nameTaken(w *world) {
	foreign := w.sim.Add(aurasim.Instance{Name: "a"})
	w.start("instances: {a: {}}")
	w.run(20 * time.Minute)
	if found := blocked(w.plan()); len(found) != 1 || found[0].InstanceID != foreign || w.posts() != 0 {
		w.t.Errorf("the foreign instance of that name is not reported, or %d creates were sent:\n%s", w.posts(), steps(w.plan()))
	}
	if err := w.sim.Act(foreign, "vanish"); err != nil {
		w.t.Fatal(err)
	}
	w.run(20 * time.Minute)
	w.whole("a")
}

func tokensRunOut(w *world) {
	for i, size := range []string{"2GB", "4GB", "8GB"} {
		w.start("instances: {a: {memory: " + size + "}}")
		w.run(2 * time.Hour * time.Duration(i/2))
		w.run(15 * time.Minute)
		w.sim.RevokeTokens()
	}
	w.run(90 * time.Minute)
	w.truth("a", "running", "8GB", catalog.ProfessionalDB)
}

func clone(w *world) {
	w.start("instances: {a: {}}")
	w.converge()
	w.edit("instances: {a: {}, copy: {source: {instance: a}}}")
	w.converge()
	if in := w.live("copy"); in.SourceInstanceID != w.live("a").ID {
		w.t.Errorf("copy is made from %q", in.SourceInstanceID)
	}
}

func brokenClone(w *world) {
	w.start("instances: {a: {}}")
	w.converge()
	w.edit("instances: {a: {}, copy: {source: {instance: a}}}")
	w.run(time.Hour)
	if found := blocked(w.plan()); len(found) != 1 || !strings.Contains(found[0].Reason, "loading failed") || found[0].Key != "copy" {
		w.t.Errorf("the failed load is not reported:\n%s", steps(w.plan()))
	}
	if w.password("copy") == "" {
		w.t.Errorf("the password of the broken copy is not stored")
	}
}

// resumesItself: aurad pauses again what Aura resumed.
func resumesItself(w *world) {
	w.start("instances: {a: {state: paused}}")
	w.run(5 * time.Hour)
	w.converge()
	in := w.truth("a", "paused", "2GB", catalog.ProfessionalDB)
	pauses := 0
	for _, c := range in.History {
		if c.Status == aurasim.StatusPausing {
			pauses++
		}
	}
	if pauses < 2 {
		w.t.Errorf("paused %d times in 5 hours, want more than once: %v", pauses, in.History)
	}
}

func idles(w *world) {
	w.start("instances: {f: {type: free-db, memory: 1GB}}")
	w.run(4 * time.Hour)
	w.converge()
	w.truth("f", "running", "1GB", catalog.FreeDB)
}

func removed(w *world) {
	w.start("instances: {f: {type: free-db, memory: 1GB}}")
	w.converge()
	id := w.live("f").ID
	w.stop()
	time.Sleep(6 * time.Hour)
	w.start("instances: {f: {type: free-db, memory: 1GB}}")
	w.run(30 * time.Minute)
	if found := blocked(w.plan()); len(found) != 1 || found[0].InstanceID != id || w.posts() != 1 {
		w.t.Errorf("the removal by Aura is not reported, or it was made anew:\n%s", steps(w.plan()))
	}
}

// Every quirk of the simulator has a scenario in which aurad meets it.
func TestEveryQuirkIsMet(t *testing.T) {
	known := scenarios()
	for _, row := range quirk.Table() {
		if len(known[row.Name]) == 0 {
			t.Errorf("quirk %s has no scenario", row.Name)
		}
		for _, s := range known[row.Name] {
			t.Run(fmt.Sprintf("%s=%s", row.Name, s.value), func(t *testing.T) { s.play(t, row.Name) })
		}
		delete(known, row.Name)
	}
	for name := range known {
		t.Errorf("there is no quirk %s any more", name)
	}
}

func (s scenario) play(t *testing.T, name string) {
	var q quirk.Quirks
	if err := q.Set(name, s.value); err != nil {
		t.Fatal(err)
	}
	if other, value, ok := strings.Cut(s.also, "="); ok {
		if err := q.Set(other, value); err != nil {
			t.Fatal(err)
		}
	}
	inWorld(t, aurasim.Config{Quirks: q}, func(w *world) {
		x := w.tap()
		s.story(w)
		if !s.met(w, *x) {
			t.Errorf("the quirk was not met\n%s", w.story())
		}
	})
}
