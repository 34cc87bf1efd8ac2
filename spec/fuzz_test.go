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
