package cli

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/term"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/process"
)

// On a real terminal the password is asked for and never echoed; Ctrl-C stores nothing and leaves
// the terminal as it was.
func TestPasswordOnATerminal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ keys, password, err string }{
		{"hunter2\r", "hunter2", ""},
		{"huntee\x7fr 2\r", "hunter 2", ""},
		{"hunter\x03", "", "nothing was stored"},
		{"\x04", "", "nothing was stored"},
		{"\r", "", "no password was given"},
	} {
		master, terminal := openTerminal(t)
		before, err := term.GetState(int(terminal.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		p := command.Call{Process: &command.Process{Stdin: terminal, Stderr: terminal, Terminal: process.IsTerminal}}
		type answer struct {
			password string
			err      error
		}
		answered := make(chan answer, 1)
		go func() {
			secret, err := p.ReadPassword("Password: ")
			answered <- answer{secret.Reveal(), err}
		}()
		screen := &syncBuffer{}
		go func() { _, _ = io.Copy(screen, master) }() // ends with the terminal
		eventually(t, "it asks", func() bool { return strings.Contains(screen.String(), "Password: ") })
		if _, err := io.WriteString(master, tc.keys); err != nil {
			t.Fatal(err)
		}
		got := <-answered
		if got.password != tc.password || (got.err == nil) != (tc.err == "") || got.err != nil && !strings.Contains(got.err.Error(), tc.err) {
			t.Errorf("%q: %q, %v", tc.keys, got.password, got.err)
		}
		if strings.Contains(screen.String(), "hunt") {
			t.Errorf("%q: on the screen: %q", tc.keys, screen.String())
		}
		if after, err := term.GetState(int(terminal.Fd())); err != nil || *after != *before {
			t.Errorf("%q: the terminal is not as it was (%v)", tc.keys, err)
		}
		terminal.Close()
	}
}
