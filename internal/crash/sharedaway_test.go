package crash

import (
	"strings"
	"testing"
)

// One of two aurads dies in the middle of a create and does not come back. The other one makes nothing, says
// who has claimed the key, and goes on once a person has freed it as it says; but not beside an instance
// that the first one made. When the first one is back after all, both have the whole fleet.
func TestOneOfTwoStaysAway(t *testing.T) {
	s := newSharing(t)
	t.Run("at", func(t *testing.T) {
		for at, made := range map[string]int{"claimed": 0, "intent durable": 0, "reply received": 1, "reply spooled": 1} {
			for _, store := range []string{"vault", "dotenv"} {
				t.Run(at+" "+store, func(t *testing.T) {
					t.Parallel()
					tm := s.team(t, plot{}, store)
					away, here := tm.join(s.bin, "acme", "", nil), tm.join(s.bin, "acme", "", nil)
					away.wants("a") // creates go side by side, and a is the one that is looked at
					if l := away.liveUntil(at, "apply", "--yes"); !l.killed || len(tm.births()["a"]) != made {
						t.Fatalf("killed: %v, %d made, want %d\n%s", l.killed, len(tm.births()["a"]), made, l.said)
					}
					away.wants(sharedKeys...)
					if made == 0 {
						here.says("! a: ", "claimed by fleet acme", "aurad credential release-claim a")
					}
					if l := here.live(0, "credential", "release-claim", "a", "--yes"); l.code != 0 {
						t.Fatal(l.said)
					}
					if made == 0 {
						here.converge()
					} else {
						here.says("! a: ", "comes from a create that this state folder knows nothing of")
					}
					if n := len(tm.births()["a"]); n != 1 {
						t.Errorf("%d made for a\n%s", n, tm.story())
					}
					away.converge()
					here.converge()
					s.count(t, tm)
				})
			}
		}
	})
}

// says demands that apply is blocked, in these words.
func (m *member) says(words ...string) {
	m.t.Helper()
	l := m.live(0, "apply", "--yes")
	for _, word := range words {
		if l.code != 1 || !strings.Contains(l.said, word) {
			m.t.Errorf("exit %d, and it does not say %q:\n%s", l.code, word, l.said)
		}
	}
}
