package manual_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/binarytest"
	"github.com/aurad/aurad/internal/manual"
	"github.com/aurad/aurad/internal/tooltest"
)

// Every page is typed into one shell in an empty folder, from top to bottom, with a simulated
// account of its own. What it prints is what the page shows.
func TestCommandsOfTheManual(t *testing.T) {
	bash := tooltest.Need(t, "bash", "bash")
	ran := 0
	for _, p := range pages(t) {
		if !strings.Contains(p.Text, "```sh") {
			continue
		}
		ran++
		t.Run(p.File, func(t *testing.T) {
			t.Parallel()
			u := newUser(t)
			outputs := u.follow(bash, p)
			compare(t, p, outputs)
		})
	}
	if ran < 4 {
		t.Errorf("only %d pages have commands", ran)
	}
}

// compare holds the outputs on the page to what was printed.
func compare(t *testing.T, p manual.Page, outputs map[int]string) {
	t.Helper()
	current := map[int]string{}
	for i, f := range p.Fences {
		if f.Info != "text output" {
			continue
		}
		got, ok := outputs[i-1]
		if !ok {
			t.Errorf("%s:%d: an output without a command right before it", p.File, f.Line)
			continue
		}
		if got != f.Body && !*update {
			t.Errorf("%s:%d: run make docs; it prints\n%s", p.File, f.Line, got)
		}
		current[i] = got
	}
	if *update && len(current) > 0 && !t.Failed() {
		fresh, err := manual.Parse(p.File, read(t, filepath.Join(top, p.File)))
		if err != nil || len(fresh.Fences) != len(p.Fences) {
			t.Fatal("the page changed meanwhile", err)
		}
		write(t, filepath.Join(top, p.File), fresh.Replace(current))
	}
}

var binaries binarytest.Built

func TestMain(m *testing.M) { os.Exit(binaries.Main(m)) }

// user is a person with an empty folder and a simulated account that lives 600 times as fast.
type user struct {
	t   *testing.T
	dir string
	env []string
}

func newUser(t *testing.T) *user {
	t.Helper()
	bin := binaries.Path(t)
	u := &user{t: t, dir: t.TempDir()}
	tools := t.TempDir()
	write(t, filepath.Join(tools, "aurad"), fmt.Sprintf(anyPort, bin))
	if err := os.Chmod(filepath.Join(tools, "aurad"), 0o755); err != nil {
		t.Fatal(err)
	}
	u.env = []string{"PATH=" + tools + ":" + os.Getenv("PATH"), "HOME=" + u.dir, "TZ=UTC", "LC_ALL=C.UTF-8"}
	u.env = append(u.env, binarytest.Simulate(t, bin, "--speed", "600")...)
	return u
}

// anyPort serves on a free port where the page leaves the usual one, so that pages can be tried
// side by side.
const anyPort = `#!/bin/sh
case "$1 $*" in
*--listen* | *--help* | *--quirks*) ;;
sim\ * | run\ *) set -- "$@" --listen 127.0.0.1:0 ;;
esac
exec %s "$@"
`

// follow runs the fences of a page and returns what each printed, by index.
func (u *user) follow(bash string, p manual.Page) map[int]string {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	logs := u.t.TempDir()
	script := filepath.Join(logs, "page.sh")
	write(u.t, script, u.script(p, logs))
	cmd := exec.CommandContext(ctx, bash, script)
	cmd.Dir, cmd.Env = u.dir, u.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what runs in the background ends with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	said, err := cmd.CombinedOutput()
	outputs := map[int]string{}
	for i, f := range p.Fences {
		text, readErr := os.ReadFile(out(logs, i))
		if readErr != nil {
			continue
		}
		outputs[i] = strings.ReplaceAll(string(text), u.dir, "~") // the folder is the user's home, too
		if err != nil {
			u.t.Logf("%s:%d printed:\n%s", p.File, f.Line, text)
		}
	}
	if err != nil {
		u.t.Fatalf("%s: the last command above failed: %v\n%s", p.File, err, said)
	}
	return outputs
}

func out(logs string, i int) string { return filepath.Join(logs, fmt.Sprintf("out.%03d", i)) }

// script is the page as a shell reads it.
func (u *user) script(p manual.Page, logs string) string {
	var b strings.Builder
	b.WriteString("set -euo pipefail\ntrap 'code=$?; trap \"\" TERM; kill 0; wait; exit $code' EXIT\n")
	for i, f := range p.Fences {
		name, isFile := strings.CutPrefix(f.Info, "yaml ")
		switch {
		case isFile:
			fmt.Fprintf(&b, "mkdir -p \"$(dirname %s)\"\ncat >%s <<'END OF FILE'\n%sEND OF FILE\n", name, name, f.Body)
		case f.Info == "sh":
			fmt.Fprintf(&b, "exec >%s 2>&1\n%s\n", out(logs, i), f.Body)
		case f.Info == "sh background":
			fmt.Fprintf(&b, "exec >%s 2>&1\n{ %s} &\n%s\n", out(logs, i), f.Body, awaited(f.Body))
		}
	}
	return b.String()
}

// awaited waits until what was started answers, as a person does who looks.
func awaited(body string) string {
	test := "aurad status"
	if _, file, redirected := strings.Cut(body, ">"); redirected {
		test = "[ -s " + strings.TrimSpace(file) + " ]"
	}
	return "for _ in $(seq 100); do " + test + " >/dev/null 2>&1 && break; sleep 0.1; done"
}

var mention = regexp.MustCompile("`(aurad [a-z][^`|<>;]*)`")

// A command that is mentioned in passing exists, and takes the flags that it is shown with.
func TestMentionedCommandsExist(t *testing.T) {
	bash := tooltest.Need(t, "bash", "bash")
	bin := binaries.Path(t)
	seen := map[string]bool{}
	for _, p := range pages(t) {
		for _, m := range mention.FindAllStringSubmatch(p.Text, -1) {
			if seen[m[1]] {
				continue
			}
			seen[m[1]] = true
			cmd := exec.Command(bash, "-c", m[1]+" --help")
			cmd.Env = []string{"PATH=" + filepath.Dir(bin), "HOME=" + filepath.Dir(bin)}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: `%s`: %v\n%s", p.File, m[1], err, out)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d commands are mentioned: %v", len(seen), seen)
	}
}
