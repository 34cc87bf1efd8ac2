package aura

import (
	"context"
	"net/http"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
)

// readAttempts is how often reading is tried at most.
const readAttempts = 3

// do sends c: reading up to readAttempts times, anything else once, because only the caller can
// tell whether a write that went unanswered was carried out.
func (c *Client) do(ctx context.Context, k exchange.Call) (exchange.Reply, error) {
	if k.Method != http.MethodGet {
		return c.authorized(ctx, k)
	}
	var r exchange.Reply
	err := c.sender.Persist(ctx, readAttempts, func() (err error) {
		r, err = c.authorized(ctx, k)
		return err
	})
	return r, err
}

// authorized sends c with the shared token. A refused token (401 or 403, the API gives either)
// is replaced once and c sent once more, writes too: it was refused before it was executed.
// That is certain only when the refusal arrived whole, and nobody knows who sent it: what makes
// something new is left to the caller, who asks whether it was made.
func (c *Client) authorized(ctx context.Context, k exchange.Call) (exchange.Reply, error) {
	tok, fresh, err := c.tokens.Get(ctx)
	if err != nil {
		return exchange.Reply{}, withoutToken(k, err)
	}
	r, err := c.sender.Send(ctx, k, tok.AccessToken)
	if fresh || !tokenRefused(err) || !c.tokens.MayReplace() {
		return r, err
	}
	if k.Once {
		return r, c.tokens.Suspect(tok, failure.Of(err))
	}
	if tok, err = c.tokens.Replace(ctx, tok); err != nil {
		return exchange.Reply{}, withoutToken(k, err)
	}
	r, err = c.sender.Send(ctx, k, tok.AccessToken)
	if tokenRefused(err) {
		c.tokens.NoteFutile()
	}
	return r, err
}

// tokenRefused: `unauthorized` is a lack of rights, which a new token does not mend.
func tokenRefused(err error) bool {
	e := failure.Of(err)
	return e != nil && (e.Status == 401 || e.Status == 403) && e.Err == nil && e.Reason != "unauthorized"
}

// withoutToken wraps the failure to get a token into the call that needed it. The call was not
// sent, so it is never Uncertain, and the token's own retries are not to be multiplied.
func withoutToken(k exchange.Call, err error) error {
	e := &failure.Error{Op: k.Op, InstanceID: k.Instance, Kind: failure.Later, Err: err, Spent: true}
	if below := failure.Of(err); below != nil {
		e.Status, e.Reason, e.Message, e.RequestID = below.Status, below.Reason, below.Message, below.RequestID
		e.Kind, e.RetryAfter = below.Kind, below.RetryAfter
	}
	return e
}

// read sends k and decodes what comes back.
func read[T any](ctx context.Context, c *Client, k exchange.Call, parse func([]byte) (T, error)) (T, error) {
	var zero T
	r, err := c.do(ctx, k)
	if err != nil {
		return zero, err
	}
	v, err := parse(r.Body)
	if err != nil {
		return zero, c.sender.Unreadable(k, r, err)
	}
	return v, nil
}

// accept sends a change. A 2xx status is Aura's consent, whatever became of the body: it may be
// empty, an empty object, cut or odd, and then no instance is returned.
func (c *Client) accept(ctx context.Context, k exchange.Call, invalid error) (*Instance, error) {
	if invalid != nil {
		return nil, invalid
	}
	r, err := c.do(ctx, k)
	if err != nil && r.Status == 0 {
		return nil, err
	}
	in, err := parseInstance(r.Body)
	if err != nil || in.ID != k.Instance {
		c.sender.Log.DebugContext(ctx, "aura accepted without saying more", "op", k.Op, "instance", k.Instance, "status", r.Status, "request_id", r.RequestID)
		return nil, nil
	}
	return &in, nil
}
