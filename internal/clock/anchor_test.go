package clock

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// heldUp is a clock of a process that is stopped for a while, a few times, right after it has read
// one of the two clocks.
type heldUp struct {
	Clock
	passed      time.Duration // since the boot, which was at the zero time of time.Unix
	stops       int
	afterTheOne bool // after the time since the boot; else after the wall clock
}

func (c *heldUp) stop(here bool) {
	if here && c.stops > 0 {
		c.stops--
		c.passed += 5 * time.Second
	}
}

func (c *heldUp) Boot() (string, time.Duration) {
	defer c.stop(c.afterTheOne)
	return "boot 0", c.passed
}

func (c *heldUp) Now() time.Time {
	defer c.stop(!c.afterTheOne)
	return time.Unix(0, 0).Add(c.passed)
}

// A process that is stopped between reading one clock and the other one does not see a jump.
func TestAnchorOfAProcessThatIsHeldUp(t *testing.T) {
	for _, one := range []bool{false, true} {
		for stops := range anchorTries {
			c := &heldUp{passed: time.Hour, stops: stops, afterTheOne: one}
			if a := AnchorOf(c); !a.Began.Equal(time.Unix(0, 0)) || a.Boot != "boot 0" {
				t.Errorf("stopped %d times, after the time since the boot %v: %+v", stops, one, a)
			}
		}
	}
}

// Only two anchors of one boot tell by how much the clock was set.
func TestSetBy(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		was, now Anchor
		want     time.Duration
	}{
		"not set":                  {Anchor{"a", at}, Anchor{"a", at}, 0},
		"adjusted":                 {Anchor{"a", at}, Anchor{"a", at.Add(leastJump - 1)}, 0},
		"ahead":                    {Anchor{"a", at}, Anchor{"a", at.Add(time.Hour)}, time.Hour},
		"back":                     {Anchor{"a", at}, Anchor{"a", at.Add(-time.Hour)}, -time.Hour},
		"another boot":             {Anchor{"a", at}, Anchor{"b", at.Add(time.Hour)}, 0},
		"nobody knew":              {Anchor{}, Anchor{"a", at}, 0},
		"nobody knows":             {Anchor{"a", at}, Anchor{}, 0},
		"nobody knew, nor knows":   {Anchor{}, Anchor{}, 0},
		"another boot, not set so": {Anchor{"a", at}, Anchor{"b", at}, 0},
	} {
		if got := row.was.SetBy(row.now); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
		if got, want := row.was.Differs(row.now), row.want != 0 || row.was.Boot != row.now.Boot; got != want {
			t.Errorf("%s: Differs %v", name, got)
		}
	}
}

// The machine's clock knows the boot: the same one in two processes, as the system counts it.
func TestMachineClockKnowsTheBoot(t *testing.T) {
	first, second := NewMachine(), NewMachine()
	id, ago := first.Boot()
	if runtime.GOOS != "linux" {
		if id != "" {
			t.Errorf("boot %q, and no test of it", id)
		}
		return
	}
	raw, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := strconv.ParseFloat(strings.Fields(string(raw))[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	if up := time.Duration(seconds * float64(time.Second)); id == "" || (up-ago).Abs() > time.Minute {
		t.Errorf("boot %q was %s ago; the system says %s", id, ago, up)
	}
	again, later := second.Boot()
	if again != id || later < ago {
		t.Errorf("%q %s ago, then %q %s ago", id, ago, again, later)
	}
	if id, _ := NewReal().Boot(); id != "" {
		t.Errorf("a clock that was told of no boot says %q", id)
	}
}
