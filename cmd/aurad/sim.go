package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
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
	rateLimit int
	durations string
	seed      uint64
	tenant    string
	list      bool
}

func (p program) simCommand() *cobra.Command {
	var o simOptions
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve a simulator of the Aura API, for trying things without an account",
		Long: `sim serves the Neo4j Aura management API on a port, as far as it is known to behave, with an
empty account. Any client of the API can use it: run the lines it prints in a shell first.`,
		Example: "  aurad sim --speed 60 --quirk status-lag=10s --quirk drop-sizes-paused\n  aurad sim --quirks",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.list {
				return p.printQuirks()
			}
			return p.sim(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:9781", "address to serve on; port 0 picks a free one")
	f.Float64Var(&o.speed, "speed", 1, "how many times faster than real time the simulated account lives")
	f.StringArrayVar(&o.quirks, "quirk", nil, "NAME[=VALUE]: an oddity of the real API; may be given several times")
	f.IntVar(&o.rateLimit, "rate-limit", 25, "requests a minute of its own clock; -1 for no limit")
	f.StringVar(&o.durations, "durations", "", "MIN-MAX: how long operations take, such as 1s-5s (default as slow as Aura)")
	f.Uint64Var(&o.seed, "seed", 1, "same seed, same requests: same ids and durations")
	f.StringVar(&o.tenant, "tenant", aurasim.DemoTenantID, "id of the one tenant")
	f.BoolVar(&o.list, "quirks", false, "list the quirks and end")
	return cmd
}

func (p program) sim(ctx context.Context, o simOptions) error {
	cfg, err := o.config()
	if err != nil {
		return err
	}
	clock := simClock{p.clock.Now(), o.speed}
	cfg.Clock = clock.follow(p.clock.Now()).Now
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	p.printExports(l.Addr().String(), o, clock)
	return ignoreClosed(daemon.Serve(ctx, l, aurasim.New(cfg), nil))
}

// config turns the flags into what the simulator takes.
func (o simOptions) config() (aurasim.Config, error) {
	cfg := aurasim.Config{Seed: o.seed, RequestsPerMinute: o.rateLimit, Tenants: []aurasim.Tenant{{ID: o.tenant, Name: "Simulated"}}}
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

// printExports writes what a shell needs so that clients use the simulator.
func (p program) printExports(address string, o simOptions, clock simClock) {
	lines := []struct{ name, value string }{
		{"AURA_BASE_URL", "http://" + address},
		{"AURA_CLIENT_ID", aurasim.DemoClientID},
		{"AURA_CLIENT_SECRET", aurasim.DemoClientSecret}, // opens nothing but this simulator
		{"AURA_TENANT_ID", o.tenant},
	}
	if o.speed != 1 {
		lines = append(lines, struct{ name, value string }{simClockVariable, clock.String()})
	}
	for _, l := range lines {
		fmt.Fprintf(p.stdout, "export %s=%s\n", l.name, l.value)
	}
	fmt.Fprintln(p.stdout, "# The simulator serves until Ctrl-C. Nothing in it is real, nor its secret.")
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
