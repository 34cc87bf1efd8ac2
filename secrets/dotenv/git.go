package dotenv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aurad/aurad/secrets"
)

// checkIgnored refuses, with ErrRefused, files of dir that git would commit. dir is absolute and
// free of symlinks. What lies in no work tree passes.
//
// git itself is asked, since only it knows global excludes, info/exclude and which files are
// tracked already. Where it can't answer (not installed, a work tree of another user), only an
// ignore rule that is plain to see counts.
func checkIgnored(ctx context.Context, dir string, files ...string) error {
	tree, ok := workTree(dir)
	if !ok {
		return nil
	}
	ignored, err := askGit(ctx, dir, files)
	if ctx.Err() != nil {
		return fmt.Errorf("%w: ask git: %w", secrets.ErrUnavailable, ctx.Err())
	}
	if err != nil {
		ignored = plainlyIgnored(tree, dir)
	}
	if ignored {
		return nil
	}
	return fmt.Errorf("%w: git would commit it; add the line %s to %s, and git rm --cached what is tracked already",
		secrets.ErrRefused, ruleFor(tree, dir), filepath.Join(tree, ".gitignore"))
}

// workTree returns the nearest folder at or above dir that holds a .git (a file, in a worktree or
// submodule).
func workTree(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// askGit reports whether git ignores all files. An error means that git gave no answer.
func askGit(ctx context.Context, dir string, files []string) (bool, error) {
	cmd := exec.CommandContext(ctx, "git", "-C", dir, "check-ignore", "-z", "--stdin")
	cmd.Stdin = strings.NewReader(strings.Join(files, "\x00"))
	cmd.Env = gitEnv(os.Environ())
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // none is ignored
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return bytes.Count(out, []byte{0}) == len(files), nil
}

// gitEnv is what git needs of the environment: where programs and its settings are. The rest may
// hold secrets, and what git's own settings make it run would inherit them; GIT_* could point it
// at another tree.
func gitEnv(environ []string) []string {
	needed := []string{"PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "USERPROFILE"}
	return slices.DeleteFunc(environ, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return !slices.Contains(needed, strings.ToUpper(name))
	})
}

// ruleFor returns the line of tree's .gitignore that covers dir.
func ruleFor(tree, dir string) string {
	rel, err := filepath.Rel(tree, dir)
	if err != nil || rel == "." {
		return "/*" + suffix
	}
	return "/" + strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(filepath.ToSlash(rel)) + "/"
}

// plainlyIgnored looks for a rule that needs no knowledge of git's precedence: a line that names
// dir, a folder above it or all *.env files, and no `!` line at all on the way.
func plainlyIgnored(tree, dir string) bool {
	found := false
	for at := dir; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, ".gitignore"))
		if err == nil {
			for line := range strings.Lines(string(text)) {
				line = strings.TrimRight(line, " \t\r\n")
				if strings.HasPrefix(line, "!") {
					return false
				}
				found = found || slices.Contains(rulesCovering(at, dir), line)
			}
		}
		if at == tree {
			return found
		}
	}
}

// rulesCovering returns the lines of a .gitignore in at that ignore every .env file of dir.
func rulesCovering(at, dir string) []string {
	rules := []string{"*" + suffix, ruleFor(at, dir)}
	if at == dir {
		rules = append(rules, "*", "/*")
	}
	for ; dir != at; dir = filepath.Dir(dir) {
		rule := strings.TrimSuffix(ruleFor(at, dir), "/")
		base := rule[strings.LastIndex(rule, "/")+1:]
		rules = append(rules, rule, rule+"/", rule[1:]+"/", base, base+"/")
	}
	return rules
}
