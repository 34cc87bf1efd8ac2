package daemon_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/spec"
)

// A bad file keeps the last good fleet in force and says so; the next good one clears it.
func TestABadFileKeepsTheLastGoodFleet(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}}")
		w.converge()
		reloads := make(chan fleetfile.Reload, 2)
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Hour)
		defer cancel()
		done := make(chan error)
		go func() { done <- w.d.Run(ctx, reloads, nil) }()
		time.Sleep(time.Minute)
		_, bad := spec.Parse("fleet.yaml", []byte(header+"instances: {a: {memory: 3GB}}"))
		reloads <- fleetfile.Reload{Err: bad, At: time.Now()}
		time.Sleep(time.Minute)
		snap := w.d.Snapshot()
		if !strings.Contains(snap.Config.Error, "3GB") || len(snap.Instances) != 1 || snap.Instances[0].Live != "running" {
			t.Errorf("after a bad file the snapshot is %+v", snap)
		}
		reloads <- fleetfile.Reload{Fleet: w.parse("instances: {a: {state: paused}}"), At: time.Now()}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if snap := w.d.Snapshot(); snap.Config.Error != "" || w.live("a").Status != "paused" {
			t.Errorf("after a good file a is %s and the error is %q", w.live("a").Status, snap.Config.Error)
		}
	})
}
