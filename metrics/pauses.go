package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// pauses adds up how long instances were paused. It is brought up to date by scrapes alone,
// and exact all the same: an instance says since when it is in its state, so only a pause that begins
// and ends between two scrapes is missed.
type pauses struct {
	mu     sync.Mutex
	paused map[string]pauseClock // by key
}

// pauseClock is one instance's total.
type pauseClock struct {
	until  time.Time // counted so far
	on     bool      // paused then
	total  time.Duration
	dollar float64
}

func (p *pauses) sample(ch chan<- prometheus.Metric, all []Instance, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := make(map[string]pauseClock, len(all))
	for _, in := range all {
		c := p.paused[in.Key].advanced(in, now)
		next[in.Key] = c
		pausedSeconds.sample(ch, c.total.Seconds(), in.Key)
		if in.Priced {
			savingsDollars.sample(ch, c.dollar, in.Key)
		}
	}
	p.paused = next // what left the file is forgotten
}

// advanced counts from the last scrape to now. What happened before the first scrape is not
// counted: a counter begins at 0.
func (c pauseClock) advanced(in Instance, now time.Time) pauseClock {
	from, to := c.until, now
	on := in.Live == "paused"
	switch {
	case c.until.IsZero() || !on && !c.on:
		to = from
	case on && !c.on && in.Since.After(from):
		from = in.Since
	case !on && in.Since.Before(now) && in.Since.After(from):
		to = in.Since
	}
	if d := to.Sub(from); d > 0 {
		c.total += d
		c.dollar += d.Hours() * in.Saving
	}
	c.until, c.on = now, on
	return c
}
