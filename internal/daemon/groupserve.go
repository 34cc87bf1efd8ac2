package daemon

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Handler serves what Daemon.Handler does, for all accounts together.
func (g *Group) Handler(reload func()) http.Handler {
	first := g.members[0]
	if len(g.members) == 1 {
		return first.Handler(first.asks, reload)
	}
	mux := http.NewServeMux()
	mux.Handle("/", first.Handler(first.asks, reload))
	mux.Handle("GET /api/v1/status", OfNow(serveStatus(g.Snapshot)))
	mux.HandleFunc("GET /api/v1/plan", g.servePlan)
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) { serveReady(w, g.Snapshot()) })
	return mux
}

// Control serves what Daemon.Control does: a request about a key goes to its account.
// A fleet file that is sent is read with parse.
func (g *Group) Control(reload func(), parse fleetfile.Parser) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/plan", func(w http.ResponseWriter, r *http.Request) { g.serveCandidate(w, r, parse) })
	if len(g.members) == 1 {
		mux.Handle("/", g.members[0].Control(g.members[0].asks, reload))
		return mux
	}
	mux.Handle("/", g.Handler(reload))
	mux.HandleFunc("DELETE /api/v1/holds/{key}", func(w http.ResponseWriter, r *http.Request) {
		m := g.holding(r.PathValue("key"))
		m.Control(m.asks, reload).ServeHTTP(w, r)
	})
	for _, about := range []string{"PUT /api/v1/holds/{key}", "PUT /api/v1/credentials/{key}", "/api/v1/credentials/{key}/reply"} {
		mux.HandleFunc(about, func(w http.ResponseWriter, r *http.Request) {
			m := g.of(r.PathValue("key"))
			m.Control(m.asks, reload).ServeHTTP(w, r)
		})
	}
	mux.HandleFunc("POST /api/v1/credentials/recover", func(w http.ResponseWriter, r *http.Request) {
		serveRecover(w, r, g.loops()...)
	})
	mux.HandleFunc("POST /api/v1/forget/{key}", func(w http.ResponseWriter, r *http.Request) {
		serveForget(w, r, g.loops()...)
	})
	return mux
}

// loops reach the members, in order.
func (g *Group) loops() (all []chan<- Ask) {
	for _, m := range g.members {
		all = append(all, m.asks)
	}
	return all
}

// holding is the member that keeps the hold of key, which another account may have got since.
func (g *Group) holding(key string) *member {
	for _, m := range g.members {
		if slices.ContainsFunc(m.Snapshot().Holds, func(h spec.Hold) bool { return h.Key == key }) {
			return m
		}
	}
	return g.of(key)
}

func (g *Group) servePlan(w http.ResponseWriter, r *http.Request) {
	at, ok := planTime(w, r)
	if !ok {
		return
	}
	if at.IsZero() {
		at = g.members[0].Clock.Now()
	}
	var plans []reconcile.Plan
	for _, m := range g.members {
		p, err := askPlan(r.Context(), m.asks, at)
		if err != nil {
			return // who asked has gone
		}
		plans = append(plans, p)
	}
	reply(w, reconcile.Merge(plans...))
}

// Plan is what all accounts together would do at now. Like Daemon.Plan it is for the time before
// Run.
func (g *Group) Plan(now time.Time) reconcile.Plan {
	var plans []reconcile.Plan
	for _, m := range g.members {
		plans = append(plans, m.Daemon.Plan(now))
	}
	return reconcile.Merge(plans...)
}

// Observe looks at everything that the plan needs, one account after the other.
func (g *Group) Observe(ctx context.Context, progress func(done, all int)) error {
	for _, m := range g.members {
		if err := m.Daemon.Observe(ctx, progress); err != nil {
			return about(m.account, err)
		}
	}
	return nil
}
