package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mutations break one line of a valid file in ways that can't leave it valid. name and value
// are the field of the line; "" leaves the line alone.
func mutations() map[string]func(indent, name, value string) string {
	return map[string]func(indent, name, value string) string{
		"unknown": func(indent, name, value string) string { return indent + name + "x: " + value },
		"twice": func(indent, name, value string) string {
			return indent + name + ": " + value + "\n" + indent + name + ": " + value
		},
		"list":  func(indent, name, value string) string { return indent + name + ": [[" + value + "]]" },
		"block": func(indent, name, value string) string { return indent + name + ": {" + name + ": {}}" },
		"empty": func(indent, name, _ string) string { return indent + name + ":" },
		"alias": func(indent, name, _ string) string { return indent + name + ": *other" },
		"open":  func(indent, name, value string) string { return indent + name + `: "` + strings.Trim(value, `"`) },
		"tag":   func(indent, name, value string) string { return indent + name + ": !x " + value },
		"tab":   func(_, name, value string) string { return "\t" + name + ": " + value },
	}
}

// generated are the broken files made from full.yaml: each line that holds a plain field meets
// two of the mutations in turn, so that every kind of field meets every kind of damage.
func generated(t *testing.T) map[string]string {
	data, err := os.ReadFile("testdata/valid/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{"unknown", "twice", "list", "block", "empty", "alias", "open", "tag", "tab"}
	files := make(map[string]string)
	lines := strings.Split(string(data), "\n")
	turn := 0
	for i, line := range lines {
		name, value, ok := strings.Cut(strings.TrimLeft(line, " "), ": ")
		if !ok || strings.HasPrefix(name, "#") || strings.ContainsAny(value, "[{") {
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		for range 2 {
			kind := kinds[turn%len(kinds)]
			turn++
			broken := append([]string{}, lines...)
			broken[i] = mutations()[kind](indent, name, value)
			files[fmt.Sprintf("generated-%02d-%s-%s.yaml", i+1, name, kind)] = strings.Join(broken, "\n")
		}
	}
	return files
}

// TestGeneratedFilesAreCurrent: the committed files are what the generator makes.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	old, err := filepath.Glob("testdata/broken/generated-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := generated(t)
	for _, file := range old {
		switch _, ok := files[filepath.Base(file)]; {
		case ok:
		case *update:
			err = os.Remove(file)
		default:
			t.Errorf("%s is no longer made: run with -update", file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		file := filepath.Join("testdata/broken", name)
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if data, err := os.ReadFile(file); err != nil || string(data) != text {
			t.Errorf("%s is not current (%v): run with -update", file, err)
		}
	}
}
