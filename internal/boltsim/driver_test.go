package boltsim

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

// ask runs one query in a session of its own, and returns the first value of each row.
func ask(d neo4j.DriverWithContext, c neo4j.SessionConfig, query string, params map[string]any) (values []any, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	session := d.NewSession(ctx, c)
	defer session.Close(ctx)
	res, err := session.Run(ctx, query, params)
	if err != nil {
		return nil, err
	}
	for res.Next(ctx) {
		values = append(values, res.Record().Values[0])
	}
	return values, res.Err()
}

func TestTheDriverConnects(t *testing.T) {
	s := serve(t, Config{})
	for _, scheme := range []string{"neo4j+s", "neo4j+ssc", "bolt+s", "bolt+ssc"} {
		d := s.driver(t, scheme, "the-old-password")
		if err := d.VerifyConnectivity(t.Context()); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
		if err := d.VerifyAuthentication(t.Context(), nil); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
		info, err := d.GetServerInfo(t.Context())
		if err != nil || info.ProtocolVersion().Major != 5 || info.ProtocolVersion().Minor != 4 || info.Address() != s.server.Address() {
			t.Errorf("%s: %+v %v", scheme, info, err)
		}
	}
}

func TestTheDriverQueries(t *testing.T) {
	s := serve(t, Config{})
	d := s.driver(t, "neo4j+s", "the-old-password")
	for query, want := range map[string]any{
		"RETURN 1": int64(1), "return -7 as n;": int64(-7), "RETURN 1.5 AS x": 1.5, "RETURN 'a b' AS s": "a b", "RETURN true": true, "RETURN null AS n": nil, "RETURN $p AS p, 2 AS q": "given",
	} {
		got, err := ask(d, neo4j.SessionConfig{}, query, map[string]any{"p": "given"})
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v %v", query, got, err)
		}
	}
	result, err := neo4j.ExecuteQuery(t.Context(), d, "CREATE (:X)", nil, neo4j.EagerResultTransformer)
	if err != nil || result.Summary.Counters().NodesCreated() != 1 || result.Summary.Database().Name() != "neo4j" || s.server.Committed() != 1 {
		t.Errorf("%+v %v, %d committed", result, err, s.server.Committed())
	}
}

// Each refusal has the code by which the driver, and people, know it.
func TestRefusals(t *testing.T) {
	s := serve(t, Config{})
	read, system, other := neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead}, neo4j.SessionConfig{DatabaseName: "system"}, neo4j.SessionConfig{DatabaseName: "orders"}
	passwords := func(old, to string) map[string]any { return map[string]any{"old": old, "new": to} }
	const alter = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
	for _, row := range []struct {
		session neo4j.SessionConfig
		query   string
		params  map[string]any
		writes  Writes
		state   State
		want    string
	}{
		{read, "MATCH (n) RETURN n", nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
		{read, "RETURN f(1)", nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
		{read, "RETURN kayak", nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
		{read, "RETURN 'it's'", nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
		{read, "RETURN $p", nil, Accepted, Running, "Neo.ClientError.Statement.ParameterMissing"},
		{read, "SHOW TRANSACTIONS YIELD color", nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
		{read, "CREATE (:X)", nil, Accepted, Running, "Neo.ClientError.Statement.AccessMode"},
		{system, "CREATE (:X)", nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
		{other, "RETURN 1", nil, Accepted, Running, "Neo.ClientError.Database.DatabaseNotFound"},
		{neo4j.SessionConfig{}, "CREATE (:X)", nil, ReadOnly, Running, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"},
		{neo4j.SessionConfig{}, "CREATE (:X)", nil, NotLeader, Running, "Neo.ClientError.Cluster.NotALeader"},
		{neo4j.SessionConfig{}, "RETURN 1", nil, Accepted, Starting, "Neo.TransientError.Database.DatabaseUnavailable"},
		{neo4j.SessionConfig{}, alter, passwords("the-old-password", "the-new-password"), Accepted, Running, "Neo.ClientError.Statement.NotSystemDatabaseError"},
		{system, alter, passwords("a-wrong-password", "the-new-password"), Accepted, Running, "Neo.ClientError.Statement.ArgumentError"},
		{system, alter, passwords("the-old-password", "the-old-password"), Accepted, Running, "Neo.ClientError.Statement.ArgumentError"},
		{system, alter, passwords("the-old-password", "short"), Accepted, Running, "Neo.ClientError.Statement.ArgumentError"},
		{system, alter, passwords("the-old-password", "the-new-password"), NotLeader, Running, "Neo.ClientError.Cluster.NotALeader"},
		{system, alter, nil, Accepted, Running, "Neo.ClientError.Statement.ParameterMissing"},
		{system, strings.ReplaceAll(alter, "$old", "'x'"), nil, Accepted, Running, "Neo.ClientError.Statement.SyntaxError"},
	} {
		for _, scheme := range []string{"bolt+s", "neo4j+s"} {
			s.SetWrites(row.writes)
			s.SetState(row.state)
			_, err := ask(s.driver(t, scheme, "the-old-password"), row.session, row.query, row.params)
			if got := code(t, err); got != row.want {
				t.Errorf("%s %s %+v: %s", scheme, row.query, row.session, got)
			}
		}
	}
	if s.Password() != "the-old-password" || s.server.Committed() != 0 {
		t.Error("what was refused was done")
	}
}

func TestPasswordChange(t *testing.T) {
	s := serve(t, Config{})
	d := s.driver(t, "neo4j+s", "the-old-password")
	params := map[string]any{"old": "the-old-password", "new": "the-new-password"}
	session := d.NewSession(t.Context(), neo4j.SessionConfig{DatabaseName: "system"})
	tx, err := session.BeginTransaction(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Run(t.Context(), "ALTER CURRENT USER SET PASSWORD FROM $old TO $new", params); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tx.Rollback(t.Context()), session.Close(t.Context())); err != nil || s.Password() != "the-old-password" {
		t.Fatalf("after a rollback: %v", err)
	}
	if _, err := ask(d, neo4j.SessionConfig{DatabaseName: "system"}, "ALTER CURRENT USER SET PASSWORD FROM $old TO $new", params); err != nil {
		t.Fatal(err)
	}
	if got := code(t, s.driver(t, "bolt+s", "the-old-password").VerifyConnectivity(t.Context())); got != "Neo.ClientError.Security.Unauthorized" {
		t.Errorf("with the old password: %q", got)
	}
	if err := s.driver(t, "bolt+s", "the-new-password").VerifyConnectivity(t.Context()); err != nil {
		t.Error(err)
	}
}

// After three wrong passwords the right one is refused too, until five seconds have passed.
func TestRateLimit(t *testing.T) {
	var past atomic.Int64
	start := time.Now()
	s := serve(t, Config{Now: func() time.Time { return start.Add(time.Duration(past.Load())) }})
	verify := func(password string) string {
		return code(t, s.driver(t, "bolt+s", password).VerifyConnectivity(t.Context()))
	}
	for range 3 {
		if got := verify("wrong"); got != "Neo.ClientError.Security.Unauthorized" {
			t.Errorf("wrong password: %q", got)
		}
	}
	if got := verify("the-old-password"); got != "Neo.ClientError.Security.AuthenticationRateLimit" {
		t.Errorf("right, but too soon: %q", got)
	}
	past.Store(int64(5 * time.Second))
	if got := verify("the-old-password"); got != "" {
		t.Errorf("after the lock: %q", got)
	}
}

// A paused instance refuses connections and ends those that are open; it comes back on its port.
func TestPauseAndResume(t *testing.T) {
	s := serve(t, Config{})
	d := s.driver(t, "bolt+s", "the-old-password")
	if err := d.VerifyConnectivity(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.SetState(Paused)
	eventually(t, func() bool {
		conn, err := net.Dial("tcp", s.server.Address())
		if err == nil {
			conn.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
	if err := d.VerifyConnectivity(t.Context()); !asError(err, new(*neo4j.ConnectivityError)) {
		t.Errorf("paused: %v", err)
	}
	s.SetState(Running)
	eventually(t, func() bool { return d.VerifyConnectivity(t.Context()) == nil })
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("not within five seconds")
}

// What one client does, another sees; a transaction that is over is seen no more.
func TestTransactionsAreSeen(t *testing.T) {
	s := serve(t, Config{})
	s.SetTransactions(Transaction{ID: "neo4j-transaction-900", Database: "neo4j", Username: "app", Started: time.Now().Add(-time.Minute)})
	d := s.driver(t, "neo4j+s", "the-old-password")
	session := d.NewSession(t.Context(), neo4j.SessionConfig{})
	defer session.Close(t.Context())
	tx, err := session.BeginTransaction(t.Context(), neo4j.WithTxMetadata(map[string]any{"app": "shop"}))
	if err != nil {
		t.Fatal(err)
	}
	const show = "SHOW TRANSACTIONS YIELD metaData, transactionId"
	got, err := ask(d, neo4j.SessionConfig{}, show, nil)
	if want := []any{map[string]any{}, map[string]any{"app": "shop"}, map[string]any{}}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("made up, the shop's, this one: %v %v", got, err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := ask(d, neo4j.SessionConfig{}, "SHOW TRANSACTIONS", nil); err != nil || !cmp.Equal(got, []any{"neo4j", "neo4j"}) {
		t.Errorf("made up, this one: %v %v", got, err)
	}
}

// Many results of one transaction, read in pieces and in turns; what is rolled back is not there.
func TestExplicitTransactions(t *testing.T) {
	s := serve(t, Config{})
	s.SetTransactions(make([]Transaction, 25)...)
	d := s.driver(t, "neo4j+s", "the-old-password")
	session := d.NewSession(t.Context(), neo4j.SessionConfig{FetchSize: 2})
	defer session.Close(t.Context())
	tx, err := session.BeginTransaction(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var counts [2]int
	var results [2]neo4j.ResultWithContext
	for i := range results {
		if results[i], err = tx.Run(t.Context(), "SHOW TRANSACTIONS", nil); err != nil {
			t.Fatal(err)
		}
	}
	for results[0].Next(t.Context()) && results[1].Next(t.Context()) {
		counts[0]++
		counts[1]++
	}
	if counts != [2]int{26, 26} || errors.Join(results[0].Err(), results[1].Err()) != nil {
		t.Errorf("%v rows, %v", counts, results[0].Err())
	}
	if res, err := tx.Run(t.Context(), "CREATE (n) DELETE n", nil); err != nil {
		t.Error(err)
	} else if _, err := res.Consume(t.Context()); err != nil {
		t.Error(err)
	}
	if err := tx.Rollback(t.Context()); err != nil || s.server.Committed() != 0 {
		t.Errorf("%v, %d committed", err, s.server.Committed())
	}
	_, err = session.ExecuteWrite(t.Context(), func(tx neo4j.ManagedTransaction) (any, error) { return tx.Run(t.Context(), "CREATE (:X)", nil) })
	if err != nil || s.server.Committed() != 1 {
		t.Errorf("%v, %d committed", err, s.server.Committed())
	}
}
