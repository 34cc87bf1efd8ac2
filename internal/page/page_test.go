package page_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/page"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// noon is a Tuesday in November.
func noon() time.Time { return time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC) }

const small = `schema: aurad/v1
timezone: Europe/Stockholm
credentials: {store: dotenv}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 4GB}
schedules:
  office: {running: ["Mon-Fri 07:00-19:00"]}
  lean: {running: ["Mon-Fri 07:00-19:00"], off: {memory: 2GB}}
instances: {a: {schedule: office}, b: {schedule: lean}, c: {}}
`

// given is a daemon's word on the small fleet at noon; change alters it.
func given(t *testing.T, change func(*daemon.Snapshot, *[]journal.Entry)) page.Source {
	t.Helper()
	f, err := spec.Parse("fleet.yaml", []byte(small))
	check(t, err)
	at := noon()
	snap := daemon.Snapshot{At: at, Ready: true, ListedAt: at.Add(-time.Minute), Fleet: f, Budget: daemon.BudgetStatus{Limit: 25, Free: 20},
		Config: daemon.ConfigStatus{File: "fleet.yaml", LoadedAt: at.Add(-time.Hour)}}
	for _, d := range f.At(at, nil) {
		since := at.Add(-5 * time.Hour)
		snap.Instances = append(snap.Instances, daemon.Status{Key: d.Key, InstanceID: "db1d000" + d.Key, Name: d.Name, Live: "running", Desired: d.Wants, Rule: d.Rule,
			Memory: d.Memory, Credential: reconcile.CredentialStored, SeenAt: at.Add(-10 * time.Minute), Since: since,
			History: []daemon.Spell{{Status: "paused", Since: at.Add(-8 * time.Hour)}, {Status: "running", Since: since}}})
		if !d.Next.At.IsZero() {
			next := reconcile.Transition{Key: d.Key, At: d.Next.At, State: string(d.Next.State), Rule: d.Next.Rule}
			snap.Plan.Next = append(snap.Plan.Next, next)
			snap.Instances[len(snap.Instances)-1].Next = &next
		}
	}
	var entries []journal.Entry
	if change != nil {
		change(&snap, &entries)
	}
	return page.Source{Snapshot: func() daemon.Snapshot { return snap }, Recent: func(int) []journal.Entry { return entries },
		Now: func() time.Time { return at }, Version: "v1.2.3", Log: slog.New(slog.DiscardHandler)}
}

func get(t *testing.T, src page.Source, path string) *http.Response {
	t.Helper()
	h, err := page.Handler(src)
	check(t, err)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Result()
}

func body(t *testing.T, src page.Source) string {
	t.Helper()
	resp := get(t, src, "/")
	raw, err := io.ReadAll(resp.Body)
	check(t, err)
	if resp.StatusCode != 200 {
		t.Fatalf("%d: %s", resp.StatusCode, raw)
	}
	return string(raw)
}

// title is the text of the first h1.
func headline(t *testing.T, html string) string {
	t.Helper()
	m := regexp.MustCompile(`<h1>(.*?)</h1>`).FindStringSubmatch(html)
	if m == nil {
		t.Fatal("the page has no headline")
	}
	return m[1]
}

func TestHeadlineSaysHowThingsAre(t *testing.T) {
	step := func(key string, verb reconcile.Verb, cause reconcile.Cause) func(*daemon.Snapshot, *[]journal.Entry) {
		return func(s *daemon.Snapshot, _ *[]journal.Entry) {
			s.Plan.Steps = []reconcile.Step{{Key: key, Verb: verb, Cause: cause, Reason: "because"}}
		}
	}
	for _, c := range []struct {
		name, want string
		change     func(*daemon.Snapshot, *[]journal.Entry)
	}{
		{"all well", "All 3 instances are as they should be.", nil},
		{"blocked", "1 of 3 instances needs a person.", step("a", reconcile.Blocked, reconcile.CauseOwnership)},
		{"a step that failed", "1 of 3 instances needs a person.", step("a", reconcile.Wait, reconcile.CauseFailed)},
		{"to be paused", "1 of 3 instances changing; the rest are as they should be.", step("a", reconcile.Pause, reconcile.CauseSchedule)},
		{"under way", "1 of 3 instances changing; the rest are as they should be.", step("a", reconcile.Wait, reconcile.CauseInFlight)},
		{"left on purpose", "All 3 instances are as they should be.", step("a", reconcile.Hold, reconcile.CauseManual)},
		{"broken file", "The fleet file has an error; the last good one is in force.", func(s *daemon.Snapshot, _ *[]journal.Entry) { s.Config.Error = "fleet.yaml:1:1: no" }},
		{"not all seen", "Looking at 3 instances for the first time.", func(s *daemon.Snapshot, _ *[]journal.Entry) { s.Ready = false }},
		{"before the first turn", "Looking at the fleet for the first time.", func(s *daemon.Snapshot, _ *[]journal.Entry) { *s = daemon.Snapshot{} }},
	} {
		if got := headline(t, body(t, given(t, c.change))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestARowSaysWhatWhyAndNext(t *testing.T) {
	html := body(t, given(t, nil))
	for _, want := range []string{
		"Next: pause a at 19:00, in 7 h", "schedule office: inside Mon-Fri 07:00-19:00", ">pauses 19:00<", ">resizes 19:00<", "stays so",
		"professional-db · 4GB", "oldest look <b>10 min</b> ago", "<b>20</b> of 25 free", "list-price estimate",
		`<rect class="nowline" x="25.000%"`, `<text x="25.000%" y="14" class="nowlabel">12:00</text>`,
		// seen paused from six hours ago to five, then running, then as planned
		`<rect class="bar paused" x="0.000%" width="4.167%">`, `<rect class="bar running" x="4.167%" width="20.833%">`,
		`<rect class="bar running future" x="25.000%" width="29.167%">`, `<rect class="bar paused future" x="54.167%" width="45.833%">`, `<rect class="bar small future" x="54.167%"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// Names, reasons and messages come from people and servers that may mean harm.
func TestEverythingIsEscaped(t *testing.T) {
	const hostile = `</title></script><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`javascript:alert(3)`"
	html := body(t, given(t, func(s *daemon.Snapshot, entries *[]journal.Entry) {
		for i := range s.Instances {
			st := &s.Instances[i]
			st.Key, st.Name, st.Live, st.Rule, st.Memory, st.InstanceID = hostile, hostile, hostile, hostile, hostile, hostile
			st.Doing, st.Credential = hostile, hostile
			st.History = []daemon.Spell{{Status: hostile, Since: noon().Add(-time.Hour)}}
			st.Next = &reconcile.Transition{Key: hostile, At: noon().Add(time.Hour), State: hostile, Rule: hostile}
			s.Plan.Next = append(s.Plan.Next, *st.Next)
		}
		s.Holds = []spec.Hold{{Key: hostile, State: spec.State(hostile), Reason: hostile, By: hostile, Until: noon().Add(time.Hour)}}
		s.Plan.Steps = []reconcile.Step{{Key: hostile, Verb: reconcile.Blocked, Reason: hostile, Cause: hostile}}
		s.Config = daemon.ConfigStatus{File: hostile, Error: hostile}
		*entries = []journal.Entry{{Seq: 1, Event: journal.Event{At: noon(), Key: hostile, Kind: hostile, Text: hostile}}}
	}))
	if !strings.Contains(html, "alert(1)") {
		t.Fatal("the hostile text is not shown at all: this test shows nothing")
	}
	for _, bad := range []string{"<script>", "<img", `onerror=alert(2)>"'`, "</title></script>"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
}

func TestNothingInlineAndNoOtherHost(t *testing.T) {
	src := given(t, nil)
	for _, path := range []string{"/", "/page.css", "/page.js", "/icon.svg"} {
		resp := get(t, src, path)
		raw, err := io.ReadAll(resp.Body)
		check(t, err)
		for _, u := range regexp.MustCompile(`(?i)(https?:)?//[a-z0-9][^\s"')]*`).FindAllString(string(raw), -1) {
			if u != "http://www.w3.org/2000/svg" {
				t.Errorf("%s names %s", path, u)
			}
		}
		if bad := regexp.MustCompile(`(?i)\s(style|on[a-z]+)=|<style|<script[^>]*>[^<]|javascript:`).FindString(string(raw)); path == "/" && bad != "" {
			t.Errorf("the page has something inline: %q", bad)
		}
		csp := resp.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %q", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: the policy is %q", path, csp)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	h, err := page.Handler(given(t, nil))
	check(t, err)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	if resp := get(t, given(t, nil), "/../../etc/passwd"); resp.StatusCode == 200 {
		t.Error("a path outside is served")
	}
	if resp := get(t, given(t, nil), "/page.html"); resp.StatusCode != 404 {
		t.Errorf("the template itself is served: %d", resp.StatusCode)
	}
}

func TestAssetsAreFetchedOnce(t *testing.T) {
	h, err := page.Handler(given(t, nil))
	check(t, err)
	first := httptest.NewRecorder()
	h.ServeHTTP(first, httptest.NewRequest("GET", "/page.css", nil))
	again := httptest.NewRequest("GET", "/page.css", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, again)
	if w.Code != http.StatusNotModified {
		t.Errorf("fetched again: %d", w.Code)
	}
}
