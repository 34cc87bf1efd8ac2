package crash

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// surplus is a server that goes on talking behind the end of a reply, on the same connection: a
// part of it that Content-Length leaves out, or all of it again. net/http's client writes the
// beginning of what it did not ask for to the standard log.
type surplus struct {
	tail  func(reply wireReply) string // what is sent behind a reply
	short func(*http.Request) bool     // whose Content-Length ends before the password, once; nil: none

	mu   sync.Mutex
	last wireReply // the newest reply that held a password: it is said again behind all later ones
}

// wireReply is a reply as it stands on the wire.
type wireReply struct{ head, body string }

func (r wireReply) String() string { return r.head + r.body }

var tails = map[string]func(wireReply) string{
	"sent twice":    wireReply.String,
	"surplus bytes": func(r wireReply) string { return r.body },
}

func (s *surplus) send(w http.ResponseWriter, r *http.Request, reply *httptest.ResponseRecorder) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, s.said(r, reply))
}

func (s *surplus) said(r *http.Request, reply *httptest.ResponseRecorder) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := reply.Body.String()
	at := strings.Index(strings.ToLower(body), "password\":")
	end := len(body)
	if at >= 0 && s.short != nil && s.short(r) {
		end, s.short = at, nil
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", reply.Code, http.StatusText(reply.Code))
	_ = reply.Header().WriteSubset(&head, map[string]bool{"Content-Length": true}) // a buffer takes everything
	if reply.Code != http.StatusNoContent {
		fmt.Fprintf(&head, "Content-Length: %d\r\n", end)
	}
	this := wireReply{head.String() + "\r\n", body}
	if at >= 0 || s.last.body == "" {
		s.last = this
	}
	return this.String() + s.tail(s.last)
}

// Servers that send more than they announce make net/http quote it on the standard log: with every
// reply of Aura and of Vault followed by the newest password, no output of aurad has it. With Aura
// nothing is quoted to begin with, for each of its connections ends with the reply.
func TestNoSecretInForeignLogs(t *testing.T) {
	create := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/v1/instances" }
	for name, tail := range tails {
		for _, short := range []bool{false, true} {
			for of, at := range map[string]struct {
				server func(*canary) *echo
				reply  func(*http.Request) bool
				quoted bool
			}{
				"Aura":  {func(c *canary) *echo { return c.aura }, create, false},
				"Vault": {func(c *canary) *echo { return c.store }, isReadBack, true},
			} {
				t.Run(fmt.Sprintf("%s, %s, cut short %v", of, name, short), func(t *testing.T) {
					t.Parallel()
					c := newCanary(t, must(t, mortal), "policy: {on_lost_credentials: recreate, create_grace: 2m}\ninstances: {orders: {}}\n")
					talker := &surplus{tail: tail}
					if short {
						talker.short = at.reply
					}
					at.server(c).goOn(talker)
					c.do("apply", "--yes")
					c.do("credential", "recover")
					c.converge()
					c.grow()
					const told = "a library wrote to the standard log"
					if quoted := strings.Contains(c.said.String(), told); quoted != at.quoted {
						t.Errorf("a library spoke: %v, want %v\n%s", quoted, at.quoted, c.story())
					}
					c.end("")
				})
			}
		}
	}
}

// grow runs the daemon through a create, and looks at everything that it serves.
func (c *canary) grow() {
	c.t.Helper()
	c.write("fleet.yaml", fmt.Sprintf(fleetHead, c.path)+"instances: {orders: {}, sales: {}}\n")
	address := freeAddress(c.t)
	d := c.run(nil, "--listen", address, "--log-level", "debug")
	until(c.t, "the second instance\n"+c.story(), func() bool { return c.named("orders") && c.named("sales") })
	for _, path := range []string{"/", "/metrics", "/api/v1/status", "/api/v1/plan", "/api/v1/events"} {
		c.hay.add("GET "+path, get(c.t, "http://"+address+path))
	}
	d.stop()
	c.hay.add("what the daemon said", d.said.Bytes())
	_, _ = d.said.WriteTo(&c.said)
	if v := c.judge("orders", "sales"); !v.sound() {
		c.t.Errorf("%+v\n%s", v, c.story())
	}
}

// plainClient is the address that a process of this test's own binary asks, twice, as any program
// does that leaves the standard log as it is.
const plainClient = "CRASH_TEST_PLAIN_CLIENT"

func askPlainly(address string) {
	for range 2 {
		reply, err := http.Get(address)
		if err == nil {
			_, _ = io.ReadAll(reply.Body)
			reply.Body.Close()
		}
		time.Sleep(50 * time.Millisecond) // for the client to notice, and to say so
	}
}

// The servers above do make a program speak that does not do what aurad does.
func TestSurplusIsSaidByOthers(t *testing.T) {
	const secret = "canary-password-0c5a"
	for name, tail := range tails {
		for _, short := range []bool{false, true} {
			talker := &surplus{tail: tail}
			if short {
				talker.short = isReadBack
			}
			server := httptest.NewServer(&echo{hay: newHaystack(), surplus: talker, next: http.HandlerFunc(
				func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"data":{"password":%q}}`, secret) })})
			t.Cleanup(server.Close)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), plainClient+"="+server.URL+"/data/")
			if said, err := cmd.CombinedOutput(); err != nil || hidden(said, secret) == nil {
				t.Errorf("%s, cut short %v: the password is not in what a plain program says: %v\n%s", name, short, err, said)
			}
		}
	}
}
