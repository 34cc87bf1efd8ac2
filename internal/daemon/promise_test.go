package daemon_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/secrets"
)

// whileCreating calls f when the create is on its way.
type whileCreating struct {
	f    func()
	next http.RoundTripper
}

func (c whileCreating) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && r.URL.Path == "/v1/instances" {
		c.f()
	}
	return c.next.RoundTrip(r)
}

// networkStore does what every store behind a network does: nothing, once its context has ended.
type networkStore struct{ secrets.Store }

func (s networkStore) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.Store.Create(ctx, c, claim)
}

// A daemon that is told to stop while a create is on its way still takes the reply and brings
// the password to the store.
func TestAStopWaitsForTheCreate(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		ctx, cancel := context.WithCancel(w.t.Context())
		w.wire = func(next http.RoundTripper) http.RoundTripper { return whileCreating{cancel, next} }
		w.store = networkStore{w.store}
		w.start(reportFleet)
		if err := w.d.Run(ctx, nil, nil); err != nil {
			t.Fatal(err)
		}
		if w.made() != 1 || w.password("a") != w.sim.Instances()[0].Password {
			t.Errorf("%d instances were made, the password of the first is stored: no\n%s", w.made(), w.story())
		}
	})
}

// An attempt that is given up and the next one can be told apart for ever.
func TestEveryAttemptHasItsOwnNonce(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutBefore, Times: 3}))
		w.start(reportFleet)
		w.run(2 * time.Hour)
		names := map[string]bool{}
		for _, r := range w.sim.Mutations() {
			var sent struct{ Name string }
			if isCreate(r) && json.Unmarshal([]byte(r.Body), &sent) == nil {
				names[sent.Name] = true
			}
		}
		if len(names) != 4 || w.posts() != 4 {
			t.Errorf("%d creates had the names %v, want four of each\n%s", w.posts(), names, w.story())
		}
		w.whole("a")
	})
}
