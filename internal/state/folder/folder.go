// Package folder keeps a state in a folder of its own with mode 0700: a bbolt file, aurad.db, of the
// fleet, and another one, requests.db, of what was sent to Aura and with which token; beside them the key
// that seals, and replies that the file did not take. Every change is synced before the call returns.
// The files' locks keep a second writer out. It must not know what the records mean.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/aurad/aurad/internal/state"
)

const (
	fleetFile    = "aurad.db"
	requestsFile = "requests.db"
)

// Open opens the state in dir, making it if need be. sealKey is the path of the key that seals replies
// and tokens at rest; "" keeps one beside the state. The error wraps state.ErrHeld when another process
// has the folder.
func Open(dir, sealKey string) (*state.State, error) {
	cfg, err := Engines(dir, sealKey)
	if err != nil {
		return nil, err
	}
	return state.Open(cfg)
}

// Engines is Open without reading what is there: whoever has the engines must close them.
func Engines(dir, sealKey string) (cfg state.Config, err error) {
	if err := makeDir(dir); err != nil {
		return cfg, fmt.Errorf("make the state folder: %w", err)
	}
	fleet, err := openEngine(dir, fleetFile, state.FleetKinds())
	if err != nil {
		return cfg, err
	}
	requests, err := openEngine(dir, requestsFile, state.RequestKinds())
	if err == nil {
		err = hold(dir)
	}
	if err != nil {
		return cfg, errors.Join(err, fleet.Close())
	}
	return state.Config{Fleet: fleet, Requests: requests, SealKey: keyIn(dir, sealKey)}, nil
}

// makeDir makes the state folder and syncs the folder it is in: a state file that a power cut
// takes away with its folder was not durable. Who may not read that folder did not make this one.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	err := syncDir(filepath.Dir(dir))
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func openEngine(dir, name string, kinds []state.Kind) (engine, error) {
	db, err := openFile(filepath.Join(dir, name))
	if errors.Is(err, bolterrors.ErrTimeout) {
		return engine{}, fmt.Errorf("open the state in %s: %w%s", dir, state.ErrHeld, holder(dir))
	}
	if err != nil {
		return engine{}, fmt.Errorf("open the state in %s: %w", dir, err)
	}
	return engine{dir: dir, name: name, kinds: kinds, db: db}, nil
}

// hold says who has the folder, for people, and syncs it: its files may be new.
func hold(dir string) error {
	if err := syncDir(dir); err != nil {
		return err
	}
	me := fmt.Sprintf("process %d since %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339))
	return os.WriteFile(holderFile(dir), []byte(me), 0o600)
}

func holderFile(dir string) string { return filepath.Join(dir, "holder") }

// holder says who has the folder, as far as that is known.
func holder(dir string) string {
	who, err := os.ReadFile(holderFile(dir))
	if err != nil {
		return ""
	}
	return ": " + strings.TrimSpace(string(who))
}
