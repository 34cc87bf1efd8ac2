package bolt

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/boltsim"
	"github.com/aurad/aurad/internal/simfront"
	"github.com/aurad/aurad/secrets"
)

// canary is the password in all tests here. It has what escaping changes.
const canary = `c4n"ry/ pass%word`

// target is a database, and how to connect with it.
type target struct {
	*boltsim.Standalone
	server *boltsim.Server
	client Client
	cred   secrets.Credential
}

// start serves an instance with TLS in the name of 127.0.0.1, or without where plain is set.
func start(t *testing.T, plain bool, c boltsim.Config) target {
	t.Helper()
	cert, caPEM, err := simfront.Certificate(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(caPEM)
	in := boltsim.NewStandalone("neo4j", canary)
	scheme := "bolt"
	if !plain {
		scheme, c.Certificate = "neo4j+s", &cert
	}
	return target{in, serve(t, in, c), Client{Roots: roots, Limit: 10 * time.Second}, secrets.Credential{}}.at(scheme)
}

func serve(t *testing.T, in boltsim.Instance, c boltsim.Config) *boltsim.Server {
	t.Helper()
	c.Look = time.Millisecond
	server, err := boltsim.Listen(in, c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return server
}

func (x target) at(scheme string) target {
	x.cred = credential(scheme + "://" + x.server.Address())
	return x
}

func credential(uri string) secrets.Credential {
	return secrets.Credential{Key: "orders-dev", InstanceID: "0a1b2c3d", URI: uri, Username: "neo4j", Password: secrets.NewSecret(canary), Database: "neo4j"}
}

func (x target) verify(t *testing.T) Result {
	t.Helper()
	r := x.client.Verify(t.Context(), x.cred)
	tellsNoSecret(t, r)
	return r
}

// tellsNoSecret prints a value in every way that something may be logged.
func tellsNoSecret(t *testing.T, v any) {
	t.Helper()
	texts := []string{fmt.Sprintf("%v %+v %#v", v, v, v)}
	if err, ok := v.(error); ok {
		texts = append(texts, err.Error())
	}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range append(texts, string(raw)) {
		for _, part := range []string{"c4n", "pass%", "pass%25"} {
			if strings.Contains(text, part) {
				t.Errorf("there is the password in %s", text)
			}
		}
	}
}

// want compares a verdict, and what must be in the sentence about it.
func want(t *testing.T, about string, r Result, v Verdict, words ...string) {
	t.Helper()
	tellsNoSecret(t, r)
	if r.Verdict != v {
		t.Errorf("%s: %s, want %s: %s", about, r.Verdict, v, r)
	}
	if r.Instance != "orders-dev (0a1b2c3d)" || v != Verified && (r.Next == "" || !strings.Contains(r.String(), r.Next)) {
		t.Errorf("%s: whose, or what next? %+v", about, r)
	}
	if v != BadCredential && (r.Host == "" || !strings.HasPrefix(r.String(), r.Instance+" at "+r.Host+": ")) {
		t.Errorf("%s: where? %+v", about, r)
	}
	for _, w := range words {
		if !strings.Contains(r.String(), w) {
			t.Errorf("%s: %q is not in: %s", about, w, r)
		}
	}
}
