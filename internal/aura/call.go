package aura

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// What a call does, in the words of its errors.
const (
	opToken           = "get an access token"
	opTenants         = "list tenants"
	opTenant          = "read tenant"
	opInstances       = "list instances"
	opInstance        = "read instance"
	opCreate          = "create instance"
	opPatch           = "change instance"
	opDelete          = "delete instance"
	opPause           = "pause instance"
	opResume          = "resume instance"
	opUpgrade         = "upgrade instance"
	opOverwrite       = "overwrite instance"
	opSnapshots       = "list snapshots of instance"
	opSnapshot        = "read a snapshot of instance"
	opCreateSnapshot  = "take a snapshot of instance"
	opRestoreSnapshot = "restore a snapshot of instance"
	opSizing          = "estimate a size"
	opKeys            = "list customer managed keys"
	opKey             = "read customer managed key"
)

// Largest replies taken in, in bytes.
const (
	listLimit = 8 << 20
	bodyLimit = 1 << 20
)

// Reading is tried this often at most, and no single wait is longer than maxWait; a server that
// asks for more gets its error passed up, with the RetryAfter it asked for.
const (
	readAttempts = 3
	maxWait      = 2 * time.Minute
)

// call is one request of the API, told apart from how it is sent.
type call struct {
	op       string
	instance string // id, for errors
	method   string
	route    string // with {id} for ids: names the endpoint in warnings
	path     string // escaped, below /v1
	query    url.Values
	body     any   // encoded as JSON; nil on POST and PATCH sends {}
	limit    int64 // of the reply; 0: bodyLimit
	harmless bool  // a POST that changes nothing
	once     bool  // a second one would make a second thing: never sent again, and a refusal is not believed
}

// writes reports whether c may change something at the server.
func (c call) writes() bool { return c.method != http.MethodGet && !c.harmless }

// reply is a 2xx answer.
type reply struct {
	status    int
	requestID string
	body      []byte
}

// do sends c: reading up to readAttempts times, anything else once, because only the caller can
// tell whether a write that went unanswered was carried out.
func (c *Client) do(ctx context.Context, k call) (reply, error) {
	if k.method != http.MethodGet {
		return c.authorized(ctx, k)
	}
	var r reply
	err := c.persist(ctx, readAttempts, func() (err error) {
		r, err = c.authorized(ctx, k)
		return err
	})
	return r, err
}

// persist repeats try while it fails with Later and waiting is within bounds.
func (c *Client) persist(ctx context.Context, attempts int, try func() error) error {
	for n := 1; ; n++ {
		err := try()
		if err == nil || n == attempts || !repeatable(err) || ctx.Err() != nil {
			return err
		}
		if c.sleep(ctx, pauseAfter(n, asError(err))) != nil {
			return err
		}
	}
}

func repeatable(err error) bool {
	e := asError(err)
	return e != nil && e.Kind == Later && !e.spent && e.RetryAfter <= maxWait
}

// pauseAfter is what the server asked for. When it asked for nothing: 1 s, 2 s, 4 s, and ten
// times that over the rate limit, which counts by the minute.
func pauseAfter(attempt int, e *Error) time.Duration {
	first := time.Second
	switch {
	case e.RetryAfter > 0:
		return e.RetryAfter
	case e.Status == http.StatusTooManyRequests:
		first = 10 * time.Second
	}
	return first << (attempt - 1)
}

// authorized sends c with the shared token. A refused token (401 or 403, the API gives either)
// is replaced once and c sent once more, writes too: it was refused before it was executed.
// That is certain only when the refusal arrived whole, and nobody knows who sent it: what makes
// something new is left to the caller, who asks whether it was made.
func (c *Client) authorized(ctx context.Context, k call) (reply, error) {
	tok, fresh, err := c.tokens.get(ctx)
	if err != nil {
		return reply{}, withoutToken(k, err)
	}
	r, err := c.send(ctx, k, tok)
	if fresh || !tokenRefused(err) || !c.tokens.mayReplace() {
		return r, err
	}
	if k.once {
		return r, c.tokens.suspect(tok, asError(err))
	}
	if tok, err = c.tokens.replace(ctx, tok); err != nil {
		return reply{}, withoutToken(k, err)
	}
	r, err = c.send(ctx, k, tok)
	if tokenRefused(err) {
		c.tokens.noteFutile()
	}
	return r, err
}

// tokenRefused: `unauthorized` is a lack of rights, which a new token does not mend.
func tokenRefused(err error) bool {
	e := asError(err)
	return e != nil && (e.Status == 401 || e.Status == 403) && e.Err == nil && e.Reason != "unauthorized"
}

// withoutToken wraps the failure to get a token into the call that needed it. The call was not
// sent, so it is never Uncertain, and the token's own retries are not to be multiplied.
func withoutToken(k call, err error) error {
	e := &Error{Op: k.op, InstanceID: k.instance, Kind: Later, Err: err, spent: true}
	if below := asError(err); below != nil {
		e.Status, e.Reason, e.Message, e.RequestID = below.Status, below.Reason, below.Message, below.RequestID
		e.Kind, e.RetryAfter = below.Kind, below.RetryAfter
	}
	return e
}
