package postgres_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/pgtest"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/postgres"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// leaderVariable makes this test's binary a leader that another one can kill, stop and let go on.
const leaderVariable = "AURAD_TEST_LEADER"

func TestMain(m *testing.M) {
	if url := os.Getenv(leaderVariable); url != "" {
		os.Exit(beLeader(url, os.Getenv("AURAD_TEST_KEY")))
	}
	os.Exit(m.Run())
}

// beLeader leads and commits numbers, each under two keys at once, and says which were taken.
func beLeader(url, key string) int {
	s, err := postgres.Open(context.Background(), postgres.Config{URL: url, Fleet: "acme", SealKey: key, Who: "the first"})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for n := 1; ; n++ {
		id := fmt.Sprintf("%08x", n)
		if err := s.Move(reconcile.Ledger{"a": {ID: id}, "b": {ID: id}}, nil, nil); err != nil {
			fmt.Println("deposed:", errors.Is(err, state.ErrDeposed), err)
			return 0
		}
		fmt.Println(n)
		time.Sleep(5 * time.Millisecond)
	}
}

// leader is a process that leads.
type leader struct {
	*exec.Cmd
	t   *testing.T
	out string // the file that it says in what was taken
}

func startLeader(t *testing.T, url, key string) leader {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), leaderVariable+"="+url, "AURAD_TEST_KEY="+key)
	out, err := os.Create(filepath.Join(t.TempDir(), "said"))
	must(t, err)
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	l := leader{cmd, t, out.Name()}
	for end := time.Now().Add(time.Minute); l.last() < 10; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not lead:\n%s", l.said())
		}
	}
	return l
}

func (l leader) said() string {
	text, err := os.ReadFile(l.out)
	must(l.t, err)
	return string(text)
}

// last is the newest number that it said was taken.
func (l leader) last() (n int) {
	lines := bufio.NewScanner(strings.NewReader(l.said()))
	for lines.Scan() {
		_, _ = fmt.Sscanf(lines.Text(), "%d", &n)
	}
	return n
}

func sealKey(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "seal.key")
	must(t, os.WriteFile(path, bytes.Repeat([]byte("k"), state.SealKeySize), 0o600))
	return path
}

func open(t *testing.T, url, key string) (*state.State, error) {
	t.Helper()
	return postgres.Open(t.Context(), postgres.Config{URL: url, Fleet: "acme", SealKey: key, Who: "the second"})
}

// waitFor opens once the lead is free, and says how long that took.
func waitFor(t *testing.T, url, key string) (*state.State, time.Duration) {
	t.Helper()
	began := time.Now()
	s, err := postgres.Open(t.Context(), postgres.Config{URL: url, Fleet: "acme", SealKey: key, Who: "the second", Waiting: func(string) {}})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s, time.Since(began)
}

// numberOf is what both keys say, which must be the same.
func numberOf(t *testing.T, s *state.State) (n int) {
	t.Helper()
	led, err := s.Ledger()
	must(t, err)
	if led["a"].ID != led["b"].ID {
		t.Errorf("half a commit: a is %s, b is %s", led["a"].ID, led["b"].ID)
	}
	_, err = fmt.Sscanf(led["a"].ID, "%x", &n)
	must(t, err)
	return n
}

// What is remembered is there after the server died and came back, and what was sealed opens.
func TestWhatIsRememberedOutlivesTheServer(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	s, err := open(t, pg.URL, key)
	must(t, err)
	raw := secrets.NewSecret("canary-5f1c9e-password")
	must(t, s.Reserve())
	must(t, s.Spool("a", reconcile.Entry{ID: "0a1b2c3d", Birth: &reconcile.Birth{Nonce: "01234567", Stage: reconcile.Intended}}, raw))
	must(t, s.PutBudget(state.SentLog{Times: []time.Time{time.Unix(1, 0)}}))
	pg.Kill()
	if err := s.PutFleet("acme"); !errors.Is(err, state.ErrDeposed) {
		t.Errorf("a commit to a server that is gone gave %v", err)
	}
	must(t, s.Close())
	pg.Run()
	s, err = open(t, pg.URL, key)
	must(t, err)
	defer s.Close()
	if got, err := s.Spooled("a"); err != nil || got.Reveal() != raw.Reveal() {
		t.Errorf("the reply came back as %v, %v", got, err)
	}
	if sent, err := s.Budget(); err != nil || len(sent.Times) != 1 {
		t.Errorf("the budget came back as %v, %v", sent, err)
	}
	if name, err := s.Fleet(); err != nil || name != "" {
		t.Errorf("a commit that failed left %q, %v", name, err)
	}
}

// Two accounts, and two fleets, do not know of each other.
func TestAccountsAreApart(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	var all []*state.State
	for _, cfg := range []postgres.Config{{Fleet: "acme"}, {Fleet: "acme", Account: "blue"}, {Fleet: "beta"}} {
		cfg.URL, cfg.SealKey = pg.URL, key
		s, err := postgres.Open(t.Context(), cfg)
		must(t, err)
		defer s.Close()
		must(t, s.PutEntry("a", reconcile.Entry{ID: cfg.Fleet + cfg.Account}))
		all = append(all, s)
	}
	for i, want := range []string{"acme", "acmeblue", "beta"} {
		if led, err := all[i].Ledger(); err != nil || led["a"].ID != want || len(led) != 1 {
			t.Errorf("%s: %v, %v", want, led, err)
		}
	}
}

// One leads. A second one is told who, or waits and takes over at once when the first one goes.
func TestOneLeads(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	first, err := postgres.Open(t.Context(), postgres.Config{URL: pg.URL, Fleet: "acme", SealKey: key, Who: "on host-1"})
	must(t, err)
	_, err = open(t, pg.URL, key)
	if !errors.Is(err, state.ErrHeld) || !strings.Contains(err.Error(), "aurad on host-1 since 2") {
		t.Errorf("a second one is told %v", err)
	}
	closed := make(chan time.Time, 1)
	time.AfterFunc(time.Second, func() { _ = first.Close(); closed <- time.Now() })
	_, _ = waitFor(t, pg.URL, key)
	if took := time.Since(<-closed); took > 2*time.Second {
		t.Errorf("it leads %s after the first one let go", took)
	}
	if err := first.PutFleet("acme"); !errors.Is(err, state.ErrDeposed) {
		t.Errorf("the first one can still write: %v", err)
	}
}

// A leader that is killed is followed within seconds, by one who finds all that was acknowledged.
func TestALeaderIsKilled(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	for range 5 {
		l := startLeader(t, pg.URL, key)
		must(t, l.Process.Kill())
		_ = l.Wait()
		s, took := waitFor(t, pg.URL, key)
		if took > 5*time.Second {
			t.Errorf("taken over after %s", took)
		}
		if n, said := numberOf(t, s), l.last(); n != said && n != said+1 {
			t.Errorf("%d is there, and %d was acknowledged", n, said)
		}
		must(t, s.Close())
	}
}

// A leader that is stopped is followed, and when it goes on it can't write any more.
func TestALeaderIsStopped(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	l := startLeader(t, pg.URL, key)
	must(t, l.Process.Signal(syscall.SIGSTOP))
	s, took := waitFor(t, pg.URL, key)
	if took > 5*time.Second {
		t.Errorf("taken over after %s", took)
	}
	before := numberOf(t, s)
	must(t, s.PutEntry("a", reconcile.Entry{ID: "ffffffff"}))
	must(t, s.PutEntry("b", reconcile.Entry{ID: "ffffffff"}))
	must(t, l.Process.Signal(syscall.SIGCONT))
	_ = l.Wait()
	if !strings.Contains(l.said(), "deposed: true") {
		t.Errorf("the one that was stopped says %s", l.said())
	}
	must(t, s.Close())
	again, err := open(t, pg.URL, key)
	must(t, err)
	defer again.Close()
	if n := numberOf(t, again); n != 0xffffffff || before != l.last() {
		t.Errorf("%x is there after the stopped one went on; it had said %d, and %d was there", n, l.last(), before)
	}
}

// A reply that a deposed leader could not commit is set aside past the lead, and the next one finds it.
func TestAReplyIsNotFencedOff(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	first, err := postgres.Open(t.Context(), postgres.Config{URL: pg.URL, Fleet: "acme", SealKey: key})
	must(t, err)
	e := reconcile.Entry{Birth: &reconcile.Birth{Nonce: "01234567", Stage: reconcile.Intended}}
	must(t, first.PutEntry("a", e))
	pg.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'aurad%'")
	raw := secrets.NewSecret("canary-5f1c9e-password")
	if err := first.Spool("a", e, raw); !errors.Is(err, state.ErrDeposed) {
		t.Fatalf("it still leads: %v", err)
	}
	second, err := open(t, pg.URL, key)
	must(t, err)
	must(t, second.Close())
	must(t, first.SetAside("01234567", raw))
	must(t, first.Close())
	second, err = open(t, pg.URL, key)
	must(t, err)
	defer second.Close()
	if got, err := second.Spooled("a"); err != nil || got.Reveal() != raw.Reveal() {
		t.Errorf("the reply is lost: %v", err)
	}
	led, err := second.Ledger()
	must(t, err)
	if led["a"].Birth.Stage != reconcile.Spooled {
		t.Errorf("the entry does not tell of it: %+v", led["a"].Birth)
	}
}

// Wrong input is an error with a way out, and no error says a password.
func TestErrorsSayWhatToDo(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	for name, c := range map[string]struct {
		url, key, want string
	}{
		"no address":       {"postgres://u:hunter2@h:port/x", key, "looks like postgres://"},
		"nobody there":     {"postgres://u:hunter2@127.0.0.1:1/x", key, "postgres://127.0.0.1:1/x"},
		"no such user":     {strings.Replace(pg.URL, "aurad@", "nobody:hunter2@", 1), key, "nobody"},
		"no key":           {pg.URL, "", "head -c 32 /dev/urandom"},
		"a missing key":    {pg.URL, "/nowhere/key", "/nowhere/key"},
		"no such database": {strings.Replace(pg.URL, "/postgres?", "/missing?", 1), key, "missing"},
	} {
		_, err := open(t, c.url, c.key)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	pg.Exec("UPDATE aurad_version SET version = 99")
	if _, err := open(t, pg.URL, key); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("tables of a newer aurad gave %v", err)
	}
}

// A database that takes no writes refuses the create, not the reply to it.
func TestAReadOnlyDatabaseTakesNoCreate(t *testing.T) {
	pg, key := pgtest.Start(t), sealKey(t)
	s, err := open(t, pg.URL, key)
	must(t, err)
	defer s.Close()
	must(t, s.Reserve())
	pg.Exec("REVOKE INSERT, DELETE, UPDATE ON aurad_records FROM PUBLIC, aurad; ALTER TABLE aurad_records OWNER TO pg_monitor; ALTER ROLE aurad NOSUPERUSER")
	if err := s.Reserve(); err == nil || errors.Is(err, state.ErrDeposed) {
		t.Errorf("room is promised, or the lead is lost: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
