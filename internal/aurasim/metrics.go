package aurasim

import (
	"fmt"
	"net/http"
	"strings"
)

// plainText is a reply's value that is no JSON.
type plainText string

// tenantMetrics and instanceMetrics are what the URLs in metrics_integration_url lead to. In life
// that is another host, with many more series; here it is a few, of databases that nobody uses.
func tenantMetrics(c *call) reply {
	t := c.s.tenant(c.args[0])
	if t == nil {
		return *noTenant(c.args[0])
	}
	return metrics(c, func(in *instance) bool { return in.TenantID == t.ID })
}

func instanceMetrics(c *call) reply {
	in, ok := c.s.byID[c.args[1]]
	if !ok || in.Deleted || in.TenantID != c.args[0] || !hasMetrics(in.Type) {
		return *noInstance(c.args[1])
	}
	return metrics(c, func(other *instance) bool { return other == in })
}

func metrics(c *call, of func(*instance) bool) reply {
	var b strings.Builder
	for _, m := range []struct{ name, kind string }{
		{"neo4j_database_transaction_active_read", "gauge"}, {"neo4j_database_transaction_active_write", "gauge"},
		{"neo4j_dbms_bolt_connections_running", "gauge"}, {"neo4j_dbms_bolt_connections_idle", "gauge"},
		{"neo4j_db_query_execution_success_total", "counter"}, {"neo4j_db_query_execution_failure_total", "counter"},
	} {
		fmt.Fprintf(&b, "# TYPE %s %s\n", m.name, m.kind)
		for _, in := range c.s.instances {
			if !in.Deleted && in.Status == StatusRunning && hasMetrics(in.Type) && of(in) {
				fmt.Fprintf(&b, "%s{instance_id=%q,database=\"neo4j\"} 0\n", m.name, in.ID)
			}
		}
	}
	return reply{status: http.StatusOK, value: plainText(b.String())}
}
