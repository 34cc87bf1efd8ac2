package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/secrets"
)

// The built binary brings a fleet to life over a socket, and through every kind of change: after
// each one apply converges and plan has nothing to say.
func TestBinaryReconcilesAFleet(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "--speed", "600", "--rate-limit", "125")
	blocks := map[string]string{
		"free":  "{type: free-db}",
		"pro-a": "{memory: 1GB}",
		"pro-b": "{memory: 2GB}",
		"pro-c": "{memory: 2GB, graph_analytics_plugin: true}",
		"bc-a":  "{type: business-critical, memory: 4GB, cdc_enrichment_mode: DIFF}",
		"bc-b":  "{type: business-critical, memory: 2GB, secondaries_count: 1}",
		"vdc":   "{type: enterprise-db, memory: 4GB, vector_optimized: true}",
		"sci":   "{type: professional-ds, memory: 8GB}",
	}
	converge := func(what string) map[string]aura.Instance {
		t.Helper()
		sh.fleet(blocks)
		sh.must(2, "plan", "--detailed-exitcode")
		contains(t, sh.must(0, "apply", "--yes"), "The fleet matches")
		contains(t, sh.must(0, "plan", "--detailed-exitcode"), "The fleet matches")
		live := sh.live()
		t.Logf("%s: %d live", what, len(live))
		return live
	}

	born := converge("eight are made")
	if len(born) != 8 {
		t.Fatalf("%d live instances, want 8", len(born))
	}
	sh.checkPasswords(born)

	blocks["pro-b"], blocks["sci"] = "{memory: 8GB}", "{type: professional-ds, memory: 16GB}"
	if live := converge("two are resized"); live["pro-b"].Memory != "8GB" || live["sci"].Memory != "16GB" {
		t.Errorf("pro-b %s, sci %s", live["pro-b"].Memory, live["sci"].Memory)
	}
	blocks["pro-a"] = "{memory: 1GB, name: The first}"
	if live := converge("one is renamed"); live["The first"].ID != born["pro-a"].ID {
		t.Errorf("pro-a %+v", live["The first"])
	}
	blocks["pro-c"] = "{memory: 2GB, graph_analytics_plugin: true, state: paused}"
	blocks["bc-a"] = "{type: business-critical, memory: 4GB, cdc_enrichment_mode: DIFF, state: paused}"
	if live := converge("two are paused"); live["pro-c"].Status != aura.Paused || live["bc-a"].Status != aura.Paused || live["bc-b"].Status != aura.Running {
		t.Errorf("%+v", live)
	}
	delete(blocks, "vdc")
	blocks["removed"] = "[{key: vdc, id: " + born["vdc"].ID + "}]"
	live := converge("one is removed")
	if _, there := live["vdc"]; there || len(live) != 7 {
		t.Errorf("%d live instances, vdc among them: %v", len(live), there)
	}
	if strings.Contains(sh.said.String(), "\x1b") {
		t.Error("escape codes in a pipe")
	}
}

// fleet writes fleet.yaml from blocks by key; the key removed states what is to be deleted.
func (sh *shell) fleet(blocks map[string]string) {
	var b strings.Builder
	b.WriteString("schema: aurad/v1\nfleet: acme\nbudget: {requests_per_minute: 125}\n" +
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db}\n")
	if r := blocks["removed"]; r != "" {
		b.WriteString("removed: " + r + "\n")
	}
	b.WriteString("instances:\n")
	for key, block := range blocks {
		if key != "removed" {
			b.WriteString("  " + key + ": " + block + "\n")
		}
	}
	sh.write("fleet.yaml", b.String())
}

// live asks the simulator itself, by name; nothing of what aurad says counts here.
func (sh *shell) live() map[string]aura.Instance {
	sh.t.Helper()
	client, err := aura.New(aura.Config{BaseURL: sh.setting("AURA_BASE_URL"), ClientID: aurasim.DemoClientID, ClientSecret: secrets.NewSecret(aurasim.DemoClientSecret)})
	if err != nil {
		sh.t.Fatal(err)
	}
	list, err := client.Instances(context.Background(), "")
	if err != nil {
		sh.t.Fatal(err)
	}
	live := map[string]aura.Instance{}
	for _, s := range list {
		in, err := client.Instance(context.Background(), s.ID)
		if err != nil {
			sh.t.Fatal(err)
		}
		if _, twice := live[in.Name]; twice {
			sh.t.Errorf("two live instances are named %q", in.Name)
		}
		live[in.Name] = in
	}
	return live
}

// checkPasswords finds a credential for every instance, and no password in what was said.
func (sh *shell) checkPasswords(live map[string]aura.Instance) {
	sh.t.Helper()
	for name, in := range live {
		text, err := os.ReadFile(filepath.Join(sh.dir, "credentials", name+".env"))
		if err != nil {
			sh.t.Error(err)
			continue
		}
		c, err := secrets.ParseEnv(name, text)
		if err != nil || c.InstanceID != in.ID || c.Password.Empty() {
			sh.t.Errorf("%s: the credential of %s is for %s: %v", name, in.ID, c.InstanceID, err)
			continue
		}
		if strings.Contains(sh.said.String(), c.Password.Reveal()) {
			sh.t.Errorf("the password of %s was said aloud", name)
		}
	}
	if strings.Contains(sh.said.String(), aurasim.DemoClientSecret) {
		sh.t.Error("the client secret was said aloud")
	}
}

// As a process: SIGTERM ends the daemon with 0, and while it runs it is the only one.
func TestBinaryRunsUntilSIGTERM(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "--speed", "600", "--rate-limit", "125")
	sh.fleet(map[string]string{"dev": "{memory: 1GB}"})
	daemon := sh.command("run", "--listen", "127.0.0.1:0")
	log := &syncBuffer{}
	daemon.Stdout, daemon.Stderr = log, log
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = daemon.Process.Kill() })
	eventually(t, "the daemon runs", func() bool { return strings.Contains(log.String(), `"aurad runs"`) })
	eventually(t, "the fleet is made", func() bool {
		code, out := sh.aurad("plan", "--detailed-exitcode")
		return code == 0 && strings.Contains(out, "planned by the daemon")
	})
	contains(t, sh.must(1, "run"), "another aurad works in this state folder: process ")
	contains(t, sh.must(1, "apply", "--yes"), "another aurad works in this state folder: process ")
	contains(t, sh.must(0, "status"), "dev ", "running")
	if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := daemon.Wait(); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, log)
	}
	contains(t, log.String(), `"level":"INFO"`, `"key":"dev"`)
	contains(t, sh.must(1, "status"), "no aurad daemon runs")
	sh.must(0, "plan", "--detailed-exitcode")
}
