package daemon_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
)

// answered is one way in which the first create of a world is answered.
type answered struct {
	status    int
	processed bool   // Aura carried it out all the same
	body      string // own: what Aura itself said
}

const own = "what Aura itself said"

var bodies = map[string]string{
	"Aura's error": `{"errors":[{"message":"no","reason":"tenant-incapable-of-action"}]}`,
	"a page":       "<html>gateway</html>",
	"nothing":      "",
	"its own":      own,
}

// answer answers the first create as a says.
func (w *world) answer(a answered) {
	done := false
	w.wire = func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if done || r.Method != http.MethodPost || r.URL.Path != "/v1/instances" {
				return next.RoundTrip(r)
			}
			done = true
			body := []byte(a.body)
			if a.processed {
				resp, err := next.RoundTrip(r)
				if err != nil {
					return resp, err
				}
				said, _ := io.ReadAll(resp.Body)
				if a.body == own {
					body = said
				}
			}
			return &http.Response{StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
				Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}, nil
		})
	}
}

// Whatever answers a create, before and after it was carried out: there is one instance, or a second
// one only after a newer list did not show the first, and no password that arrived is lost. The judge
// is the account itself.
//
// The short one tries what Aura documents, what gateways say, and a few that nobody says, each with one
// body; the long one everything.
func TestEveryStatusAnswersACreate(t *testing.T) { everyStatus(t, false) }

func TestLongEveryStatusAnswersACreate(t *testing.T) {
	long(t)
	everyStatus(t, true)
}

var likely = []int{200, 201, 202, 204, 206, 300, 302, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 422, 423, 425, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 511, 520, 524, 530, 599}

func everyStatus(t *testing.T, every bool) {
	names := []string{"Aura's error", "a page", "nothing", "its own"}
	tried := 0
	for status := 200; status < 600; status++ {
		if !every && status%37 != 0 && !slices.Contains(likely, status) {
			continue
		}
		for i, name := range names {
			for _, processed := range []bool{true, false} {
				a := answered{status, processed, bodies[name]}
				if !every && i != status%len(names) || !processed && a.body == own {
					continue
				}
				tried++
				inWorld(t, smallCatalog(), func(w *world) {
					w.answer(a)
					w.start(reportFleet)
					w.patient(3 * time.Hour)
					if wrong := w.judged(a); wrong != "" {
						t.Errorf("%d with %s, processed %v: %s\n%s\n%s", status, name, processed, wrong, steps(w.d.Plan(time.Now())), w.story())
					}
				})
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d answers", tried)
}

// judged says what is wrong with the account after the create was answered so; "" for nothing.
func (w *world) judged(a answered) string {
	success := a.status < 300
	switch {
	case a.processed && (w.made() != 1 || w.posts() != 1):
		return fmt.Sprintf("%d instances from %d creates", w.made(), w.posts())
	case a.processed && a.body == own:
		w.whole("a")
		return ""
	case a.processed && success && a.body != "":
		return w.blockedFor(reconcile.CauseUnread)
	case a.processed:
		return w.blockedFor(reconcile.CauseLost)
	case success && a.body != "": // a success that made nothing: a person must look
		return w.blockedFor(reconcile.CauseUnread)
	}
	w.whole("a")
	if w.made() != 1 {
		return fmt.Sprintf("%d instances were made", w.made())
	}
	return w.provenAbsent()
}

func (w *world) blockedFor(cause reconcile.Cause) string {
	if found := blocked(w.plan()); len(found) != 1 || found[0].Cause != cause {
		return "not blocked as " + string(cause)
	}
	return ""
}

// provenAbsent demands a list between any two creates.
func (w *world) provenAbsent() string {
	listed := true
	for _, r := range w.sim.Requests() {
		switch {
		case isList(r):
			listed = r.Status == http.StatusOK
		case isCreate(r) && !listed:
			return "a create went out without a list after the one before"
		case isCreate(r):
			listed = false
		}
	}
	return ""
}
