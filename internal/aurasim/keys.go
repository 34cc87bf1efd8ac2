package aurasim

import (
	"net/http"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

type encryptionKey struct {
	ID            string
	Name          string `json:"name"`
	CloudProvider string `json:"cloud_provider"`
	KeyID         string `json:"key_id"`
	Region        string `json:"region"`
	Type          string `json:"instance_type"`
	TenantID      string `json:"tenant_id"`
	Created       time.Time
	ready         time.Time
}

func (k *encryptionKey) status(now time.Time) string {
	if now.Before(k.ready) {
		return "pending"
	}
	return "ready"
}

func (k *encryptionKey) view(now time.Time) object {
	return object{
		{"id", k.ID}, {"name", k.Name}, {"created", timestamp(k.Created)}, {"cloud_provider", k.CloudProvider},
		{"key_id", k.KeyID}, {"region", k.Region}, {"type", k.Type}, {"instance_type", k.Type},
		{"tenant_id", k.TenantID}, {"status", k.status(now)},
	}
}

func (s *account) key(id string) *encryptionKey {
	for _, k := range s.keys {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// listKeys shows summaries, without key_id or status.
func listKeys(c *call) reply {
	tenantID := c.http.URL.Query().Get("tenantId")
	list := []object{}
	for _, k := range c.s.keys {
		if tenantID == "" || tenantID == k.TenantID {
			list = append(list, object{{"id", k.ID}, {"name", k.Name}, {"tenant_id", k.TenantID}})
		}
	}
	return data(http.StatusOK, list)
}

func createKey(c *call) reply {
	k := &encryptionKey{}
	if no := c.decode(k); no != nil {
		return *no
	}
	if no := c.validKey(k); no != nil {
		return *no
	}
	k.ID, k.Created = c.s.newUUID(), c.now
	k.ready = c.now.Add(c.s.draw(c.s.rng, OpKey))
	c.s.keys = append(c.s.keys, k)
	return data(http.StatusAccepted, k.view(c.now))
}

func (c *call) validKey(k *encryptionKey) *reply {
	var all []fault
	for _, f := range []struct{ name, value string }{
		{"key_id", k.KeyID}, {"name", k.Name}, {"cloud_provider", k.CloudProvider},
		{"instance_type", k.Type}, {"region", k.Region}, {"tenant_id", k.TenantID},
	} {
		if f.value == "" {
			all = append(all, fault{Message: f.name + " is required", Reason: reasonInvalid, Field: f.name})
		}
	}
	switch {
	case len(all) > 0:
		return refuseFields(all)
	case k.Type != catalog.EnterpriseDB && k.Type != catalog.EnterpriseDS:
		return invalid("instance_type", "instance_type must be enterprise-db or enterprise-ds")
	case c.s.tenant(k.TenantID) == nil:
		return invalid("tenant_id", "Tenant not found: "+k.TenantID)
	case len(c.s.tenant(k.TenantID).SizesOf(k.Type, k.CloudProvider, k.Region)) == 0:
		return invalid("region", k.Type+" is not offered in "+k.CloudProvider+" "+k.Region)
	}
	return checkName(k.Name)
}

func noKey(id string) *reply {
	return refuse(http.StatusNotFound, "encryption-key-not-found", "Encryption key not found: "+id)
}

func getKey(c *call) reply {
	k := c.s.key(c.args[0])
	if k == nil {
		return *noKey(c.args[0])
	}
	return data(http.StatusOK, k.view(c.now))
}

func deleteKey(c *call) reply {
	k := c.s.key(c.args[0])
	if k == nil {
		return *noKey(c.args[0])
	}
	uses := func(in *instance) bool { return !in.Deleted && in.CustomerManagedKeyID == k.ID }
	if slices.ContainsFunc(c.s.instances, uses) {
		return *refuse(http.StatusBadRequest, "encryption-key-is-active", "Encryption key is in use: "+k.ID)
	}
	c.s.keys = slices.DeleteFunc(c.s.keys, func(other *encryptionKey) bool { return other == k })
	return reply{status: http.StatusNoContent}
}
