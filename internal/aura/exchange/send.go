package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/secrets"
)

// CreateTimeout bounds an attempt to create, whatever Timeout says: giving up early throws away the
// only copy of a password.
const CreateTimeout = 20 * time.Minute

// What ends an attempt that was begun.
var (
	ErrTimeout  = errors.New("the request took too long")
	ErrTooLarge = errors.New("the reply is larger than any reply of this kind should be")
)

// Sender sends calls, one attempt at a time, and says what came of each.
type Sender struct {
	Base      *url.URL
	HTTP      *http.Client
	Scrub     *scrub.Scrubber
	Expiries  *Expiries
	UserAgent string
	Timeout   time.Duration
	Clock     func() time.Time
	Sleep     func(context.Context, time.Duration) error
	Log       *slog.Logger
}

// Send makes one attempt. A reply with an error is a 2xx whose body was cut: what arrived is in it.
func (s *Sender) Send(ctx context.Context, k Call, bearer secrets.Secret) (Reply, error) {
	if err := ctx.Err(); err != nil {
		return Reply{}, s.Unanswered(k, err, false)
	}
	a, ctx := StartAttempt(ctx, s.patience(k))
	defer a.Stop()
	req, err := s.Request(ctx, k, bearer)
	if err != nil {
		return Reply{}, &failure.Error{Op: k.Op, InstanceID: k.Instance, Kind: failure.Never, Message: s.Scrub.Clean(err.Error(), scrub.MaxMessage), Err: err}
	}
	start := s.Clock()
	res, err := s.HTTP.Do(req)
	if err != nil {
		e := s.Unanswered(k, a.Cause(err), a.mayHaveLeft(err))
		s.Log.DebugContext(ctx, "aura request failed", "method", k.Method, "path", k.Path, "duration", s.Clock().Sub(start), "error", e.Message)
		return Reply{}, e
	}
	defer res.Body.Close()
	a.Arm()
	body, readErr := ReadBounded(res.Body, k.Limit)
	s.trace(ctx, k, res, s.Clock().Sub(start))
	return s.judge(k, res, body, a.Cause(readErr))
}

// patience is how long an attempt of k may take.
func (s *Sender) patience(k Call) time.Duration {
	if k.Op == failure.OpCreate {
		return max(s.Timeout, CreateTimeout)
	}
	return s.Timeout
}

// Request builds the HTTP request of k. Its body cannot be rewound (no GetBody), so that net/http
// has no means to repeat a write by itself, on HTTP/1 or HTTP/2; this also is why a POST or PATCH
// without parameters sends {} rather than nothing.
func (s *Sender) Request(ctx context.Context, k Call, bearer secrets.Secret) (*http.Request, error) {
	target := s.Base.String() + "/v1" + k.Path
	if len(k.Query) > 0 {
		target += "?" + k.Query.Encode()
	}
	body, err := encode(k)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, k.Method, target, nil)
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
	req.Header.Set("User-Agent", s.UserAgent)
	req.Header.Set("Authorization", "Bearer "+bearer.Reveal())
	return req, nil
}

func encode(k Call) ([]byte, error) {
	switch {
	case k.Method != http.MethodPost && k.Method != http.MethodPatch:
		return nil, nil
	case k.Body == nil:
		return []byte("{}"), nil
	}
	return json.Marshal(k.Body)
}

// ReadBounded reads at most limit bytes; with an error it returns what came before it.
func ReadBounded(r io.Reader, limit int64) ([]byte, error) {
	if limit == 0 {
		limit = BodyLimit
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		return body[:limit], fmt.Errorf("%w (%d bytes)", ErrTooLarge, limit)
	}
	return body, err
}

// trace logs what passed, never a header or a body.
func (s *Sender) trace(ctx context.Context, k Call, res *http.Response, took time.Duration) {
	s.Log.DebugContext(ctx, "aura request",
		"method", k.Method, "path", k.Path, "status", res.StatusCode, "duration", took,
		"request_id", s.Scrub.Clean(res.Header.Get("X-Request-Id"), scrub.MaxName))
	s.Expiries.note(k, s.Scrub.Clean(res.Header.Get("X-Tyk-Api-Expires"), scrub.MaxName))
}
