package exchange

import (
	"errors"
	"net/http"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/internal/aura/wire"
)

// judge turns an answer into a reply or an Error, or both where the reply must not be lost.
func (s *Sender) judge(k Call, res *http.Response, body []byte, readErr error) (Reply, error) {
	r := Reply{Status: res.StatusCode, RequestID: s.Scrub.Clean(res.Header.Get("X-Request-Id"), scrub.MaxName), Body: body}
	ok := res.StatusCode >= 200 && res.StatusCode < 300
	switch {
	case ok && readErr == nil:
		return r, nil
	case ok:
		return r, s.cut(k, r, readErr)
	}
	refusal := s.Refused(k, res, r, readErr)
	if k.Op == failure.OpCreate && wire.HoldsPassword(body) {
		refusal.Uncertain = true
		return r, refusal // whatever the status says: it is the only copy there will ever be
	}
	return Reply{}, refusal
}

// Refused is the Error of an answer outside 2xx.
func (s *Sender) Refused(k Call, res *http.Response, r Reply, readErr error) *failure.Error {
	said := wire.ParseComplaint(r.Body)
	reason := s.Scrub.Clean(said.Reason, scrub.MaxName)
	e := &failure.Error{
		Op: k.Op, InstanceID: k.Instance, Status: r.Status,
		Reason:    reason,
		Message:   s.Scrub.Clean(said.Message, scrub.MaxMessage),
		Field:     s.Scrub.Clean(said.Field, scrub.MaxName),
		RequestID: r.RequestID,
		Kind:      failure.Classify(k.Op, r.Status, reason),
		Uncertain: k.writes() && (r.Status >= 500 || readErr != nil) || k.Once && !said.Documented(r.Status),
		Sent:      true,
		Err:       readErr,
	}
	e.RetryAfter, _ = ParseRetryAfter(res.Header.Get("Retry-After"), s.Clock())
	return e
}

// cut is the Error of a 2xx whose body did not arrive whole.
func (s *Sender) cut(k Call, r Reply, readErr error) *failure.Error {
	return &failure.Error{
		Op: k.Op, InstanceID: k.Instance, Status: r.Status, RequestID: r.RequestID, Kind: kindOfCut(readErr),
		Message:   "the reply was cut: " + s.Scrub.Clean(readErr.Error(), scrub.MaxMessage),
		Uncertain: k.writes(), Sent: true, Err: readErr,
	}
}

// kindOfCut: a reply that is too large today is too large in a minute.
func kindOfCut(err error) failure.Kind {
	if errors.Is(err, ErrTooLarge) {
		return failure.Person
	}
	return failure.Later
}

// Unanswered is the Error of a request that no status came back for.
func (s *Sender) Unanswered(k Call, err error, sent bool) *failure.Error {
	return &failure.Error{
		Op: k.Op, InstanceID: k.Instance, Kind: failure.Later, Err: err,
		Message:   s.Scrub.Clean(err.Error(), scrub.MaxMessage),
		Uncertain: sent && k.writes(), Sent: sent,
	}
}

// Unreadable is the Error of a whole 2xx reply that says something else than it should. Asking
// again gives the same, so it is not Later.
func (s *Sender) Unreadable(k Call, r Reply, err error) *failure.Error {
	return &failure.Error{
		Op: k.Op, InstanceID: k.Instance, Status: r.Status, RequestID: r.RequestID, Kind: failure.Person,
		Message: s.Scrub.Clean(err.Error(), scrub.MaxMessage), Uncertain: k.writes(), Sent: true,
	}
}
