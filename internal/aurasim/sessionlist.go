package aurasim

import (
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// listSessions shows those that all of the query lets through; deleted ones only when it asks.
func listSessions(c *call) reply {
	q := c.http.URL.Query()
	from, no := moment(q, "startDate")
	if no != nil {
		return *no
	}
	to, no := moment(q, "endDate")
	if no != nil {
		return *no
	}
	list := []object{}
	for _, se := range c.s.sessions {
		made := (from.IsZero() || !se.Created.Before(from)) && (to.IsZero() || !se.Created.After(to))
		if made && c.listed(q, se) {
			list = append(list, c.s.sessionView(se, c.now))
		}
	}
	return data(http.StatusOK, list)
}

func (c *call) listed(q url.Values, se *session) bool {
	return fits(q.Get("instanceId"), se.InstanceID) && fits(q.Get("tenantId"), se.TenantID) &&
		fits(q.Get("projectId"), se.TenantID) && (se.deleted.IsZero() || q.Get("includeDeleted") == "true") &&
		(q.Get("listOnlyOwned") != "true" || se.UserID == userOf(c.req.ClientID))
}

func fits(filter, value string) bool { return filter == "" || filter == value }

// moment reads a bound of created_at: RFC 3339, the same without a zone (UTC), or a day. A day that
// is an end counts in full. A "+" that was not escaped arrives as a space.
func moment(q url.Values, name string) (time.Time, *reply) {
	text := strings.Replace(q.Get(name), " ", "+", 1)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, refuse(http.StatusBadRequest, "", name+" is not a date: "+text)
	}
	if name == "endDate" {
		t = t.AddDate(0, 0, 1).Add(-1)
	}
	return t, nil
}

// userOf is the id of the person whose credential a client id is: a UUID made of it.
func userOf(clientID string) string {
	h := fnv.New128a()
	h.Write([]byte(clientID))
	return uuid(h.Sum(nil))
}
