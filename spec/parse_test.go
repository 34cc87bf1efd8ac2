package spec

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestExamplesLoad(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("examples: %v %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fleet, err := Parse(file, data)
		if err != nil {
			t.Error(err)
			continue
		}
		desired := fleet.At(time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC), nil)
		if len(desired) != len(fleet.Instances) || len(desired) == 0 {
			t.Errorf("%s: %d instances, %d desired", file, len(fleet.Instances), len(desired))
		}
	}
}
