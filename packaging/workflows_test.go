package packaging_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// workflow is what these tests read of one.
type workflow struct {
	Permissions any `yaml:"permissions"`
	Jobs        map[string]struct {
		Permissions any `yaml:"permissions"`
		Timeout     int `yaml:"timeout-minutes"`
		Steps       []struct {
			Uses string `yaml:"uses"`
			Run  string `yaml:"run"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
}

// targets are what the Makefile can make.
func targets(t *testing.T) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllStringSubmatch(string(raw), -1) {
		all[m[1]] = true
	}
	return all
}

// faultsOf are what is wrong with a workflow: it calls what is not there, or may do more than it needs.
func faultsOf(text []byte, made map[string]bool) (faults []string) {
	var w workflow
	if err := yaml.Unmarshal(text, &w); err != nil {
		return []string{err.Error()}
	}
	if len(w.Jobs) == 0 {
		faults = append(faults, "it has no jobs")
	}
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@(v[0-9]+|[0-9a-f]{40})$`)
	for name, j := range w.Jobs {
		if w.Permissions == nil && j.Permissions == nil {
			faults = append(faults, name+": its permissions are not said")
		}
		if j.Timeout == 0 {
			faults = append(faults, name+": it may run for ever")
		}
		for _, s := range j.Steps {
			if s.Uses != "" && !pinned.MatchString(s.Uses) {
				faults = append(faults, name+": not pinned: "+s.Uses)
			}
			for _, m := range regexp.MustCompile(`\bmake ([a-z-]+)`).FindAllStringSubmatch(s.Run, -1) {
				if !made[m[1]] {
					faults = append(faults, name+": the Makefile makes no "+m[1])
				}
			}
		}
	}
	return faults
}

func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	made := targets(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faultsOf(text, made) {
			t.Errorf("%s: %s", file, fault)
		}
	}
	const bad = "jobs: {a: {steps: [{uses: x/y@main}, {run: make nothing-of-the-kind}]}}"
	if found := faultsOf([]byte(bad), made); len(found) != 4 {
		t.Errorf("of four faults %d are found: %s", len(found), strings.Join(found, "; "))
	}
}

// Issue templates are forms that can be read.
func TestIssueTemplates(t *testing.T) {
	files, err := filepath.Glob("../.github/ISSUE_TEMPLATE/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d templates, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var form map[string]any
		if err := yaml.Unmarshal(text, &form); err != nil || len(form) == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
}
