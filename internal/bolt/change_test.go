package bolt

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/aurad/aurad/internal/boltsim"
	"github.com/aurad/aurad/secrets"
)

const next = `c4n"ry/ of the pass%next`

func TestPasswordIsSet(t *testing.T) {
	for _, scheme := range []string{"neo4j+s", "bolt+s"} {
		x := start(t, false, boltsim.Config{}).at(scheme)
		if err := x.client.SetPassword(t.Context(), x.cred, secrets.NewSecret(next)); err != nil || x.Password() != next {
			t.Fatal(err)
		}
		want(t, "the old one", x.verify(t), WrongPassword)
		x.cred.Password = secrets.NewSecret(next)
		want(t, "the new one", x.verify(t), Verified)
	}
}

func TestPasswordIsNotSet(t *testing.T) {
	for name, row := range map[string]struct {
		set  func(*target)
		next string
		want Verdict
	}{
		"the same":       {func(*target) {}, canary, Rejected},
		"too short":      {func(*target) {}, "c4n\"ry/", Rejected},
		"not known":      {func(x *target) { x.SetPassword("another-one") }, next, WrongPassword},
		"not ready":      {func(x *target) { x.SetState(boltsim.Starting) }, next, NotReady},
		"no leader":      {func(x *target) { x.SetWrites(boltsim.NotLeader) }, next, ReadOnly},
		"bad credential": {func(x *target) { x.cred.URI = "" }, next, BadCredential},
		"a user that looks like the password": {func(x *target) {
			*x = start(t, false, boltsim.Config{})
			in := boltsim.NewStandalone(canary, canary)
			x.Standalone, x.server = in, serve(t, in, boltsim.Config{})
			*x = x.at("bolt")
			x.cred.Username = canary
		}, canary, Rejected},
	} {
		x := start(t, false, boltsim.Config{})
		row.set(&x)
		before := x.Password()
		err := x.client.SetPassword(t.Context(), x.cred, secrets.NewSecret(row.next))
		var f *Failure
		if !errors.As(err, &f) || f.Unknown || x.Password() != before || !strings.Contains(err.Error(), "change the password of orders-dev") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		tellsNoSecret(t, f)
		want(t, name, f.Result, row.want)
	}
}

// lossy carries out a change and loses the answer.
type lossy struct {
	*boltsim.Standalone
	server func() *boltsim.Server
}

func (l lossy) SetPassword(to string) {
	l.Standalone.SetPassword(to)
	l.SetState(boltsim.Paused)
	for {
		conn, err := net.Dial("tcp", l.server().Address())
		if err != nil {
			l.server().Committed() // waits for who closes the port to have closed the connections too
			return
		}
		conn.Close()
	}
}

func TestTheAnswerIsLost(t *testing.T) {
	x := start(t, true, boltsim.Config{})
	x.server = serve(t, lossy{x.Standalone, func() *boltsim.Server { return x.server }}, boltsim.Config{})
	x = x.at("bolt")
	err := x.client.SetPassword(t.Context(), x.cred, secrets.NewSecret(next))
	var f *Failure
	if !errors.As(err, &f) || !f.Unknown || x.Password() != next || !strings.Contains(err.Error(), "try both passwords") {
		t.Fatal(err)
	}
	tellsNoSecret(t, f)
}

func TestTransactionsOfOthers(t *testing.T) {
	x := start(t, false, boltsim.Config{})
	if all, err := x.client.Transactions(t.Context(), x.cred); err != nil || len(all) != 0 {
		t.Errorf("an idle database: %v %v", all, err)
	}
	since := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	x.SetTransactions(
		boltsim.Transaction{ID: "neo4j-transaction-7", Database: "neo4j", Username: "shop", ClientAddress: "192.0.2.7:4711", Started: since, Query: "MATCH (p {name: 'secret'})"},
		boltsim.Transaction{ID: "neo4j-transaction-8", Database: "neo4j", Username: "neo4j", Started: since, Metadata: map[string]any{"app": "neo4j-browser_v5"}},
		boltsim.Transaction{ID: "neo4j-transaction-9", Database: "neo4j", Username: "neo4j", Started: since, Metadata: map[string]any{"app": "aurad"}},
	)
	all, err := x.client.Transactions(t.Context(), x.cred)
	expected := []Transaction{{"neo4j-transaction-7", "neo4j", "shop", "", "192.0.2.7:4711", since}, {"neo4j-transaction-8", "neo4j", "neo4j", "neo4j-browser_v5", "", since}}
	if err != nil || !cmp.Equal(all, expected) {
		t.Errorf("%v %s", err, cmp.Diff(expected, all))
	}
	x.SetPassword("another-one")
	var f *Failure
	if _, err := x.client.Transactions(t.Context(), x.cred); !errors.As(err, &f) || f.Verdict != WrongPassword || !strings.Contains(err.Error(), "list the transactions") {
		t.Error(err)
	}
	x.cred.URI = ""
	if _, err := x.client.Transactions(t.Context(), x.cred); !errors.As(err, &f) || f.Verdict != BadCredential {
		t.Error(err)
	}
}

// What no simulator here does, told by what the driver makes of it.
func TestClassify(t *testing.T) {
	code := func(c string) error { return &neo4j.Neo4jError{Code: c} }
	for _, row := range []struct {
		err  error
		want Verdict
	}{
		{code("Neo.ClientError.Security.CredentialsExpired"), Expired}, {code("Neo.ClientError.Security.TokenExpired"), Expired}, {code("Neo.ClientError.Security.Forbidden"), Forbidden},
		{code("Neo.TransientError.General.DatabaseUnavailable"), NotReady}, {code("Neo.DatabaseError.General.UnknownError"), Other}, {code("Neo.ClientError.Statement.SyntaxError"), Other},
		{&neo4j.ConnectivityError{Inner: code("Neo.ClientError.Security.Unauthorized")}, WrongPassword},
		{&neo4j.ConnectivityError{Inner: &net.OpError{Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}}, Refused},
		{&neo4j.ConnectivityError{Inner: &net.OpError{Err: os.ErrDeadlineExceeded}}, TimedOut}, {&neo4j.ConnectivityError{Inner: &net.DNSError{IsTimeout: true}}, Unresolvable},
		{&net.OpError{Err: syscall.ECONNRESET}, NotReady}, {io.ErrUnexpectedEOF, NotReady}, {tls.AlertError(40), TLS}, {fmt.Errorf("no idea"), Other}, {&neo4j.UsageError{}, Other},
	} {
		if got := classify(row.err); got != row.want {
			t.Errorf("%T %v: %s, want %s", row.err, row.err, got, row.want)
		}
	}
}

// selfSigned is a certificate for these names alone.
func selfSigned(t *testing.T, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: names, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
