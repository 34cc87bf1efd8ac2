package cli

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/reconcile"
)

// creates is what a fault about creates matches.
func creates(r aurasim.Request) bool { return r.Method == http.MethodPost && r.Path == "/v1/instances" }

// Whatever became of a create, the list of credentials (with a daemon and without one), status, the
// page and the metrics all use the same word, and the plan and the log say the same of what is lost.
func TestOneWordForACredential(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		word  string
		fault aurasim.Fault
		page  string // what the page calls it, where that is another word
	}{
		"stored":                    {"stored", aurasim.Fault{}, ""},
		"lost with its reply":       {"lost", aurasim.Fault{Kind: aurasim.CutAfter}, ""},
		"lost behind a refusal":     {"lost", aurasim.Fault{Kind: aurasim.Status, Code: 408, Processed: true}, ""},
		"not answered":              {"unanswered", aurasim.Fault{Kind: aurasim.CutBefore}, "a create was not answered yet"},
		"a reply that nobody reads": {"spooled", aurasim.Fault{Kind: aurasim.NonJSON, Body: "<html>"}, "safe here, waiting for the store"},
		"refused, and never made":   {"", aurasim.Fault{Kind: aurasim.Status, Code: 408, Times: -1}, "none"},
		"adopted":                   {"unknown", aurasim.Fault{}, "not known: adopted"},
		"stored, not named yet":     {"stored", aurasim.Fault{Kind: aurasim.Status, Code: 500, Method: http.MethodPatch, Times: -1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, aurasim.Config{})
			w.fleet("policy: {create_grace: 24h}\ninstances: {dev: {}}\n")
			if c.word == "unknown" {
				w.sim.Add(aurasim.Instance{Name: "dev"})
				w.fleet("instances: {dev: {adopt: true}}\n")
			}
			if c.fault.Kind != "" {
				if c.fault.Method == "" {
					c.fault.Match = creates
				}
				w.sim.Inject(c.fault)
			}
			r := w.start("--listen", "127.0.0.1:0", "--log-format", "json")
			word := func() string { return string(w.known("dev")) }
			w.eventually("status says "+c.word, func() bool {
				return w.snapshot().Ready && len(w.sim.Mutations()) > 0 == (c.word != "unknown") && word() == c.word
			})

			lost := c.word == "lost"
			snap, address := w.snapshot(), regexp.MustCompile(`"listen":"([^"]+)"`).FindStringSubmatch(r.log.String())
			if got := slices.ContainsFunc(snap.Plan.Steps, func(s reconcile.Step) bool { return s.Cause == reconcile.CauseLost }); got != lost {
				t.Errorf("the plan speaks of a lost one: %v", got)
			}
			if address == nil {
				t.Fatalf("no address in the log:\n%s", r.log)
			}
			if metrics := get(t, "http://"+address[1]+"/metrics"); !strings.Contains(metrics, `credential="`+c.word+`"`) ||
				c.word != "" && !strings.Contains(metrics, `aurad_credentials{state="`+c.word+`"} 1`) {
				t.Errorf("the metrics do not say %q", c.word)
			}
			if page := get(t, "http://"+address[1]+"/"); !strings.Contains(page, firstOf(c.page, c.word)) {
				t.Errorf("the page does not say %q", firstOf(c.page, c.word))
			}
			contains(t, w.must(0, "status").out, "dev")
			contains(t, w.must(0, "credential", "list").out, "dev", format.OrDash(c.word))
			beside := w.credentials()["dev"]
			r.terminate()
			if alone := w.credentials()["dev"]; alone != c.word || beside != c.word {
				t.Errorf("the list says %q beside the daemon and %q alone, status %q", beside, alone, c.word)
			}
			if said := strings.Contains(r.log.String(), "credentials_lost"); said != lost {
				t.Errorf("the log speaks of a lost one: %v\n%s", said, r.log)
			}
		})
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
