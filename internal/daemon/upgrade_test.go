package daemon_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleettest"
)

// firstEditionOf writes a state of the first edition that remembers entries alone, as JSON by key.
func firstEditionOf(t *testing.T, dir string, entries map[string]string) {
	t.Helper()
	fleettest.FirstEdition(t, dir)
	db, err := bolt.Open(filepath.Join(dir, "aurad.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		if err := tx.DeleteBucket([]byte("entries")); err != nil {
			return err
		}
		b, err := tx.CreateBucket([]byte("entries"))
		for key, entry := range entries {
			err = errors.Join(err, b.Put([]byte(key), []byte(entry)))
		}
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A create that the first edition gave up is remembered by its nonce alone. It means the same still:
// nothing is made while a list shows its instance, which is never taken for another one or deleted, and
// what shows up late is reported.
func TestTombstonesOfTheFirstEditionMeanTheSame(t *testing.T) {
	const unnamed = "fleet: \n" + reportFleet
	entries := map[string]string{"a": `{"tombstones":["0badcafe","deadbeef"]}`}
	inWorld(t, aurasim.Config{}, func(w *world) {
		firstEditionOf(t, w.dir, entries)
		id := w.sim.Add(aurasim.Instance{Name: "a~deadbeef"})
		w.start(unnamed)
		w.run(time.Hour)
		found := blocked(w.plan())
		if len(found) != 1 || found[0].InstanceID != id || !strings.Contains(found[0].Reason, "deadbeef") {
			t.Errorf("%s is not reported:\n%s", id, steps(w.plan()))
		}
		if len(w.sim.Mutations()) != 0 {
			t.Errorf("something was done to the account\n%s", w.story())
		}
	})
	inWorld(t, aurasim.Config{}, func(w *world) {
		firstEditionOf(t, w.dir, entries)
		w.start(unnamed)
		w.converge()
		made := w.whole("a")
		id := w.sim.Add(aurasim.Instance{Name: "a~0badcafe"})
		w.start(unnamed) // what was remembered is one of this edition's now
		w.run(time.Hour)
		found := blocked(w.plan())
		if len(found) != 1 || found[0].InstanceID != id || !strings.Contains(found[0].Reason, "0badcafe") {
			t.Errorf("%s is not reported:\n%s", id, steps(w.plan()))
		}
		if w.made() != 2 || w.live("a").ID != made.ID || w.alive() != 2 {
			t.Errorf("%d instances, %d alive; want the one that was made and the late one\n%s", w.made(), w.alive(), w.story())
		}
	})
}
