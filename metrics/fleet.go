package metrics

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Fleet is what is known at one moment. Zero times mean never or not known.
type Fleet struct {
	Ready            bool
	Instances        []Instance
	Plan             []Step
	ListedAt         time.Time
	BudgetLimit      int
	BudgetRemaining  int
	ConfigOK         bool // the newest fleet file is the one in force
	ConfigLoadedAt   time.Time
	VaultTokenExpiry time.Time
	Holds            []string // the state each one keeps an instance in
}

// Instance is one instance of the fleet file.
type Instance struct {
	Key        string
	Type       string
	Schedule   string // "" for none
	Desired    string // running, paused
	Live       string // Aura's word, "" if it was not looked at yet
	Exists     bool   // it is live and ours
	Matches    bool
	Since      time.Time // since when Live is what it is
	SeenAt     time.Time
	NextAt     time.Time
	NextState  string
	Credential string  // stored, spooled, unknown, lost, unanswered; "" for none
	Saving     float64 // USD an hour that a pause saves
	Priced     bool    // Saving is known
}

// Step is one step of the plan in force.
type Step struct{ Verb, Cause string }

// fleetCollector asks for the fleet whenever it is scraped.
type fleetCollector struct {
	source func() Fleet
	now    func() time.Time
	pauses
}

// Describe names everything that a scrape can give.
func (c *fleetCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range scraped() {
		ch <- d.desc()
	}
}

// Collect samples the fleet as it is now.
func (c *fleetCollector) Collect(ch chan<- prometheus.Metric) {
	f, now := c.source(), c.now()
	f.sampleStates(ch)
	f.samplePlan(ch)
	f.sampleLooks(ch, now)
	for _, in := range f.Instances {
		in.sample(ch)
	}
	c.sample(ch, f.Instances, now)
	ready.sample(ch, number(f.Ready))
	budgetLimit.sample(ch, float64(f.BudgetLimit))
	budgetRemaining.sample(ch, float64(f.BudgetRemaining))
	configSuccessful.sample(ch, number(f.ConfigOK))
	configTimestamp.sampleTime(ch, f.ConfigLoadedAt)
	vaultTokenExpiry.sampleTime(ch, f.VaultTokenExpiry)
}

func (f Fleet) sampleStates(ch chan<- prometheus.Metric) {
	states := map[[2]string]int{}
	stored := map[string]int{"stored": 0, "spooled": 0, "unknown": 0, "lost": 0, "unanswered": 0}
	held := map[string]int{"running": 0, "paused": 0}
	for _, in := range f.Instances {
		states[[2]string{in.Desired, in.live()}]++
		if in.Credential != "" {
			stored[in.Credential]++
		}
	}
	for _, state := range f.Holds {
		held[state]++
	}
	for s, n := range states {
		instances.sample(ch, float64(n), s[0], s[1])
	}
	for s, n := range stored {
		credentials.sample(ch, float64(n), s)
	}
	for s, n := range held {
		holds.sample(ch, float64(n), s)
	}
}

func (f Fleet) samplePlan(ch chan<- prometheus.Metric) {
	steps := map[Step]int{}
	for _, s := range f.Plan {
		steps[s]++
	}
	for s, n := range steps {
		planSteps.sample(ch, float64(n), s.Verb, s.Cause)
	}
}

func (f Fleet) sampleLooks(ch chan<- prometheus.Metric, now time.Time) {
	lastList.sampleTime(ch, f.ListedAt)
	var oldest time.Time
	for _, in := range f.Instances {
		if in.Exists && !in.SeenAt.IsZero() && (oldest.IsZero() || in.SeenAt.Before(oldest)) {
			oldest = in.SeenAt
		}
	}
	if !oldest.IsZero() {
		oldestLook.sample(ch, now.Sub(oldest).Seconds())
	}
}

func (in Instance) sample(ch chan<- prometheus.Metric) {
	instanceInfo.sample(ch, 1, in.Key, in.Type, in.Schedule, in.Desired, in.live(), in.Credential)
	instanceMatches.sample(ch, number(in.Matches), in.Key)
	instanceLastLook.sampleTime(ch, in.SeenAt, in.Key)
	nextTransition.sampleTime(ch, in.NextAt, in.Key, in.NextState)
}

// live bounds what Aura may say: a word that nobody has met yet is other.
func (in Instance) live() string {
	known := []string{"creating", "destroying", "running", "pausing", "paused", "suspending", "suspended", "resuming",
		"loading", "loading failed", "restoring", "updating", "overwriting", "resizing", "upgrading", "deleting"}
	switch {
	case !in.Exists:
		return "absent"
	case in.Live == "":
		return "unknown"
	case slices.Contains(known, in.Live):
		return in.Live
	}
	return "other"
}

func (d Description) sampleTime(ch chan<- prometheus.Metric, t time.Time, labels ...string) {
	if !t.IsZero() {
		d.sample(ch, float64(t.UnixMilli())/1000, labels...)
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
