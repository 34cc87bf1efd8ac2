package aurasim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// wires are the two ways to reach a simulator; a fault must look alike over both.
func wires(t *testing.T, f func(t *testing.T, w *world, rt http.RoundTripper, base string)) {
	t.Run("transport", func(t *testing.T) {
		w := newWorld(t, Config{})
		f(t, w, w.sim.Transport(), "https://api.neo4j.io")
	})
	t.Run("socket", func(t *testing.T) {
		w := newWorld(t, Config{})
		server := httptest.NewServer(w.sim)
		defer server.Close()
		// Go's own client repeats a GET when a connection that was used before breaks.
		rt := &http.Transport{DisableKeepAlives: true}
		f(t, w, rt, server.URL)
	})
}

func (w *world) over(rt http.RoundTripper, method, url, body string) answer {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := rt.RoundTrip(r)
	if err != nil {
		return answer{t: w.t, err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if resp.ContentLength >= 0 && err == nil && int64(len(raw)) != resp.ContentLength {
		w.t.Errorf("%d bytes, Content-Length %d", len(raw), resp.ContentLength)
	}
	return answer{w.t, resp.StatusCode, resp.Header, string(raw), err}
}

func TestCutBeforeAndAfter(t *testing.T) {
	for _, row := range []struct {
		kind FaultKind
		made int
	}{{CutBefore, 0}, {CutAfter, 1}} {
		wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
			w.sim.Inject(Fault{Method: "POST", PathPrefix: "/v1/instances", Kind: row.kind})
			if a := w.over(rt, "GET", base+"/v1/instances", ""); a.status != 200 {
				t.Errorf("another request met the fault: %+v", a)
			}
			a := w.over(rt, "POST", base+"/v1/instances", demoCreate)
			if a.err == nil {
				t.Errorf("%s: an answer came: %d %s", row.kind, a.status, a.body)
			}
			if got := len(w.sim.Instances()); got != row.made {
				t.Errorf("%s: %d instances, want %d", row.kind, got, row.made)
			}
			r := w.sim.Mutations()[0]
			if r.Processed != (row.made == 1) || r.Accepted() != (row.made == 1) || r.Fault != row.kind {
				t.Errorf("%s: logged as %+v", row.kind, r)
			}
			if a := w.over(rt, "POST", base+"/v1/instances", demoCreate); a.status != 202 {
				t.Errorf("the fault struck twice: %+v", a)
			}
		})
	}
}

// At every byte of the reply: the status comes, so many bytes come, and reading on is an error.
func TestCutAtEveryByte(t *testing.T) {
	wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
		whole := w.over(rt, "POST", base+"/v1/instances", demoCreate)
		for n := range len(whole.body) {
			w.sim.Inject(Fault{Method: "POST", Kind: CutBody, Byte: n})
			a := w.over(rt, "POST", base+"/v1/instances", demoCreate)
			if a.status != 202 || !errors.Is(a.err, io.ErrUnexpectedEOF) || len(a.body) != n {
				t.Fatalf("byte %d: status %d, %d bytes, %v", n, a.status, len(a.body), a.err)
			}
		}
		if got := len(w.sim.Instances()); got != len(whole.body)+1 {
			t.Errorf("%d instances of %d creates", got, len(whole.body)+1)
		}
	})
}

func TestStatusFaults(t *testing.T) {
	for _, processed := range []bool{false, true} {
		wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
			w.sim.Inject(Fault{Method: "POST", Kind: Status, Code: 502, RetryAfter: "7", Processed: processed, Times: 2})
			for range 2 {
				a := w.over(rt, "POST", base+"/v1/instances", demoCreate)
				if a.status != 502 || a.header.Get("Retry-After") != "7" || a.body != `{"error":"Bad Gateway"}` {
					t.Errorf("%d %v %s", a.status, a.header, a.body)
				}
			}
			want := map[bool]int{false: 0, true: 2}[processed]
			if got := len(w.sim.Instances()); got != want {
				t.Errorf("processed %v: %d instances", processed, got)
			}
			if r := w.sim.Mutations()[0]; r.Accepted() != processed || r.Status != 502 {
				t.Errorf("%+v", r)
			}
			if w.sim.PendingFaults() != 0 {
				t.Error("the fault goes on")
			}
		})
	}
}

func TestNonJSON(t *testing.T) {
	wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
		w.sim.Inject(Fault{Kind: NonJSON})
		w.sim.Inject(Fault{Kind: NonJSON, Code: 502, Body: "upstream"})
		first, second := w.over(rt, "GET", base+"/v1/tenants", ""), w.over(rt, "GET", base+"/v1/tenants", "")
		if first.status != 200 || !strings.HasPrefix(first.body, "<html>") || second.status != 502 || second.body != "upstream" {
			t.Errorf("%d %s, %d %s", first.status, first.body, second.status, second.body)
		}
	})
}

// A stale read shows what was: old fields, an instance that is not there yet, one that has gone.
func TestStaleRead(t *testing.T) {
	wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
		id := w.sim.Add(Instance{Name: "old"})
		w.clock.Advance(time.Hour)
		w.want(200, "PATCH", "/v1/instances/"+id, `{"name":"new"}`)
		w.want(202, "POST", "/v1/instances/"+id+"/pause", "")
		w.sim.Add(Instance{})
		stale := func(age time.Duration, path string) answer {
			w.sim.Inject(Fault{Kind: StaleRead, Age: age, Method: "GET"})
			return w.over(rt, "GET", base+path, "")
		}
		stale(time.Minute, "/v1/instances/"+id).is("old", "data", "name").is("running", "data", "status")
		stale(0, "/v1/instances/"+id).is("new", "data", "name").is("pausing", "data", "status")
		stale(time.Minute, "/v1/instances").is("old", "data", 0, "name").is(missing{}, "data", 1)
		if a := stale(2*time.Hour, "/v1/instances/"+id); a.status != 404 {
			t.Errorf("before it was there: %d", a.status)
		}
		w.clock.Advance(time.Hour)
		w.want(202, "DELETE", "/v1/instances/"+id, "")
		w.clock.Advance(time.Hour)
		if a := stale(2*time.Hour, "/v1/instances/"+id); a.status != 200 {
			t.Errorf("after it was deleted: %d", a.status)
		}
		w.want(404, "GET", "/v1/instances/"+id, "")
	})
}

// A slow answer is processed at once; a client that gives up gets its context's error. In virtual
// time, which also shows that Transport works inside a bubble.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Seed: 1})
		w := &world{t: t, sim: s}
		w.login()
		s.Inject(Fault{Kind: Slow, Delay: 20 * time.Second, Method: "POST", Times: 2})
		began := time.Now()
		if a := w.do("POST", "/v1/instances", demoCreate); a.status != 202 || time.Since(began) != 20*time.Second {
			t.Errorf("%d after %v", a.status, time.Since(began))
		}
		if at := s.Mutations()[0].At; !at.Equal(began) {
			t.Errorf("processed at %v", at.Sub(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, "POST", "https://x/v1/instances", strings.NewReader(demoCreate))
		r.Header.Set("Authorization", "Bearer "+w.token)
		r.Header.Set("Content-Type", "application/json")
		if a := w.send(r); !errors.Is(a.err, context.DeadlineExceeded) || len(s.Instances()) != 2 {
			t.Errorf("%+v, %d instances", a, len(s.Instances()))
		}
		if a := w.send(r); !errors.Is(a.err, context.DeadlineExceeded) || len(s.Mutations()) != 2 {
			t.Errorf("a dead context still sends: %+v", a)
		}
	})
}

// Faults are used in the order of injection, each request meets one at most, Match decides, and
// Times -1 never ends.
func TestFaultsInOrder(t *testing.T) {
	w := newWorld(t, Config{})
	w.sim.Inject(Fault{Kind: Status, Code: 500, Times: 2})
	w.sim.Inject(Fault{Kind: Status, Code: 503, Match: func(r Request) bool { return r.Query == "tenantId=x" }, Times: -1})
	var got []string
	for _, query := range []string{"", "?tenantId=x", "?tenantId=x", "", "?tenantId=x", "?tenantId=x"} {
		got = append(got, fmt.Sprint(w.do("GET", "/v1/instances"+query, "").status))
	}
	if want := "500 500 503 200 503 503"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	w.sim.ClearFaults()
	w.want(403, "GET", "/v1/instances?tenantId=x", "")
}

// What a client that knows nothing of Go's HTTP sees, byte by byte.
func TestRawSocket(t *testing.T) {
	w := newWorld(t, Config{})
	server := httptest.NewServer(w.sim)
	defer server.Close()
	talk := func(request string) string {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, strings.ReplaceAll(request, "\n", "\r\n"))
		reply, _ := io.ReadAll(bufio.NewReader(conn))
		return string(reply)
	}
	reply := talk("POST /oauth/token HTTP/1.1\nHost: x\nConnection: close\nAuthorization: Basic ZGVtby1jbGllbnQ6ZGVtby1zZWNyZXQ=\n" +
		"Content-Type: application/x-www-form-urlencoded\nContent-Length: 29\n\ngrant_type=client_credentials")
	if !strings.HasPrefix(reply, "HTTP/1.1 200 OK\r\n") || !strings.Contains(reply, `"token_type":"Bearer"`) {
		t.Errorf("token: %s", reply)
	}
	get := "GET /v1/tenants HTTP/1.1\nHost: x\nConnection: close\nAuthorization: bearer " + w.token + "\n\n"
	if reply := talk(get); !strings.Contains(reply, "\r\nX-Request-Id: ") || !strings.HasSuffix(reply, `{"data":[{"id":"`+DemoTenantID+`","name":"Demo"}]}`) {
		t.Errorf("tenants: %s", reply)
	}
	w.sim.Inject(Fault{Kind: CutAfter})
	if reply := talk(get); reply != "" {
		t.Errorf("a cut connection said %q", reply)
	}
	w.sim.Inject(Fault{Kind: CutBody, Byte: 9})
	if reply := talk(get); !strings.HasSuffix(reply, "\r\n\r\n"+`{"data":[`) || !strings.Contains(reply, "Content-Length: 70") {
		t.Errorf("a cut body: %q", reply)
	}
}
