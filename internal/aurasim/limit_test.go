package aurasim

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// Whatever the gaps, no 60 seconds hold more accepted requests than the limit, and whoever waits
// as long as Retry-After says, and no longer, is let in.
func TestSlidingWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(2, 30).Draw(rt, "limit")
		date := rapid.Bool().Draw(rt, "date")
		w := newWorld(t, Config{RequestsPerMinute: limit})
		if date {
			w.sim.SetQuirks(quirk.Quirks{RetryAfter: "date"})
		}
		accepted := []time.Time{w.clock.Now()} // the login
		for range rapid.IntRange(1, 120).Draw(rt, "n") {
			w.clock.Advance(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "gap")) * time.Millisecond)
			a := w.do("GET", "/v1/tenants", "")
			if a.status == 429 {
				w.clock.Advance(retryAfter(rt, a, w.clock.Now()))
				a = w.do("GET", "/v1/tenants", "")
			}
			if a.status != 200 {
				rt.Fatalf("%d after waiting: %s", a.status, a.header.Get("Retry-After"))
			}
			accepted = append(accepted, w.clock.Now())
		}
		if n := fullest(accepted); n > limit {
			rt.Fatalf("%d accepted in 60 s, limit %d", n, limit)
		}
	})
}

func retryAfter(t *rapid.T, a answer, now time.Time) time.Duration {
	value := a.header.Get("Retry-After")
	if n, err := strconv.Atoi(value); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		t.Fatalf("Retry-After %q", value)
	}
	return at.Sub(now)
}

// fullest counts the window that starts at each time, the slow way.
func fullest(times []time.Time) int {
	most := 0
	for _, from := range times {
		n := 0
		for _, t := range times {
			if !t.Before(from) && t.Before(from.Add(time.Minute)) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// The limit is used to the full: the 26th of a burst is the first one refused, and it is let in
// exactly one minute after the first.
func TestLimitIsNotTighterThanItSays(t *testing.T) {
	w := newWorld(t, Config{RequestsPerMinute: 25})
	for range 24 {
		w.want(200, "GET", "/v1/tenants", "")
	}
	w.want(429, "GET", "/v1/tenants", "").is("rate limit exceeded", "error")
	w.clock.Advance(time.Minute - 1)
	w.want(429, "GET", "/v1/tenants", "")
	w.clock.Advance(1)
	w.want(200, "GET", "/v1/tenants", "")
}

// A refused request changes nothing.
func TestRefusedRequestsAreNotProcessed(t *testing.T) {
	w := newWorld(t, Config{RequestsPerMinute: 1})
	w.want(429, "POST", "/v1/instances", demoCreate)
	if n := len(w.sim.Instances()); n != 0 {
		t.Errorf("%d instances", n)
	}
	r := w.sim.Requests()[1]
	if r.Processed || r.Accepted() || r.Status != 429 {
		t.Errorf("%+v", r)
	}
}

// What the API refuses was processed, but not accepted.
func TestRefusalsAreNotAccepted(t *testing.T) {
	w := newWorld(t, Config{})
	w.want(409, "POST", "/v1/instances/"+w.sim.Add(Instance{})+"/resume", "")
	if r := w.sim.Mutations()[0]; !r.Processed || r.Accepted() || r.Outcome != 409 {
		t.Errorf("%+v", r)
	}
}

// Each client id has its own minute; MaxPerMinute counts all that came, refused ones too.
func TestClientsHaveTheirOwnLimits(t *testing.T) {
	w := newWorld(t, Config{RequestsPerMinute: 3, Clients: map[string]string{DemoClientID: DemoClientSecret, "other": "x"}})
	for range 5 {
		w.do("GET", "/v1/tenants", "")
	}
	if a := w.tokenRequest("application/json", `{"grant_type":"client_credentials"}`, "other", "x"); a.status != 200 {
		t.Errorf("the other client: %d", a.status)
	}
	w.clock.Advance(time.Minute)
	w.want(200, "GET", "/v1/tenants", "")
	if a, b := w.sim.MaxPerMinute(DemoClientID), w.sim.MaxPerMinute("other"); a != 6 || b != 1 {
		t.Errorf("%d and %d requests in a minute, want 6 and 1", a, b)
	}
}

func TestTokensPerHour(t *testing.T) {
	w := newWorld(t, Config{TokensPerHour: 2})
	ask := func() answer {
		return w.tokenRequest("application/json", `{"grant_type":"client_credentials"}`, DemoClientID, DemoClientSecret)
	}
	w.clock.Advance(20 * time.Minute)
	if a := ask(); a.status != 200 {
		t.Fatal(a.status)
	}
	a := ask()
	if a.status != 429 || a.header.Get("Retry-After") != "2400" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	w.clock.Advance(40 * time.Minute)
	if a := ask(); a.status != 200 {
		t.Fatal(a.status)
	}
}
