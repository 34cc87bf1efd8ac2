package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/simulate"
)

func newSim(c command.Call) *cobra.Command {
	var o simulate.Options
	var list bool
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve a simulator of the Aura API, for trying things without an account",
		Long: `sim serves the Neo4j Aura management API on a port, as far as it is known to behave, with an
empty account. Any client of the API can use it: run the lines it prints in a shell first.

Some clients know no other host than api.neo4j.io. With --tls it also answers in the name of that
host, with a certificate of a CA that it makes for this run, and is the proxy that leads there: to
itself and to nowhere else. The lines it prints then make a shell in which such clients find it.

A quirk is how the account behaves throughout; a fault strikes single requests: replies that are cut,
late, refused or wrong. Faults are tried in the order given, and each strikes once unless times=N
says otherwise.`,
		Example: "  aurad sim --speed 60 --quirk status-lag=10s --quirk drop-sizes-paused\n" +
			"  aurad sim --fault create:status=408,after-commit --fault list:stale-read=2m,times=5\n" +
			"  aurad sim --quirks\n  aurad sim --fault help",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return simulate.PrintQuirks(c.Stdout)
			}
			if slices.Contains(o.Faults, "help") {
				return simulate.PrintFaults(c.Stdout)
			}
			return simulate.Serve(cmd.Context(), o, c.Clock, c.Stdout)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Listen, "listen", "127.0.0.1:9781", "address to serve on; port 0 picks a free one")
	f.Float64Var(&o.Speed, "speed", 1, "how many times faster than real time the simulated account lives")
	f.StringArrayVar(&o.Quirks, "quirk", nil, "NAME[=VALUE]: an oddity of the real API; may be given several times")
	f.StringArrayVar(&o.Faults, "fault", nil, "REQUEST:KIND[=VALUE][,OPTION]: what goes wrong with a request; may be given several times; help lists them")
	f.IntVar(&o.RateLimit, "rate-limit", 25, "requests a minute of its own clock; -1 for no limit")
	f.StringVar(&o.Durations, "durations", "", "MIN-MAX: how long operations take, such as 1s-5s (default as slow as Aura)")
	f.Uint64Var(&o.Seed, "seed", 1, "same seed, same requests: same ids and durations")
	f.StringVar(&o.Tenant, "tenant", aurasim.DemoTenantID, "id of the one tenant")
	f.BoolVar(&o.TLS, "tls", false, "serve HTTPS, in the name of api.neo4j.io too, and be the proxy that leads there")
	f.BoolVar(&o.Bolt, "bolt", false, "let the databases answer Bolt, on a port of this machine each, in step with their instances")
	f.BoolVar(&list, "quirks", false, "list the quirks and end")
	return cmd
}
