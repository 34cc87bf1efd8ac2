package failure

import (
	"errors"
	"strings"
	"testing"
)

// TestAdviceOfEveryKind: what to do is said even where neither status nor reason is known.
func TestAdviceOfEveryKind(t *testing.T) {
	for want, e := range map[string]*Error{
		"correct the request":           rejection(418, Never),
		"try again later":               rejection(503, Later),
		"wait and look at the instance": rejection(409, Conflict),
		"a person must look at this":    rejection(410, Person),
		"redirects are not followed":    rejection(300, Person),
		"it was accepted: look":         {Op: OpPause, Status: 202, Kind: Later, Uncertain: true},
	} {
		if !strings.Contains(e.Error(), want) {
			t.Errorf("%s: want %q", e, want)
		}
	}
	if e := (&Error{Op: OpPause, Kind: Later, Err: errors.New("the request took too long")}); !strings.Contains(e.Error(), "no answer from Aura") {
		t.Error(e)
	}
	for kind, want := range map[Kind]string{Never: "never", Later: "later", Conflict: "conflict", Gone: "gone", Person: "person"} {
		if kind.String() != want {
			t.Errorf("%d is called %q, want %q", kind, kind, want)
		}
	}
}

// rejection is a refusal with nothing but its status.
func rejection(status int, kind Kind) *Error { return &Error{Op: OpPause, Status: status, Kind: kind} }
