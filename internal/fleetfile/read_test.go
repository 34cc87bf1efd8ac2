package fleetfile_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/spec/source"
)

// A pipe that nobody writes to, a device, a folder, a link to itself: the watcher says so, goes
// on, and ends when it is told to.
func TestWatcherRefusesWhatIsNoFile(t *testing.T) {
	for what, put := range map[string]func(path string) error{
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"loop":   func(path string) error { return os.Symlink(path, path) },
	} {
		t.Run(what, func(t *testing.T) {
			w := watchPlainFile(t)
			must(t, os.Remove(w.file))
			must(t, put(w.file))
			for re := w.next(); ; re = w.next() {
				if re.Err == nil {
					t.Fatalf("a %s was taken for a fleet", what)
				}
				if what == "loop" || strings.Contains(re.Err.Error(), "no regular file") {
					break
				}
			}
			must(t, os.Remove(w.file))
			write(t, w.file, fleetOf(2))
			for re := w.next(); re.Err != nil; re = w.next() {
			}
		})
	}
}

// What has no end is read no further than a fleet may be long, and a pipe is not waited for.
func TestReadFleetFileEnds(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "fleet.yaml")
	must(t, syscall.Mkfifo(pipe, 0o600))
	for path, want := range map[string]int{"/dev/zero": source.MaxBytes + 1, pipe: 0} {
		read := make(chan int, 1)
		go func() {
			data, err := fleetfile.Read(path)
			if err != nil {
				t.Error(err)
			}
			read <- len(data)
		}()
		select {
		case n := <-read:
			if n != want {
				t.Errorf("%s gave %d bytes, want %d", path, n, want)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s is still being read", path)
		}
	}
}

// `aurad plan -f <(generate)` works: what a pipe brings, however slowly, is the file.
func TestReadFleetFileFromAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	go func() {
		for _, part := range strings.SplitAfter(fleetOf(3), "\n") {
			time.Sleep(10 * time.Millisecond)
			if _, err := w.WriteString(part); err != nil {
				t.Error(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	data, err := fleetfile.Read("/dev/fd/" + strconv.Itoa(int(r.Fd())))
	if err != nil || string(data) != fleetOf(3) {
		t.Errorf("%q, %v", data, err)
	}
}
