package token

import (
	"context"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/secrets"
)

const (
	// earlyRefresh is how long before its expiry a token is replaced; other clients use 10 to 60 s.
	earlyRefresh = time.Minute
	// futileFor is how long 401 and 403 are believed after a new token did not help. A missing
	// right answered with a plain 403 would otherwise spend the hour's 15 tokens.
	futileFor = 10 * time.Minute
	// RefusedFor is how long a refused credential is not presented again: 15 times an hour.
	RefusedFor = 4 * time.Minute
	// suspectFor is how long the refusal of what is sent once is believed after the token that it
	// was refused with was dropped.
	suspectFor = time.Hour
)

// Source shares one token between all calls. No lock is held while the network is used.
type Source struct {
	fetch    func(context.Context) (Token, error)
	cache    Cache
	clientID string
	scrub    *scrub.Scrubber
	clock    func() time.Time
	log      *slog.Logger

	load sync.Once

	mu       sync.Mutex
	current  Token
	flight   *flight
	futile   time.Time // a new token did not help at this instant
	suspects time.Time // a token was dropped on a refusal that could not be tried again
	refusal  error     // the token endpoint's last final refusal
	refusals time.Time // until when it is believed
}

// flight is a request for a token that is under way; all who need one wait for it.
type flight struct {
	done      chan struct{}
	tok       Token
	err       error
	abandoned bool // the caller that fetched was cancelled
}

// NewSource has no token yet; cache is nil where none is kept over restarts.
func NewSource(s *exchange.Sender, cache Cache, id string, secret secrets.Secret, auth *url.URL) *Source {
	return &Source{
		fetch:    endpoint{s: s, id: id, secret: secret, url: auth}.fetch,
		cache:    cache,
		clientID: id,
		scrub:    s.Scrub,
		clock:    s.Clock,
		log:      s.Log,
	}
}

// Get returns a token that is valid for at least earlyRefresh; fresh when it was fetched for
// this call.
func (t *Source) Get(ctx context.Context) (tok Token, fresh bool, err error) {
	t.load.Do(t.restore)
	for {
		tok, f, leader, err := t.claim()
		switch {
		case err != nil:
			return Token{}, false, err
		case f == nil:
			return tok, false, nil
		case leader:
			t.land(ctx, f)
			return f.tok, true, f.err
		}
		if tok, err := f.wait(ctx); err == nil || !f.abandoned || ctx.Err() != nil {
			return tok, true, err
		}
	}
}

// Lasting returns a token that needs no replacing before until, if a new one lasts that long.
func (t *Source) Lasting(ctx context.Context, until time.Time) (Token, error) {
	tok, fresh, err := t.Get(ctx)
	if err != nil || fresh || !tok.Expiry.Add(-earlyRefresh).Before(until) {
		return tok, err
	}
	return t.Replace(ctx, tok)
}

// Until is when the token at hand must be replaced; zero when there is none.
func (t *Source) Until() time.Time {
	t.load.Do(t.restore)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current.AccessToken.Empty() {
		return time.Time{}
	}
	return t.current.Expiry.Add(-earlyRefresh)
}

// Replace returns a token other than refused.
func (t *Source) Replace(ctx context.Context, refused Token) (Token, error) {
	t.mu.Lock()
	if t.current.AccessToken.Equal(refused.AccessToken) {
		t.current = Token{}
	}
	t.mu.Unlock()
	tok, _, err := t.Get(ctx)
	return tok, err
}

// claim returns the usable token, or the flight to wait for, or the refusal still believed.
func (t *Source) claim() (tok Token, f *flight, leader bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	switch {
	case t.usable(t.current, now):
		return t.current, nil, false, nil
	case t.flight != nil:
		return Token{}, t.flight, false, nil
	case t.refusal != nil && now.Before(t.refusals):
		return Token{}, nil, false, t.refusal
	}
	t.flight = &flight{done: make(chan struct{})}
	return Token{}, t.flight, true, nil
}

func (t *Source) usable(tok Token, now time.Time) bool {
	return !tok.AccessToken.Empty() && now.Add(earlyRefresh).Before(tok.Expiry)
}

// land fetches a token for everyone who waits for f.
func (t *Source) land(ctx context.Context, f *flight) {
	f.tok, f.err = t.fetch(ctx)
	f.abandoned = ctx.Err() != nil
	t.mu.Lock()
	t.flight = nil
	switch e := failure.Of(f.err); {
	case f.err == nil:
		t.current, t.refusal = f.tok, nil
		t.scrub.Remember(f.tok.AccessToken)
	case e != nil && e.Kind == failure.Person:
		t.refusal, t.refusals = f.err, t.clock().Add(RefusedFor)
	}
	t.mu.Unlock()
	close(f.done)
	if f.err == nil {
		t.save(f.tok)
	}
}

// wait returns what f brought. An abandoned flight is no reason for others to give up.
func (f *flight) wait(ctx context.Context) (Token, error) {
	select {
	case <-f.done:
		return f.tok, f.err
	case <-ctx.Done():
		return Token{}, &failure.Error{Op: failure.OpToken, Kind: failure.Later, Message: ctx.Err().Error(), Err: ctx.Err()}
	}
}

// MayReplace reports whether a refused token is worth a new one: not when one did not help
// just now.
func (t *Source) MayReplace() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.futile.IsZero() || !t.clock().Before(t.futile.Add(futileFor))
}

// NoteFutile remembers that a new token did not help.
func (t *Source) NoteFutile() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.futile = t.clock()
}

// Suspect drops a token that something was refused with that can't be sent again. Once in a while
// such a refusal is Later, for the next try has a new token; if that does not help, it is e's own.
func (t *Source) Suspect(refused Token, e *failure.Error) *failure.Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	if !t.suspects.IsZero() && now.Before(t.suspects.Add(suspectFor)) {
		return e
	}
	t.suspects = now
	if t.current.AccessToken.Equal(refused.AccessToken) {
		t.current = Token{}
	}
	e.Kind = failure.Later
	return e
}

func (t *Source) restore() {
	if t.cache == nil {
		return
	}
	tok, ok := t.cache.Load()
	if !ok || tok.ClientID != "" && tok.ClientID != t.clientID {
		return
	}
	t.scrub.Remember(tok.AccessToken)
	t.mu.Lock()
	t.current = tok
	t.mu.Unlock()
}

func (t *Source) save(tok Token) {
	if t.cache == nil {
		return
	}
	if err := t.cache.Save(tok); err != nil {
		t.log.Warn("The access token could not be kept for the next start; a start too many an hour will be refused one",
			"error", t.scrub.Clean(err.Error(), scrub.MaxMessage))
	}
}
