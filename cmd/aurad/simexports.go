package main

import (
	"fmt"

	"github.com/aurad/aurad/internal/aurasim"
)

// setting is a variable of the environment.
type setting struct{ name, value string }

// printExports writes what a shell needs so that clients use the simulator.
func (p program) printExports(port simPort, o simOptions, clock simClock) {
	// The secret opens nothing but this simulator.
	lines := []setting{
		{"AURA_BASE_URL", port.baseURL()},
		{"AURA_AUTH_URL", port.baseURL() + "/oauth/token"}, // aura-cli, neo4j-cli
		{"AURA_CLIENT_ID", aurasim.DemoClientID},
		{"AURA_CLIENT_SECRET", aurasim.DemoClientSecret},
		{"AURA_TENANT_ID", o.tenant},
		{"AURA_PROJECT_ID", o.tenant}, // the newer word
	}
	if port.front != nil {
		lines = append(lines, throughProxy("http://"+port.address, port.ca)...)
		lines = append(lines, namesOfOthers(o.tenant)...)
	}
	if o.speed != 1 {
		lines = append(lines, setting{simClockVariable, clock.String()})
	}
	for _, l := range lines {
		fmt.Fprintf(p.stdout, "export %s=%s\n", l.name, l.value)
	}
	fmt.Fprintln(p.stdout, "# The simulator serves until Ctrl-C. Nothing in it is real, nor its secret.")
	if port.front != nil {
		fmt.Fprintln(p.stdout, "# In a shell with these lines nothing is reached over HTTPS but the simulator.")
	}
}

// throughProxy leads clients to the simulator that know the real host alone, and makes them trust
// it: Go, OpenSSL and httpx read SSL_CERT_FILE, the others have words of their own.
func throughProxy(proxy, ca string) []setting {
	return []setting{
		{"HTTPS_PROXY", proxy}, {"https_proxy", proxy}, {"NODE_USE_ENV_PROXY", "1"},
		{"SSL_CERT_FILE", ca}, {"REQUESTS_CA_BUNDLE", ca}, {"CURL_CA_BUNDLE", ca}, {"NODE_EXTRA_CA_CERTS", ca},
	}
}

// namesOfOthers are the words for the credential of clients that have no word for the host. They
// are said only where a proxy keeps them from the real one.
func namesOfOthers(tenant string) []setting {
	var all []setting
	for _, names := range []struct{ id, secret string }{
		{"CLIENT_ID", "CLIENT_SECRET"},                       // graph-data-science-client
		{"AURA_API_CLIENT_ID", "AURA_API_CLIENT_SECRET"},     // its tests
		{"AURA_API_CLIENT_TOKEN", "AURA_API_CLIENT_SECRET"},  // nodestream's SDK
		{"NEO4J_AURA_CLIENT_ID", "NEO4J_AURA_CLIENT_SECRET"}, // mcp-neo4j
		{"TF_VAR_client_id", "TF_VAR_client_secret"},         // the Terraform provider's examples
		{"PGRNEO4J_CLIENTID", "PGRNEO4J_CLIENTSECERET"},      // Progressive's provider, spelled so
	} {
		all = append(all, setting{names.id, aurasim.DemoClientID}, setting{names.secret, aurasim.DemoClientSecret})
	}
	return append(all, setting{"AURA_API_TENANT_ID", tenant})
}
