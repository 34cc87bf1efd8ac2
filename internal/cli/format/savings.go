package format

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec/savings"
)

// savingsSpan is what savings are estimated for: a month, as bills come.
const savingsSpan = 30 * 24 * time.Hour

// savings is one sentence on what the schedules save; "" when they save nothing.
func (fc Forecast) savings() string {
	var usd float64
	var unpriced, hours, scheduled, fixed int
	for _, s := range savings.Estimate(fc.Fleet, fc.Plan.At, fc.Plan.At.Add(savingsSpan)) {
		usd += s.USD
		hours += s.PausedHours
		if s.Schedule == "" {
			fixed++
		} else {
			scheduled++
		}
		if !s.Priced {
			unpriced++
		}
	}
	if hours == 0 && usd == 0 {
		return ""
	}
	source := "list prices"
	if len(fc.Fleet.Prices) > 0 {
		source = "the prices in the file"
	}
	line := fmt.Sprintf("Over the next 30 days %s about $%.0f: %s paused, estimated from %s.", savers(scheduled, fixed), usd, words.Plural(hours, "hour"), source)
	if unpriced > 0 {
		line += fmt.Sprintf(" No price is known for %d of the instances: see `prices:`.", unpriced)
	}
	return line
}

// savers are what saves, with its verb: schedules, the fixed state of instances, or both.
func savers(scheduled, fixed int) string {
	switch {
	case fixed == 0:
		return "the schedules save"
	case scheduled == 0:
		return "`state: paused` saves"
	}
	return "the schedules and `state: paused` save"
}
