package aurasim

import (
	"net/http"
	"strings"
	"time"
)

// FaultKind is a way in which a request goes wrong.
type FaultKind string

// The kinds of faults; see Fault for the fields that each one reads.
const (
	CutBefore FaultKind = "cut-before" // connection closed, request not processed
	CutAfter  FaultKind = "cut-after"  // request processed, connection closed without a reply
	CutBody   FaultKind = "cut-body"   // processed; headers with the full length, Byte bytes, then closed
	Status    FaultKind = "status"     // Code and RetryAfter instead of the answer; processed if Processed
	Slow      FaultKind = "slow"       // processed at once, answered after Delay
	StaleRead FaultKind = "stale-read" // a GET shows the state of Age ago
	NonJSON   FaultKind = "non-json"   // processed; Body (or a gateway's HTML page) instead of the JSON
	OddReply  FaultKind = "odd-reply"  // processed; the reply comes in another Shape

	// A change that is accepted and not done.
	Ignored   FaultKind = "ignored"    // answered as if it were; nothing happens
	FallsBack FaultKind = "falls-back" // takes its time, and ends where it began

	// A list of instances that is not what was asked for. These strike GET /v1/instances alone.
	EmptyList   FaultKind = "empty-list"   // 200, and nobody there
	ForeignList FaultKind = "foreign-list" // the instances of Tenant, whatever was asked
	EditedList  FaultKind = "edited-list"  // what Edit makes of it
)

// Fault is one thing that goes wrong with requests that match it. Method and PathPrefix narrow it
// where they are set, and so does Match.
type Fault struct {
	Match      func(Request) bool // sees the request before it is processed; must not call the Sim
	Method     string
	PathPrefix string // "/v1/instances"
	Times      int    // how often it strikes; 0: once, -1: for ever
	Kind       FaultKind

	Byte       int    // CutBody: how many bytes of the body still get through
	Code       int    // Status; 0: 503. NonJSON: 0 leaves the code as it is
	RetryAfter string // Status: the header, as it is to be sent; "": none
	Location   string // Status: likewise
	Processed  bool   // Status: whether the request takes effect all the same
	OwnBody    bool   // Status, when Processed: only the code is wrong, the body is the real reply's
	Body       string // Status, NonJSON: the body; "" a short error of the gateway
	Shape      Shape  // OddReply
	Tenant     string // ForeignList; "": a tenant that the account does not have, with two instances
	Edit       func(list []any) []any
	Delay      time.Duration // any kind: the answer, or the cut, comes so much later
	Age        time.Duration
}

// BrokenLook is the one instance that the API can't show: every GET of it is a 500.
func BrokenLook(id string) Fault {
	return Fault{Kind: Status, Code: http.StatusInternalServerError, Times: -1, Method: http.MethodGet, PathPrefix: "/v1/instances/" + id}
}

// Inject adds a fault. Each request meets at most one: the first that matches, in the order in
// which they were injected.
func (s *Sim) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Code == 0 && f.Kind == Status {
		f.Code = http.StatusServiceUnavailable
	}
	s.faults = append(s.faults, f)
}

// ClearFaults takes back every fault that has not struck.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// PendingFaults is how many faults may still strike.
func (s *Sim) PendingFaults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

// takeFault uses up one stroke of the first fault that matches.
func (s *account) takeFault(r Request) Fault {
	for i, f := range s.faults {
		if !f.matches(r) {
			continue
		}
		if s.faults[i].Times--; f.Times == 1 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return f
	}
	return Fault{}
}

func (f Fault) matches(r Request) bool {
	return (f.Method == "" || f.Method == r.Method) &&
		strings.HasPrefix(r.Path, f.PathPrefix) && f.concerns(r) &&
		(f.Match == nil || f.Match(r))
}

// concerns keeps a kind to the requests that it means something to.
func (f Fault) concerns(r Request) bool {
	switch f.Kind {
	case EmptyList, ForeignList, EditedList:
		return r.Method == http.MethodGet && r.Path == "/v1/instances"
	case Ignored, FallsBack:
		return r.Mutation()
	}
	return true
}

// skips says that the request must not be processed.
func (f Fault) skips() bool { return f.Kind == CutBefore || f.Kind == Status && !f.Processed }

// disguise puts the fault's answer in the place of the real one.
func (f Fault) disguise(out *outcome) {
	if f.Code != 0 {
		out.status = f.Code
	}
	for header, value := range map[string]string{"Retry-After": f.RetryAfter, "Location": f.Location} {
		if value != "" {
			out.header.Set(header, value)
		}
	}
	if f.OwnBody && f.Processed {
		return
	}
	body, contentType := f.Body, "text/html"
	if body == "" && f.Kind == Status {
		body, contentType = `{"error":"`+http.StatusText(f.Code)+`"}`, "application/json"
	}
	if body == "" {
		body = "<html><body><h1>Bad gateway</h1></body></html>\n"
	}
	if strings.HasPrefix(body, "{") {
		contentType = "application/json"
	}
	out.body = []byte(body)
	out.header.Set("Content-Type", contentType)
}
