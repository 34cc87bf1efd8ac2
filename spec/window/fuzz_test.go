package window

import (
	"testing"
	"time"
)

// FuzzWindow: a window that parses has edges that rise and alternate, by a clock with DST.
func FuzzWindow(f *testing.F) {
	for _, seed := range []string{"Mon-Fri 07:00-19:00", "daily 22:00-06:00", "Sat,Sun 00:00-24:00", "daily 02:10-02:50", "Sun 02:30-02:29"} {
		f.Add(seed, int64(1774742340))
	}
	loc := zone(f, "Europe/Stockholm")
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		w, err := Parse(text, loc)
		if err != nil {
			return
		}
		again, err := Parse(w.String(), loc)
		if err != nil || again != w {
			t.Fatalf("%q is read back as %v, %v", w, again, err)
		}
		at := time.Unix(1700000000+unix%400_000_000, 0)
		for range 8 {
			next := w.Next(at)
			if next.IsZero() {
				return
			}
			if !next.After(at) || w.Contains(next) == w.Contains(at) || w.Contains(next.Add(-1)) != w.Contains(at) {
				t.Fatalf("%s at %s: next %s", w, at, next)
			}
			at = next
		}
	})
}
