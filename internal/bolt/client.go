// Package bolt uses a stored credential: it tries whether one can connect with it, changes its
// password, and asks whether somebody else is at work in the database.
//
// It knows how to connect to Neo4j, and what its refusals mean for a person. Each call makes one
// connection, asks what it must and leaves; nothing is tried again, and all of it ends in time. No
// result, error or log has a password. It must not know the API that instances are managed with, nor
// when a credential is to be tried.
package bolt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"

	"github.com/aurad/aurad/secrets"
)

const (
	app          = "aurad"
	defaultLimit = 30 * time.Second
)

// Client connects to databases. The zero Client is ready for Aura.
type Client struct {
	Roots *x509.CertPool // who may vouch for a server; nil: whom this system trusts
	Limit time.Duration  // of a whole call; 0 is 30 s
}

// connection is a driver for one call, and what may be said of whom it is with.
type connection struct {
	driver     neo4j.DriverWithContext
	credential secrets.Credential
	parties
}

// connect checks the address, opens nothing yet, and bounds ctx. close ends both.
func (c Client) connect(ctx context.Context, cred secrets.Credential, hidden ...secrets.Secret) (_ context.Context, _ *connection, close func(), _ *Result) {
	about := parties{instance: name(cred), hidden: append(hidden, cred.Password), limit: c.Limit}
	if about.limit <= 0 {
		about.limit = defaultLimit
	}
	target, err := parseTarget(cred)
	if err != nil {
		return ctx, nil, nil, about.result(BadCredential, err)
	}
	about.host = target.Host
	driver, err := neo4j.NewDriverWithContext(target.String(), neo4j.BasicAuth(cred.Username, cred.Password.Reveal(), ""), c.configure(about.limit))
	if err != nil {
		return ctx, nil, nil, about.result(BadCredential, err)
	}
	within, cancel := context.WithTimeout(ctx, about.limit)
	close = func() {
		_ = driver.Close(context.WithoutCancel(ctx)) // a farewell: nobody is waiting for its answer
		cancel()
	}
	return within, &connection{driver, cred, about}, close, nil
}

// configure leaves the driver without a logger, which is its default: what it logs of the protocol
// may hold parameters.
func (c Client) configure(limit time.Duration) func(*config.Config) {
	return func(to *config.Config) {
		to.TlsConfig = &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
		to.UserAgent = app
		to.MaxConnectionPoolSize = 1
		to.MaxTransactionRetryTime = 0
		to.SocketConnectTimeout = limit
		to.ConnectionAcquisitionTimeout = limit
		to.TelemetryDisabled = true
	}
}

func (c *connection) session(ctx context.Context, database string, mode neo4j.AccessMode) neo4j.SessionWithContext {
	return c.driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: database, AccessMode: mode})
}

// own marks a transaction as aurad's, so that no aurad takes it for somebody's work.
func own() func(*neo4j.TransactionConfig) {
	return neo4j.WithTxMetadata(map[string]any{"app": app})
}

func name(c secrets.Credential) string {
	if c.InstanceID == "" {
		return c.Key
	}
	return fmt.Sprintf("%s (%s)", c.Key, c.InstanceID)
}
