package requests

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// noon is when these tests begin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func seconds(t *rapid.T, what string, from, to int) time.Duration {
	return time.Duration(rapid.IntRange(from*10, to*10).Draw(t, what)) * 100 * time.Millisecond
}

// An answer moves its own request, to its place among the others, and never back.
func TestAnswered(t *testing.T) {
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	log := Log{Limit: 9, Sent: []time.Time{at(0), at(1), at(5)}}
	for _, c := range []struct {
		sent, now int
		want      []time.Time
	}{
		{0, 3, []time.Time{at(1), at(3), at(5)}},
		{0, 9, []time.Time{at(1), at(5), at(9)}},
		{5, 2, log.Sent}, // the clock was set back
		{4, 9, log.Sent}, // no such request
	} {
		if got := log.Answered(at(c.sent), at(c.now)).Sent; !slices.Equal(got, c.want) {
			t.Errorf("sent at %d, answered at %d: %v, want %v", c.sent, c.now, got, c.want)
		}
	}
}

// The same, to the nanosecond, by the log's own stamps: the server counts a request no later
// than its answer comes, and no earlier than it was sent.
func TestTakeWaitsForTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, now := Log{Limit: rapid.IntRange(1, 10).Draw(t, "limit")}, noon
		var stamps []time.Time
		for range 40 {
			if log.Free(now) == 0 {
				opens := log.Opens(now)
				if log.Free(opens) == 0 || log.Free(opens.Add(-1)) > 0 {
					t.Fatalf("opens at %s with %d free, %d before", opens, log.Free(opens), log.Free(opens.Add(-1)))
				}
				now = opens
			}
			log, stamps = log.Take(now), append(stamps, now)
			now = now.Add(seconds(t, "pass", 0, 20))
		}
		for i := log.Limit; i < len(stamps); i++ {
			if d := stamps[i].Sub(stamps[i-log.Limit]); d < Window {
				t.Fatalf("%d in %s", log.Limit+1, d)
			}
		}
	})
}

// Edges close together share one window: what the first needs is not there for the second.
func TestSpareCountsEdgesTogether(t *testing.T) {
	log := Log{Limit: 25}
	demands := []Demand{{At: noon.Add(30 * time.Second), N: 10}, {At: noon.Add(50 * time.Second), N: 10}}
	if got := log.Spare(noon, demands); got != 5 {
		t.Errorf("%d are spare, want 5", got)
	}
	if got := log.Spare(noon.Add(-time.Hour), demands); got != 25 {
		t.Errorf("%d are spare an hour before, want all", got)
	}
}

// A refusal inside the limit is somebody else's doing: what that one left is what we take, and
// it comes back in time. One at the limit is our own.
func TestRefused(t *testing.T) {
	log := Log{Limit: 25}
	for range 18 { // the last of them is refused
		log = log.Take(noon)
	}
	after, foreign := log.Refused(noon, noon.Add(10*time.Second))
	if !foreign || after.Free(noon) != 0 || after.Allowed(noon) != 17 {
		t.Errorf("foreign %v, %d allowed", foreign, after.Allowed(noon))
	}
	for passed, want := range map[time.Duration]int{4 * time.Minute: 17, 6 * time.Minute: 18, 24 * time.Hour: 25, -time.Hour: 17} {
		if got := after.Allowed(noon.Add(passed)); got != want {
			t.Errorf("after %s: %d allowed, want %d", passed, got, want)
		}
	}
	if burst, _ := (Log{Limit: 25}).Take(noon).Refused(noon, noon); burst.Allowed(noon) != 8 {
		t.Errorf("after a burst of somebody else's: %d allowed, want a third", burst.Allowed(noon))
	}
	for range 8 {
		log = log.Take(noon)
	}
	if own, foreign := log.Refused(noon, noon); foreign || own.Allowed(noon) != 25 {
		t.Errorf("at the limit: foreign %v, %d allowed", foreign, own.Allowed(noon))
	}
}
