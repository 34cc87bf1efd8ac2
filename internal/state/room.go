package state

import "errors"

// Reserve returns an error if the reply to a create might not find its place: its password would be
// lost. So it is asked before each create.
func (s *replies) Reserve() error {
	if s.afloat.Load() > 0 {
		return errors.New("the reply to another create is not on disk yet")
	}
	if err := s.takeBack(); err != nil {
		return err
	}
	if s.refused.Load() {
		if err := s.tryOut(); err != nil {
			return err
		}
		s.refused.Store(false)
	}
	return s.fleet.engine.Reserve()
}

// Afloat notes that the engine did not take a reply, which is in memory alone until ended is called:
// nothing is created meanwhile, and after it only when something sealed was taken again.
func (s *replies) Afloat() (ended func()) {
	s.refused.Store(true)
	s.afloat.Add(1)
	return func() { s.afloat.Add(-1) }
}

// tryOut puts something where replies go, and takes it away. A crash in it costs nothing, so that it is
// no boundary of the create protocol.
func (s *replies) tryOut() error {
	try := Name{Sealed, "try"}
	if err := s.fleet.engine.Commit([]Change{{try, []byte("try")}}); err != nil {
		return err
	}
	return s.fleet.engine.Commit([]Change{{Name: try}})
}
