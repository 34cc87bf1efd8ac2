package fleetfile

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/aurad/aurad/spec"
)

// Watcher turns changes of a fleet file into Reloads.
//
// It watches the folder, not the file: editors replace the file, and Kubernetes swaps a link to
// a whole folder. Whatever happens there, only the content counts. A look every so often finds
// what no event tells of, as on network file systems.
type Watcher struct {
	File   string
	Parse  Parser
	Nudge  <-chan os.Signal // SIGHUP: read again, and report even if nothing changed
	Settle time.Duration    // quiet time after an event; 0 means 200 ms
	Every  time.Duration    // look without an event; 0 means 30 s
	Log    *slog.Logger

	last seenFile
}

// seenFile is what tells one content of the file from another.
type seenFile struct {
	sum  [sha256.Size]byte
	gone bool // it could not be read
}

// Load reads the file for the first time.
func (w *Watcher) Load() (*spec.Fleet, error) {
	data, err := readStaying(w.File)
	if err != nil {
		return nil, err
	}
	w.last.sum = sha256.Sum256(data)
	return w.understand(data)
}

// understand parses the file and says, once for each time it is read, what was hardly meant in it.
func (w *Watcher) understand(data []byte) (*spec.Fleet, error) {
	fleet, err := w.Parse(w.File, data)
	if err != nil {
		return nil, err
	}
	for _, warning := range fleet.Warnings {
		w.Log.Warn("the fleet file is valid, and says what was hardly meant", "at", warning.Error())
	}
	return fleet, nil
}

// Watch sends a Reload for every change until ctx ends. One that is bad is read once more when
// the file has been quiet for a while: it may be half written.
func (w *Watcher) Watch(ctx context.Context, out chan<- Reload) error {
	fsw, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", w.File, err)
	}
	defer fsw.Close()
	every := time.NewTicker(orElse(w.Every, 30*time.Second))
	defer every.Stop()
	w.follow(fsw)
	quiet := orElse(w.Settle, 200*time.Millisecond)
	settled := time.After(0) // what changed between the first reading and now had no event
	var busySince time.Time  // the first event since the last look; zero: none
	var doubted seenFile
	for {
		force := false
		select {
		case <-ctx.Done():
			return nil
		case <-fsw.Events:
			if busySince.IsZero() {
				busySince = time.Now()
			}
			if time.Since(busySince) < busyAtMost*quiet { // others may be at work in the folder for ever
				settled = time.After(quiet)
				continue
			}
		case err := <-fsw.Errors:
			w.Log.Warn("watching the fleet file", "error", err)
			continue
		case <-settled:
			settled = nil
		case <-every.C:
		case <-w.Nudge:
			force = true
		}
		busySince = time.Time{}
		w.follow(fsw)
		data, now, err := w.read()
		if now == w.last && !force {
			continue
		}
		re := w.parse(data, err)
		if re.Err != nil && now != doubted && !force {
			doubted, settled = now, time.After(quiet)
			continue
		}
		w.last, doubted = now, seenFile{}
		select {
		case out <- re:
		case <-ctx.Done():
		}
	}
}

// busyAtMost is for how many quiet times events put off a look: with the usual one, 2 s.
const busyAtMost = 10

// follow watches the folder of the file and, behind links, that of its target. Adding twice is
// harmless, and adding again finds a folder that was replaced.
func (w *Watcher) follow(fsw *fsnotify.Watcher) {
	dirs := []string{filepath.Dir(w.File)}
	if target, err := filepath.EvalSymlinks(w.File); err == nil {
		dirs = append(dirs, filepath.Dir(target))
	}
	for _, dir := range dirs {
		if err := fsw.Add(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.Log.Warn("can't watch the folder; looking at the file now and then instead", "folder", dir, "error", err)
		}
	}
}

// read reads the file as it is now.
func (w *Watcher) read() ([]byte, seenFile, error) {
	data, err := readStaying(w.File)
	if err != nil {
		return nil, seenFile{sum: w.last.sum, gone: true}, fmt.Errorf("read the fleet file again: %w", err)
	}
	return data, seenFile{sum: sha256.Sum256(data)}, nil
}

func (w *Watcher) parse(data []byte, err error) Reload {
	re := Reload{Err: err, At: time.Now()}
	if err == nil {
		re.Fleet, re.Err = w.understand(data)
	}
	if re.Err != nil {
		re.Fleet = nil
	}
	return re
}

func orElse(d, other time.Duration) time.Duration {
	if d == 0 {
		return other
	}
	return d
}
