package aurasim

import (
	"net/http"
	"strings"
)

func listInstances(c *call) reply {
	tenantID := c.http.URL.Query().Get("tenantId")
	if tenantID != "" && c.s.tenant(tenantID) == nil {
		return c.noTenantList(tenantID)
	}
	list := []object{}
	for _, in := range c.s.instances {
		shown, ok := c.past(in)
		if ok && (tenantID == "" || shown.TenantID == tenantID) {
			list = append(list, c.s.summary(shown))
		}
	}
	return data(http.StatusOK, list)
}

// noTenantList answers a list for a tenant that is not there. A malformed id has given 403 with a
// body that is not JSON (neo4j/aura-cli #112).
func (c *call) noTenantList(tenantID string) reply {
	if isUUID(tenantID) {
		return *refuse(http.StatusForbidden, "unauthorized", "no access to tenant "+tenantID)
	}
	switch c.s.quirks.MalformedTenant {
	case "empty-list":
		return data(http.StatusOK, []object{})
	case "error":
		return *gateway(http.StatusForbidden, "Forbidden")
	}
	return reply{status: http.StatusForbidden, problem: &problem{textForm, []fault{{Message: "Forbidden"}}}}
}

func getInstance(c *call) reply {
	in, ok := c.s.byID[c.args[0]]
	if !ok {
		return *noInstance(c.args[0])
	}
	shown, ok := c.look(in)
	if !ok {
		return *noInstance(c.args[0])
	}
	return data(http.StatusOK, c.s.view(shown, c.now))
}

func noInstance(id string) *reply {
	return refuse(http.StatusNotFound, reasonNoInstance, "DB not found: "+id)
}

// past is the instance as it is, or as it was when a stale read sees it.
func (c *call) past(in *instance) (Instance, bool) {
	if !c.asOf.IsZero() {
		return in.at(c.asOf)
	}
	return in.Instance, !in.Deleted
}

// look is the instance as GET shows it: late to know a new one, and lagging behind an action.
func (c *call) look(in *instance) (Instance, bool) {
	if !c.asOf.IsZero() {
		return in.at(c.asOf)
	}
	if c.now.Before(in.hidden) {
		return Instance{}, false
	}
	if in.lag.reads > 0 {
		in.lag.reads--
		return in.lag.view, true
	}
	if c.now.Before(in.lag.until) {
		return in.lag.view, true
	}
	return in.Instance, !in.Deleted
}

// target is the live instance that the path names.
func (c *call) target() (*instance, *reply) {
	in, ok := c.s.byID[c.args[0]]
	if !ok || in.Deleted {
		return nil, noInstance(c.args[0])
	}
	return in, nil
}

// ready refuses an action on an instance that is busy or in another status than want.
func (c *call) ready(in *instance, want string) *reply {
	if no := c.busy(in); no != nil {
		return no
	}
	if in.Status == want {
		return nil
	}
	status := map[string]int{"409": 409, "422": 422, "400": 400}[c.s.quirks.WrongStateStatus]
	return refuse(status, reasonUnavailable,
		"The requested action is unavailable: instance "+in.ID+" is "+in.Status+", not "+want)
}

// busy refuses while an operation runs, and for a while after if that quirk is on.
func (c *call) busy(in *instance) *reply {
	if in.op != nil {
		return ongoing(in, in.Status)
	}
	rest := c.s.quirks.BusyAfterRunning
	if rest > 0 && in.Status == StatusRunning && c.now.Before(in.Since.Add(rest)) {
		return ongoing(in, StatusUpdating)
	}
	return nil
}

func ongoing(in *instance, what string) *reply {
	return refuse(http.StatusConflict, reasonOngoing,
		"Database "+in.ID+" is currently undergoing an operation: "+what)
}

// isUUID checks the form alone: 8-4-4-4-12 hex digits.
func isUUID(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) != 5 {
		return false
	}
	for i, want := range []int{8, 4, 4, 4, 12} {
		if len(parts[i]) != want || strings.Trim(parts[i], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}
