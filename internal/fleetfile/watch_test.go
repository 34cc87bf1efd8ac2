package fleetfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/spec"
)

// watched is a Watcher on a real file in real time.
type watched struct {
	t       *testing.T
	file    string
	reloads chan fleetfile.Reload
	nudge   chan os.Signal
}

// watch begins to watch file, which must exist. Nothing but events makes it look, unless every
// says otherwise.
func watch(t *testing.T, file string, every time.Duration, meanwhile func()) *watched {
	t.Helper()
	w := &watched{t: t, file: file, reloads: make(chan fleetfile.Reload), nudge: make(chan os.Signal)}
	watcher := &fleetfile.Watcher{File: file, Parse: spec.Parse, Nudge: w.nudge, Settle: 30 * time.Millisecond, Every: every, Log: slog.New(slog.DiscardHandler)}
	if _, err := watcher.Load(); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- watcher.Watch(ctx, w.reloads) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return w
}

// next waits for a reload.
func (w *watched) next() fleetfile.Reload {
	w.t.Helper()
	select {
	case re := <-w.reloads:
		return re
	case <-time.After(10 * time.Second):
		w.t.Fatal("no reload came")
		return fleetfile.Reload{}
	}
}

// brings waits for a reload that brings n instances.
func (w *watched) brings(n int) {
	w.t.Helper()
	if re := w.next(); re.Err != nil || len(re.Fleet.Instances) != n {
		w.t.Fatalf("the reload brought %+v, want %d instances", re, n)
	}
}

// quiet demands that no reload comes.
func (w *watched) quiet() {
	w.t.Helper()
	select {
	case re := <-w.reloads:
		w.t.Fatalf("an unasked reload: %+v", re)
	case <-time.After(150 * time.Millisecond):
	}
}

func (w *watched) write(text string) {
	w.t.Helper()
	write(w.t, w.file, text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fleetOf is a file of n instances.
func fleetOf(n int) string {
	var b strings.Builder
	b.WriteString("schema: aurad/v1\nfleet: acme\ndefaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}\ninstances:\n")
	for i := range n {
		fmt.Fprintf(&b, "  i%02d: {}\n", i)
	}
	return b.String()
}

func watchPlainFile(t *testing.T) *watched {
	t.Helper()
	file := filepath.Join(t.TempDir(), "fleet.yaml")
	write(t, file, fleetOf(1))
	return watch(t, file, time.Hour, func() {})
}

func TestWatcherSeesEditorsAtWork(t *testing.T) {
	w := watchPlainFile(t)
	for n := 2; n < 5; n++ { // an editor that replaces the file, again and again
		write(t, w.file+"~", fleetOf(n))
		must(t, os.Rename(w.file+"~", w.file))
		w.brings(n)
	}
	w.write(fleetOf(5)) // one that truncates and writes
	w.brings(5)
	must(t, os.Rename(w.file, w.file+".bak")) // one that moves it away first
	write(t, w.file, fleetOf(6))
	w.brings(6)
	write(t, w.file+".swp", "noise in the same folder")
	w.quiet()
	w.write(fleetOf(6)) // saved without a change
	w.quiet()
}

// A file that is written slowly is read when it is quiet, or is an error in between; it never
// is half a fleet that parses by accident and then stays.
func TestWatcherAndASlowWriter(t *testing.T) {
	w := watchPlainFile(t)
	text := fleetOf(9)
	f, err := os.Create(w.file)
	must(t, err)
	half := strings.Index(text, "i05") + 2
	_, err = f.WriteString(text[:half])
	must(t, err)
	if re := w.next(); re.Err == nil {
		t.Errorf("half a file came into force with %d instances", len(re.Fleet.Instances))
	}
	_, err = f.WriteString(text[half:])
	must(t, errors.Join(err, f.Close()))
	w.brings(9)
}

// Kubernetes mounts fleet.yaml -> ..data/fleet.yaml and swaps ..data, a link to a folder.
func TestWatcherSeesAConfigMapSwap(t *testing.T) {
	dir := t.TempDir()
	version := func(n int) {
		t.Helper()
		target := fmt.Sprintf("..2026_%d", n)
		must(t, os.Mkdir(filepath.Join(dir, target), 0o700))
		write(t, filepath.Join(dir, target, "fleet.yaml"), fleetOf(n))
		must(t, os.Symlink(target, filepath.Join(dir, "..data_tmp")))
		must(t, os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
		if n > 1 {
			must(t, os.RemoveAll(filepath.Join(dir, fmt.Sprintf("..2026_%d", n-1))))
		}
	}
	version(1)
	file := filepath.Join(dir, "fleet.yaml")
	must(t, os.Symlink("..data/fleet.yaml", file))
	w := watch(t, file, time.Hour, func() {})
	for n := 2; n < 6; n++ {
		version(n)
		w.brings(n)
	}
	w.quiet()
}

// A link to a file elsewhere: the change happens in a folder that the link is not in.
func TestWatcherFollowsALinkOutOfItsFolder(t *testing.T) {
	target := filepath.Join(t.TempDir(), "real.yaml")
	write(t, target, fleetOf(1))
	file := filepath.Join(t.TempDir(), "fleet.yaml")
	must(t, os.Symlink(target, file))
	w := watch(t, file, time.Hour, func() {})
	write(t, target, fleetOf(2))
	w.brings(2)
}

func TestWatcherSeesAFileVanishAndComeBack(t *testing.T) {
	w := watchPlainFile(t)
	must(t, os.Remove(w.file))
	if re := w.next(); !errors.Is(re.Err, fs.ErrNotExist) || re.Fleet != nil {
		t.Fatalf("a file that vanished gave %+v", re)
	}
	w.quiet()
	w.write(fleetOf(1)) // the same as before: people want to hear that it is back
	w.brings(1)
}

// The folder goes with the file in it, as when a volume is mounted anew; the look now and then
// finds it.
func TestWatcherOutlivesItsFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mount")
	must(t, os.Mkdir(dir, 0o700))
	file := filepath.Join(dir, "fleet.yaml")
	write(t, file, fleetOf(1))
	w := watch(t, file, 50*time.Millisecond, func() {})
	must(t, os.RemoveAll(dir))
	if re := w.next(); re.Err == nil {
		t.Fatalf("a folder that vanished gave %+v", re)
	}
	must(t, os.Mkdir(dir, 0o700))
	write(t, file, fleetOf(2))
	w.brings(2)
}

func TestWatcherReportsABadFileOnce(t *testing.T) {
	w := watchPlainFile(t)
	w.write(fleetOf(2) + "nonsense: true\n")
	re := w.next()
	if re.Fleet != nil || re.Err == nil || !strings.Contains(re.Err.Error(), "fleet.yaml:") || !strings.Contains(re.Err.Error(), "nonsense") {
		t.Fatalf("a bad file gave %+v", re)
	}
	w.quiet()
	w.write(fleetOf(1)) // back to what was in force all the time
	w.brings(1)
}

// A change between the first reading and the first watching is not lost.
func TestWatcherSeesAChangeWhileItStarts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fleet.yaml")
	write(t, file, fleetOf(1))
	w := watch(t, file, time.Hour, func() { write(t, file, fleetOf(2)) })
	w.brings(2)
}

func TestNudgeForcesAReload(t *testing.T) {
	w := watchPlainFile(t)
	w.nudge <- syscall.SIGHUP
	w.brings(1)
	must(t, os.Remove(w.file))
	if re := w.next(); re.Err == nil {
		t.Fatal("a file that vanished gave no error")
	}
	w.nudge <- syscall.SIGHUP
	if re := w.next(); re.Err == nil {
		t.Fatal("a nudge about a missing file gave no error")
	}
}

// Whoever writes into the same folder all the time does not keep a change from coming into force.
func TestWatcherBesideABusyNeighbour(t *testing.T) {
	w := watchPlainFile(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_ = os.WriteFile(filepath.Join(filepath.Dir(w.file), "neighbour"), fmt.Append(nil, n), 0o600)
			}
		}
	}()
	time.Sleep(20 * time.Millisecond)
	since := time.Now()
	w.write(fleetOf(2))
	w.brings(2)
	if took := time.Since(since); took > 5*time.Second { // 10 times the test's 30 ms, and a machine under load
		t.Errorf("it took %v", took)
	}
	close(stop)
	<-stopped
}

// A warning of a file is logged once for each time that the file is read into force.
func TestWarningsAreLoggedOncePerLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fleet.yaml")
	const text = "schema: aurad/v1\ncalendars: {c: [2026-12-24]}\ninstances: {}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	w := &fleetfile.Watcher{File: file, Parse: spec.Parse, Log: slog.New(slog.NewTextHandler(&log, nil))}
	for n := 1; n <= 2; n++ {
		if _, err := w.Load(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(log.String(), "fleet.yaml:2:13: calendars.c: nothing uses this calendar"); got != n {
			t.Errorf("after %d loads: %d in %s", n, got, &log)
		}
	}
}
