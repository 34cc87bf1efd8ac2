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

// meta is what is remembered once for a fleet.
type meta struct{ fleet *records }

func (s *meta) read(name string, value any) error {
	return s.fleet.read(Meta, name, "the "+name, value)
}

func (s *meta) keep(name string, value any) error {
	return s.fleet.commit("remember the "+name, put(Meta, name, value))
}

// Fleet is the name of the fleet whose state this is; "" when nobody has said so yet.
func (s *meta) Fleet() (name string, err error) {
	err = s.read("fleet", &name)
	return name, err
}

// PutFleet makes the state that of a fleet.
func (s *meta) PutFleet(name string) error { return s.keep("fleet", name) }

// Lived reads how long aurad has lived with this state, as far as that is durable.
func (s *meta) Lived() (d time.Duration, err error) {
	err = s.read("lived", &d)
	return d, err
}

// PutLived remembers how long aurad has lived with this state.
func (s *meta) PutLived(d time.Duration) error { return s.keep("lived", d) }

// FilePath is where the fleet file is that this state was last used with; "" when that is not known.
func (s *meta) FilePath() (path string, err error) {
	err = s.read("path", &path)
	return path, err
}

// PutFilePath remembers where the fleet file is.
func (s *meta) PutFilePath(path string) error { return s.keep("path", path) }

// FileRead reads which fleet file came into force last.
func (s *meta) FileRead() (f FileRead, err error) {
	err = s.read("file", &f)
	return f, err
}

// PutFileRead remembers which fleet file came into force last.
func (s *meta) PutFileRead(f FileRead) error { return s.keep("file", f) }

// Anchor reads what the instants of this state are stamped by.
func (s *meta) Anchor() (a clock.Anchor, err error) {
	err = s.read("anchor", &a)
	return a, err
}

// Blocks reads what people were told is blocked.
func (s *meta) Blocks() (all []reconcile.Block, err error) {
	err = s.read("blocks", &all)
	return all, err
}

// PutBlocks remembers what people were told is blocked.
func (s *meta) PutBlocks(all []reconcile.Block) error {
	return s.fleet.commit("remember what is blocked", put(Meta, "blocks", all))
}
