package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/spec"
)

// wholeFiles are fleet files in every style, under the policy that deletes most readily.
var wholeFiles = map[string]string{
	"block":                  "policy:\n  mode: sync\n  max_deletes: 9\n  delete_after: 1h\ninstances:\n  a:\n    memory: 2GB\n  b:\n    name: b\n  c:\n    memory: 2GB\n  d:\n",
	"block, the policy last": "instances:\n  a: {}\n  b: {}\n  c: {}\n  d: {}\npolicy:\n  max_deletes: 9\n  mode: sync\n  delete_after: 30d\n",
	"flow":                   "policy: {mode: sync, max_deletes: 9, delete_after: 0s}\ninstances: {a: {}, b: {memory: 2GB}, c: {}, d: {}}\n",
	"comments":               "policy: {mode: sync, max_deletes: 9}   # may delete\n# the fleet\ninstances:\n  a: {}   # first\n  # between\n  b: {}\n  c: {}\n  d: {}\n# the end\n",
	"CRLF":                   "policy: {mode: sync, max_deletes: 9}\r\ninstances:\r\n  a: {}\r\n  b: {}\r\n  c: {}\r\n  d: {}\r\n",
}

// A file that is being written, or was cut, is every prefix of itself: none of them pauses or deletes
// anything, neither in a running daemon nor by apply, one after the other.
func TestNoPrefixOfAFilePausesOrDeletes(t *testing.T) {
	for name, body := range wholeFiles {
		for _, byApply := range []bool{false, true} {
			how := " in a daemon"
			if byApply {
				how = " by apply"
			}
			t.Run(name+how, func(t *testing.T) {
				inWorld(t, aurasim.Config{}, func(w *world) {
					w.start(body)
					w.converge()
					before, valid := len(w.sim.Mutations()), 0
					whole := w.fleet
					for n := range len(whole) {
						f, err := spec.Parse("fleet.yaml", []byte(whole[:n]))
						if err != nil {
							continue
						}
						valid++
						time.Sleep(20 * time.Second)
						w.prefix(f, byApply)
						if more := w.sim.Mutations()[before:]; len(more) > 0 {
							t.Fatalf("cut after %d bytes, %q: %s %s", n, whole[max(0, n-30):n], more[0].Method, more[0].Path)
						}
					}
					if valid < 1 {
						t.Errorf("only %d prefixes were fleet files", valid)
					}
				})
			})
		}
	}
}

// prefix brings a file into force for a moment.
func (w *world) prefix(f *spec.Fleet, byApply bool) {
	w.t.Helper()
	if f.TenantID == "" || strings.TrimSpace(f.Name) == "" {
		return
	}
	if byApply {
		w.stop()
		w.startOn(f)
		w.apply()
		return
	}
	if err := w.d.SetFleet(f); err != nil {
		w.t.Fatal(err)
	}
	w.run(50 * time.Second)
}
