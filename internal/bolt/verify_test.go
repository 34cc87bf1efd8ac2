package bolt

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/boltsim"
	"github.com/aurad/aurad/secrets"
)

func TestVerified(t *testing.T) {
	for scheme, plain := range map[string]bool{"neo4j+s": false, "neo4j+ssc": false, "bolt+s": false, "bolt+ssc": false, "neo4j": true, "bolt": true} {
		x := start(t, plain, boltsim.Config{}).at(scheme)
		want(t, scheme, x.verify(t), Verified)
		x.cred.Database = ""
		want(t, scheme+", home database", x.verify(t), Verified)
		if n := x.server.Committed(); n != 0 {
			t.Errorf("%s: %d writes are left behind", scheme, n)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for name, row := range map[string]struct {
		set   func(*target)
		want  Verdict
		words []string
	}{
		"read only":      {func(x *target) { x.SetWrites(boltsim.ReadOnly) }, ReadOnly, []string{"ForbiddenOnReadOnlyDatabase", "status.neo4j.io"}},
		"follower":       {func(x *target) { x.SetWrites(boltsim.NotLeader) }, ReadOnly, []string{"NotALeader"}},
		"starting":       {func(x *target) { x.SetState(boltsim.Starting) }, NotReady, []string{"DatabaseUnavailable", "wait a minute"}},
		"wrong password": {func(x *target) { x.SetPassword("another-one") }, WrongPassword, []string{"aurad credential set orders-dev"}},
		"wrong user":     {func(x *target) { x.cred.Username = "0a1b2c3d" }, WrongPassword, nil},
		"wrong database": {func(x *target) { x.SetDatabases("0a1b2c3d") }, WrongDatabase, []string{"SHOW DATABASES"}},
		"other database": {func(x *target) { x.SetDatabases("0a1b2c3d"); x.cred.Database = "0a1b2c3d" }, Verified, nil},
		"unknown CA":     {func(x *target) { x.client.Roots = nil }, TLS, []string{"unknown authority", "CA"}},
		"no certificate": {func(x *target) { x.client.Roots = nil; *x = x.at("neo4j+ssc") }, Verified, nil},
		"no such host":   {func(x *target) { x.cred.URI = "neo4j+s://0a1b2c3d.databases.invalid" }, Unresolvable, []string{"0a1b2c3d.databases.invalid", "paused"}},
	} {
		for _, scheme := range []string{"neo4j+s", "bolt+s"} {
			x := start(t, false, boltsim.Config{}).at(scheme)
			row.set(&x)
			want(t, scheme+", "+name, x.verify(t), row.want, row.words...)
		}
	}
}

func TestPausedIsRefused(t *testing.T) {
	x := start(t, false, boltsim.Config{})
	x.SetState(boltsim.Paused)
	for try := 0; ; try++ {
		r := x.verify(t)
		if r.Verdict == Refused {
			want(t, "paused", r, Refused, "connection refused", "resume it")
			break
		}
		if try == 200 {
			t.Fatal(r)
		}
	}
	x.SetState(boltsim.Running)
	for try := 0; x.verify(t).Verdict != Verified; try++ {
		if try == 200 {
			t.Fatal(x.verify(t))
		}
	}
}

// While there is no leader, the answer comes in a third of the time there is.
func TestNobodyTakesWrites(t *testing.T) {
	x := start(t, false, boltsim.Config{})
	x.SetWrites(boltsim.Leaderless)
	x.client.Limit = time.Second
	began := time.Now()
	want(t, "no leader", x.verify(t), ReadOnly, "no server has taken a write")
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestNameOfAnother(t *testing.T) {
	cert := selfSigned(t, "db.example.org", "*.example.org")
	x := start(t, false, boltsim.Config{})
	x.server = serve(t, x.Standalone, boltsim.Config{Certificate: &cert})
	x.client.Roots.AddCert(cert.Leaf)
	want(t, "another's name", x.at("bolt+s").verify(t), TLS, "db.example.org, *.example.org, not for 127.0.0.1", "don't send the password")
}

// A wrong password costs one try, so that a person is not locked out by aurad.
func TestOneAttempt(t *testing.T) {
	for _, scheme := range []string{"neo4j+s", "bolt+s"} {
		x := start(t, false, boltsim.Config{Attempts: 2}).at(scheme)
		wrong := x
		wrong.cred.Password = secrets.NewSecret("wrong")
		want(t, "first", wrong.verify(t), WrongPassword)
		want(t, "right", x.verify(t), Verified)
		want(t, "first again", wrong.verify(t), WrongPassword)
		want(t, "second", wrong.verify(t), WrongPassword)
		want(t, "third", wrong.verify(t), RateLimited)
		want(t, "right, too soon", x.verify(t), RateLimited, "wait a minute")
	}
}

// answering is a server that is not a database.
func answering(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			answer(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-ended })
	return l.Addr().String()
}

func TestServersThatAreNone(t *testing.T) {
	release := make(chan struct{})
	silent := answering(t, func(net.Conn) { <-release })
	http := answering(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") })
	hangUp := answering(t, func(net.Conn) {})
	t.Cleanup(func() { close(release) })
	for _, row := range []struct {
		uri   string
		want  Verdict
		words string
	}{
		{"bolt+s://" + silent, TimedOut, "within 300ms"}, {"neo4j+s://" + silent, TimedOut, "IP filter"},
		{"neo4j://" + silent, TimedOut, "IP filter"}, {"bolt://" + http, Other, "HTTP"}, {"neo4j+s://" + http, TLS, "TLS"},
		{"bolt+s://" + hangUp, NotReady, "wait a minute"}, {"neo4j+s://" + hangUp, NotReady, "wait a minute"}, {"neo4j://" + hangUp, NotReady, "wait a minute"}, {"bolt://" + hangUp, NotReady, ""},
	} {
		began := time.Now()
		r := Client{Limit: 300 * time.Millisecond}.Verify(t.Context(), credential(row.uri))
		want(t, row.uri, r, row.want, row.words)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: it took %v", row.uri, took)
		}
	}
}

func TestEndedByTheCaller(t *testing.T) {
	x := start(t, false, boltsim.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want(t, "cancelled", x.client.Verify(ctx, x.cred), Interrupted)
	release := make(chan struct{})
	addr := answering(t, func(net.Conn) { <-release })
	t.Cleanup(func() { close(release) })
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	want(t, "cancelled on the way", x.client.Verify(ctx, credential("neo4j+s://"+addr)), Interrupted)
}

func TestBadCredentials(t *testing.T) {
	for uri, words := range map[string]string{
		"": "has no URI", "https://a.example": "begins with https", "neo4j+s://": "has no host", "neo4j+s://neo4j:" + "c4nary@a.example": "before the host",
		"neo4j+s://a.example:c4nary": "can't be read", "bolt+unix:///run/c4nary": "begins with bolt+unix", "bolt://a.example?c4nary=1": "Routing context",
		"neo4j+s://a.example?address=c4nary": "Illegal key",
	} {
		r := Client{}.Verify(t.Context(), credential(uri))
		want(t, uri, r, BadCredential, words, "aurad credential set orders-dev")
	}
	for _, empty := range []func(*secrets.Credential){func(c *secrets.Credential) { c.Username = "" }, func(c *secrets.Credential) { c.Password = secrets.Secret{} }} {
		c := credential("neo4j+s://a.example")
		empty(&c)
		want(t, "empty", Client{}.Verify(t.Context(), c), BadCredential, "no user or no password")
	}
}

// One connection is all that a call needs, and it is closed again.
func TestOneConnection(t *testing.T) {
	x := start(t, true, boltsim.Config{})
	opened, closed := 0, make(chan struct{}, 9)
	addr := answering(t, func(c net.Conn) {
		opened++
		out, err := net.Dial("tcp", x.server.Address())
		if err != nil {
			t.Error(err)
			return
		}
		back := make(chan struct{})
		go func() { defer close(back); _, _ = io.Copy(c, out); c.Close() }()
		_, _ = io.Copy(out, c)
		out.Close()
		<-back
		closed <- struct{}{}
	})
	x.cred.URI = "bolt://" + addr
	want(t, "through a relay", x.verify(t), Verified)
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Fatal("the connection stays open")
	}
	if opened != 1 {
		t.Errorf("%d connections", opened)
	}
}

// A key alone names an instance whose id is not known.
func TestWithoutAnID(t *testing.T) {
	c := credential("")
	c.InstanceID = ""
	if r := (Client{}).Verify(t.Context(), c); r.Instance != "orders-dev" || !strings.HasPrefix(r.String(), "orders-dev: ") || !strings.Contains(r.Next, "set orders-dev`") {
		t.Error(r)
	}
}

func TestWordsForEveryVerdict(t *testing.T) {
	all := []Verdict{Verified, ReadOnly, BadCredential, Unresolvable, Refused, TimedOut, TLS, NotReady, WrongPassword, RateLimited, Expired, WrongDatabase, Forbidden, Rejected, Interrupted, Other}
	seen := map[string]bool{}
	for _, v := range all {
		r := *parties{instance: "orders-dev (0a1b2c3d)"}.result(v, nil)
		if seen[v.what()] || seen[r.Next] || strings.HasSuffix(r.Next, ".") || v.Temporary() && strings.Contains(r.Next, "credential set orders-dev") && v != Unresolvable {
			t.Errorf("%s: %s", v, r)
		}
		seen[v.what()], seen[r.Next] = true, true
		if v.Proves() != (v == Verified || v == ReadOnly || v == WrongDatabase) {
			t.Errorf("%s proves the password: %v", v, v.Proves())
		}
	}
}
