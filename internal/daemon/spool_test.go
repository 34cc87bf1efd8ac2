package daemon_test

import (
	"github.com/aurad/aurad/internal/state"
)

// spool is an engine whose ways to keep a reply can fail: "spool" is that of a commit, "aside" the file
// beside it.
type spool struct {
	state.Engine
	broken func(way string) error // nil: not at all
}

func (s *spool) breakWith(f func(way string) error) { s.broken = f }

func (s *spool) fails(way string) error {
	if s.broken == nil {
		return nil
	}
	return s.broken(way)
}

func (s *spool) Commit(changes []state.Change) error {
	for _, c := range changes {
		if c.Kind != state.Sealed || c.Value == nil {
			continue
		}
		if err := s.fails("spool"); err != nil {
			return err
		}
	}
	return s.Engine.Commit(changes)
}

func (s *spool) Aside() state.Aside { return besides{s.Engine.Aside(), s} }

type besides struct {
	state.Aside
	of *spool
}

func (b besides) Put(name string, value []byte) error {
	if err := b.of.fails("aside"); err != nil {
		return err
	}
	return b.Aside.Put(name, value)
}
