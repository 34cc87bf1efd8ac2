package boltsim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"

	"github.com/aurad/aurad/internal/simfront"
)

// served is an instance on a port of its own, with TLS.
type served struct {
	*Standalone
	server *Server
	caPEM  []byte
}

func serve(t *testing.T, c Config) served {
	t.Helper()
	cert, caPEM, err := simfront.Certificate(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	c.Certificate, c.Look = &cert, time.Millisecond
	s := served{Standalone: NewStandalone("neo4j", "the-old-password"), caPEM: caPEM}
	if s.server, err = Listen(s.Standalone, c); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

// driver is the official one, which trusts the CA and nothing else.
func (s served) driver(t *testing.T, scheme, password string, options ...func(*config.Config)) neo4j.DriverWithContext {
	t.Helper()
	options = append(options, func(c *config.Config) {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(s.caPEM)
		c.TlsConfig = &tls.Config{RootCAs: roots}
	})
	d, err := neo4j.NewDriverWithContext(scheme+"://"+s.server.Address(), neo4j.BasicAuth("neo4j", password, ""), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(context.Background()) })
	return d
}

// code is with which a query is refused; "" when it is answered.
func code(t *testing.T, err error) string {
	t.Helper()
	var refused *neo4j.Neo4jError
	switch {
	case err == nil:
		return ""
	case asError(err, &refused):
		return refused.Code
	}
	t.Errorf("not a refusal: %v", err)
	return "?"
}
