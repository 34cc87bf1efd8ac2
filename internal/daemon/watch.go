package daemon

import (
	"bytes"
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
	Parse  func(file string, data []byte) (*spec.Fleet, error)
	Nudge  <-chan os.Signal // SIGHUP: read again, and report even if nothing changed
	Settle time.Duration    // quiet time after an event; 0 means 200 ms
	Every  time.Duration    // look without an event; 0 means 30 s
	Log    *slog.Logger

	last [sha256.Size]byte
	gone bool
}

// Load reads the file for the first time.
func (w *Watcher) Load() (*spec.Fleet, error) {
	data, err := os.ReadFile(w.File)
	if err != nil {
		return nil, err
	}
	w.last = sha256.Sum256(data)
	return w.Parse(w.File, data)
}

// Watch sends a Reload for every change until ctx ends.
func (w *Watcher) Watch(ctx context.Context, out chan<- Reload) error {
	fsw, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", w.File, err)
	}
	defer fsw.Close()
	every := time.NewTicker(orElse(w.Every, 30*time.Second))
	defer every.Stop()
	w.follow(fsw)
	settled := time.After(0) // what changed between the first reading and now had no event
	for {
		force := false
		select {
		case <-ctx.Done():
			return nil
		case <-fsw.Events:
			settled = time.After(orElse(w.Settle, 200*time.Millisecond))
			continue
		case err := <-fsw.Errors:
			w.Log.Warn("watching the fleet file", "error", err)
			continue
		case <-settled:
			settled = nil
		case <-every.C:
		case <-w.Nudge:
			force = true
		}
		w.follow(fsw)
		if re, changed := w.read(force); changed {
			select {
			case out <- re:
			case <-ctx.Done():
			}
		}
	}
}

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

// read compares the content with what was read last.
func (w *Watcher) read(force bool) (Reload, bool) {
	data, err := os.ReadFile(w.File)
	if err != nil {
		report := !w.gone || force
		w.gone = true
		return Reload{Err: fmt.Errorf("read the fleet file again: %w", err), At: time.Now()}, report
	}
	sum := sha256.Sum256(data)
	same := bytes.Equal(sum[:], w.last[:]) && !w.gone
	w.last, w.gone = sum, false
	if same && !force {
		return Reload{}, false
	}
	fleet, err := w.Parse(w.File, data)
	if err != nil {
		fleet = nil
	}
	return Reload{Fleet: fleet, Err: err, At: time.Now()}, true
}

func orElse(d, other time.Duration) time.Duration {
	if d == 0 {
		return other
	}
	return d
}
