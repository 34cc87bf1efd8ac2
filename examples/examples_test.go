// Package examples_test runs what users are meant to copy.
package examples_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/binarytest"
	"github.com/aurad/aurad/internal/tooltest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

var binaries binarytest.Built

func TestMain(m *testing.M) { os.Exit(binaries.Main(m)) }

// runner is a machine of somebody's: aurad in PATH, a simulated account, an empty folder.
type runner struct {
	t   *testing.T
	bin string
	dir string
	env []string
}

func newRunner(t *testing.T) *runner {
	t.Helper()
	bin := binaries.Path(t)
	r := &runner{t: t, bin: bin, dir: t.TempDir()}
	r.env = []string{"PATH=" + filepath.Dir(bin) + ":" + os.Getenv("PATH"), "HOME=" + r.dir}
	r.env = append(r.env, binarytest.Simulate(t, bin, "--speed", "600")...)
	return r
}

// run runs a command in the folder and returns its exit code and what it wrote to stdout.
func (r *runner) run(extra []string, name string, args ...string) (code int, stdout string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.dir, append(r.env, extra...), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		r.t.Fatal(err)
	}
	r.t.Logf("%s %q: exit %d\n%s%s", name, args, code, out.String(), errs.String())
	return code, out.String()
}

func (r *runner) setting(name string) string {
	for _, s := range r.env {
		if value, ok := strings.CutPrefix(s, name+"="); ok {
			return value
		}
	}
	return ""
}

// live asks the simulated account itself for the names of its instances.
func (r *runner) live() []string {
	r.t.Helper()
	client, err := aura.New(aura.Config{BaseURL: r.setting("AURA_BASE_URL"), ClientID: r.setting("AURA_CLIENT_ID"), ClientSecret: secrets.NewSecret(r.setting("AURA_CLIENT_SECRET"))})
	if err != nil {
		r.t.Fatal(err)
	}
	list, err := client.Instances(context.Background(), "")
	if err != nil {
		r.t.Fatal(err)
	}
	var names []string
	for _, in := range list {
		names = append(names, in.Name)
	}
	return names
}

func TestFleetsAreValid(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v %v", files, err)
	}
	sizes := map[string]int{"laptop.yaml": 2, "platform.yaml": 40, "ci.yaml": 1}
	for _, file := range files {
		fleet, err := spec.Parse(file, read(t, file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if want, known := sizes[file]; known && len(fleet.Instances) != want {
			t.Errorf("%s has %d instances, the README says %d", file, len(fleet.Instances), want)
		}
	}
}

// A pipeline's database is there for its command, and gone afterwards, whatever became of that.
func TestPipelineMakesADatabaseAndTakesItAway(t *testing.T) {
	t.Parallel()
	bash := tooltest.Need(t, "bash", "bash")
	script, err := filepath.Abs("ci/test-database.sh")
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(t)
	during := filepath.Join(r.dir, "during")
	for command, want := range map[string]int{
		`aurad import | grep -o 'ci-[0-9]*' | head -n 1 >` + during + `; [ -n "$NEO4J_PASSWORD" ] && echo "$NEO4J_URI"`: 0,
		"exit 7": 7,
	} {
		code, out := r.run([]string{"RUN=4711"}, bash, script, "bash", "-c", command)
		if code != want {
			t.Errorf("%s: exit %d, want %d", command, code, want)
		}
		if want == 0 && !strings.HasPrefix(out, "neo4j") {
			t.Errorf("the command saw the address %q", out)
		}
		if left := r.live(); len(left) > 0 {
			t.Errorf("%s: left in the account: %q", command, left)
		}
	}
	if got := strings.TrimSpace(string(read(t, during))); got != "ci-4711" {
		t.Errorf("during the command the account had %q", got)
	}
}

// A create whose aurad was killed while Aura answered leaves an instance that nobody has the password
// of, or the id. It is found and taken away too.
func TestPipelineTakesAwayWhatWasMadeHalfway(t *testing.T) {
	t.Parallel()
	bash := tooltest.Need(t, "bash", "bash")
	script, err := filepath.Abs("ci/test-database.sh")
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(t)
	pid := filepath.Join(r.dir, "pid")
	tools := t.TempDir()
	wrapper := fmt.Sprintf("#!/bin/sh\necho $$ >%s\nexec %s \"$@\"\n", pid, r.bin)
	if err := os.WriteFile(filepath.Join(tools, "aurad"), []byte(wrapper), 0o700); err != nil {
		t.Fatal(err)
	}
	killer := r.killAtCreate(pid)
	code, _ := r.run([]string{"RUN=4711", "PATH=" + tools + ":" + os.Getenv("PATH"), "AURA_BASE_URL=" + killer.URL}, bash, script, "true")
	if code != 128+int(syscall.SIGKILL) {
		t.Errorf("exit %d: the first apply was not killed", code)
	}
	if left := r.live(); len(left) > 0 {
		t.Errorf("left in the account: %q", left)
	}
}

// killAtCreate is a way to the account on which the process in a file is killed when the account
// has carried out its first create, before the answer arrives.
func (r *runner) killAtCreate(pid string) *httptest.Server {
	r.t.Helper()
	account, err := url.Parse(r.setting("AURA_BASE_URL"))
	if err != nil {
		r.t.Fatal(err)
	}
	var once sync.Once
	proxy := httputil.NewSingleHostReverseProxy(account)
	proxy.ModifyResponse = func(resp *http.Response) (err error) {
		if resp.Request.Method != http.MethodPost || !strings.HasSuffix(resp.Request.URL.Path, "/instances") {
			return nil
		}
		once.Do(func() {
			var n int
			if _, err = fmt.Sscan(string(read(r.t, pid)), &n); err == nil {
				err = syscall.Kill(n, syscall.SIGKILL)
			}
		})
		return err
	}
	server := httptest.NewServer(proxy)
	r.t.Cleanup(server.Close)
	return server
}

// The steps of the workflow run as GitHub would run them, up to the comment itself.
func TestWorkflowPostsThePlan(t *testing.T) {
	t.Parallel()
	bash := tooltest.Need(t, "bash", "bash")
	var flow struct {
		On   map[string]any
		Jobs map[string]struct {
			Steps []struct{ Name, Run string }
		}
	}
	if err := yaml.Unmarshal(read(t, "github/workflows/aurad-plan.yml"), &flow); err != nil {
		t.Fatal(err)
	}
	if _, ok := flow.On["pull_request"]; !ok || len(flow.On) != 1 {
		t.Errorf("it runs on %v: pull_request_target would hand secrets to forks", flow.On)
	}
	r := newRunner(t)
	if err := os.WriteFile(filepath.Join(r.dir, "fleet.yaml"), read(t, "laptop.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, step := range flow.Jobs["plan"].Steps {
		if step.Name != "validate" && step.Name != "plan" {
			continue
		}
		ran++
		if code, _ := r.run([]string{"GITHUB_STEP_SUMMARY=" + filepath.Join(r.dir, "summary.md")}, bash, "-eo", "pipefail", "-c", step.Run); code != 0 {
			t.Errorf("%s: exit %d", step.Name, code)
		}
	}
	summary := string(read(t, filepath.Join(r.dir, "summary.md")))
	if ran != 2 || !strings.Contains(summary, "### aurad plan: fleet.yaml") || !strings.Contains(summary, "| feature-branch | create |") {
		t.Errorf("%d steps ran; the comment would be\n%s", ran, summary)
	}
	if live := r.live(); len(live) > 0 {
		t.Errorf("a plan made %q", live)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func get(url string) (code int, err error) {
	resp, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}
