package aura

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
)

// TestEveryStatus: what can be done about each status, for a create, a pause, a delete, a read and the
// token, in Aura's documented form and in that of a gateway. The wrong word for a create is a lost
// password or a second database.
func TestEveryStatus(t *testing.T) {
	var b strings.Builder
	calls := map[string]func(context.Context, *Client) error{
		"create": func(ctx context.Context, c *Client) error {
			_, err := c.Create(ctx, CreateRequest{Name: "orders"})
			return err
		},
		"pause":  func(ctx context.Context, c *Client) error { _, err := c.Pause(ctx, "i1"); return err },
		"delete": func(ctx context.Context, c *Client) error { _, err := c.Delete(ctx, "i1"); return err },
		"read":   func(ctx context.Context, c *Client) error { _, err := c.Instance(ctx, "i1"); return err },
		"token":  func(ctx context.Context, c *Client) error { return c.Authorize(ctx, time.Time{}) },
	}
	for _, name := range []string{"create", "pause", "delete", "read", "token"} {
		for _, body := range []string{`{"errors":[{"message":"no","reason":"odd"}]}`, `{"errors":[{"message":"no","reason":"db-not-found"}]}`, `{"errors":[{"message":"no"}]}`, `{"error":"no"}`, "no"} {
			var outcomes []string
			at := map[string][]int{}
			for _, status := range []int{299, 300, 301, 399, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 415, 416, 422, 423, 425, 429, 430, 451, 499, 500, 501, 502, 503, 504, 599} {
				s := newServer(t, says(status, body))
				if name == "token" {
					s.token = says(status, body)
				}
				err := calls[name](t.Context(), s.client())
				s.Close()
				said := "done"
				if e := failure.Of(err); e != nil {
					_, advice, _ := strings.Cut(strings.ReplaceAll(err.Error(), fmt.Sprint(status), "CODE"), "X-Request-Id req-1")
					said = fmt.Sprintf("%v, reason %q, sent %t, uncertain %t, asked %d times%s", e.Kind, e.Reason, e.Sent, e.Uncertain, len(s.seen()), advice)
				}
				if at[said] == nil {
					outcomes = append(outcomes, said)
				}
				at[said] = append(at[said], status)
			}
			fmt.Fprintf(&b, "== %s, %s\n", name, body)
			for _, said := range outcomes {
				fmt.Fprintf(&b, "%v: %s\n", at[said], said)
			}
		}
	}
	approved(t, "testdata/statuses.txt", strings.TrimSpace(b.String())+"\n")
}

// TestReplacingIsNotRepeatedInVain: a refusal that a new token did not mend is believed for ten minutes;
// asking for a token each time would have the client locked out.
func TestReplacingIsNotRepeatedInVain(t *testing.T) {
	s := newServer(t, says(403, `{"error":"no"}`))
	c := s.client()
	for i, want := range []int{1, 2, 2, 2} { // the first is fresh, the second is replaced in vain
		if _, err := c.Pause(t.Context(), "i1"); err == nil || s.tokens != want {
			t.Errorf("call %d: %d tokens, want %d: %v", i+1, s.tokens, want, err)
		}
	}
	s.advance(10*time.Minute - 1)
	if _, err := c.Pause(t.Context(), "i1"); err == nil || s.tokens != 2 {
		t.Errorf("just before ten minutes: %d tokens: %v", s.tokens, err)
	}
	s.advance(1)
	if _, err := c.Pause(t.Context(), "i1"); err == nil || s.tokens != 3 {
		t.Errorf("ten minutes later: %d tokens: %v", s.tokens, err)
	}
}

// TestNoTokenInPlaceOfARefusedOne: the call was not carried out, and says so.
func TestNoTokenInPlaceOfARefusedOne(t *testing.T) {
	s := newServer(t, says(401, `{"error":"no"}`))
	c := s.client()
	if err := c.Authorize(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	s.token = says(503, "")
	_, err := c.Pause(t.Context(), "i1")
	if e := failure.Of(err); e == nil || e.Kind != failure.Later || e.Uncertain || e.Op != failure.OpPause || len(s.seen()) != 1 {
		t.Errorf("sent %v: %s", s.seen(), reported(nil, err))
	}
}

// TestOneWhoWaitsForATokenMayGiveUp, and loses nothing but that one call.
func TestOneWhoWaitsForATokenMayGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oauth/token" {
				time.Sleep(time.Minute / 2)
				giveToken(w, 1)
				return
			}
			io.WriteString(w, `{"data":[]}`)
		})
		var wg sync.WaitGroup
		defer wg.Wait()
		wg.Go(func() {
			if _, err := c.Tenants(t.Context()); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Tenants(ctx)
		if e := failure.Of(err); e == nil || e.Kind != failure.Later || e.Uncertain || e.Sent || !strings.Contains(err.Error(), "deadline") {
			t.Errorf("%s", reported(nil, err))
		}
	})
}
