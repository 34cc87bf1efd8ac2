package daemon_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/secrets"
)

const twoFleet = "policy: {on_lost_credentials: recreate}\ninstances: {a: {}, b: {}}"

// adrift runs a fleet of two whose replies can't be kept in these ways at first. Before they can, one
// instance at most is made; in the end both are, once, with their passwords, and nothing is left behind.
func adrift(t *testing.T, storeDown, restart bool, broken ...string) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		var log bytes.Buffer
		w.log = slog.New(slog.NewTextHandler(&log, nil))
		m := w.moody()
		w.start(twoFleet)
		if storeDown {
			m.create = secrets.ErrUnavailable
		}
		whole := time.Now().Add(10 * time.Minute)
		w.spool.breakWith(func(way string) error {
			if time.Now().Before(whole) && strings.Contains(strings.Join(broken, " "), way) {
				return syscall.EIO
			}
			return nil
		})
		w.run(9 * time.Minute)
		if n := strings.Count(log.String(), "can't be spooled"); n != 1 {
			t.Errorf("said %d times, want once:\n%s", n, log.String())
		}
		if w.posts() != 1 {
			t.Errorf("%d creates were sent while a reply could not be spooled, want 1\n%s", w.posts(), w.story())
		}
		if restart {
			w.start(twoFleet)
		}
		m.create = nil
		w.run(2 * time.Hour)
		for _, key := range []string{"a", "b"} {
			if in := w.live(key); w.password(key) != in.Password {
				t.Errorf("the store does not have the password of %s\n%s", key, w.story())
			}
		}
		if w.made() != 2 || w.posts() != 2 {
			t.Errorf("%d instances by %d creates, want 2 by 2\n%s", w.made(), w.posts(), w.story())
		}
		if left, _ := filepath.Glob(filepath.Join(w.dir, "spool-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// A reply that the state file does not take goes into a sealed file beside it, and outlives a restart
// while the credential store is down.
func TestAReplyOutlivesAStateThatFails(t *testing.T) {
	adrift(t, false, false, "spool")
	adrift(t, true, false, "spool")
	adrift(t, true, true, "spool")
}

// When no file can be written it goes straight to the credential store.
func TestAReplyGoesToTheStoreWhenNoFileTakesIt(t *testing.T) {
	adrift(t, false, false, "spool", "aside")
}

// When nothing takes it, the reply is held and tried again until something does, also by a daemon that is
// told to stop.
func TestAReplyIsHeldUntilSomethingTakesIt(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		m := w.moody()
		m.create = secrets.ErrUnavailable
		w.start(twoFleet)
		began := time.Now()
		w.spool.breakWith(func(string) error {
			if time.Since(began) < 20*time.Minute {
				return syscall.EIO
			}
			return nil
		})
		ctx, stop := context.WithTimeout(w.t.Context(), 5*time.Minute)
		defer stop()
		if err := w.d.Run(ctx, nil, nil); err != nil {
			w.t.Fatal(err)
		}
		if took := time.Since(began); took < 20*time.Minute || took > 22*time.Minute {
			t.Errorf("stopped after %s", took)
		}
		m.create = nil
		w.start(twoFleet)
		w.run(2 * time.Hour)
		if in := w.live("a"); w.password("a") != in.Password || w.made() != 2 {
			t.Errorf("%d instances; the password of %s is lost\n%s", w.made(), in.ID, w.story())
		}
	})
}
