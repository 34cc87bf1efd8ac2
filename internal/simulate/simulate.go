// Package simulate is `aurad sim`: the simulator of the Aura API on a port, and the lines that lead
// clients there.
//
// It knows the simulator, ports, certificates and the words that clients have for an account. It must
// not know aurad's own state, nor anything of a fleet.
package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
	"github.com/aurad/aurad/internal/clock"
)

// Options are the flags of `aurad sim`.
type Options struct {
	Listen    string
	Speed     float64
	Quirks    []string
	Faults    []string
	RateLimit int
	Durations string
	Seed      uint64
	Tenant    string
	TLS       bool
	Bolt      bool
}

// Serve serves a simulator as o says until ctx ends, and tells out what leads clients to it. c is the
// machine's clock.
func Serve(ctx context.Context, o Options, c clock.Clock, out io.Writer) (err error) {
	cfg, err := o.config()
	if err != nil {
		return err
	}
	faults, err := parseFaults(o.Faults)
	if err != nil {
		return err
	}
	shown := clock.Shared{Epoch: c.Now(), Speed: o.Speed}
	cfg.Clock = shown.Follow(c.Now()).Now
	cfg.TokenClock = c.Now // expires_in counts seconds of those who cache the token
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	at := port{address: reachable(l.Addr())}
	if o.TLS || o.Bolt {
		if l, err = at.secure(l, o, c.Now, cfg.Clock); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, at.forget()) }()
	}
	cfg.BaseURL = at.baseURL()
	if at.bolt != nil {
		cfg.DatabaseAddress = at.bolt.Address
	}
	sim := aurasim.New(cfg)
	for _, f := range faults {
		sim.Inject(f)
	}
	printExports(out, at, o, shown)
	return at.serve(ctx, sim, l)
}

// config turns the flags into what the simulator takes.
func (o Options) config() (aurasim.Config, error) {
	cfg := aurasim.Config{Seed: o.Seed, RequestsPerMinute: o.RateLimit, Domain: "localhost", Tenants: []catalog.Tenant{{ID: o.Tenant, Name: "Simulated"}}}
	if !(o.Speed >= 1 && o.Speed <= 1e6) {
		return cfg, errors.New("--speed wants a number from 1 to 1000000")
	}
	for _, q := range o.Quirks {
		name, value, _ := strings.Cut(q, "=")
		if err := cfg.Quirks.Set(name, value); err != nil {
			return cfg, fmt.Errorf("--quirk: %w", err)
		}
	}
	if o.Durations == "" {
		return cfg, nil
	}
	r, err := parseRange(o.Durations)
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

// PrintQuirks lists what --quirk takes.
func PrintQuirks(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tDEFAULT\tVALUES\tWHAT IT DOES")
	for _, q := range quirk.Table() {
		values := strings.Join(q.Values, ", ")
		if q.Values == nil {
			values = "number or duration"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", q.Name, q.Default, values, q.About)
	}
	return w.Flush()
}
