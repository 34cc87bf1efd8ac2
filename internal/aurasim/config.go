package aurasim

import (
	"context"
	"maps"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// Credentials and tenant of a simulator that is told of no others.
const (
	DemoClientID     = "demo-client"
	DemoClientSecret = "demo-secret"
	DemoTenantID     = "3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11"
)

// Config says what is simulated. The zero value is a paid account's demo tenant at 25 requests a
// minute, on the system clock.
type Config struct {
	Clock             func() time.Time  // nil: time.Now
	Seed              uint64            // same seed, same requests: same ids, passwords and durations
	Clients           map[string]string // client id -> client secret; nil: the demo credentials
	Tenants           []catalog.Tenant  // visible to every client; none: one demo tenant
	RequestsPerMinute int               // in any 60 s, per client id; 0: 25, -1: unlimited
	TokensPerHour     int               // in any hour, per client id; 0: unlimited
	TokenLife         time.Duration     // 0: one hour
	TokenClock        func() time.Time  // what tokens age by; nil: Clock. Clients cache them by clocks of their own
	Quota             int               // instances a tenant may have; 0: unlimited
	Durations         map[Op]Range      // overrides DefaultDurations entry by entry
	Quirks            quirk.Quirks
	BaseURL           string // where it serves, for the URLs it gives of itself; "": DefaultBaseURL
	Domain            string // of the addresses of databases and sessions; "": neo4j.io
	// DatabaseAddress is the host, and port, where the database of an instance answers Bolt. nil, or
	// "" for one: <id>.databases.<Domain>, where nothing answers. It must not ask the Sim.
	DatabaseAddress func(id string) string
	KeepRequests    int // how many requests the log holds; 0: 100,000. Older ones are forgotten

	// Sleep waits in a Slow fault and returns early with the context's error. nil: a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

// DefaultBaseURL leads nowhere: no name below .invalid is ever given out.
const DefaultBaseURL = "https://aurasim.invalid"

// Op is an operation that takes time.
type Op string

// The operations of the state machine.
const (
	OpCreate    Op = "create"
	OpPause     Op = "pause"
	OpResume    Op = "resume"
	OpResize    Op = "resize"  // memory or storage
	OpUpdate    Op = "update"  // vector, plugin, CDC, secondaries
	OpUpgrade   Op = "upgrade" // professional-db to business-critical
	OpOverwrite Op = "overwrite"
	OpRestore   Op = "restore"
	OpSnapshot  Op = "snapshot"
	OpDelete    Op = "delete"
	OpKey       Op = "key"     // a customer managed key, until it is ready
	OpSession   Op = "session" // a graph-analytics session, until it is ready
)

// Range is how long an operation may take; each run draws evenly from it, ends included.
type Range struct{ Min, Max time.Duration }

// DefaultDurations are as slow as Aura. Pause and resume: 93 to 104 s were measured on an 8 GB
// instance; create: "several minutes", clients wait up to 20; the others are guesses, for no
// figure is published.
func DefaultDurations() map[Op]Range {
	return map[Op]Range{
		OpCreate:    {60 * time.Second, 240 * time.Second},
		OpPause:     {60 * time.Second, 180 * time.Second},
		OpResume:    {60 * time.Second, 180 * time.Second},
		OpResize:    {60 * time.Second, 240 * time.Second},
		OpUpdate:    {30 * time.Second, 120 * time.Second},
		OpUpgrade:   {120 * time.Second, 300 * time.Second},
		OpOverwrite: {120 * time.Second, 420 * time.Second},
		OpRestore:   {120 * time.Second, 420 * time.Second},
		OpSnapshot:  {30 * time.Second, 180 * time.Second},
		OpDelete:    {20 * time.Second, 90 * time.Second},
		OpKey:       {time.Minute, time.Minute}, // in life it waits for the permission in the cloud's KMS
		OpSession:   {time.Minute, time.Minute},
	}
}

// WithDefaults fills every field that was left out.
func (c Config) WithDefaults() Config {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Clients == nil {
		c.Clients = map[string]string{DemoClientID: DemoClientSecret}
	}
	c.Clients = maps.Clone(c.Clients)
	if len(c.Tenants) == 0 {
		c.Tenants = []catalog.Tenant{{ID: DemoTenantID, Name: "Demo"}}
	}
	if c.RequestsPerMinute == 0 {
		c.RequestsPerMinute = 25
	}
	if c.TokenLife == 0 {
		c.TokenLife = time.Hour
	}
	if c.TokenClock == nil {
		c.TokenClock = c.Clock
	}
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	if c.Domain == "" {
		c.Domain = "neo4j.io"
	}
	if c.KeepRequests == 0 {
		c.KeepRequests = 100_000
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	durations := DefaultDurations()
	maps.Copy(durations, c.Durations)
	c.Durations = durations
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
