package aurasim

import (
	"net/http"
	"testing"
	"time"
)

// One GET of one of 200 instances, and a minute that passes: what a simulated year is made of.
func BenchmarkGetOfOne(b *testing.B) {
	c := &clock{now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s := New(Config{Clock: c.Now, RequestsPerMinute: -1, TokenLife: 100 * 365 * 24 * time.Hour})
	id := ""
	for range 200 {
		id = s.Add(Instance{})
	}
	s.tokens["bench"] = token{DemoClientID, c.Now().AddDate(200, 0, 0)}
	r, err := http.NewRequest("GET", "https://api.neo4j.io/v1/instances/"+id, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer bench")
	for b.Loop() {
		c.Advance(time.Minute)
		resp, err := s.Transport().RoundTrip(r)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(resp, err)
		}
	}
}
