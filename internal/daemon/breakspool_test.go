package daemon

// BreakSpool lets the ways to keep a reply fail: "spool" is the state file, "aside" the file beside it.
func (s *State) BreakSpool(f func(way string) error) { s.broken = f }
