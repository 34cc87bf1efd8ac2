// Package units_test holds the systemd units to what systemd itself says of them.
package units_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/tooltest"
)

// newer are settings that old systemds warn of and ignore; the unit's comments say so.
var newer = []string{"RestartSteps", "RestartMaxDelaySec"}

func TestSystemdAcceptsTheUnits(t *testing.T) {
	analyze := tooltest.Need(t, "systemd-analyze", "systemd")
	for _, dropin := range append([]string{""}, dropins(t)...) {
		t.Run(dropin, func(t *testing.T) { verify(t, analyze, dropin) })
	}
}

// dropins are the files that a user may copy beside the unit.
func dropins(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("aurad.service.d/*.conf")
	if err != nil || len(all) < 2 {
		t.Fatalf("%q %v", all, err)
	}
	return all
}

// verify asks systemd about the units, one of them with a drop-in if there is one.
func verify(t *testing.T, analyze, dropin string) {
	dir := t.TempDir()
	var paths []string
	names := []string{"aurad.service", "aurad-plan.service", "aurad-plan.timer"}
	if dropin != "" {
		if err := os.Mkdir(filepath.Join(dir, "aurad.service.d"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, dropin), []byte(read(t, dropin)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		// verify wants the program to be there; any will do.
		text := strings.ReplaceAll(read(t, name), "ExecStart=/usr/bin/aurad", "ExecStart=/bin/true")
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	out, err := exec.Command(analyze, append([]string{"verify", "--man=no"}, paths...)...).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze verify: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		known := slices.ContainsFunc(newer, func(key string) bool { return strings.Contains(line, "Unknown key '"+key+"'") })
		if strings.Contains(line, dir) && !known {
			t.Errorf("systemd-analyze verify: %s", line)
		}
	}
}

// The exposure is 1.0 of 10 or better: the network and a unix socket are all that is open.
func TestUnitsAreHardened(t *testing.T) {
	analyze := tooltest.Need(t, "systemd-analyze", "systemd")
	for _, name := range []string{"aurad.service", "aurad-plan.service"} {
		out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=10", "./"+name).CombinedOutput()
		if err != nil {
			t.Errorf("systemd-analyze security %s: %v\n%s", name, err, out)
		}
	}
}

// What the loop promises fits what the unit expects.
func TestUnitSuitsTheDaemon(t *testing.T) {
	unit := settings(read(t, "aurad.service"))
	for key, want := range map[string]string{
		"Type": "notify", "NotifyAccess": "main", "WatchdogSec": "5min", "StateDirectory": "aurad", "DynamicUser": "yes",
		"ExecReload": "/bin/kill -HUP $MAINPID",
	} {
		if got := unit[key]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

// The plan's service differs from the daemon's in what starts it, not in what it may do: both
// share one user and one state folder.
func TestBothServicesAreAlike(t *testing.T) {
	daemon, plan := settings(read(t, "aurad.service")), settings(read(t, "aurad-plan.service"))
	for key, value := range daemon {
		starts := strings.HasPrefix(key, "Restart") && !strings.HasPrefix(value[0], "yes") && !strings.HasPrefix(value[0], "AF_") ||
			slices.Contains([]string{"Type", "NotifyAccess", "ExecStart", "ExecReload", "TimeoutStartSec", "TimeoutStopSec", "WatchdogSec", "Description", "Documentation", "After", "StartLimitIntervalSec", "WantedBy"}, key)
		if !starts && !slices.Equal(plan[key], value) {
			t.Errorf("%s is %q in aurad.service and %q in aurad-plan.service", key, value, plan[key])
		}
	}
}

// settings are the values of each key, in order.
func settings(unit string) map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(unit) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(key, "#") {
			all[key] = append(all[key], value)
		}
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
