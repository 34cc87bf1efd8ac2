package cli

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
)

// unread makes the reply to the next create one that only a person can read.
func (w *world) unread(body string) {
	w.sim.Inject(aurasim.Fault{Kind: aurasim.NonJSON, Body: body,
		Match: func(r aurasim.Request) bool { return r.Method == http.MethodPost && r.Path == "/v1/instances" }})
}

// A reply that can't be read is written to a file for a person, who stores the password in it; then
// the create goes on. With and without a daemon.
func TestAReplyIsReadByAPerson(t *testing.T) {
	for _, daemon := range []bool{false, true} {
		stores(t, func(t *testing.T, w *world, store string) {
			w.fleet(store + "policy: {on_lost_credentials: recreate}\ninstances: {one: {}}\n")
			body := "the password is: " + theirs
			w.unread(body)
			w.must(1, "apply", "--yes")
			made := w.sim.Instances()[0]
			if daemon {
				w.start("--listen", "")
				w.eventually("the daemon has looked", func() bool { return w.snapshot().Ready && w.snapshot().Plan.Summary.Blocked == 1 })
			}
			contains(t, w.must(0, "plan").out, "aurad credential recover --raw one -o FILE", "aurad credential set one")
			contains(t, w.must(1, "credential", "recover", "--raw", "one", "-o", "-").err, "not shown on a terminal")
			contains(t, w.must(1, "credential", "recover", "--raw", "two", "-o", w.path("reply")).err, "no reply to its create is kept")
			contains(t, w.must(0, "credential", "recover", "--raw", "one", "-o", w.path("reply")).out, w.path("reply"))
			info, err := os.Stat(w.path("reply"))
			text, _ := os.ReadFile(w.path("reply"))
			if err != nil || info.Mode().Perm() != 0o600 || string(text) != body {
				t.Fatalf("the file: %v, %q", err, text)
			}
			contains(t, w.must(1, "credential", "recover", "--raw", "one", "-o", w.path("reply")).err, "it is there already")
			w.stdin = theirs + "\n"
			w.must(0, "credential", "set", "one", "--id", made.ID)
			if daemon {
				w.eventually("the create is done", func() bool { return w.named("one") })
			} else {
				w.must(0, "apply", "--yes")
			}
			if got := w.envOf("one"); !strings.Contains(got, made.ID) || len(w.sim.Instances()) != 1 || w.live("one").ID != made.ID {
				t.Errorf("%d instances; the store has another one than %s", len(w.sim.Instances()), made.ID)
			}
			contains(t, w.must(1, "credential", "recover", "--raw", "one", "-o", w.path("again")).err, "no reply to its create is kept")
			w.checkTheirs()
		})
	}
}

// A person who finds no password in the reply says so: it is lost then, and the policy decides.
func TestAReplyIsDiscardedByAPerson(t *testing.T) {
	for _, daemon := range []bool{false, true} {
		w := newWorld(t, aurasim.Config{})
		w.fleet("policy: {on_lost_credentials: recreate}\ninstances: {one: {}}\n")
		w.unread("<html>")
		w.must(1, "apply", "--yes")
		if daemon {
			w.start("--listen", "")
			w.eventually("the daemon has looked", func() bool { return w.snapshot().Ready && w.snapshot().Plan.Summary.Blocked == 1 })
		}
		contains(t, w.must(1, "credential", "recover", "--discard", "two").err, "no reply to its create that a person must read")
		contains(t, w.must(0, "credential", "recover", "--discard", "one").out, "counts as lost")
		if daemon {
			w.eventually("it is made anew", func() bool { return w.named("one") })
		} else {
			w.must(0, "apply", "--yes")
		}
		if all := w.sim.Instances(); len(all) != 2 || !all[0].Deleted {
			t.Errorf("daemon %v: %d instances, the first is deleted: %v", daemon, len(all), all[0].Deleted)
		}
	}
}

func (w *world) named(name string) bool {
	for _, in := range w.sim.Instances() {
		if in.Name == name && in.Status == "running" && !in.Deleted {
			return true
		}
	}
	return false
}
