package prometheus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tool is the path of a program of Prometheus. Without it the test is skipped, or fails where
// the tools are required.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("AURAD_REQUIRE_TOOLS") == "1" {
		t.Fatalf("%s is required and not installed", name)
	}
	if err != nil {
		t.Skipf("skipped: %s is not installed", name)
	}
	return path
}

func promtool(t *testing.T, stdin io.Reader, args ...string) {
	t.Helper()
	cmd := exec.Command(tool(t, "promtool"), args...)
	cmd.Stdin = stdin
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// faster is how much faster time passes for the rules and the fleet of a test.
const faster = 300

// quickened are the rules with every duration divided by faster.
func quickened(t *testing.T) []byte {
	t.Helper()
	rules, err := os.ReadFile("aurad.rules.yml")
	check(t, err)
	return regexp.MustCompile(`(for: |\[)(\d+)([smhd])`).ReplaceAllFunc(rules, func(found []byte) []byte {
		m := regexp.MustCompile(`^(for: |\[)(\d+)([smhd])$`).FindSubmatch(found)
		n, err := strconv.Atoi(string(m[2]))
		check(t, err)
		unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[string(m[3])]
		return fmt.Appendf(nil, "%s%dms", m[1], (time.Duration(n) * unit / faster).Milliseconds())
	})
}

// server is a real Prometheus that scrapes one target.
type server struct {
	t   *testing.T
	url string
}

// prometheus starts a Prometheus with the quickened rules that scrapes target.
func prometheus(t *testing.T, target string) server {
	t.Helper()
	path, dir := tool(t, "prometheus"), t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "rules.yml"), quickened(t), 0o600))
	config := fmt.Sprintf("global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}\nrule_files: [rules.yml]\n"+
		"scrape_configs: [{job_name: aurad, static_configs: [{targets: [%q]}]}]\n", target)
	check(t, os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	address := l.Addr().String()
	check(t, l.Close())
	var log bytes.Buffer
	cmd := exec.Command(path, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--log.level=warn")
	cmd.Stdout, cmd.Stderr = &log, &log
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("Prometheus says:\n%s", &log)
		}
	})
	s := server{t, "http://" + address}
	until(t, 30*time.Second, "Prometheus to be ready", func() bool {
		resp, err := http.Get(s.url + "/-/ready")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == 200
	})
	return s
}

// query returns the label sets that an expression has now.
func (s server) query(expr string) []map[string]string {
	s.t.Helper()
	resp, err := http.Get(s.url + "/api/v1/query?query=" + url.QueryEscape(expr))
	check(s.t, err)
	defer resp.Body.Close()
	var r struct {
		Error string
		Data  struct {
			Result []struct{ Metric map[string]string }
		}
	}
	check(s.t, json.NewDecoder(resp.Body).Decode(&r))
	if r.Error != "" {
		s.t.Fatalf("%s: %s", expr, r.Error)
	}
	var all []map[string]string
	for _, one := range r.Data.Result {
		all = append(all, one.Metric)
	}
	return all
}

// alerts are the names of the alerts that fire now, or did within the last d.
func (s server) alerts(d time.Duration) []string {
	s.t.Helper()
	expr := `ALERTS{alertstate="firing"}`
	if d > 0 {
		expr = fmt.Sprintf("count_over_time(%s[%dms])", expr, d.Milliseconds())
	}
	var names []string
	for _, labels := range s.query(expr) {
		names = append(names, labels["alertname"])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func until(t *testing.T, patience time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
