package process

import "golang.org/x/term"

// IsTerminal reports whether a person reads or types at stream.
func IsTerminal(stream any) bool {
	f, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
