// Package packaging_test builds the packages and installs them, as a machine would.
package packaging_test

import (
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/tooltest"
	"github.com/aurad/aurad/spec"
)

// dist runs dist.sh for this machine's architecture and returns the folder.
func dist(t *testing.T, version string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "dist")
	cmd := exec.Command("./dist.sh", out)
	cmd.Env = append(os.Environ(), "VERSION="+version, "ARCHS="+runtime.GOARCH, "SOURCE_DATE_EPOCH=1795000000")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("dist.sh: %v\n%s", err, text)
	}
	return out
}

func only(t *testing.T, dir, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v %v", pattern, found, err)
	}
	return found[0]
}

// The packages are built by Go tools alone, but only dpkg can say whether they are any good.
func TestPackages(t *testing.T) {
	dpkg := tooltest.Need(t, "dpkg", "dpkg")
	first := dist(t, "v1.0.0")
	t.Run("reproducible", func(t *testing.T) { reproducible(t, first, dist(t, "v1.0.0")) })
	t.Run("same files", func(t *testing.T) { sameFiles(t, first) })
	t.Run("life", func(t *testing.T) { life(t, dpkg, first, dist(t, "v1.1.0")) })
}

// A package is installed, upgraded, removed and purged. What people edited stays until they
// purge, and the state stays even then.
func life(t *testing.T, dpkg, first, second string) {
	tooltest.NeedRoot(t, "dpkg, which sets owners,")
	m := newMachine(t, dpkg)

	m.dpkg("-i", only(t, first, "*.deb"))
	m.says("aurad v1.0.0 (")
	m.checkBinary()
	m.checkPaths()
	m.write("etc/aurad/fleet.yaml", "# mine\n"+m.read("etc/aurad/fleet.yaml"))
	m.write("etc/aurad/aura-client-secret", "s3cret")

	m.dpkg("-i", only(t, second, "*.deb"))
	m.says("aurad v1.1.0 (")
	if !strings.HasPrefix(m.read("etc/aurad/fleet.yaml"), "# mine\n") || m.read("etc/aurad/aura-client-secret") != "s3cret" {
		t.Error("an upgrade took away what was edited")
	}

	const state = "var/lib/private/aurad/aurad.db"
	m.write(state, "what is aurad's")
	m.dpkg("--remove", "aurad")
	if left := m.files(); !slices.Contains(left, "etc/aurad/fleet.yaml") || slices.Contains(left, "usr/bin/aurad") {
		t.Errorf("after the removal: %q", left)
	}
	m.dpkg("--purge", "aurad")
	if left := m.files(); !slices.Equal(left, []string{state}) {
		t.Errorf("after the purge: %q, want nothing but %s", left, state)
	}
	if _, err := os.Stat(m.path("etc/aurad")); err == nil {
		t.Error("the purge left /etc/aurad")
	}
}

// The same source and version give the same bytes.
func reproducible(t *testing.T, first, second string) {
	a, b := readFile(t, filepath.Join(first, "SHA256SUMS")), readFile(t, filepath.Join(second, "SHA256SUMS"))
	if a != b {
		t.Errorf("two builds differ:\n%s\n%s", a, b)
	}
	if n := strings.Count(a, "\n"); n != 3 {
		t.Errorf("%d checksums, want those of a tarball, a .deb and a .rpm", n)
	}
}

// Both formats hold the same files, but for zsh's folder, which each distribution has elsewhere.
func sameFiles(t *testing.T, dir string) {
	rpm, dpkg := tooltest.Need(t, "rpm", "rpm"), tooltest.Need(t, "dpkg-deb", "dpkg")
	var inDeb []string
	for _, line := range lines(t, exec.Command(dpkg, "-c", only(t, dir, "*.deb"))) {
		if fields := strings.Fields(line); !strings.HasSuffix(line, "/") {
			inDeb = append(inDeb, strings.Replace(strings.TrimPrefix(fields[5], "."), "/zsh/vendor-completions/", "/zsh/site-functions/", 1))
		}
	}
	for _, path := range inDeb {
		if strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s is of no use there", path)
		}
	}
	if !slices.Contains(inDeb, "/usr/share/doc/aurad/examples/vault/aurad.hcl") {
		t.Error("the examples are missing")
	}
	inRPM := lines(t, exec.Command(rpm, "-qlp", "--nosignature", only(t, dir, "*.rpm")))
	inRPM = slices.DeleteFunc(inRPM, func(p string) bool { return isFolder(p, inDeb) })
	slices.Sort(inDeb)
	slices.Sort(inRPM)
	if !slices.Equal(inRPM, inDeb) {
		t.Errorf("the .rpm has\n%s\nthe .deb has\n%s", strings.Join(inRPM, "\n"), strings.Join(inDeb, "\n"))
	}
}

func isFolder(p string, files []string) bool {
	return slices.ContainsFunc(files, func(f string) bool { return strings.HasPrefix(f, p+"/") })
}

// machine is a root folder that dpkg takes for a whole system.
type machine struct {
	t    *testing.T
	tool string
	root string
}

func newMachine(t *testing.T, dpkg string) *machine {
	m := &machine{t, dpkg, t.TempDir()}
	for _, dir := range []string{"info", "updates", "triggers"} {
		if err := os.MkdirAll(m.path("var/lib/dpkg/"+dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	m.write("var/lib/dpkg/status", "")
	return m
}

func (m *machine) path(name string) string { return filepath.Join(m.root, name) }

func (m *machine) dpkg(args ...string) {
	m.t.Helper()
	cmd := exec.Command(m.tool, append([]string{"--root=" + m.root, "--force-script-chrootless", "--force-architecture"}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin", "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("dpkg %q: %v\n%s", args, err, out)
	}
}

// says runs `aurad version` of the machine.
func (m *machine) says(want string) {
	m.t.Helper()
	out, err := exec.Command(m.path("usr/bin/aurad"), "version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), want) {
		m.t.Errorf("aurad version: %v %s, want %s", err, out, want)
	}
}

// checkBinary wants a static, stripped binary, which holds no path of the machine that built it.
func (m *machine) checkBinary() {
	m.t.Helper()
	f, err := elf.Open(m.path("usr/bin/aurad"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer f.Close()
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		m.t.Error("the binary wants a dynamic loader")
	}
	if f.Section(".symtab") != nil || f.Section(".debug_info") != nil {
		m.t.Error("the binary is not stripped")
	}
	here, err := filepath.Abs("..")
	if err != nil {
		m.t.Fatal(err)
	}
	if strings.Contains(m.read("usr/bin/aurad"), here+"/cmd/") {
		m.t.Error("the binary holds paths of the machine that built it")
	}
}

// checkPaths finds everything that the units name, secrets closed to all but root, and a fleet
// file that only watches.
func (m *machine) checkPaths() {
	m.t.Helper()
	n := 0
	for _, unit := range []string{"aurad.service", "aurad-plan.service"} {
		for line := range strings.Lines(m.read("usr/lib/systemd/system/" + unit)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ':' || r == '-' && key == "EnvironmentFile" }) {
				if !strings.HasPrefix(word, "/") || !slices.Contains([]string{"ExecStart", "EnvironmentFile", "LoadCredential"}, key) {
					continue
				}
				n++
				if _, err := os.Stat(m.path(word)); err != nil {
					m.t.Errorf("%s: %s: %v", unit, key, err)
				}
			}
		}
	}
	if n != 10 {
		m.t.Errorf("%d paths in the units, want 10", n)
	}
	for _, secret := range []string{"aura-client-secret", "vault-secret-id"} {
		if info, err := os.Stat(m.path("etc/aurad/" + secret)); err != nil || info.Mode().Perm() != 0o600 {
			m.t.Errorf("%s: %v %v", secret, info.Mode(), err)
		}
	}
	fleet, err := spec.Parse("fleet.yaml", []byte(m.read("etc/aurad/fleet.yaml")))
	if err != nil || fleet.Policy.Mode != spec.Observe || len(fleet.Instances) != 0 {
		m.t.Errorf("the default fleet file: %v", err)
	}
}

func (m *machine) read(name string) string { m.t.Helper(); return readFile(m.t, m.path(name)) }

func (m *machine) write(name, text string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// files are those outside of dpkg's own folder.
func (m *machine) files() []string {
	var all []string
	err := fs.WalkDir(os.DirFS(m.root), ".", func(path string, d fs.DirEntry, err error) error {
		if path == "var/lib/dpkg" || path == "var/log" {
			return fs.SkipDir
		}
		if !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return all
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func lines(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
