package aurasim

import (
	"net/http"
	"slices"
	"time"
)

// sessionCreating is how long a new session is Creating; no figure is published.
const sessionCreating = time.Minute

// session is a graph-analytics session. The reasons of its errors are empty strings.
type session struct {
	ID            string
	Name          string `json:"name"`
	Memory        string `json:"memory"`
	TTL           string `json:"ttl"` // a Go duration; "" is an hour
	TenantID      string `json:"tenant_id"`
	ProjectID     string `json:"project_id"` // the newer word for TenantID
	InstanceID    string `json:"instance_id"`
	CloudProvider string `json:"cloud_provider"`
	Region        string `json:"region"`
	Created       time.Time
	life          time.Duration
}

func (se *session) expires() time.Time { return se.Created.Add(sessionCreating + se.life) }

func (se *session) status(now time.Time) string {
	switch {
	case now.Before(se.Created.Add(sessionCreating)):
		return "Creating"
	case now.Before(se.expires()):
		return "Ready"
	}
	return "Expired"
}

func (se *session) view(now time.Time) object {
	return object{
		{"id", se.ID}, {"name", se.Name}, {"memory", se.Memory}, {"instance_id", se.InstanceID},
		{"status", se.status(now)}, {"created_at", timestamp(se.Created)}, {"host", se.ID + ".sessions.neo4j.io"},
		{"expiry_date", timestamp(se.expires())}, {"ttl", se.life.String()}, {"tenant_id", se.TenantID},
		{"cloud_provider", se.CloudProvider}, {"region", se.Region},
	}
}

// same says that a second POST asks for what is there already.
func (se *session) same(other *session) bool {
	return se.Memory == other.Memory && se.life == other.life && se.InstanceID == other.InstanceID &&
		se.CloudProvider == other.CloudProvider && se.Region == other.Region
}

func (s *Sim) session(id string) *session {
	i := slices.IndexFunc(s.sessions, func(se *session) bool { return se.ID == id })
	if i < 0 {
		return nil
	}
	return s.sessions[i]
}

func listSessions(c *call) reply {
	q := c.http.URL.Query()
	list := []object{}
	for _, se := range c.s.sessions {
		if fits(q.Get("instanceId"), se.InstanceID) && fits(q.Get("tenantId"), se.TenantID) && fits(q.Get("projectId"), se.TenantID) {
			list = append(list, se.view(c.now))
		}
	}
	return data(http.StatusOK, list)
}

func fits(filter, value string) bool { return filter == "" || filter == value }

// createSession is 202 for a new one, 200 for one that is there as asked for, 409 for another one
// of the same name.
func createSession(c *call) reply {
	se := &session{}
	if no := c.decode(se); no != nil {
		return *no
	}
	if no := c.validSession(se); no != nil {
		return *no
	}
	for _, old := range c.s.sessions {
		if old.Name != se.Name || old.TenantID != se.TenantID || old.status(c.now) == "Expired" {
			continue
		}
		if !old.same(se) {
			return *refuse(http.StatusConflict, "", "a session named "+se.Name+" has other parameters")
		}
		return data(http.StatusOK, old.view(c.now))
	}
	se.ID, se.Created = c.s.newSecret(4)+"-"+c.s.newSecret(4), c.now
	c.s.sessions = append(c.s.sessions, se)
	return data(http.StatusAccepted, se.view(c.now))
}

func (c *call) validSession(se *session) *reply {
	if se.TenantID == "" {
		se.TenantID = se.ProjectID
	}
	if in := c.s.byID[se.InstanceID]; in != nil && !in.Deleted {
		se.TenantID, se.CloudProvider, se.Region = in.TenantID, in.CloudProvider, in.Region
	} else if se.InstanceID != "" {
		return refuse(http.StatusBadRequest, "", "DB not found: "+se.InstanceID)
	}
	life, err := time.ParseDuration(se.TTL)
	switch {
	case se.Name == "" || gigabytes(se.Memory) == 0:
		return refuse(http.StatusBadRequest, "", "name and memory are required")
	case c.s.tenant(se.TenantID) == nil:
		return refuse(http.StatusBadRequest, "", "Tenant not found: "+se.TenantID)
	case se.TTL == "":
		life = time.Hour
	case err != nil || life <= 0:
		return refuse(http.StatusBadRequest, "", "ttl is not a duration: "+se.TTL)
	}
	se.life = life
	return nil
}

func noSession(id string) *reply { return refuse(http.StatusNotFound, "", "Session not found: "+id) }

func getSession(c *call) reply {
	se := c.s.session(c.args[0])
	if se == nil {
		return *noSession(c.args[0])
	}
	return data(http.StatusOK, se.view(c.now))
}

func deleteSession(c *call) reply {
	se := c.s.session(c.args[0])
	if se == nil {
		return *noSession(c.args[0])
	}
	c.s.sessions = slices.DeleteFunc(c.s.sessions, func(other *session) bool { return other == se })
	return data(http.StatusAccepted, object{{"id", se.ID}})
}
