package window

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// The oracle knows nothing of zone bounds. It reads a local clock once a minute and keeps the
// highest reading so far: a gap jumps that mark forward, an overlap leaves it standing until
// the clock has caught up. A window contains an instant when the mark lies in it.
type oracle struct {
	loc  *time.Location
	mark int64 // minutes of the local clock since 1970
}

func newOracle(loc *time.Location, at time.Time) *oracle {
	o := &oracle{loc: loc, mark: -1 << 62}
	for t := at.Add(-30 * time.Hour); !t.After(at); t = t.Add(time.Minute) {
		o.tick(t)
	}
	return o
}

func (o *oracle) tick(t time.Time) {
	l := t.In(o.loc)
	reading := time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, time.UTC).Unix() / 60
	o.mark = max(o.mark, reading)
}

func (o *oracle) contains(w Window) bool {
	today := o.mark / (24 * 60)
	for day := today - 1; day <= today; day++ {
		weekday := time.Unix(day*24*60*60, 0).UTC().Weekday()
		start, end := day*24*60+int64(w.start), day*24*60+int64(w.end)
		if w.days[weekday] && start <= o.mark && o.mark < end {
			return true
		}
	}
	return false
}

// transitions finds every change of offset from 2024 to 2034 by comparing noons and halving.
func transitions(loc *time.Location) []time.Time {
	offset := func(t time.Time) int { _, o := t.In(loc).Zone(); return o }
	var found []time.Time
	end := time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
	for a := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); a.Before(end); a = a.Add(24 * time.Hour) {
		low, high := a, a.Add(24*time.Hour)
		if offset(low) == offset(high) {
			continue
		}
		for high.Sub(low) > time.Minute {
			mid := low.Add(high.Sub(low) / 2).Truncate(time.Minute)
			if offset(mid) == offset(low) {
				low = mid
			} else {
				high = mid
			}
		}
		found = append(found, high)
	}
	return found
}

// windowNear has a start or an end within 90 minutes of what the local clock shows at t.
func windowNear(r *rand.Rand, t time.Time, loc *time.Location) Window {
	local := t.In(loc)
	near := func() int { return (local.Hour()*60 + local.Minute() + r.IntN(180) - 90 + 1440) % 1440 }
	w := Window{loc: loc, text: "random", start: near(), end: r.IntN(1440)}
	switch r.IntN(3) {
	case 0:
		w.end = near()
	case 1:
		w.start, w.end = w.end, w.start
	}
	if w.end <= w.start {
		w.end += 1440
	}
	for d := range w.days {
		w.days[d] = r.IntN(4) > 0
	}
	w.days[local.Weekday()] = true
	return w
}

// compare walks minute by minute from from for n minutes and returns the number of instants.
func compare(t *testing.T, zone string, w Window, from time.Time, n int) int {
	o := newOracle(w.loc, from)
	inside := o.contains(w)
	next := w.Next(from)
	for i := range n {
		at := from.Add(time.Duration(i) * time.Minute)
		o.tick(at)
		want := o.contains(w)
		if got := w.Contains(at); got != want {
			t.Fatalf("%s %v %d-%d at %s (%s): Contains %v, oracle %v", zone, w.days, w.start, w.end, at, at.In(w.loc), got, want)
		}
		if want != inside {
			if !next.Equal(at) {
				t.Fatalf("%s %v %d-%d: Next said %s, the oracle changes at %s (%s)", zone, w.days, w.start, w.end, next, at, at.In(w.loc))
			}
			inside, next = want, w.Next(at)
		}
	}
	if end := from.Add(time.Duration(n-1) * time.Minute); !next.IsZero() && !next.After(end) {
		t.Fatalf("%s %v %d-%d: Next said %s, the oracle saw no change", zone, w.days, w.start, w.end, next)
	}
	return n
}

// TestWindowsAgainstOracle covers every zone name and every DST change from 2024 to 2034, and
// quiet days in between. With AURAD_FULL set it walks ten windows around every change.
func TestWindowsAgainstOracle(t *testing.T) {
	perChange := 1
	if os.Getenv("AURAD_FULL") != "" {
		perChange = 10
	}
	r := rand.New(rand.NewPCG(4, 2024))
	cases, changes := 0, 0
	for _, zone := range strings.Fields(zoneNames) {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range transitions(loc) {
			changes++
			for range perChange {
				cases += compare(t, zone, windowNear(r, change, loc), change.Add(-105*time.Minute), 210)
			}
		}
		quiet := time.Date(2024+r.IntN(11), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), 0, 0, 0, time.UTC)
		cases += compare(t, zone, windowNear(r, quiet, loc), quiet, 5*60)
	}
	t.Logf("%d cases around %d changes of offset", cases, changes)
	if cases < 1_000_000 {
		t.Errorf("only %d cases", cases)
	}
}

// TestEveryEdgeOnce walks whole years by Next: edges rise, Contains flips at each, and holds
// between them.
func TestEveryEdgeOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, zone := range []string{"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "America/Nuuk", "Asia/Beirut"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			w := windowNear(r, time.Date(2024, 1, 1, 0, r.IntN(1440), 0, 0, time.UTC), loc)
			at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
			for at.Year() < 2035 {
				inside, next := w.Contains(at), w.Next(at)
				if next.IsZero() {
					break
				}
				middle := at.Add(next.Sub(at) / 2)
				switch {
				case !next.After(at):
					t.Fatalf("%s: edge %s after %s", zone, next, at)
				case w.Contains(next) == inside, w.Contains(next.Add(-1)) != inside, w.Contains(middle) != inside:
					t.Fatalf("%s %v %d-%d: flapping between %s and %s", zone, w.days, w.start, w.end, at, next)
				}
				at = next
			}
		}
	}
}
