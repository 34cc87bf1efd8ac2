package aura

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

var (
	errTimeout  = errors.New("the request took too long")
	errTooLarge = errors.New("the reply is larger than any reply of this kind should be")
)

// send makes one attempt. A reply with an error is a 2xx whose body was cut: what arrived is in it.
func (c *Client) send(ctx context.Context, k call, tok Token) (reply, error) {
	if err := ctx.Err(); err != nil {
		return reply{}, c.unanswered(k, err, false)
	}
	a, ctx := startAttempt(ctx, c.patience(k))
	defer a.stop()
	req, err := c.request(ctx, k, tok)
	if err != nil {
		return reply{}, &Error{Op: k.op, InstanceID: k.instance, Kind: Never, Message: c.scrub.clean(err.Error(), maxMessage), Err: err}
	}
	start := c.clock()
	res, err := c.http.Do(req)
	if err != nil {
		e := c.unanswered(k, a.cause(err), a.mayHaveLeft(err))
		c.log.DebugContext(ctx, "aura request failed", "method", k.method, "path", k.path, "duration", c.clock().Sub(start), "error", e.Message)
		return reply{}, e
	}
	defer res.Body.Close()
	a.arm()
	body, readErr := readBounded(res.Body, k.limit)
	c.trace(ctx, k, res, c.clock().Sub(start))
	return c.judge(k, res, body, a.cause(readErr))
}

// patience is how long an attempt of k may take.
func (c *Client) patience(k call) time.Duration {
	if k.op == opCreate {
		return max(c.timeout, CreateTimeout)
	}
	return c.timeout
}

// request builds the HTTP request of k. Its body cannot be rewound (no GetBody), so that net/http
// has no means to repeat a write by itself, on HTTP/1 or HTTP/2; this also is why a POST or PATCH
// without parameters sends {} rather than nothing.
func (c *Client) request(ctx context.Context, k call, tok Token) (*http.Request, error) {
	u := *c.base
	target := u.String() + "/v1" + k.path
	if len(k.query) > 0 {
		target += "?" + k.query.Encode()
	}
	body, err := encode(k)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, k.method, target, nil)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Body = io.NopCloser(bytes.NewReader(body))
		req.ContentLength = int64(len(body))
		req.Header.Set("Content-Type", "application/json")
	}
	req.Close = true // see Config.HTTP
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Authorization", "Bearer "+tok.AccessToken.Reveal())
	return req, nil
}

func encode(k call) ([]byte, error) {
	switch {
	case k.method != http.MethodPost && k.method != http.MethodPatch:
		return nil, nil
	case k.body == nil:
		return []byte("{}"), nil
	}
	return json.Marshal(k.body)
}

// readBounded reads at most limit bytes; with an error it returns what came before it.
func readBounded(r io.Reader, limit int64) ([]byte, error) {
	if limit == 0 {
		limit = bodyLimit
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		return body[:limit], fmt.Errorf("%w (%d bytes)", errTooLarge, limit)
	}
	return body, err
}

// judge turns an answer into a reply or an Error, or both where the reply must not be lost.
func (c *Client) judge(k call, res *http.Response, body []byte, readErr error) (reply, error) {
	r := reply{status: res.StatusCode, requestID: c.scrub.clean(res.Header.Get("X-Request-Id"), maxName), body: body}
	ok := res.StatusCode >= 200 && res.StatusCode < 300
	switch {
	case ok && readErr == nil:
		return r, nil
	case ok:
		return r, c.cut(k, r, readErr)
	}
	refusal := c.refused(k, res, r, readErr)
	if k.op == opCreate && holdsPassword(body) {
		refusal.Uncertain = true
		return r, refusal // whatever the status says: it is the only copy there will ever be
	}
	return reply{}, refusal
}

// refused is the Error of an answer outside 2xx.
func (c *Client) refused(k call, res *http.Response, r reply, readErr error) *Error {
	said := parseComplaint(r.body)
	reason := c.scrub.clean(said.reason, maxName)
	e := &Error{
		Op: k.op, InstanceID: k.instance, Status: r.status,
		Reason:    reason,
		Message:   c.scrub.clean(said.message, maxMessage),
		Field:     c.scrub.clean(said.field, maxName),
		RequestID: r.requestID,
		Kind:      classify(k, r.status, reason),
		Uncertain: k.writes() && (r.status >= 500 || readErr != nil) || k.once && !said.documented(r.status),
		Sent:      true,
		Err:       readErr,
	}
	e.RetryAfter, _ = ParseRetryAfter(res.Header.Get("Retry-After"), c.clock())
	return e
}

// cut is the Error of a 2xx whose body did not arrive whole.
func (c *Client) cut(k call, r reply, readErr error) *Error {
	return &Error{
		Op: k.op, InstanceID: k.instance, Status: r.status, RequestID: r.requestID, Kind: kindOfCut(readErr),
		Message:   "the reply was cut: " + c.scrub.clean(readErr.Error(), maxMessage),
		Uncertain: k.writes(), Sent: true, Err: readErr,
	}
}

// kindOfCut: a reply that is too large today is too large in a minute.
func kindOfCut(err error) Kind {
	if errors.Is(err, errTooLarge) {
		return Person
	}
	return Later
}

// unanswered is the Error of a request that no status came back for.
func (c *Client) unanswered(k call, err error, sent bool) *Error {
	return &Error{
		Op: k.op, InstanceID: k.instance, Kind: Later, Err: err,
		Message:   c.scrub.clean(err.Error(), maxMessage),
		Uncertain: sent && k.writes(), Sent: sent,
	}
}

// trace logs what passed, never a header or a body.
func (c *Client) trace(ctx context.Context, k call, res *http.Response, took time.Duration) {
	c.log.DebugContext(ctx, "aura request",
		"method", k.method, "path", k.path, "status", res.StatusCode, "duration", took,
		"request_id", c.scrub.clean(res.Header.Get("X-Request-Id"), maxName))
	c.expiries.note(k, c.scrub.clean(res.Header.Get("X-Tyk-Api-Expires"), maxName))
}
