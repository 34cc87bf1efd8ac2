package aurasim

import (
	"net/http"
	"slices"
	"time"
)

// Request is one request that reached the simulator.
type Request struct {
	N          int // counts from 1 over the simulator's life
	At         time.Time
	ClientID   string // "" when the credentials were unknown
	Method     string
	Path       string // "/v1/instances"
	Query      string
	InstanceID string // of the path, or of the instance that a create made
	Status     int    // of the answer, sent or cut; 0 when a cut came before there was one
	Outcome    int    // what the API itself decided, before a fault hid it; 0 when not processed
	RequestID  string // X-Request-Id of the answer
	Body       string // of the request; "" for token requests, which carry secrets
	Fault      FaultKind
	Processed  bool // false when a fault or a refusal at the gate kept it from the API
}

// Token says that the request asked for an access token.
func (r Request) Token() bool { return r.Path == TokenPath }

// Mutation says that the request could change something: anything but GETs and tokens.
func (r Request) Mutation() bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && !r.Token()
}

// Accepted says that the API did as asked, whether or not the client heard of it.
func (r Request) Accepted() bool { return r.Outcome/100 == 2 }

// Requests is the log, oldest first, up to Config.KeepRequests of the newest.
func (s *Sim) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Mutations are the requests of the log that could change something, accepted or not.
func (s *Sim) Mutations() []Request {
	all := s.Requests()
	return slices.DeleteFunc(all, func(r Request) bool { return !r.Mutation() })
}

// RequestCount is how many requests ever came, also those the log has forgotten.
func (s *Sim) RequestCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *account) record(r Request) {
	if len(s.log) >= 2*s.cfg.KeepRequests {
		s.log = slices.Clone(s.log[len(s.log)-s.cfg.KeepRequests:])
	}
	s.log = append(s.log, r)
}
