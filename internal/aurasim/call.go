package aurasim

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/aurad/aurad/internal/aurasim/limit"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// call is one request while it is being answered, under the simulator's lock.
type call struct {
	s    *Sim
	now  time.Time
	asOf time.Time // reads show the state of then; zero: of now
	made *instance // by this call; nil: none
	req  *Request
	http *http.Request
	body []byte
	args []string // what stands in the path's braces
}

// outcome is what goes over the wire, or does not.
type outcome struct {
	status  int
	header  http.Header
	body    []byte
	fault   Fault
	surplus []byte // sent after the body, beyond its Content-Length
}

// answer does the whole request but for sending the answer.
func (s *Sim) answer(r *http.Request, body []byte) outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock()
	s.advance(now)
	s.requests++
	req := Request{N: s.requests, At: now, ClientID: s.clientOf(r), Method: r.Method,
		Path: r.URL.Path, Query: r.URL.RawQuery}
	if !req.Token() {
		req.Body = string(body)
	}
	if args, ok := Match("/v1/instances/{id}", firstSegments(req.Path, 4)); ok && args[0] != "sizing" {
		req.InstanceID = args[0]
	}
	s.meterOf(req.ClientID).Arrive(now)
	c := &call{s: s, now: now, req: &req, http: r, body: body}
	out := c.run(s.takeFault(req))
	s.record(req)
	s.recordCreate(c, out)
	return out
}

// run processes the call and lets the fault have its way with it.
func (c *call) run(f Fault) outcome {
	c.req.Fault = f.Kind
	out := outcome{fault: f, header: http.Header{}}
	if f.Kind == StaleRead && c.req.Method == http.MethodGet {
		c.asOf = c.now.Add(-f.Age)
	}
	if !f.skips() {
		c.deliver(&out, c.reshape(f, c.processUnder(f, out.header)))
	}
	switch f.Kind {
	case Status, NonJSON:
		f.disguise(&out)
	case OddReply:
		f.Shape.wire(&out)
	}
	if f.Kind != CutBefore {
		c.req.Status = out.status
	}
	return out
}

// deliver turns a reply into bytes.
func (c *call) deliver(out *outcome, p reply) {
	out.status = p.status
	for key, values := range p.header {
		out.header[key] = values
	}
	body, contentType := p.render(c.s.quirks.ErrorBody)
	out.body = body
	if contentType != "" {
		out.header.Set("Content-Type", contentType)
	}
	if c.s.quirks.GatewayExpires == quirk.On {
		out.header.Set("X-Tyk-Api-Expires", c.now.AddDate(0, 3, 0).UTC().Format(http.TimeFormat))
	}
}

// process passes the gate (token, limit, content type), then the endpoint. The request id is put
// on every answer to an authenticated request.
func (c *call) process(header http.Header) reply {
	r, args, missing := c.s.find(c.req.Method, c.req.Path)
	if !c.req.Token() {
		if no := c.authorize(); no != nil {
			return *no
		}
		c.req.RequestID = c.s.newUUID()
		header.Set("X-Request-Id", c.req.RequestID)
	}
	if no := c.spend(); no != nil {
		return *no
	}
	if missing != nil {
		return *missing
	}
	if !c.req.Token() {
		if no := c.checkContentType(r); no != nil {
			return *no
		}
	}
	c.args = args
	c.req.Processed = true
	p := r.do(c)
	c.req.Outcome = p.status
	return p
}

// spend takes the request out of its client's minute.
func (c *call) spend() *reply {
	if c.req.ClientID == "" {
		return nil
	}
	m := c.s.meterOf(c.req.ClientID)
	left, wait := limit.Spend(m.Accepted, c.now, time.Minute, c.s.quirks.RequestsPerMinute)
	m.Accepted = left
	if wait > 0 {
		return c.s.tooMany(c.now, wait)
	}
	return nil
}

// decode reads the JSON body; an empty one counts as {}.
func (c *call) decode(v any) *reply {
	body := bytes.TrimSpace(c.body)
	if len(body) == 0 {
		body = []byte("{}")
	}
	err := json.Unmarshal(body, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && wrong.Field != "":
		return invalid(wrong.Field, wrong.Field+" must be a "+wrong.Type.String()+", not a "+wrong.Value)
	}
	return refuse(http.StatusBadRequest, reasonInvalid, "the request body is not a JSON object")
}

// firstSegments cuts a path after n slash-separated parts, the empty first one included.
func firstSegments(path string, n int) string {
	for i := range path {
		if path[i] != '/' {
			continue
		}
		if n == 1 {
			return path[:i]
		}
		n--
	}
	return path
}
