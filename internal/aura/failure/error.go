// Package failure is what comes of a request that did not succeed: what was being done, to which
// instance, what the server said, what can be done about it (Kind) and what to do next.
//
// It knows Aura's statuses and reasons, and must not know how requests are sent.
package failure

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrNotSent is wrapped by a RoundTripper in front of the network that gives up on a request
// before any of it was sent, so that a write it held back does not count as Uncertain.
var ErrNotSent = errors.New("the request was not sent")

// Kind says what the caller can do about an Error.
type Kind int

const (
	Later    Kind = iota + 1 // try again after RetryAfter or a back-off: 429, 5xx, no answer
	Conflict                 // the instance's state forbids it now: wait, look at it again, then decide
	Gone                     // Aura says that the instance does not exist (any more)
	Person                   // a person must grant, pay, raise or mend something first
	Never                    // the request itself is wrong; the same again gives the same
)

// String is the kind in one word.
func (k Kind) String() string {
	switch k {
	case Later:
		return "later"
	case Conflict:
		return "conflict"
	case Gone:
		return "gone"
	case Person:
		return "person"
	case Never:
		return "never"
	}
	return "unknown"
}

// Error is the one error type of this package's requests. Everything in it that came from a
// server is bounded, one line, and free of the client's secrets.
type Error struct {
	Op         string // what was being done: "pause instance", "list instances"
	InstanceID string // to which instance; "" when to none or to one not yet made
	Status     int    // HTTP status; 0 when no answer came
	Reason     string // Aura's `reason`, such as "ongoing-database-operation"; "" when it gave none
	Message    string // what the server or the transport said
	Field      string // the field of the request that the server objects to
	RequestID  string // X-Request-Id
	RetryAfter time.Duration
	Kind       Kind
	Uncertain  bool  // the server may have carried the request out
	Sent       bool  // some of the request may have left; an answer proves it
	Err        error // transport or token error below, if any
	Spent      bool  // retries were already spent below; another round would multiply them
}

// Unwrap is the error below, if any.
func (e *Error) Unwrap() error { return e.Err }

// Error is one sentence: what was being done to which instance, what the server said, what to
// do next.
func (e *Error) Error() string {
	if below, ok := e.Err.(*Error); ok {
		return e.subject() + ": " + below.Error()
	}
	return e.subject() + ": " + e.said() + "; " + e.next()
}

func (e *Error) subject() string {
	if e.InstanceID == "" {
		return e.Op
	}
	return e.Op + " " + e.InstanceID
}

func (e *Error) said() string {
	var b strings.Builder
	switch {
	case e.Status != 0:
		fmt.Fprintf(&b, "Aura answered %s", statusText(e.Status))
	case e.Err != nil && !errors.Is(e.Err, ErrNotSent):
		b.WriteString("no answer from Aura")
	default:
		b.WriteString("not sent")
	}
	if e.Reason != "" {
		b.WriteString(", " + e.Reason)
	}
	if e.Field != "" {
		b.WriteString(", field " + e.Field)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.RequestID != "" {
		b.WriteString(" (X-Request-Id " + e.RequestID + ")")
	}
	return b.String()
}

func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// KindOf returns the Kind of the Error in err's chain; zero when there is none.
func KindOf(err error) Kind {
	if e := Of(err); e != nil {
		return e.Kind
	}
	return 0
}

// Of finds the Error in err's chain; nil when there is none.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
