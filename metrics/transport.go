package metrics

import (
	"net/http"
	"strconv"
	"time"
)

// Transport counts what passes through next. It belongs under whatever limits requests: then it
// counts what is really sent, and the time it measures is Aura's.
func (m *Metrics) Transport(next http.RoundTripper) http.RoundTripper {
	return transport{m, next}
}

type transport struct {
	m    *Metrics
	next http.RoundTripper
}

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	method, endpoint := methodOf(req.Method), Endpoint(req.URL.Path)
	began := time.Now()
	resp, err := t.next.RoundTrip(req)
	t.m.latency.WithLabelValues(method, endpoint).Observe(time.Since(began).Seconds())
	code := "error"
	if err == nil {
		code = strconv.Itoa(resp.StatusCode)
	}
	t.m.requests.WithLabelValues(method, endpoint, code).Inc()
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		t.m.throttled.Inc()
	}
	return resp, err
}

func methodOf(method string) string {
	switch method {
	case "GET", "POST", "PATCH", "DELETE":
		return method
	}
	return "other"
}
