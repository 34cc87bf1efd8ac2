package token

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/secrets"
)

// The token endpoint gives 429 and 5xx like any other.
const Attempts = 4

// defaultLifetime is what Aura documents; used when a reply does not say.
const defaultLifetime = time.Hour

// endpoint asks for tokens by OAuth2 client credentials with HTTP Basic.
type endpoint struct {
	s      *exchange.Sender
	id     string
	secret secrets.Secret
	url    *url.URL
}

func (p endpoint) fetch(ctx context.Context) (tok Token, err error) {
	err = p.s.Persist(ctx, Attempts, func() (err error) {
		tok, err = p.once(ctx)
		return err
	})
	return tok, err
}

func (p endpoint) once(ctx context.Context) (Token, error) {
	if err := ctx.Err(); err != nil {
		return Token{}, p.s.Unanswered(p.call(), err, false)
	}
	a, actx := exchange.StartAttempt(ctx, p.s.Timeout)
	defer a.Stop()
	conf := clientcredentials.Config{
		ClientID: p.id, ClientSecret: p.secret.Reveal(), TokenURL: p.url.String(), AuthStyle: oauth2.AuthStyleInHeader,
	}
	start := p.s.Clock()
	tok, err := conf.Token(context.WithValue(actx, oauth2.HTTPClient, p.client(a)))
	took := p.s.Clock().Sub(start)
	if err != nil {
		err := p.failure(a, err)
		p.s.Log.DebugContext(ctx, "aura token refused", "path", p.url.Path, "status", err.Status, "duration", took, "request_id", err.RequestID)
		return Token{}, err
	}
	p.s.Log.DebugContext(ctx, "aura token", "path", p.url.Path, "duration", took)
	return Token{AccessToken: secrets.NewSecret(tok.AccessToken), Expiry: start.Add(lifetime(tok)), ClientID: p.id}, nil
}

func (p endpoint) call() exchange.Call {
	return exchange.Call{Op: failure.OpToken, Method: http.MethodPost, Harmless: true}
}

// client is the Client's own, with our User-Agent and the attempt's time limit on the reply.
func (p endpoint) client(a *exchange.Attempt) *http.Client {
	copied := *p.s.HTTP
	copied.Transport = transport{next: copied.Transport, userAgent: p.s.UserAgent, attempt: a}
	return &copied
}

type transport struct {
	next      http.RoundTripper // nil: http.DefaultTransport
	userAgent string
	attempt   *exchange.Attempt
}

// RoundTrip hands the library a whole reply or none, so that a cut one counts as no answer, and
// calls it JSON, which it is whatever a proxy makes of the header.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.userAgent)
	req.Close = true // see Config.HTTP
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	res, err := next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t.attempt.Arm()
	body, err := exchange.ReadBounded(res.Body, exchange.BodyLimit)
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	res.Header.Set("Content-Type", "application/json")
	return res, nil
}

// failure rebuilds the library's error, whose own text holds the reply's body and whose
// Response holds the request with the client secret.
func (p endpoint) failure(a *exchange.Attempt, err error) *failure.Error {
	var r *oauth2.RetrieveError
	if errors.As(err, &r) && r.Response != nil {
		rep := exchange.Reply{Status: r.Response.StatusCode, RequestID: p.s.Scrub.Clean(r.Response.Header.Get("X-Request-Id"), scrub.MaxName), Body: r.Body}
		e := p.s.Refused(p.call(), r.Response, rep, nil)
		if e.Kind != failure.Later {
			e.Kind = failure.Person // whatever is wrong with a token request, it is the credential or the URL
		}
		return e
	}
	var transport *url.Error
	if errors.As(err, &transport) {
		return p.s.Unanswered(p.call(), a.Cause(err), false)
	}
	// A reply was there, but no token in it: a wrong URL, or a page of some proxy.
	return &failure.Error{Op: failure.OpToken, Status: http.StatusOK, Kind: failure.Person, Message: p.s.Scrub.Clean(err.Error(), scrub.MaxMessage)}
}

// lifetime reads expires_in, a number or a string of seconds.
func lifetime(tok *oauth2.Token) time.Duration {
	var s float64
	switch v := tok.Extra("expires_in").(type) {
	case float64:
		s = v
	case string:
		s, _ = json.Number(v).Float64()
	}
	if math.IsNaN(s) || s <= 0 || s > 30*24*3600 {
		return defaultLifetime
	}
	return time.Duration(s * float64(time.Second))
}
