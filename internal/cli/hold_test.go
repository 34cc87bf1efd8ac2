package cli

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/process"
)

const heldFleet = officeHours + "policy: {max_hold: 2d}\n" +
	"instances: {dev: {schedule: office-hours}, other: {}, asleep: {state: paused, suspend: true}, free: {type: free-db, memory: 1GB}}\n"

func (w *world) held() string {
	w.t.Helper()
	var all []string
	for _, h := range w.snapshot().Holds {
		all = append(all, fmt.Sprintf("%s %s %s", h.Key, h.State, h.Reason))
	}
	return strings.Join(all, "; ")
}

// A hold asked of the daemon acts at once, outlives a restart, and ends by itself.
func TestHoldThroughTheDaemon(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("timezone: Europe/Stockholm\n" + officeHours + "instances: {dev: {schedule: office-hours}}\n")
	r := w.start("--listen", "")
	w.eventually("dev is made", w.settled)
	said := w.must(0, "hold", "dev", "--paused", "--for", "20h", "--reason", "quiet today")
	contains(t, said.out, "dev is held paused until ", " CET, 20h from now. Then it is to be ", "(schedule office-hours: ", "The daemon sees to it now.")
	w.eventually("dev is paused", func() bool { return w.live("dev").Status == "paused" && w.settled() })
	if h := w.snapshot().Holds[0]; h.By == "" || w.held() != "dev paused quiet today" {
		t.Errorf("held: %s by %q", w.held(), h.By)
	}
	contains(t, w.must(0, "status").out, "held: dev paused until")

	w.must(0, "hold", "dev", "--running", "--for", "1d", "--reason", "after all")
	w.eventually("dev runs again", func() bool { return w.live("dev").Status == "running" && w.settled() })
	if code := r.terminate(); code != 0 {
		t.Fatalf("exit %d", code)
	}
	r = w.start("--listen", "")
	if got := w.held(); got != "dev running after all" {
		t.Errorf("after a restart %q is held", got)
	}
	contains(t, w.must(0, "release", "dev").out, "dev is released.", "The daemon sees to it now.")
	if got := w.held(); got != "" {
		t.Errorf("released, yet held: %s", got)
	}
	contains(t, w.must(1, "release", "dev").err, "release dev: it is not held")

	w.must(0, "hold", "dev", "--running", "--for", "30m")
	if got := w.held(); got != "dev running " {
		t.Errorf("held: %q", got)
	}
	w.eventually("the hold ends by itself", func() bool { return w.held() == "" })
	r.terminate()
	contains(t, r.log.String(), "hold ended")
}

// Without a daemon a hold is kept in the state, and the next run has it.
func TestHoldInTheState(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(officeHours + "instances: {dev: {schedule: office-hours}}\n")
	contains(t, w.must(1, "release", "dev").err, "there is no state folder")
	contains(t, w.must(0, "hold", "dev", "--paused", "--for", "1d12h").out, "1d12h from now", "No daemon runs on "+w.path("state"))
	contains(t, w.must(0, "apply", "--yes").out, "held paused until")
	if got := w.live("dev").Status; got != "paused" {
		t.Errorf("dev is %s", got)
	}
	contains(t, w.must(0, "release", "dev").out, "dev is released.", "No daemon runs on")
	contains(t, w.must(1, "release", "dev").err, "release dev: it is not held")
	if n := len(w.sim.Mutations()); n == 0 {
		t.Error("nothing was ever done")
	}
}

// What can't be held is refused in the same words by the daemon and by the state.
func TestHoldRefusesNonsense(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(heldFleet)
	refuse := func() {
		t.Helper()
		for _, tc := range []struct{ args, want string }{
			{"nobody --running --for 1h", "hold nobody: the fleet file has no such instance"},
			{"dev --running --for 3d", "is too long; a hold lasts at most 2d (policy.max_hold)"},
			{"dev --running --until 2026-11-20T08:00:00Z", "is past"},
			{"free --paused --for 1h", "can't be paused"},
			{"asleep --running --for 1h", "hold asleep: it is suspended"},
			{"dev --running --for 1h --reason " + strings.Repeat("x", 201), "a reason is one line"},
			{"dev --running --for 1h --reason a\x1b[2Jb", "a reason is one line"},
			{"dev --running --for 3", `"3" has no unit`},
			{"dev --running --until noon", `--until "noon" is not a moment`},
			{"dev --running", "for until"},
			{"dev --for 1h", "running paused"},
			{"dev --running --paused --for 1h", "running paused"},
			{"dev --running --for 1h --until 22:00", "for until"},
		} {
			contains(t, w.must(1, append([]string{"hold"}, strings.Fields(tc.args)...)...).err, tc.want)
		}
	}
	refuse()
	r := w.start("--listen", "")
	refuse()
	if got := w.held(); got != "" {
		t.Errorf("held: %s", got)
	}
	r.stop(process.Stopped{Signal: syscall.SIGTERM})
}

// The daemon's word is enough: a person who has no fleet file at hand can hold, too.
func TestHoldNeedsNoFileBesideADaemon(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(officeHours + "instances: {dev: {schedule: office-hours}}\n")
	r := w.start("--listen", "")
	hold := []string{"hold", "dev", "--running", "--until", "23:30", "-f", w.path("none.yaml"), "--state-dir", w.path("state")}
	var out, errs syncBuffer
	if code := Run(t.Context(), w.process(&out, &errs), hold); code != 0 {
		t.Fatalf("exit %d\n%s", code, errs.String())
	}
	contains(t, out.String(), "dev is held running until Mon 2026-11-23 23:30 UTC", "The daemon sees to it now.")
	r.terminate()
	errs = syncBuffer{}
	if code := Run(t.Context(), w.process(&out, &errs), hold); code != 1 {
		t.Errorf("without a daemon: exit %d", code)
	}
	contains(t, errs.String(), "there is no file "+w.path("none.yaml"))
}
