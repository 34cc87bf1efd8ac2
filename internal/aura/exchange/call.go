// Package exchange sends one call to the API and says what came of it: a reply, or a failure and
// whether the server may have carried the call out.
//
// It knows HTTP, time limits, and how long a server asks to be left alone: retryafter.go is the one
// place that reads Retry-After and waits for it. It must not know tokens, nor what the bodies hold.
package exchange

import (
	"net/http"
	"net/url"
)

// Largest replies taken in, in bytes.
const (
	ListLimit = 8 << 20
	BodyLimit = 1 << 20
)

// Call is one request of the API, told apart from how it is sent.
type Call struct {
	Op       string
	Instance string // id, for errors
	Method   string
	Route    string // with {id} for ids: names the endpoint in warnings
	Path     string // escaped, below /v1
	Query    url.Values
	Body     any   // encoded as JSON; nil on POST and PATCH sends {}
	Limit    int64 // of the reply; 0: bodyLimit
	Harmless bool  // a POST that changes nothing
	Once     bool  // a second one would make a second thing: never sent again, and a refusal is not believed
}

// writes reports whether c may change something at the server.
func (c Call) writes() bool { return c.Method != http.MethodGet && !c.Harmless }

// Reply is a 2xx answer.
type Reply struct {
	Status    int
	RequestID string
	Body      []byte
}
