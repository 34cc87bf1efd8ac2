package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/crashpoint"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Session is an account, a state folder and what stands between them, opened together.
type Session struct {
	account account
	Clock   clock.Clock
	log     *slog.Logger
	state   *state.State
	budget  *budget.Budget
	Client  *aura.Client
	version string         // for the server
	workers int            // requests under way at once
	owners  *book.Owners   // shared with the sessions of other accounts; nil without any
	closers []func() error // undone last first
}

// link is what a session is made of.
type link struct {
	account account
	dir     string // of the state
	fleet   string // whose state that has to be; "" for anybody's
	peek    bool   // remember nothing there: see folder.Peek
	limit   int    // requests a minute
	log     *slog.Logger
	meter   func(http.RoundTripper) http.RoundTripper // sees what is really sent; may be nil
}

// connect opens the state and a client whose every request passes the budget, which is kept
// there. It sends nothing.
func (e Env) connect(ctx context.Context, l link) (*Session, error) {
	clock, err := e.clockFor(l.account.baseURL)
	if err != nil {
		return nil, err
	}
	s := &Session{account: l.account, Clock: clock, version: e.Version, log: l.log, workers: e.Workers}
	if s.state, err = l.open(); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.state.Close)
	if err := s.dial(ctx, l); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// open opens the state, which has to be that of the link's fleet.
func (l link) open() (*state.State, error) {
	open := folder.Open
	if l.peek {
		open = folder.Peek
	}
	s, err := open(l.dir, l.account.spoolKey)
	if err != nil || l.fleet == "" {
		return s, err
	}
	if err := belongs(s, l.fleet); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// dial makes the budget and the client.
func (s *Session) dial(ctx context.Context, l link) error {
	sent, err := s.state.Budget()
	if err != nil {
		return err
	}
	wire := transport()
	s.closers = append(s.closers, func() error { wire.CloseIdleConnections(); return nil })
	var next http.RoundTripper = silence{wire, l.log, firstWord}
	if l.meter != nil {
		next = l.meter(next)
	}
	s.budget = budget.New(l.limit, budget.Config{
		Next: crashpoint.Wire("aura", next), Clock: s.Clock, Log: s.log, Sent: sent, Keep: s.state.PutBudget, Quit: ctx.Done(),
	})
	s.Client, err = aura.New(aura.Config{
		BaseURL: s.account.baseURL, AuthURL: s.account.authURL,
		ClientID: s.account.clientID, ClientSecret: s.account.clientSecret,
		HTTP: &http.Client{Transport: s.budget}, Tokens: s.state.Tokens(), UserAgent: "aurad/" + s.version,
		Clock: s.Clock.Now, Sleep: sleeper(s.Clock), Log: s.log,
	})
	return err
}

func transport() *http.Transport {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment}
}

// Tenant is the account's, as the environment has it; "" leaves it to the fleet file.
func (s *Session) Tenant() string { return s.account.tenantID }

// daemon makes the daemon of a fleet on this session.
func (s *Session) daemon(f *spec.Fleet, store secrets.Store, notify func(journal.Event)) (*daemon.Daemon, error) {
	return daemon.New(daemon.Config{
		API: s.Client, Budget: s.budget, Store: store, State: s.state, Clock: s.Clock, Log: s.log, Fleet: f, Owners: s.owners, Notify: notify,
		Workers: s.workers,
		Crash:   crashpoint.Here,
	})
}

// Close undoes everything, last first.
func (s *Session) Close() error {
	var errs []error
	for len(s.closers) > 0 {
		last := len(s.closers) - 1
		errs = append(errs, s.closers[last]())
		s.closers = s.closers[:last]
	}
	return errors.Join(errs...)
}

// RequestLimit is what the fleet file leaves to aurad of the account's requests a minute.
func RequestLimit(f *spec.Fleet) int { return f.Budget.RequestsPerMinute - f.Budget.Reserve }

// throwawayState is a state folder that ends with the session.
func throwawayState() (dir string, remove func() error, err error) {
	tmp, err := os.MkdirTemp("", "aurad-")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(tmp, "state"), func() error { return os.RemoveAll(tmp) }, nil
}
