package aurasim

import (
	"mime"
	"net/http"
	"strings"
)

// route is one endpoint. Segments in braces are handed to do in order.
type route struct {
	method, pattern string
	do              func(*call) reply
	spec415         bool // the spec lists 415 here; live it is checked on every POST and PATCH
}

func routes() []route {
	return []route{
		{"POST", TokenPath, issueToken, false},
		{"GET", "/v1/instances", listInstances, false},
		{"POST", "/v1/instances", createInstance, true},
		{"POST", "/v1/instances/sizing", estimateSize, true},
		{"GET", "/v1/instances/{id}", getInstance, false},
		{"PATCH", "/v1/instances/{id}", patchInstance, true},
		{"DELETE", "/v1/instances/{id}", deleteInstance, false},
		{"POST", "/v1/instances/{id}/pause", pauseInstance, false},
		{"POST", "/v1/instances/{id}/resume", resumeInstance, false},
		{"POST", "/v1/instances/{id}/upgrade", upgradeInstance, false},
		{"POST", "/v1/instances/{id}/overwrite", overwriteInstance, false},
		{"GET", "/v1/instances/{id}/snapshots", listSnapshots, false},
		{"POST", "/v1/instances/{id}/snapshots", createSnapshot, false},
		{"GET", "/v1/instances/{id}/snapshots/{sid}", getSnapshot, false},
		{"POST", "/v1/instances/{id}/snapshots/{sid}/restore", restoreSnapshot, false},
		{"GET", "/v1/tenants", listTenants, false},
		{"GET", "/v1/tenants/{id}", getTenant, false},
		{"GET", "/v1/tenants/{id}/metrics-integration", metricsIntegration, false},
		{"GET", "/v1/customer-managed-keys", listKeys, false},
		{"POST", "/v1/customer-managed-keys", createKey, true},
		{"GET", "/v1/customer-managed-keys/{id}", getKey, false},
		{"DELETE", "/v1/customer-managed-keys/{id}", deleteKey, false},
		{"GET", "/v1/graph-analytics/sessions", listSessions, false},
		{"POST", "/v1/graph-analytics/sessions", createSession, false},
		{"POST", "/v1/graph-analytics/sessions/sizing", estimateSession, true},
		{"GET", "/v1/graph-analytics/sessions/{id}", getSession, false},
		{"DELETE", "/v1/graph-analytics/sessions/{id}", deleteSession, false},
		{"GET", "/api/v1/{id}/metrics", tenantMetrics, false},
		{"GET", "/api/v1/{id}/{iid}/metrics", instanceMetrics, false},
	}
}

// Endpoints lists what the simulator answers to, as "METHOD /path/{id}".
func Endpoints() []string {
	var all []string
	for _, r := range routes() {
		all = append(all, r.method+" "+r.pattern)
	}
	return all
}

// find picks the route; when there is none the reply says why.
func (s *account) find(method, path string) (r route, args []string, no *reply) {
	known := false
	for _, r := range s.routes {
		args, ok := Match(r.pattern, path)
		if !ok {
			continue
		}
		if r.method == method {
			return r, args, nil
		}
		known = true
	}
	if known {
		return route{}, nil, gateway(http.StatusMethodNotAllowed, "method not allowed")
	}
	return route{}, nil, gateway(http.StatusNotFound, "no such endpoint")
}

func Match(pattern, path string) (args []string, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	for i, segment := range want {
		switch {
		case strings.HasPrefix(segment, "{") && have[i] != "":
			args = append(args, have[i])
		case segment != have[i]:
			return nil, false
		}
	}
	return args, true
}

// checkContentType is the 415 of a write without a JSON content type.
func (c *call) checkContentType(r route) *reply {
	if r.method != http.MethodPost && r.method != http.MethodPatch || c.s.quirks.ContentTypeCheck == "off" {
		return nil
	}
	if c.s.quirks.ContentTypeCheck == "spec" && !r.spec415 {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	if kind == "application/json" {
		return nil
	}
	return gateway(http.StatusUnsupportedMediaType, "Content-Type must be application/json")
}
