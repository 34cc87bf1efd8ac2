package spec

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzParse: no panic, and whatever is wrong is at a place inside of the file.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/broken/*.yaml", "testdata/valid/*.yaml", "../examples/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	at := time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		fleet, err := Parse("f", data)
		if err != nil {
			checkPlaces(t, "fuzz", data, err)
			return
		}
		if got := fleet.At(at, nil); len(got) != len(fleet.Instances) {
			t.Errorf("%d desired for %d instances", len(got), len(fleet.Instances))
		}
	})
}

// FuzzWindow: a window that parses has edges that rise and alternate, by a clock with DST.
func FuzzWindow(f *testing.F) {
	for _, seed := range []string{"Mon-Fri 07:00-19:00", "daily 22:00-06:00", "Sat,Sun 00:00-24:00", "daily 02:10-02:50", "Sun 02:30-02:29"} {
		f.Add(seed, int64(1774742340))
	}
	loc := zone(f, "Europe/Stockholm")
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		w, err := ParseWindow(text, loc)
		if err != nil {
			return
		}
		again, err := ParseWindow(w.String(), loc)
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
