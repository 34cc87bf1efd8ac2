package cli

import (
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// On a real terminal apply asks, draws what is under way, and leaves only what is over.
func TestBinaryDrawsBarsOnATerminal(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "--speed", "120", "--rate-limit", "125")
	sh.fleet(map[string]string{"dev": "{memory: 1GB}", "test": "{memory: 2GB}"})
	master, terminal := openTerminal(t)
	cmd := sh.command("apply")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	screen := &syncBuffer{}
	read := make(chan struct{})
	go func() { defer close(read); _, _ = io.Copy(screen, master) }() // ends with EIO when the terminal does
	eventually(t, "it asks", func() bool { return strings.Contains(screen.String(), "[y/N]") })
	if _, err := io.WriteString(master, "y\n"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%q", err, screen.String())
	}
	select {
	case <-read:
	case <-time.After(5 * time.Second):
		t.Fatal("the terminal does not end")
	}
	contains(t, screen.String(), "\x1b[32m", "steps done", " of 2", "create", "✓", "create done", "The fleet matches")
	if end := screen.String()[strings.LastIndex(screen.String(), "create done"):]; strings.Contains(end, "steps done   [") && !strings.Contains(end, "\x1b[J") {
		t.Errorf("a bar is left on the screen:\n%q", end)
	}
}

func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100}); err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, terminal
}
