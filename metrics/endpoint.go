package metrics

import "strings"

// endpoints are the routes of the Aura API v1 that aurad asks, and the token's. A literal
// segment wins over {id}.
func endpoints() []string {
	return []string{
		"/oauth/token",
		"/v1/tenants",
		"/v1/tenants/{id}",
		"/v1/instances",
		"/v1/instances/sizing",
		"/v1/instances/{id}",
		"/v1/instances/{id}/pause",
		"/v1/instances/{id}/resume",
		"/v1/instances/{id}/upgrade",
		"/v1/instances/{id}/overwrite",
		"/v1/instances/{id}/snapshots",
		"/v1/instances/{id}/snapshots/{id}",
		"/v1/instances/{id}/snapshots/{id}/restore",
		"/v1/customer-managed-keys",
		"/v1/customer-managed-keys/{id}",
	}
}

// Endpoint is the route that a path belongs to, with {id} for ids; other if there is none.
func Endpoint(path string) string {
	if i := strings.Index(path, "/v1/"); i > 0 {
		path = path[i:] // the API may sit below a proxy's prefix
	}
	for _, route := range endpoints() {
		if follows(route, path) {
			return route
		}
	}
	return "other"
}

func follows(route, path string) bool {
	want, have := strings.Split(route, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, w := range want {
		if w != have[i] && (w != "{id}" || have[i] == "") {
			return false
		}
	}
	return true
}
