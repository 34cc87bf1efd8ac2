package aura

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// read sends k and decodes what comes back.
func read[T any](ctx context.Context, c *Client, k call, parse func([]byte) (T, error)) (T, error) {
	var zero T
	r, err := c.do(ctx, k)
	if err != nil {
		return zero, err
	}
	v, err := parse(r.body)
	if err != nil {
		return zero, c.unreadable(k, r, err)
	}
	return v, nil
}

// accept sends a change. A 2xx status is Aura's consent, whatever became of the body: it may be
// empty, an empty object, cut or odd, and then no instance is returned.
func (c *Client) accept(ctx context.Context, k call, invalid error) (*Instance, error) {
	if invalid != nil {
		return nil, invalid
	}
	r, err := c.do(ctx, k)
	if err != nil && r.status == 0 {
		return nil, err
	}
	in, err := parseInstance(r.body)
	if err != nil || in.ID != k.instance {
		c.log.DebugContext(ctx, "aura accepted without saying more", "op", k.op, "instance", k.instance, "status", r.status, "request_id", r.requestID)
		return nil, nil
	}
	return &in, nil
}

var errNoData = errors.New(`the reply has no "data"`)

// data takes a success body out of its {"data": ...}.
func data[T any](raw []byte) (T, error) {
	var zero T
	var envelope struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(plainText(raw), &envelope); err != nil {
		return zero, fmt.Errorf("the reply is not JSON as expected: %w", err)
	}
	if len(envelope.Data) == 0 || bytes.Equal(envelope.Data, []byte("null")) {
		return zero, errNoData
	}
	var v T
	if err := json.Unmarshal(envelope.Data, &v); err != nil {
		return zero, fmt.Errorf("the reply's data are not as expected: %w", err)
	}
	return v, nil
}

// one decodes a single object of wire form W.
func one[W, T any](convert func(W) T) func([]byte) (T, error) {
	return func(raw []byte) (T, error) {
		w, err := data[W](raw)
		if err != nil {
			var zero T
			return zero, err
		}
		return convert(w), nil
	}
}

// list decodes an array of wire form W.
func list[W, T any](convert func(W) T) func([]byte) ([]T, error) {
	return func(raw []byte) ([]T, error) {
		ws, err := data[[]W](raw)
		if err != nil {
			return nil, err
		}
		out := make([]T, 0, len(ws))
		for _, w := range ws {
			out = append(out, convert(w))
		}
		return out, nil
	}
}

// unreadable is the Error of a whole 2xx reply that says something else than it should. Asking
// again gives the same, so it is not Later.
func (c *Client) unreadable(k call, r reply, err error) *Error {
	return &Error{
		Op: k.op, InstanceID: k.instance, Status: r.status, RequestID: r.requestID, Kind: Person,
		Message: c.scrub.clean(err.Error(), maxMessage), Uncertain: k.writes(), Sent: true,
	}
}
