package dotenv

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurad/aurad/secrets"
)

// repo makes a work tree with the given .gitignore and opens its folder sub as a store.
func repo(t *testing.T, ignore, sub string) *Store {
	t.Helper()
	tree := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", tree).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(tree, ".gitignore"), []byte(ignore), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(tree, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := Open(filepath.Join(tree, sub))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestGitWouldCommit(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		ignore, sub, add string // add "": ignored already
		plain            bool   // seen without git as well
	}{
		{"", "credentials", "/credentials/", true},
		{"/credentials/\n", "credentials", "", true},
		{"credentials\n", "credentials", "", true},
		{"# c\ncredentials/  \n", "deploy/credentials", "", true},
		{"/credentials/\n", "deploy/credentials", "/deploy/credentials/", true},
		{"*.env\n", "credentials", "", true},
		{"*.en?\n", "credentials", "", false},
		{"/deploy\n", "deploy/a/b", "", true},
		{"/credentials/\n!/credentials/\n", "credentials", "/credentials/", true},
		{"/credentials/*\n!/credentials/orders.env\n", "credentials", "/credentials/", true},
		{"orders.env\n", "credentials", "/credentials/", true}, // not what a crash may leave
		{"", "", "/*.env", true},
		{"/*.env\n", "", "", true},
		{"", "odd [x]*", `/odd \[x]\*/`, true},
	} {
		s := repo(t, c.ignore, c.sub)
		tree, _ := workTree(s.real)
		judge := func(how string, err error) {
			t.Helper()
			t.Logf("%q, %q, %s", c.ignore, c.sub, how)
			if c.add == "" {
				check(t, err, nil)
				return
			}
			check(t, err, secrets.ErrRefused)
			want := "add the line " + c.add + " to " + filepath.Join(tree, ".gitignore")
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say: %s", err, want)
			}
		}
		judge("preflight", s.Preflight(ctx, claim("orders")))
		judge("create", s.Create(ctx, credential("orders"), secrets.Claim{}))
		if _, err := os.Stat(s.file("orders")); (err == nil) != (c.add == "") {
			t.Errorf("written: %v", err == nil)
		}
		if c.add != "" && !strings.Contains(c.ignore, "!") { // the advice helps
			path := filepath.Join(tree, ".gitignore")
			if err := os.WriteFile(path, []byte(c.ignore+c.add+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			check(t, s.Preflight(ctx, claim("orders")), nil)
		}
		if plain := plainlyIgnored(tree, s.real); c.plain && c.add == "" && !plain || !c.plain && plain {
			t.Errorf("%q, %q: without git it looks ignored: %v", c.ignore, c.sub, plain)
		}
	}
}

func TestGitMissing(t *testing.T) {
	ctx := context.Background()
	ignored, bare := repo(t, "/credentials/\n", "credentials"), repo(t, "", "credentials")
	t.Setenv("PATH", t.TempDir())
	check(t, ignored.Preflight(ctx, claim("orders")), nil)
	check(t, bare.Preflight(ctx, claim("orders")), secrets.ErrRefused)
	check(t, bare.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrRefused)
}

func TestTrackedFileIsRefusedThoughIgnored(t *testing.T) {
	s := repo(t, "*.env\n", "credentials")
	if err := os.WriteFile(s.file("orders"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", s.real, "add", "-f", "orders.env").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Remove(s.file("orders")); err != nil {
		t.Fatal(err)
	}
	check(t, s.Preflight(context.Background(), claim("orders")), secrets.ErrRefused)
}

// The environment of a git hook points git at another repository; it must not mislead the check.
func TestGitEnvironmentIsNotTrusted(t *testing.T) {
	s, other := repo(t, "", "credentials"), repo(t, "*\n", "x")
	tree, _ := workTree(other.real)
	t.Setenv("GIT_DIR", filepath.Join(tree, ".git"))
	t.Setenv("GIT_WORK_TREE", tree)
	check(t, s.Preflight(context.Background(), claim("orders")), secrets.ErrRefused)
}

// A link to a folder inside a work tree is judged by where it leads.
func TestGitSeesThroughALinkedFolder(t *testing.T) {
	inside := repo(t, "", "credentials")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(inside.real, link); err != nil {
		t.Fatal(err)
	}
	s, err := Open(link)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	check(t, s.Preflight(context.Background(), claim("orders")), secrets.ErrRefused)
}

func TestInterruptedGitIsNotAnAnswer(t *testing.T) {
	s := repo(t, "/credentials/\n", "credentials")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	check(t, s.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrUnavailable)
}
