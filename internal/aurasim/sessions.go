package aurasim

import (
	"net/http"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// session is a graph-analytics session. The reasons of its errors are empty strings.
type session struct {
	ID            string
	Name          string `json:"name"`
	Memory        string `json:"memory"`
	TTL           string `json:"ttl"` // a Go duration; "" is an hour
	TenantID      string `json:"tenant_id"`
	ProjectID     string `json:"project_id"`    // the newer word for TenantID
	InstanceID    string `json:"instance_id"`   // "" when it stands alone
	DatabaseUUID  string `json:"database_uuid"` // another word for InstanceID
	DatabaseID    string `json:"database_id"`   // a database of the instance
	CloudProvider string `json:"cloud_provider"`
	Region        string `json:"region"`
	UserID        string // whose it is
	Created       time.Time
	ready         time.Time
	life          time.Duration
	deleted       time.Time // zero: it is there
}

func (se *session) expires() time.Time { return se.ready.Add(se.life) }

func (se *session) status(now time.Time) string {
	switch {
	case !se.deleted.IsZero():
		return "Deleted"
	case now.Before(se.ready):
		return "Creating"
	case now.Before(se.expires()):
		return "Ready"
	}
	return "Expired"
}

func (s *machine) sessionView(se *session, now time.Time) object {
	return object{
		{"id", se.ID}, {"name", se.Name}, {"memory", se.Memory}, {"instance_id", nullable(se.InstanceID)},
		{"database_id", nullable(se.DatabaseID)}, {"status", se.status(now)}, {"created_at", timestamp(se.Created)},
		{"host", se.ID + ".sessions." + s.cfg.Domain}, {"expiry_date", timestamp(se.expires())}, {"ttl", se.life.String()},
		{"user_id", se.UserID}, {"tenant_id", se.TenantID}, {"project_id", se.TenantID},
		{"cloud_provider", se.CloudProvider}, {"region", se.Region},
	}
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// same says that a second POST asks for what is there already.
func (se *session) same(other *session) bool {
	return se.Memory == other.Memory && se.life == other.life && se.InstanceID == other.InstanceID &&
		se.DatabaseID == other.DatabaseID && se.CloudProvider == other.CloudProvider && se.Region == other.Region
}

// session is one that has not been deleted.
func (s *account) session(id string) *session {
	i := slices.IndexFunc(s.sessions, func(se *session) bool { return se.ID == id && se.deleted.IsZero() })
	if i < 0 {
		return nil
	}
	return s.sessions[i]
}

// createSession is 202 for a new one, 200 for one that is there as asked for, 409 for another one
// of the same name.
func createSession(c *call) reply {
	se := &session{UserID: userOf(c.req.ClientID)}
	if no := c.decode(se); no != nil {
		return *no
	}
	if no := c.validSession(se); no != nil {
		return *no
	}
	for _, old := range c.s.sessions {
		status := old.status(c.now)
		if old.Name != se.Name || old.TenantID != se.TenantID || status == "Expired" || status == "Deleted" {
			continue
		}
		if !old.same(se) {
			return *refuse(http.StatusConflict, "", "a session named "+se.Name+" has other parameters")
		}
		return data(http.StatusOK, c.s.sessionView(old, c.now))
	}
	se.ID, se.Created = c.s.newSecret(4)+"-"+c.s.newSecret(4), c.now
	se.ready = c.now.Add(c.s.draw(c.s.rng, OpSession))
	c.s.sessions = append(c.s.sessions, se)
	return data(http.StatusAccepted, c.s.sessionView(se, c.now))
}

func (c *call) validSession(se *session) *reply {
	if se.TenantID == "" {
		se.TenantID = se.ProjectID
	}
	if se.InstanceID == "" {
		se.InstanceID = se.DatabaseUUID
	}
	if in := c.s.byID[se.InstanceID]; in != nil && !in.Deleted {
		se.TenantID, se.CloudProvider, se.Region = in.TenantID, in.CloudProvider, in.Region
	} else if se.InstanceID != "" {
		return refuse(http.StatusBadRequest, "", "DB not found: "+se.InstanceID)
	}
	life, err := time.ParseDuration(se.TTL)
	switch {
	case se.Name == "" || catalog.Gigabytes(se.Memory) == 0:
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
	return data(http.StatusOK, c.s.sessionView(se, c.now))
}

func deleteSession(c *call) reply {
	se := c.s.session(c.args[0])
	if se == nil {
		return *noSession(c.args[0])
	}
	se.deleted = c.now
	return data(http.StatusAccepted, object{{"id", se.ID}})
}
