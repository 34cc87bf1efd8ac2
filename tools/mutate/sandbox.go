package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A sandbox runs test binaries in a copy of their folder that is thrown away: what a failing test
// writes down, a counter-example say, never judges the next mutant.
type sandbox struct {
	tree   string // a copy of the module, which all runs read
	folder string // of the package in it
	binary string
	tmp    string
}

// newSandbox copies what git knows of, which is what a test may count on.
func newSandbox(ctx context.Context, root, folder, tmp string) (sandbox, error) {
	s := sandbox{tree: filepath.Join(tmp, "tree"), folder: folder, tmp: tmp}
	if err := os.Mkdir(s.tree, 0o700); err != nil {
		return s, err
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", `git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$0"`, s.tree)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return s, fmt.Errorf("copying the tree: %w: %s", err, out)
	}
	return s, nil
}

// memory bounds a mutant that allocates for ever, in KiB.
const memory = "4000000"

type verdict int

const (
	passed verdict = iota
	failed
	timedOut
)

// run runs the tests with a mutant on; 0 is the code as it is. It says which of them failed first,
// and what they printed.
func (s sandbox) run(ctx context.Context, id string, tests []string, limit time.Duration, args ...string) (v verdict, out string, err error) {
	var cost time.Duration
	return s.spend(ctx, &cost, id, tests, limit, args...)
}

// spend is run, and says how long the processor was busy with it.
func (s sandbox) spend(ctx context.Context, cost *time.Duration, id string, tests []string, limit time.Duration, args ...string) (v verdict, out string, err error) {
	dir, err := os.MkdirTemp(s.tmp, "run")
	if err != nil {
		return passed, "", err
	}
	defer os.RemoveAll(dir)
	here, err := s.copyFolder(filepath.Join(dir, "tree"))
	if err != nil {
		return passed, "", err
	}
	scratch := filepath.Join(dir, "tmp")
	if err := os.Mkdir(scratch, 0o700); err != nil {
		return passed, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	only := "^(" + strings.Join(tests, "|") + ")$"
	args = append([]string{"-c", `ulimit -d ` + memory + `; exec "$@"`, "sh", s.binary, "-test.failfast", "-test.timeout=0", "-test.run", only}, args...)
	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.Dir = here
	cmd.Env = append(os.Environ(), "MUTANT="+id, "TMPDIR="+scratch)
	cmd.WaitDelay = time.Second
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	err = cmd.Run()
	if cmd.ProcessState != nil {
		*cost = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return judge(ctx, err, b.String())
}

func judge(ctx context.Context, err error, out string) (verdict, string, error) {
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return timedOut, out, nil
	case ctx.Err() != nil:
		return passed, out, ctx.Err()
	case err == nil:
		return passed, out, nil
	case errors.As(err, &exit):
		return failed, out, nil
	}
	return passed, out, err
}

// copyFolder makes a tree in which the package's folder is a copy and all others are links.
func (s sandbox) copyFolder(to string) (here string, err error) {
	from := s.tree
	for part := range strings.SplitSeq(s.folder, "/") {
		if err := os.Mkdir(to, 0o700); err != nil {
			return "", err
		}
		entries, err := os.ReadDir(from)
		if err != nil {
			return "", err
		}
		for _, e := range entries {
			if e.Name() == part {
				continue
			}
			if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
				return "", err
			}
		}
		from, to = filepath.Join(from, part), filepath.Join(to, part)
	}
	return to, os.CopyFS(to, os.DirFS(from))
}
