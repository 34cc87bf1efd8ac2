package aurasim

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// tenant is a Tenant with its table, and the table's JSON, which is long and never changes.
type tenant struct {
	catalog.Tenant
	table json.RawMessage // made when it is first asked for
}

func newTenant(t catalog.Tenant) *tenant {
	if t.Configurations == nil {
		t.Configurations = catalog.All()
	}
	return &tenant{Tenant: t}
}

func (s *account) tenant(id string) *tenant {
	for _, t := range s.tenants {
		if t.ID == id {
			return t
		}
	}
	return nil
}

func listTenants(c *call) reply {
	list := []object{}
	for _, t := range c.s.tenants {
		list = append(list, object{{"id", t.ID}, {"name", t.Name}})
	}
	return data(http.StatusOK, list)
}

func getTenant(c *call) reply {
	t := c.s.tenant(c.args[0])
	if t == nil {
		return *noTenant(c.args[0])
	}
	if t.table == nil {
		t.table = encode(t.Configurations)
	}
	return data(http.StatusOK, object{{"id", t.ID}, {"name", t.Name}, {"instance_configurations", t.table}})
}

func noTenant(id string) *reply {
	return refuse(http.StatusNotFound, "tenant-not-found", "Tenant not found: "+id)
}

// metricsIntegration is 400 while no instance of the tenant has metrics (undeclared, but live).
func metricsIntegration(c *call) reply {
	t := c.s.tenant(c.args[0])
	if t == nil {
		return *noTenant(c.args[0])
	}
	eligible := func(in *instance) bool { return !in.Deleted && in.TenantID == t.ID && hasMetrics(in.Type) }
	if !slices.ContainsFunc(c.s.instances, eligible) {
		return *refuse(http.StatusBadRequest, reasonTenant, "no instance of the tenant has metrics integration")
	}
	return data(http.StatusOK, object{{"endpoint", c.s.metricsURL(t.ID)}})
}

func hasMetrics(tier string) bool {
	return tier == catalog.BusinessCritical || tier == catalog.EnterpriseDB || tier == catalog.EnterpriseDS
}
