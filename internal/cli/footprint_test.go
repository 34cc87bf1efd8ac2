package cli

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
)

// TestLongFootprint measures a settled daemon of 100 instances as the kernel sees it: resident
// memory under 60 MB, and less than 1 % of a core.
//
//	AURAD_LONG=1 go test -run TestLongFootprint -v ./internal/cli
func TestLongFootprint(t *testing.T) {
	if os.Getenv("AURAD_LONG") != "1" {
		t.Skip("takes more than a minute: run it with AURAD_LONG=1, or make bench")
	}
	const n, watched = 100, time.Minute
	sh := &shell{t: t, bin: binary(t), dir: t.TempDir()}
	sh.serve(aurasim.New(aurasim.Config{RequestsPerMinute: -1}), n)
	cmd := sh.command("run", "--listen", "127.0.0.1:0", "--state-dir", filepath.Join(sh.dir, "state"))
	cmd.Stderr = &sh.said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			defer func() { t.Log(sh.said.String()) }()
		}
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("aurad run: %v", err)
		}
	})
	sh.settled(n)
	before := cpuTime(t, cmd.Process.Pid)
	time.Sleep(watched)
	share := float64(cpuTime(t, cmd.Process.Pid)-before) / float64(watched) * 100
	resident := residentMB(t, cmd.Process.Pid)
	t.Logf("%d instances, settled: %.1f MB resident, %.2f %% of a core over %s", n, resident, share, watched)
	if resident > 60 || share > 1 {
		t.Errorf("%.1f MB resident, %.2f %% of a core", resident, share)
	}
}

// serve puts n running instances behind a port, and a fleet file beside that adopts them.
func (sh *shell) serve(sim *aurasim.Sim, n int) {
	server := httptest.NewServer(sim)
	sh.t.Cleanup(server.Close)
	var b strings.Builder
	b.WriteString("schema: aurad/v1\nbudget: {requests_per_minute: 1000}\n" +
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB, schedule: office}\n" +
		"schedules: {office: {running: [\"daily 00:00-24:00\"]}}\ninstances:\n")
	for i := range n {
		name := fmt.Sprintf("i%03d", i)
		sim.Add(aurasim.Instance{Name: name, TenantID: aurasim.DemoTenantID, Status: "running", Type: "professional-db",
			CloudProvider: "gcp", Region: "europe-west1", Memory: "2GB", Storage: "4GB"})
		fmt.Fprintf(&b, "  %s: {adopt: true}\n", name)
	}
	sh.write("fleet.yaml", b.String())
	sh.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + sh.dir, "AURA_BASE_URL=" + server.URL, "AURA_CLIENT_ID=" + aurasim.DemoClientID,
		"AURA_CLIENT_SECRET=" + aurasim.DemoClientSecret, "AURA_TENANT_ID=" + aurasim.DemoTenantID}
}

// settled waits until the daemon knows all n instances to be as desired.
func (sh *shell) settled(n int) {
	sh.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		out, err := sh.command("status", "--output", "json", "--state-dir", filepath.Join(sh.dir, "state")).Output()
		var snap daemon.Snapshot
		if err == nil && json.Unmarshal(out, &snap) == nil && snap.Ready && len(snap.Instances) == n && snap.Plan.Matches() {
			return
		}
	}
	sh.t.Fatal("the fleet does not settle")
}

// cpuTime is what the kernel charged the process, from /proc/PID/stat: fields 14 and 15, in
// ticks of a hundredth of a second.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func residentMB(t *testing.T, pid int) float64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return float64(kb) / 1024
}
