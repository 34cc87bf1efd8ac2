package boltsim

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/aurad/aurad/internal/boltsim/packstream"
)

// The examples of the specification of the handshake, and the offers of the drivers of today.
func TestHandshake(t *testing.T) {
	for offer, want := range map[string]string{
		"00 00 01 FF 00 08 08 05 00 02 04 04 00 00 00 03": "00 00 04 05", // Go 5.28, with a manifest and a range
		"00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 00": "00 00 00 05",
		"00 02 04 04 00 00 01 05 00 00 00 00 00 00 00 00": "00 00 01 05",
		"00 00 03 05 00 00 04 05 00 00 00 00 00 00 00 00": "00 00 03 05", // in the client's order
		"00 00 00 00 00 00 00 00 00 00 00 00 00 04 04 05": "00 00 04 05",
		"00 01 05 05 00 00 00 00 00 00 00 00 00 00 00 00": "00 00 04 05",
		"00 00 05 05 00 02 08 05 00 00 00 00 00 00 00 00": "00 00 00 00", // nothing as old as 5.4
		"00 00 00 04 00 00 00 03 00 00 00 02 00 00 00 01": "00 00 00 00",
		"00 00 01 FF 00 00 00 00 00 00 00 00 00 00 00 00": "00 00 00 00",
	} {
		if got := shake(t, "60 60 B0 17 "+offer); got != want {
			t.Errorf("%s: %s, want %s", offer, got, want)
		}
	}
	if got := shake(t, "47 45 54 20 2F 20 48 54 54 50 2F 31 2E 31 0D 0A 0D 0A 0D 0A"); got != "" {
		t.Errorf("HTTP is answered with %s", got)
	}
}

// shake returns what is answered to a handshake.
func shake(t *testing.T, bytes string) string {
	t.Helper()
	client, server := net.Pipe()
	defer client.Close()
	go func() {
		_, _ = negotiate(server)
		server.Close()
	}()
	if _, err := client.Write(unhex(t, bytes)); err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(io.LimitReader(client, 4))
	return strings.TrimSpace(fmt.Sprintf("% X", got))
}

func unhex(t *testing.T, s string) (b []byte) {
	t.Helper()
	for _, digits := range strings.Fields(s) {
		var c byte
		if _, err := fmt.Sscanf(digits, "%X", &c); err != nil {
			t.Fatal(err)
		}
		b = append(b, c)
	}
	return b
}

// wire is a client that says what it likes.
type wire struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
}

func (s served) dial(t *testing.T, minor byte) wire {
	t.Helper()
	conn, err := tls.Dial("tcp", s.server.Address(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	c := wire{t, conn, bufio.NewReader(conn), bufio.NewWriter(conn)}
	offer := make([]byte, 20)
	copy(offer, []byte{0x60, 0x60, 0xB0, 0x17, 0, 0, minor, 5})
	if _, err := conn.Write(offer); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c.r, offer[:4]); err != nil || offer[2] != minor || offer[3] != 5 {
		t.Fatalf("%X %v", offer[:4], err)
	}
	return c
}

// messages are those of the steps of TestPhases.
func (c wire) send(step string) {
	c.t.Helper()
	tag, fields := message(step)
	if err := writeMessage(c.w, tag, fields...); err != nil {
		c.t.Fatalf("%s: %v", step, err)
	}
}

func message(step string) (byte, []any) {
	agent := map[string]any{"user_agent": "test", "bolt_agent": map[string]any{"product": "test"}}
	login := map[string]any{"scheme": "basic", "principal": "neo4j", "credentials": "the-old-password"}
	all := map[string]any{"n": -1}
	none := map[string]any{}
	switch step {
	case "HELLO":
		return hello, []any{agent}
	case "HELLO nobody":
		return hello, []any{none}
	case "LOGON":
		return logon, []any{login}
	case "LOGON wrong":
		return logon, []any{map[string]any{"scheme": "basic", "principal": "neo4j", "credentials": "x"}}
	case "LOGON none":
		return logon, []any{map[string]any{"scheme": "none"}}
	case "LOGOFF":
		return logoff, nil
	case "RUN":
		return run, []any{"RETURN 1", none, none}
	case "RUN bad":
		return run, []any{"FOO", none, none}
	case "RUN nothing":
		return run, nil
	case "PULL":
		return pull, []any{all}
	case "PULL 0":
		return pull, []any{map[string]any{"n": 0}}
	case "PULL qid 7":
		return pull, []any{map[string]any{"n": -1, "qid": 7}}
	case "DISCARD":
		return discard, []any{all}
	case "BEGIN":
		return begin, []any{none}
	case "COMMIT":
		return commit, nil
	case "ROLLBACK":
		return rollback, nil
	case "RESET":
		return reset, nil
	case "ROUTE":
		return route, []any{none, []any{}, none}
	case "TELEMETRY":
		return telemetry, []any{1}
	case "TELEMETRY 9":
		return telemetry, []any{9}
	case "GOODBYE":
		return goodbye, nil
	}
	return 0x7D, nil // no such message
}

// summary reads up to the end of one answer: + success, - failure, 0 ignored, R a row, . the end of the connection.
func (c wire) summary() string {
	m, err := readMessage(c.r)
	if err != nil {
		return "."
	}
	switch m.Tag {
	case success:
		return "+"
	case failed:
		return "-"
	case ignored:
		return "0"
	case record:
		return "R" + c.summary()
	}
	return "?"
}

// The state machine of the specification. All messages are sent at once, as a pipeline may be.
func TestPhases(t *testing.T) {
	s := serve(t, Config{Attempts: 1 << 20})
	for _, row := range []struct{ steps, want string }{
		{"HELLO, LOGON, RUN, PULL, GOODBYE", "+ + + R+ ."},
		{"HELLO, LOGON, RUN, DISCARD, RUN, PULL", "+ + + + + R+"},
		{"HELLO, LOGON, BEGIN, RUN, PULL, RUN, PULL, COMMIT, RUN, PULL", "+ + + + R+ + R+ + + R+"},
		{"HELLO, LOGON, BEGIN, RUN, RUN, DISCARD, PULL qid 7", "+ + + + + + - ."},
		{"HELLO, LOGON, BEGIN, ROLLBACK, BEGIN, RUN, RESET, RUN, PULL", "+ + + + + + + + R+"},
		{"HELLO, LOGON, ROUTE, TELEMETRY, LOGOFF, LOGON, RUN, PULL", "+ + + + + + + R+"},
		{"HELLO, LOGON, RUN bad, PULL, RUN, PULL, BEGIN, COMMIT, ROLLBACK, DISCARD, ROUTE, TELEMETRY, RESET, RUN, PULL", "+ + - 0 0 0 0 0 0 0 0 0 + + R+"},
		{"HELLO, LOGON, BEGIN, RUN bad, PULL, RESET, BEGIN, ROLLBACK", "+ + + - 0 + + +"},
		{"HELLO, LOGON, TELEMETRY 9, RUN, RESET, RUN", "+ + - 0 + +"},
		{"HELLO, LOGON, BEGIN, TELEMETRY, COMMIT, RESET, RUN", "+ + + - 0 + +"},
		{"HELLO, TELEMETRY, RESET, RUN", "+ - ."},
		{"TELEMETRY", "- ."},
		{"HELLO, LOGON, RUN bad, LOGOFF, RUN", "+ + - - ."},
		{"HELLO, LOGON wrong, RUN", "+ - ."},
		{"HELLO, LOGON none, RUN", "+ - ."},
		{"HELLO nobody, LOGON", "- ."},
		{"LOGON, HELLO", "- ."},
		{"RESET", "- ."},
		{"HELLO, HELLO", "+ - ."},
		{"HELLO, RUN", "+ - ."},
		{"HELLO, RESET", "+ - ."},
		{"HELLO, LOGON, LOGON", "+ + - ."},
		{"HELLO, LOGON, PULL", "+ + - ."},
		{"HELLO, LOGON, COMMIT", "+ + - ."},
		{"HELLO, LOGON, RUN, RUN", "+ + + - ."},
		{"HELLO, LOGON, RUN, BEGIN", "+ + + - ."},
		{"HELLO, LOGON, RUN, PULL 0", "+ + + - ."},
		{"HELLO, LOGON, BEGIN, BEGIN", "+ + + - ."},
		{"HELLO, LOGON, BEGIN, RUN, COMMIT", "+ + + + - ."},
		{"HELLO, LOGON, BEGIN, ROUTE", "+ + + - ."},
		{"HELLO, LOGON, RUN nothing, RESET", "+ + - +"},
		{"HELLO, LOGON, FOO", "+ + - ."},
	} {
		c := s.dial(t, 4)
		var got []string
		for _, step := range strings.Split(row.steps, ", ") {
			c.send(step)
		}
		for range strings.Fields(row.want) {
			got = append(got, c.summary())
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %s, want %s", row.steps, strings.Join(got, " "), row.want)
		}
	}
}

// A message may come in pieces and with empty chunks before it; one without an end ends the connection.
func TestChunks(t *testing.T) {
	s := serve(t, Config{})
	c := s.dial(t, 4)
	tag, fields := message("HELLO")
	raw, err := packstream.Append(nil, packstream.Structure{Tag: tag, Fields: fields})
	if err != nil {
		t.Fatal(err)
	}
	wire := []byte{0, 0, 0, 0}
	for _, b := range raw {
		wire = append(wire, 0, 1, b)
	}
	if _, err := c.conn.Write(append(wire, 0, 0)); err != nil || c.summary() != "+" {
		t.Errorf("byte by byte: %v", err)
	}
	for range largest/0xFFFF + 1 {
		if _, err := c.conn.Write(append([]byte{0xFF, 0xFF}, make([]byte, 0xFFFF)...)); err != nil {
			break
		}
	}
	if got := c.summary(); got != "." {
		t.Errorf("too long: %s", got)
	}
	for _, bad := range [][]byte{{0, 1, 0xC0, 0, 0}, {0, 1, 0xDF, 0, 0}} {
		c = s.dial(t, 4)
		if _, err := c.conn.Write(bad); err != nil || c.summary() != "." {
			t.Errorf("%X: %v", bad, err)
		}
	}
}

// The driver speaks each version when that is all the server has: its offer is replaced on the way.
func TestEveryVersion(t *testing.T) {
	s := serve(t, Config{})
	for minor := byte(0); minor <= topMinor; minor++ {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { defer close(ended); relay(l, s.server.Address(), minor) }()
		d, err := neo4j.NewDriverWithContext("bolt://"+l.Addr().String(), neo4j.BasicAuth("neo4j", "the-old-password", ""))
		if err != nil {
			t.Fatal(err)
		}
		info, err := d.GetServerInfo(t.Context())
		if err != nil || info.ProtocolVersion().Minor != int(minor) {
			t.Errorf("5.%d: %v %v", minor, info, err)
		}
		if got, err := ask(d, neo4j.SessionConfig{}, "RETURN 1", nil); err != nil || len(got) != 1 {
			t.Errorf("5.%d: %v %v", minor, got, err)
		}
		_ = d.Close(context.Background())
		l.Close()
		<-ended
	}
}

// relay passes one connection on, plain on this side, and offers one version in the place of all.
func relay(l net.Listener, to string, minor byte) {
	in, err := l.Accept()
	if err != nil {
		return
	}
	defer in.Close()
	out, err := tls.Dial("tcp", to, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer out.Close()
	offer := make([]byte, 20)
	if _, err := io.ReadFull(in, offer); err != nil {
		return
	}
	clear(offer[4:])
	offer[6], offer[7] = minor, 5
	_, _ = out.Write(offer)
	back := make(chan struct{})
	go func() { defer close(back); _, _ = io.Copy(in, out); in.Close() }()
	_, _ = io.Copy(out, in)
	out.Close()
	<-back
}
