package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
)

// simOptions are the flags of sim.
type simOptions struct {
	listen    string
	speed     float64
	quirks    []string
	faults    []string
	rateLimit int
	durations string
	seed      uint64
	tenant    string
	tls       bool
	list      bool
}

func (p program) simCommand() *cobra.Command {
	var o simOptions
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
			if o.list {
				return p.printQuirks()
			}
			if slices.Contains(o.faults, "help") {
				return p.printFaults()
			}
			return p.sim(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:9781", "address to serve on; port 0 picks a free one")
	f.Float64Var(&o.speed, "speed", 1, "how many times faster than real time the simulated account lives")
	f.StringArrayVar(&o.quirks, "quirk", nil, "NAME[=VALUE]: an oddity of the real API; may be given several times")
	f.StringArrayVar(&o.faults, "fault", nil, "REQUEST:KIND[=VALUE][,OPTION]: what goes wrong with a request; may be given several times; help lists them")
	f.IntVar(&o.rateLimit, "rate-limit", 25, "requests a minute of its own clock; -1 for no limit")
	f.StringVar(&o.durations, "durations", "", "MIN-MAX: how long operations take, such as 1s-5s (default as slow as Aura)")
	f.Uint64Var(&o.seed, "seed", 1, "same seed, same requests: same ids and durations")
	f.StringVar(&o.tenant, "tenant", aurasim.DemoTenantID, "id of the one tenant")
	f.BoolVar(&o.tls, "tls", false, "serve HTTPS, in the name of api.neo4j.io too, and be the proxy that leads there")
	f.BoolVar(&o.list, "quirks", false, "list the quirks and end")
	return cmd
}

func (p program) sim(ctx context.Context, o simOptions) (err error) {
	cfg, err := o.config()
	if err != nil {
		return err
	}
	faults, err := parseFaults(o.faults)
	if err != nil {
		return err
	}
	clock := simClock{p.clock.Now(), o.speed}
	cfg.Clock = clock.follow(p.clock.Now()).Now
	cfg.TokenClock = p.clock.Now // expires_in counts seconds of those who cache the token
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	port := simPort{address: reachable(l.Addr())}
	if o.tls {
		if l, err = port.secure(l, o.listen, p.clock.Now()); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, port.forget()) }()
	}
	cfg.BaseURL = port.baseURL()
	sim := aurasim.New(cfg)
	for _, f := range faults {
		sim.Inject(f)
	}
	p.printExports(port, o, clock)
	return ignoreClosed(daemon.Serve(ctx, l, port.handler(sim), nil))
}

// config turns the flags into what the simulator takes.
func (o simOptions) config() (aurasim.Config, error) {
	cfg := aurasim.Config{Seed: o.seed, RequestsPerMinute: o.rateLimit, Domain: "localhost", Tenants: []aurasim.Tenant{{ID: o.tenant, Name: "Simulated"}}}
	if !(o.speed >= 1 && o.speed <= 1e6) {
		return cfg, errors.New("--speed wants a number from 1 to 1000000")
	}
	for _, q := range o.quirks {
		name, value, _ := strings.Cut(q, "=")
		if err := cfg.Quirks.Set(name, value); err != nil {
			return cfg, fmt.Errorf("--quirk: %w", err)
		}
	}
	if o.durations == "" {
		return cfg, nil
	}
	r, err := parseRange(o.durations)
	if err != nil {
		return cfg, err
	}
	cfg.Durations = aurasim.DefaultDurations()
	for op := range maps.Keys(cfg.Durations) {
		cfg.Durations[op] = r
	}
	return cfg, nil
}

func parseRange(text string) (aurasim.Range, error) {
	from, to, both := strings.Cut(text, "-")
	if !both {
		to = from
	}
	low, err1 := time.ParseDuration(from)
	high, err2 := time.ParseDuration(to)
	if err1 != nil || err2 != nil || low < 0 || high < low {
		return aurasim.Range{}, fmt.Errorf("--durations %q is not a range such as 1s-5s", text)
	}
	return aurasim.Range{Min: low, Max: high}, nil
}

func (p program) printQuirks() error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tDEFAULT\tVALUES\tWHAT IT DOES")
	for _, q := range aurasim.QuirkTable() {
		values := strings.Join(q.Values, ", ")
		if q.Values == nil {
			values = "number or duration"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", q.Name, q.Default, values, q.About)
	}
	return w.Flush()
}
