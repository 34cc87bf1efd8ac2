package aura

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/token"
	"github.com/aurad/aurad/secrets"
)

func TestConcurrentCallersShareOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := tokenNumber(1)
		fetched, refused := 0, 0
		c := inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oauth/token" {
				time.Sleep(time.Second)
				fetched++
				if r.Context().Err() == nil {
					giveToken(w, fetched)
				}
				return
			}
			if r.Header.Get("Authorization") != "Bearer "+good {
				refused++
				says(403, `{"error":"expired"}`)(w, r)
				return
			}
			says(200, `{"data":[]}`)(w, r)
		})
		everyone(t, c, t.Context())
		if fetched != 1 || refused != 0 {
			t.Errorf("%d tokens fetched, %d refusals", fetched, refused)
		}
		good = tokenNumber(2)
		everyone(t, c, t.Context())
		if fetched != 2 {
			t.Errorf("%d tokens fetched after the refusal", fetched)
		}
	})
}

func TestFailedFetchIsSharedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			says(503, "")(w, r)
		})
		var wg sync.WaitGroup
		for range 25 {
			wg.Go(func() {
				if err := c.Authorize(t.Context(), time.Time{}); failure.KindOf(err) != failure.Later {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if asked != token.Attempts {
			t.Errorf("asked %d times", asked)
		}
	})
}

func TestCancelledFetchIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetched := 0
		c := inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oauth/token" {
				time.Sleep(time.Second)
				fetched++
				giveToken(w, 1)
				return
			}
			says(200, `{"data":[]}`)(w, r)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Tenants(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the cancelled caller: %v", err)
			}
		})
		synctest.Wait()
		everyone(t, c, t.Context())
		wg.Wait()
		if fetched != 2 {
			t.Errorf("%d tokens fetched", fetched)
		}
	})
}

func everyone(t *testing.T, c *Client, ctx context.Context) {
	t.Helper()
	var wg sync.WaitGroup
	for range 25 {
		wg.Go(func() {
			if _, err := c.Tenants(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func inBubble(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	turn := make(chan struct{}, 1)
	c, err := New(Config{ClientID: "client-id", ClientSecret: secrets.NewSecret(canaryClientSecret),
		HTTP: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			turn <- struct{}{}
			defer func() { <-turn }()
			w := httptest.NewRecorder()
			h(w, r)
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			return w.Result(), nil
		})}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
