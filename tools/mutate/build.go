package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// build compiles the package's tests with the mutants in it through an overlay: the tree is only
// read.
func build(ctx context.Context, root, folder string, p pkg, files []woven, tmp string) (binary string, err error) {
	replace := map[string]string{}
	put := func(path, text string) error {
		file := filepath.Join(tmp, strconv.Itoa(len(replace))+".go")
		replace[path] = file
		return os.WriteFile(file, []byte(text), 0o600)
	}
	if err := put(filepath.Join(p.Dir, "mutant_on.go"), switchFile(p.Name)); err != nil {
		return "", err
	}
	for _, w := range files {
		if len(w.copies) == 0 {
			continue
		}
		if err := put(filepath.Join(p.Dir, filepath.Base(w.path)), w.text); err != nil {
			return "", err
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(overlay, raw, 0o600); err != nil {
		return "", err
	}
	return compile(ctx, root, folder, filepath.Join(tmp, "mutants.test"), "-overlay", overlay)
}

// buildPlain compiles them without mutants, to learn which lines of the covered package each test reaches. (Coverage and
// an overlay don't go together: the cover tool reads the tree.)
func buildPlain(ctx context.Context, root, folder, covered, tmp string) (binary string, err error) {
	return compile(ctx, root, folder, filepath.Join(tmp, "plain.test"), "-cover", "-covermode=set", "-coverpkg="+covered)
}

func compile(ctx context.Context, root, folder, binary string, flags ...string) (string, error) {
	args := append([]string{"test", "-c", "-vet=off", "-o", binary}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+folder)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the tests: %w\n%s", err, out)
	}
	return binary, nil
}
