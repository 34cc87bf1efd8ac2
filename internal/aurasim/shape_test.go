package aurasim

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// What a client reads as the body of a create in each shape. P is the password, I the id.
func TestShapesOfACreatesReply(t *testing.T) {
	begins := map[Shape]string{
		WithBOM: "\ufeff" + `{"data":{"id":"I"`, UTF16LE: `{"data":{"id":"I"`, UTF16BE: `{"data":{"id":"I"`,
		Flat: `{"id":"I"`, ListOfOne: `{"data":[{"id":"I"`, BareList: `[{"id":"I"`, NoID: `{"data":{"connection_url"`,
		NumericPassword: `{"data":{"id":"I"`, Surplus: `{"data":{"id":"I"`, ShortLength: `{"data":{"id":"I"`, Twice: `{"data":{"id":"I"`,
	}
	for _, shape := range Shapes() {
		wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
			w.sim.Inject(Fault{Kind: OddReply, Shape: shape, Method: "POST"})
			a := w.over(rt, "POST", base+"/v1/instances", demoCreate)
			c := w.sim.Creates()[0]
			text := decoded(shape, a.body)
			if a.status != 202 || a.err != nil || !strings.HasPrefix(text, strings.Replace(begins[shape], "I", c.InstanceID, 1)) {
				t.Errorf("%s: %d %q %v", shape, a.status, text, a.err)
			}
			quoted := `"password":"` + c.Password + `"`
			if shape == NumericPassword {
				quoted = `"password":` + c.Password + `,`
			}
			if shape != ShortLength && !strings.Contains(text, quoted) {
				t.Errorf("%s: no %s in %s", shape, quoted, text)
			}
			if in := w.sim.Instances()[0]; in.Password != c.Password || in.Name != c.Name {
				t.Errorf("%s: the books say %+v of %+v", shape, c, in)
			}
			if whole := decoded(shape, string(c.Reply)); !strings.Contains(whole, quoted) {
				t.Errorf("%s: the books have the reply %q", shape, whole)
			}
		})
	}
}

func decoded(shape Shape, body string) string {
	if shape != UTF16LE && shape != UTF16BE {
		return body
	}
	var units []uint16
	for i := 0; i+1 < len(body); i += 2 {
		low, high := body[i], body[i+1]
		if shape == UTF16BE {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

// On the wire more comes than was announced.
func TestSurplusOnTheWire(t *testing.T) {
	for shape, want := range map[Shape]func(body, rest string) bool{
		Surplus:     func(body, rest string) bool { return rest == body },
		ShortLength: func(body, rest string) bool { return strings.HasSuffix(rest, "}}") && len(rest)-len(body) < 2 },
		Twice: func(body, rest string) bool {
			return strings.HasPrefix(rest, "HTTP/1.1 202 Accepted\r\n") && strings.HasSuffix(rest, body)
		},
	} {
		w := newWorld(t, Config{})
		server := httptest.NewServer(w.sim)
		defer server.Close()
		w.sim.Inject(Fault{Kind: OddReply, Shape: shape, Method: "POST"})
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /v1/instances HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", w.token, len(demoCreate), demoCreate)
		all, _ := io.ReadAll(conn)
		conn.Close()
		head, sent, _ := bytes.Cut(all, []byte("\r\n\r\n"))
		var length int
		for line := range strings.Lines(string(head)) {
			fmt.Sscanf(line, "Content-Length: %d", &length)
		}
		if length == 0 || length >= len(sent) || !want(string(sent[:length]), string(sent[length:])) {
			t.Errorf("%s: %d announced in %s", shape, length, all)
		}
	}
}

// Every code, before and after the commit, alone and with the body of the real reply.
func TestEveryStatusAsAnswerToACreate(t *testing.T) {
	wires(t, func(t *testing.T, w *world, rt http.RoundTripper, base string) {
		made := 0
		for code := 200; code <= 599; code++ {
			for _, f := range []Fault{{}, {Processed: true}, {Processed: true, OwnBody: true}} {
				f.Kind, f.Code, f.Method = Status, code, "POST"
				w.sim.Inject(f)
				a := w.over(rt, "POST", base+"/v1/instances", demoCreate)
				if f.Processed {
					made++
				}
				c := w.sim.Creates()[len(w.sim.Creates())-1]
				told := strings.Contains(a.body, `"password"`)
				bodiless := code == 204 || code == 304
				if a.err != nil || a.status != code || len(w.sim.Instances()) != made || told != (f.OwnBody && !bodiless) ||
					(c.Password != "") != f.Processed || string(c.Reply) != a.body {
					t.Fatalf("%d %+v: %d %s %v, %d of %d, %+v", code, f, a.status, a.body, a.err, len(w.sim.Instances()), made, c)
				}
			}
		}
	})
}

// A redirect can name where to, and a 307 makes Go's own client send the create again.
func TestARedirectSendsACreateAgain(t *testing.T) {
	w := newWorld(t, Config{})
	server := httptest.NewServer(w.sim)
	defer server.Close()
	w.sim.Inject(Fault{Kind: Status, Code: 307, Processed: true, Location: "/v1/instances", Method: "POST"})
	r, _ := http.NewRequest("POST", server.URL+"/v1/instances", strings.NewReader(demoCreate))
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if n := len(w.sim.Creates()); n != 2 || resp.StatusCode != 202 {
		t.Errorf("%d creates, %d", n, resp.StatusCode)
	}
}

// Any fault can come late: what was committed was committed when the request came.
func TestLateFaults(t *testing.T) {
	for _, f := range []Fault{{Kind: Status, Code: 408, Processed: true}, {Kind: CutAfter}, {Kind: OddReply, Shape: Flat}} {
		var slept time.Duration
		w := newWorld(t, Config{})
		w.sim.cfg.Sleep = sleeper(&slept)
		f.Delay = 70 * time.Second
		w.sim.Inject(f)
		w.do("POST", "/v1/instances", demoCreate)
		if slept != f.Delay || len(w.sim.Instances()) != 1 {
			t.Errorf("%+v: slept %v, %d instances", f, slept, len(w.sim.Instances()))
		}
	}
}
