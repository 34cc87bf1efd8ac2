package simulate

import (
	"fmt"
	"io"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/clock"
)

// setting is a variable of the environment.
type setting struct{ name, value string }

// printExports writes what a shell needs so that clients use the simulator.
func printExports(out io.Writer, at port, o Options, shown clock.Shared) {
	// The secret opens nothing but this simulator.
	lines := []setting{
		{"AURA_BASE_URL", at.baseURL()},
		{"AURA_AUTH_URL", at.baseURL() + "/oauth/token"}, // aura-cli, neo4j-cli
		{"AURA_CLIENT_ID", aurasim.DemoClientID},
		{"AURA_CLIENT_SECRET", aurasim.DemoClientSecret},
		{"AURA_TENANT_ID", o.Tenant},
		{"AURA_PROJECT_ID", o.Tenant}, // the newer word
	}
	if at.front != nil {
		lines = append(lines, throughProxy("http://"+at.address, at.ca)...)
		lines = append(lines, namesOfOthers(o.Tenant)...)
	} else if at.bolt != nil {
		lines = append(lines, trust(at.ca)...)
	}
	if o.Speed != 1 {
		lines = append(lines, setting{clock.SharedVariable, shown.String()})
	}
	for _, l := range lines {
		fmt.Fprintf(out, "export %s=%s\n", l.name, l.value)
	}
	fmt.Fprintln(out, "# The simulator serves until Ctrl-C. Nothing in it is real, nor its secret.")
	if at.bolt != nil {
		fmt.Fprintf(out, "# Databases answer Bolt where their connection_url leads, with a certificate of the CA in %s\n", at.ca)
	}
	if at.front != nil {
		fmt.Fprintln(out, "# In a shell with these lines nothing is reached over HTTPS but the simulator.")
	}
}

// throughProxy leads clients to the simulator that know the real host alone, and makes them trust it.
func throughProxy(proxy, ca string) []setting {
	return append([]setting{{"HTTPS_PROXY", proxy}, {"https_proxy", proxy}, {"NODE_USE_ENV_PROXY", "1"}}, trust(ca)...)
}

// trust is for the CA: Go, OpenSSL and httpx read SSL_CERT_FILE, the others have words of their own.
func trust(ca string) []setting {
	return []setting{{"SSL_CERT_FILE", ca}, {"REQUESTS_CA_BUNDLE", ca}, {"CURL_CA_BUNDLE", ca}, {"NODE_EXTRA_CA_CERTS", ca}}
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
