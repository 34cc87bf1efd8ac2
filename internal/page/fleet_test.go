package page_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/fleettest"
	"github.com/aurad/aurad/spec"
)

// office is a fleet with a bit of everything.
const office = `
budget: {requests_per_minute: 25}
calendars:
  launch: [2026-11-25]
schedules:
  office-hours: {running: ["Mon-Fri 07:00-19:00"], ready_by: auto}
  late-shift: {running: ["Mon-Fri 11:30-23:00"]}
  nights: {running: ["daily 22:00-06:00"], exceptions: [{calendar: launch, state: running, reason: launch rehearsal}]}
  lean-nights: {running: ["Mon-Fri 08:00-18:00"], off: {memory: 4GB}}
instances:
  analytics-batch: {schedule: nights, memory: 16GB}
  billing-dev: {schedule: office-hours, memory: 4GB}
  billing-staging: {schedule: late-shift, memory: 8GB}
  catalog-dev: {schedule: office-hours}
  customer-360: {type: business-critical, memory: 8GB, protect: true, name: Customer 360 (production)}
  fraud-graph: {type: business-critical, memory: 8GB, cdc_enrichment_mode: DIFF, protect: true}
  identity-dev: {schedule: office-hours}
  identity-staging: {schedule: office-hours, memory: 4GB}
  legacy-crm: {memory: 4GB, name: CRM}
  orders-dev: {schedule: office-hours, memory: 4GB}
  orders-prod: {schedule: lean-nights, memory: 16GB, name: Orders (production)}
  recommendations: {schedule: nights, memory: 8GB}
  sandbox: {type: free-db, memory: 1GB}
`

// afternoon is a working day of the office's fleet, from six in the morning until 17:42.
func afternoon(t *testing.T) *fleettest.World {
	t.Helper()
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	check(t, err)
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, stockholm) }
	w := fleettest.Start(t, fleettest.Options{Fleet: office, Clock: fleettest.NewClock(at(5, 30), 3000), Sim: aurasim.Config{Seed: 4},
		Live: []aurasim.Instance{{Name: "CRM", Memory: "4GB"}}})
	passed := func(hour, minute int) {
		w.Until(60*time.Second, "the clock to pass", func() bool { return w.Clock.Now().After(at(hour, minute)) })
	}
	passed(13, 10)
	w.Do(func(d *daemon.Daemon) error {
		return d.Hold(spec.Hold{Key: "identity-staging", State: spec.Running, Until: at(22, 30), Reason: "migration rehearsal", By: "ines"})
	})
	passed(15, 5)
	check(t, w.Sim.Act(w.Live("catalog-dev").ID, "pause"))
	passed(17, 40)
	w.Clock.SetRate(1)
	return w
}
