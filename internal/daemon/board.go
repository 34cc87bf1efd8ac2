package daemon

import (
	"slices"
	"sync"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// board is what others may see of a daemon, from any goroutine: as of its last turn, but for what somebody
// has just asked for and looks for next.
type board struct {
	mu       sync.Mutex
	snapshot Snapshot
	history  histories // what instances were, for people; of the loop alone
}

func newBoard(cfg Config) *board {
	config := ConfigStatus{File: cfg.Fleet.File, Digest: cfg.Fleet.Digest, LoadedAt: cfg.Clock.Now()}
	return &board{snapshot: Snapshot{Config: config}, history: histories{}}
}

// publish shows what a turn saw.
func (b *board) publish(snap Snapshot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	snap.Config = b.snapshot.Config
	b.snapshot = snap
}

func (b *board) read() Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.snapshot
}

func (b *board) showHolds(holds []spec.Hold) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.snapshot.Holds = slices.Clone(holds)
}

// showCredentials shows what the ledger says of them now.
func (b *board) showCredentials(all []reconcile.Credential) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.snapshot.showCredentials(all)
}

// showConfig shows which file is in force, or why the newest one is not.
func (b *board) showConfig(re fleetfile.Reload) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.snapshot.Config.Error = ""
	if re.Err != nil {
		b.snapshot.Config.Error = re.Err.Error()
		return
	}
	b.snapshot.Config.LoadedAt, b.snapshot.Config.Digest = re.At, re.Fleet.Digest
}
