package aura

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

	"github.com/aurad/aurad/secrets"
)

// The token endpoint gives 429 and 5xx like any other.
const tokenAttempts = 4

// defaultLifetime is what Aura documents; used when a reply does not say.
const defaultLifetime = time.Hour

// tokenEndpoint asks for tokens by OAuth2 client credentials with HTTP Basic.
type tokenEndpoint struct {
	c      *Client
	id     string
	secret secrets.Secret
	url    *url.URL
}

func (p tokenEndpoint) fetch(ctx context.Context) (tok Token, err error) {
	err = p.c.persist(ctx, tokenAttempts, func() (err error) {
		tok, err = p.once(ctx)
		return err
	})
	return tok, err
}

func (p tokenEndpoint) once(ctx context.Context) (Token, error) {
	if err := ctx.Err(); err != nil {
		return Token{}, p.c.unanswered(p.call(), err, false)
	}
	a, actx := startAttempt(ctx, p.c.timeout)
	defer a.stop()
	conf := clientcredentials.Config{
		ClientID: p.id, ClientSecret: p.secret.Reveal(), TokenURL: p.url.String(), AuthStyle: oauth2.AuthStyleInHeader,
	}
	start := p.c.clock()
	tok, err := conf.Token(context.WithValue(actx, oauth2.HTTPClient, p.client(a)))
	took := p.c.clock().Sub(start)
	if err != nil {
		err := p.failure(a, err)
		p.c.log.DebugContext(ctx, "aura token refused", "path", p.url.Path, "status", err.Status, "duration", took, "request_id", err.RequestID)
		return Token{}, err
	}
	p.c.log.DebugContext(ctx, "aura token", "path", p.url.Path, "duration", took)
	return Token{AccessToken: secrets.NewSecret(tok.AccessToken), Expiry: start.Add(lifetime(tok)), ClientID: p.id}, nil
}

func (p tokenEndpoint) call() call { return call{op: opToken, method: http.MethodPost, harmless: true} }

// client is the Client's own, with our User-Agent and the attempt's time limit on the reply.
func (p tokenEndpoint) client(a *attempt) *http.Client {
	copied := *p.c.http
	copied.Transport = tokenTransport{next: copied.Transport, userAgent: p.c.userAgent, attempt: a}
	return &copied
}

type tokenTransport struct {
	next      http.RoundTripper // nil: http.DefaultTransport
	userAgent string
	attempt   *attempt
}

// RoundTrip hands the library a whole reply or none, so that a cut one counts as no answer, and
// calls it JSON, which it is whatever a proxy makes of the header.
func (t tokenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
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
	t.attempt.arm()
	body, err := readBounded(res.Body, bodyLimit)
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
func (p tokenEndpoint) failure(a *attempt, err error) *Error {
	var r *oauth2.RetrieveError
	if errors.As(err, &r) && r.Response != nil {
		rep := reply{status: r.Response.StatusCode, requestID: p.c.scrub.clean(r.Response.Header.Get("X-Request-Id"), maxName), body: r.Body}
		e := p.c.refused(p.call(), r.Response, rep, nil)
		if e.Status < 500 && e.Kind != Later {
			e.Kind = Person // whatever is wrong with a token request, it is the credential or the URL
		}
		return e
	}
	var transport *url.Error
	if errors.As(err, &transport) {
		return p.c.unanswered(p.call(), a.cause(err), false)
	}
	// A reply was there, but no token in it: a wrong URL, or a page of some proxy.
	return &Error{Op: opToken, Status: http.StatusOK, Kind: Person, Message: p.c.scrub.clean(err.Error(), maxMessage)}
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
