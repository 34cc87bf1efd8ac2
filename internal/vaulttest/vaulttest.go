// Package vaulttest gives a test a real Vault 1.21.4 on a free loopback port.
//
// It knows how to build and run the server in the folder server, a module of its own, and the few
// administrative calls that tests need. It must not know aurad's stores: it is the ground truth
// that they are held against. Without the built server and without the modules to build it, a
// test fails; it is never skipped.
package vaulttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const patience = 60 * time.Second

// Options of a server; the zero value is an unsealed Vault in memory with nothing mounted.
type Options struct {
	File    bool // keep the storage in files, so that it survives Restart
	Standby bool // with a second server that stands by, in memory only
}

// Server is one running Vault. Its methods fail the test on any error.
type Server struct {
	Addr      string // http://127.0.0.1:port, the same after Restart
	Standby   string // likewise, with Options.Standby
	RootToken string
	UnsealKey string // hex; the only share

	t       testing.TB
	options Options
	binary  string
	data    string
	process *process
}

// Start builds the server if needed (once per machine and version of its sources), starts it and
// stops it when the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	binary, err := Build()
	if err != nil {
		t.Fatalf("build the Vault test server: %v", err)
	}
	s := &Server{t: t, options: o, binary: binary, data: t.TempDir()}
	s.start("127.0.0.1:0")
	t.Cleanup(s.Stop)
	return s
}

// Stop ends the process as an operator would; it may be stopped already.
func (s *Server) Stop() {
	s.t.Helper()
	if s.process == nil {
		return
	}
	if err := s.process.stop(); err != nil {
		s.t.Errorf("stop the Vault test server: %v\n%s", err, s.process.stderr.String())
	}
	s.process = nil
}

// Kill ends the process with SIGKILL.
func (s *Server) Kill() {
	s.t.Helper()
	_ = s.process.cmd.Process.Kill()
	_ = s.process.cmd.Wait()
	s.process = nil
}

// Restart starts a stopped or running server again at the same address, unsealed. Only with
// Options.File does it know what was written before.
func (s *Server) Restart() { s.t.Helper(); s.restart() }

// RestartSealed is Restart without unsealing, as after a power cut.
func (s *Server) RestartSealed() { s.t.Helper(); s.restart("-sealed") }

func (s *Server) restart(args ...string) {
	s.t.Helper()
	if !s.options.File {
		s.t.Fatal("a Vault in memory can't be restarted: use Options.File")
	}
	s.Stop()
	s.start(strings.TrimPrefix(s.Addr, "http://"), args...)
}

func (s *Server) start(listen string, args ...string) {
	s.t.Helper()
	storage, lines := "inmem", 1
	switch {
	case s.options.File:
		storage = "file"
	case s.options.Standby:
		storage, lines = "ha", 2
	}
	args = append([]string{"-data", s.data, "-storage", storage, "-listen", listen}, args...)
	p, urls, err := launch(s.binary, args, lines)
	if err != nil {
		s.t.Fatalf("start the Vault test server: %v", err)
	}
	s.process, s.Addr, s.Standby = p, urls[0], urls[lines-1]
	if err := s.readKeys(); err != nil {
		s.t.Fatalf("start the Vault test server: %v", err)
	}
}

func (s *Server) readKeys() error {
	raw, err := os.ReadFile(filepath.Join(s.data, "init.json"))
	if err != nil {
		return err
	}
	var keys struct {
		RootToken string `json:"root_token"`
		UnsealKey string `json:"unseal_key"`
	}
	err = json.Unmarshal(raw, &keys)
	s.RootToken, s.UnsealKey = keys.RootToken, keys.UnsealKey
	return err
}

// process is a running server; closing stdin ends it, which the kernel does when the test dies.
type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr *bytes.Buffer
}

// launch returns a running server once it has printed so many lines.
func launch(binary string, args []string, lines int) (*process, []string, error) {
	p := &process{cmd: exec.Command(binary, args...), stderr: new(bytes.Buffer)}
	p.cmd.Stderr = p.stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, nil, err
	}
	giveUp := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer giveUp.Stop()
	var printed []string
	for reader := bufio.NewReader(stdout); len(printed) < lines; {
		line, err := reader.ReadString('\n')
		if err != nil {
			return nil, nil, fmt.Errorf("no address: %w; %w\n%s", err, p.stop(), p.stderr.String())
		}
		printed = append(printed, strings.TrimSpace(line))
	}
	return p, printed, nil
}

func (p *process) stop() error {
	giveUp := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer giveUp.Stop()
	return errors.Join(p.stdin.Close(), p.cmd.Wait())
}
