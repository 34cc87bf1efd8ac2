// Package aura is a typed client of the Neo4j Aura management API, version 1.
//
// It knows the paths and bodies of the API. Below it, exchange sends a call, token has the access
// token, wire reads replies and failure says what can be done about a refusal. It must not know the fleet, the request
// budget (that is the Transport of the http.Client it is given), where passwords are stored, or
// what ought to be done next: one method is one request, and only reading is ever repeated here.
//
// Facts are from the OpenAPI document of v1 (neo4j.com/docs/aura/platform/api/specification)
// and, where the live API differs from it, from what other clients met.
package aura

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/internal/aura/token"
	"github.com/aurad/aurad/secrets"
)

const (
	// DefaultBaseURL is the production host; paths are under /v1 of it.
	DefaultBaseURL = "https://api.neo4j.io"
	// DefaultTimeout bounds one attempt, from having a connection to the last byte of the reply.
	DefaultTimeout = time.Minute
)

// Config is what a Client needs. Only ClientID and ClientSecret are required.
type Config struct {
	BaseURL      string // scheme and host, "/v1" is added; "": DefaultBaseURL
	AuthURL      string // token endpoint; "": BaseURL + "/oauth/token"
	ClientID     string
	ClientSecret secrets.Secret

	// HTTP sends everything, token requests included, so a rate limiter belongs in its
	// Transport. That limiter wraps ErrNotSent around its error when it gives up before it
	// passed a request on. nil: a client with a copy of http.DefaultTransport.
	// Its CheckRedirect and Jar are not used: redirects are never followed. Each request has a
	// connection of its own, which ends with its reply: a kept one may be dead already when a create
	// is sent on it, and a reply that was sent twice would be the answer to the next request.
	HTTP *http.Client

	Tokens    token.Cache   // keeps the token over restarts; nil: memory only
	UserAgent string        // "": "aurad"
	Timeout   time.Duration // of one attempt; waiting for a rate limiter does not count; 0: DefaultTimeout

	Clock func() time.Time                                 // nil: time.Now
	Sleep func(ctx context.Context, d time.Duration) error // nil: a timer
	Log   *slog.Logger                                     // nil: silent
}

// Client speaks to one Aura account. It is safe for concurrent use.
type Client struct {
	sender *exchange.Sender
	tokens *token.Source
}

// New checks cfg and returns a client; it sends nothing.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	base, auth, err := endpoints(cfg)
	if err != nil {
		return nil, err
	}
	if err := requireCredential(cfg); err != nil {
		return nil, err
	}
	s := &exchange.Sender{
		Base:      base,
		HTTP:      withoutRedirects(cfg.HTTP),
		Scrub:     scrub.New(cfg.ClientID, cfg.ClientSecret),
		Expiries:  &exchange.Expiries{Log: cfg.Log},
		UserAgent: cfg.UserAgent,
		Timeout:   cfg.Timeout,
		Clock:     cfg.Clock,
		Sleep:     cfg.Sleep,
		Log:       cfg.Log,
	}
	warnPlaintext(cfg.Log, base, auth)
	return &Client{s, token.NewSource(s, cfg.Tokens, cfg.ClientID, cfg.ClientSecret, auth)}, nil
}

// Authorize makes sure that a token is at hand and stays valid until an instant, so that the
// calls before then spend no request and no time on getting one. The zero time means now. Its
// error is the one any call would have met.
func (c *Client) Authorize(ctx context.Context, until time.Time) error {
	_, err := c.tokens.Lasting(ctx, until)
	return err
}

// AuthorizedUntil is when the token at hand must be replaced; zero when there is none.
func (c *Client) AuthorizedUntil() time.Time { return c.tokens.Until() }
