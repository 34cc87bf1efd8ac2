package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"github.com/aurad/aurad/secrets"
)

// longestPassword bounds what is read from a pipe.
const longestPassword = 4 << 10

// ReadPassword reads one line from stdin: after a prompt and without an echo on a terminal, where
// Ctrl-C and Ctrl-D give up; else all of stdin, which has to be one line.
func (c Call) ReadPassword(prompt string) (secrets.Secret, error) {
	if tty, ok := c.Stdin.(interface{ Fd() uintptr }); ok && c.Terminal(c.Stdin) {
		return c.askPassword(int(tty.Fd()), prompt)
	}
	text, err := io.ReadAll(io.LimitReader(bufio.NewReader(c.Stdin), longestPassword+1))
	if err != nil {
		return secrets.Secret{}, fmt.Errorf("read the password from stdin: %w", err)
	}
	line, rest, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case len(text) > longestPassword || strings.TrimSpace(rest) != "":
		return secrets.Secret{}, errors.New("stdin holds more than the one line of a password: nothing was stored")
	case line == "":
		return secrets.Secret{}, errors.New("stdin holds no password: give it as one line, or run this on a terminal to be asked")
	}
	return secrets.NewSecret(line), nil
}

// askPassword reads keys itself, in raw mode: a Ctrl-C that arrived as a signal would leave a
// terminal behind that echoes nothing.
func (c Call) askPassword(fd int, prompt string) (secret secrets.Secret, err error) {
	before, err := term.MakeRaw(fd)
	if err != nil {
		return secret, fmt.Errorf("ask for the password: %w", err)
	}
	defer func() { err = errors.Join(err, term.Restore(fd, before)) }()
	line, err := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{c.Stdin, c.Stderr}, "").ReadPassword(prompt)
	switch {
	case errors.Is(err, io.EOF):
		return secret, errors.New("nothing was stored")
	case err != nil:
		return secret, fmt.Errorf("ask for the password: %w", err)
	case line == "":
		return secret, errors.New("no password was given: nothing was stored")
	}
	return secrets.NewSecret(line), nil
}
