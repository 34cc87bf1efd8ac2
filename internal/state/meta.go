package state

import (
	"time"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/reconcile"
)

// FileRead is the newest fleet file that came into force.
type FileRead struct {
	Digest string        `json:"digest"`
	At     time.Time     `json:"at"`    // when it was first read
	Lived  time.Duration `json:"lived"` // likewise, as Lived counts
}

func (s *State) meta(name string, value any) error {
	return s.fleet.read(Meta, name, "the "+name, value)
}

func (s *State) putMeta(name string, value any) error {
	return s.fleet.commit("remember the "+name, put(Meta, name, value))
}

// Fleet is the name of the fleet whose state this is; "" when nobody has said so yet.
func (s *State) Fleet() (name string, err error) {
	err = s.meta("fleet", &name)
	return name, err
}

// PutFleet makes the state that of a fleet.
func (s *State) PutFleet(name string) error { return s.putMeta("fleet", name) }

// Lived reads how long aurad has lived with this state, as far as that is durable.
func (s *State) Lived() (d time.Duration, err error) {
	err = s.meta("lived", &d)
	return d, err
}

// PutLived remembers how long aurad has lived with this state.
func (s *State) PutLived(d time.Duration) error { return s.putMeta("lived", d) }

// FilePath is where the fleet file is that this state was last used with; "" when that is not known.
func (s *State) FilePath() (path string, err error) {
	err = s.meta("path", &path)
	return path, err
}

// PutFilePath remembers where the fleet file is.
func (s *State) PutFilePath(path string) error { return s.putMeta("path", path) }

// FileRead reads which fleet file came into force last.
func (s *State) FileRead() (f FileRead, err error) {
	err = s.meta("file", &f)
	return f, err
}

// PutFileRead remembers which fleet file came into force last.
func (s *State) PutFileRead(f FileRead) error { return s.putMeta("file", f) }

// Anchor reads what the instants of this state are stamped by.
func (s *State) Anchor() (a clock.Anchor, err error) {
	err = s.meta("anchor", &a)
	return a, err
}

// Blocks reads what people were told is blocked.
func (s *State) Blocks() (all []reconcile.Block, err error) {
	err = s.meta("blocks", &all)
	return all, err
}

// PutBlocks remembers what people were told is blocked.
func (s *State) PutBlocks(all []reconcile.Block) error {
	return s.fleet.commit("remember what is blocked", put(Meta, "blocks", all))
}
