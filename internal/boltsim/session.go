package boltsim

import (
	"bufio"
	"errors"
	"io"
	"net"

	"github.com/aurad/aurad/internal/boltsim/packstream"
)

// phase is a server state, as the specification names them.
type phase string

const (
	negotiation    phase = "NEGOTIATION"
	authentication phase = "AUTHENTICATION"
	ready          phase = "READY"
	streaming      phase = "STREAMING"
	txReady        phase = "TX_READY"
	txStreaming    phase = "TX_STREAMING"
	inFailure      phase = "FAILED"
)

// session is one connection.
type session struct {
	server *Server
	client string // its address
	w      *bufio.Writer
	minor  int
	phase  phase
	id     string
	tx     *transaction // explicit, or of the result that is being read; nil otherwise. Guarded by server.mu
}

// converse serves one connection to its end.
func (s *Server) converse(conn net.Conn) {
	defer s.leave(conn)
	minor, err := negotiate(conn)
	if err != nil {
		return
	}
	c := &session{server: s, client: conn.RemoteAddr().String(), w: bufio.NewWriter(conn), minor: minor, phase: negotiation, id: s.name("bolt")}
	s.mu.Lock()
	s.sessions[c] = true
	s.mu.Unlock()
	defer s.forget(c)
	r := bufio.NewReader(conn)
	for {
		m, err := readMessage(r)
		if err != nil {
			return
		}
		if err := c.answer(m); err != nil {
			return
		}
	}
}

func (s *Server) leave(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn.Close()
	delete(s.conns, conn)
}

func (s *Server) forget(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, c)
}

// answer does what a message asks for. An error ends the connection.
func (c *session) answer(m packstream.Structure) error {
	if m.Tag == goodbye {
		return io.EOF
	}
	if c.phase == inFailure && isIgnored(m.Tag) {
		return writeMessage(c.w, ignored)
	}
	meta, err := c.do(m)
	if err == nil {
		return writeMessage(c.w, success, meta)
	}
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	c.phase = inFailure
	c.end(false)
	if err := writeMessage(c.w, failed, map[string]any{"code": f.code, "message": f.message}); err != nil {
		return err
	}
	if f.final {
		return f
	}
	return nil
}

// isIgnored says which messages may have been sent before their sender knew of the failure.
func isIgnored(tag byte) bool {
	switch tag {
	case run, pull, discard, begin, commit, rollback, route, telemetry:
		return true
	}
	return false
}

// do carries out a message, if it may come in this phase; whatever else comes is a broken protocol.
func (c *session) do(m packstream.Structure) (map[string]any, error) {
	switch {
	case m.Tag == hello && c.phase == negotiation:
		return c.hello(dictionary(m, 0))
	case m.Tag == logon && c.phase == authentication:
		return c.logon(dictionary(m, 0))
	case m.Tag == logoff && c.phase == ready && c.minor >= 1:
		c.phase = authentication
		return map[string]any{}, nil
	case m.Tag == reset && c.phase != negotiation && c.phase != authentication:
		c.end(false)
		c.phase = ready
		return map[string]any{}, nil
	case m.Tag == telemetry && c.minor >= 4 && c.phase != negotiation && c.phase != authentication:
		return c.telemetry(m)
	case m.Tag == route && c.phase == ready:
		return c.route(dictionary(m, 2))
	case m.Tag == begin && c.phase == ready:
		return c.begin(dictionary(m, 0))
	case m.Tag == run && (c.phase == ready || c.phase == txReady || c.phase == txStreaming):
		return c.run(m)
	case m.Tag == pull && (c.phase == streaming || c.phase == txStreaming):
		return c.stream(dictionary(m, 0), true)
	case m.Tag == discard && (c.phase == streaming || c.phase == txStreaming):
		return c.stream(dictionary(m, 0), false)
	case (m.Tag == commit || m.Tag == rollback) && c.phase == txReady:
		return c.finish(m.Tag == commit)
	}
	return nil, invalid("Message with tag %02X cannot be handled by a session in the %s state.", m.Tag, c.phase)
}

// telemetry takes what a client says of itself, and keeps none of it. Out of place it is a failure,
// but not the end of the connection.
func (c *session) telemetry(m packstream.Structure) (map[string]any, error) {
	refusal := func(message string) error {
		return &failure{code: "Neo.ClientError.Request.Invalid", message: message}
	}
	if c.phase != ready {
		return nil, refusal("Message of type TelemetryMessage cannot be handled by a session in the " + string(c.phase) + " state.")
	}
	if api, ok := field(m, 0).(int64); !ok || api < 0 || api > 3 {
		return nil, refusal("Unknown driver interface type")
	}
	return map[string]any{}, nil
}

// field i of a message; nil when it has fewer.
func field(m packstream.Structure, i int) any {
	if i >= len(m.Fields) {
		return nil
	}
	return m.Fields[i]
}

func dictionary(m packstream.Structure, i int) map[string]any {
	d, _ := field(m, i).(map[string]any)
	return d
}
