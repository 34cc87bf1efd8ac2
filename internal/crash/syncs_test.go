package crash

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/tooltest"
	"github.com/aurad/aurad/internal/vaulttest"
)

// SIGKILL leaves what the kernel has; a power cut does not. So the order of the system calls is
// looked at: when the create leaves, the intent is synced, with the folder that its file is new
// in and the key; when the password leaves for Vault, the reply is synced.
func TestSyncsComeFirst(t *testing.T) {
	strace := tooltest.Need(t, "strace", "strace")
	v, token := theVault(t, vaulttest.Options{})
	w := newWorld(t, must(t, release), v, token, "syncs", mortalFleet)
	trace := w.file("trace")
	cmd := exec.Command(strace, "-f", "-y", "-s", "64", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o", trace,
		w.bin, "apply", "--yes", "-f", w.file("fleet.yaml"), "--state-dir", w.file("state"))
	cmd.Env = w.env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("strace: %v\n%s", err, out)
	}
	d := disk{dirty: map[string]bool{}, clean: map[string]int{}, syncing: map[string]string{}}
	posts, puts, beforePut := 0, 0, 0
	state := w.file("state")
	for _, line := range lines(trace) {
		d.see(line)
		switch {
		case strings.Contains(line, `"POST /v1/instances HTTP`):
			posts, beforePut = posts+1, d.clean[state+"/aurad.db"]
			for _, name := range []string{state + "/aurad.db", state + "/spool.key.new"} {
				if d.dirty[name] || d.clean[name] == 0 {
					t.Errorf("%s is not synced when the create leaves", name)
				}
			}
			for _, dir := range []string{state, w.dir} {
				if d.clean[dir] == 0 {
					t.Errorf("the folder %s is not synced when the create leaves", dir)
				}
			}
		case strings.Contains(line, `"PUT /v1/secret/data/`):
			puts++
			if d.dirty[state+"/aurad.db"] || d.clean[state+"/aurad.db"] == beforePut {
				t.Error("the reply is not synced when the password leaves")
			}
		}
	}
	if posts != 1 || puts != 1 {
		t.Errorf("saw %d creates and %d writes of a password, want one each", posts, puts)
	}
}

// disk follows which files have bytes that only the kernel has.
type disk struct {
	dirty   map[string]bool
	clean   map[string]int    // syncs so far
	syncing map[string]string // by thread: the file of a sync that has not returned
}

var (
	writes  = regexp.MustCompile(`^\d+ +p?write(?:64)?\(\d+<([^>]*)>`)
	syncs   = regexp.MustCompile(`^(\d+) +f(?:data)?sync\(\d+<([^>]*)>(.*)`)
	resumes = regexp.MustCompile(`^(\d+) +<\.\.\. f(?:data)?sync resumed>.*= 0`)
)

func (d disk) see(line string) {
	if m := writes.FindStringSubmatch(line); m != nil {
		d.dirty[m[1]] = true
	}
	if m := syncs.FindStringSubmatch(line); m != nil {
		if strings.Contains(m[3], "unfinished") {
			d.syncing[m[1]] = m[2]
		} else if strings.HasSuffix(m[3], "= 0") {
			d.synced(m[2])
		}
	}
	if m := resumes.FindStringSubmatch(line); m != nil {
		d.synced(d.syncing[m[1]])
	}
}

func (d disk) synced(name string) {
	d.dirty[name] = false
	d.clean[name]++
}
