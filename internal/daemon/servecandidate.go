package daemon

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/source"
)

// serveCandidate answers POST /api/v1/plan?file=NAME&at=RFC3339, whose body is a fleet file, with the
// plan of that file. It is never in force, and nothing is remembered of it.
func (g *Group) serveCandidate(w http.ResponseWriter, r *http.Request, parse fleetfile.Parser) {
	at, ok := planTime(w, r)
	if !ok {
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, source.MaxBytes+1))
	if err != nil {
		http.Error(w, "the body is no fleet file: "+err.Error(), http.StatusBadRequest)
		return
	}
	f, err := parse(r.URL.Query().Get("file"), data)
	if err == nil {
		err = g.comparable(f)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	if p, err := g.planOf(r.Context(), f, at); err == nil { // else who asked has gone
		reply(w, p)
	}
}

// comparable says why a file can't be planned with what this daemon knows; nil if it can.
func (g *Group) comparable(f *spec.Fleet) error {
	mine := g.whole()
	if f.Name != mine.Name {
		return fmt.Errorf("%s is of the fleet %s, and this daemon runs the fleet %s", f.File, f.Name, mine.Name)
	}
	if len(f.Accounts) != len(mine.Accounts) {
		return fmt.Errorf("%s has other accounts than the file in force, which takes a restart of aurad", f.File)
	}
	for i, a := range f.Accounts {
		if a.Name != mine.Accounts[i].Name {
			return fmt.Errorf("%s has the account %q, which is not in the file in force: that takes a restart of aurad", f.File, a.Name)
		}
	}
	return nil
}

// planOf asks every account's loop for its part, all of one moment.
func (g *Group) planOf(ctx context.Context, f *spec.Fleet, at time.Time) (reconcile.Plan, error) {
	if at.IsZero() {
		at = g.members[0].Clock.Now()
	}
	var plans []reconcile.Plan
	for _, m := range g.members {
		answer := make(chan reconcile.Plan, 1)
		select {
		case m.asks <- func(d *Daemon) { answer <- d.PlanOf(f.For(m.account), at) }:
			plans = append(plans, <-answer)
		case <-ctx.Done():
			return reconcile.Plan{}, ctx.Err()
		}
	}
	return reconcile.Merge(plans...), nil
}
