package aurasim

import (
	"net/http"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

type snapshot struct {
	id      string
	profile string // AdHoc or Scheduled
	at      time.Time
	ends    time.Time
	full    bool // a differential one never becomes exportable
}

func (sn *snapshot) done(now time.Time) bool { return !now.Before(sn.ends) }

// status has capitals, unlike an instance's. The first tenth of the time is spent waiting.
func (sn *snapshot) status(now time.Time) string {
	switch {
	case sn.done(now):
		return "Completed"
	case now.Before(sn.at.Add(sn.ends.Sub(sn.at) / 10)):
		return "Pending"
	}
	return "InProgress"
}

func (sn *snapshot) view(in *instance, now time.Time) object {
	return object{
		{"instance_id", in.ID}, {"snapshot_id", sn.id}, {"profile", sn.profile}, {"status", sn.status(now)},
		{"timestamp", timestamp(sn.at)}, {"exportable", sn.full && sn.done(now)},
	}
}

// takeSnapshot starts one. A free instance keeps the latest alone.
func (s *machine) takeSnapshot(in *instance, at time.Time, profile string, full bool) *snapshot {
	sn := &snapshot{id: s.newUUID(), profile: profile, at: at, ends: at.Add(s.draw(in.rng, OpSnapshot)), full: full}
	if in.free() {
		in.snapshots = nil
	}
	in.snapshots = append(in.snapshots, sn)
	return sn
}

// schedule is how often Aura snapshots a tier, and how long it keeps them; 0: never.
func schedule(tier string) (every, kept time.Duration) {
	const day = 24 * time.Hour
	switch tier {
	case catalog.FreeDB:
		return 0, 30 * day
	case catalog.BusinessCritical:
		return time.Hour, 30 * day // a full one each day, differential ones between
	case catalog.EnterpriseDB:
		return time.Hour, 60 * day
	case catalog.ProfessionalDS, catalog.EnterpriseDS:
		return day, 7 * day
	}
	return day, 30 * day
}

// catchUp makes the snapshots that Aura took by itself up to now and drops the outdated ones.
// Nobody sees them before, so nothing is done between requests.
func (s *machine) catchUp(in *instance, now time.Time) {
	every, kept := schedule(in.Type)
	in.snapshots = slices.DeleteFunc(in.snapshots, func(sn *snapshot) bool { return now.Sub(sn.at) > kept })
	if every == 0 || in.nextSnapshot.IsZero() {
		return
	}
	for ; !in.nextSnapshot.After(now); in.nextSnapshot = in.nextSnapshot.Add(every) {
		full := in.Type != catalog.BusinessCritical || in.taken%24 == 0
		in.taken++
		if now.Sub(in.nextSnapshot) <= kept && in.StatusAt(in.nextSnapshot) == StatusRunning {
			s.takeSnapshot(in, in.nextSnapshot, "Scheduled", full)
		}
	}
}

func (c *call) snapshotOf(in *instance, id string) *snapshot {
	c.s.catchUp(in, c.now)
	for _, sn := range in.snapshots {
		if sn.id == id {
			return sn
		}
	}
	return nil
}

// listSnapshots shows those of one UTC day, today when none is given.
func listSnapshots(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	day := c.http.URL.Query().Get("date")
	if day == "" {
		day = c.now.UTC().Format(time.DateOnly)
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return *invalid("date", "date must be YYYY-MM-DD")
	}
	c.s.catchUp(in, c.now)
	list := []object{}
	for _, sn := range in.snapshots {
		if sn.at.UTC().Format(time.DateOnly) == day {
			list = append(list, sn.view(in, c.now))
		}
	}
	return data(http.StatusOK, list)
}

func getSnapshot(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	sn := c.snapshotOf(in, c.args[1])
	if sn == nil {
		return *noSnapshot(c.args[1])
	}
	return data(http.StatusOK, sn.view(in, c.now))
}

// createSnapshot is POST /v1/instances/{id}/snapshots: one at a time; 402 without billing.
func createSnapshot(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	if c.s.quirks.MissingBilling == quirk.On && !in.free() {
		return reply{status: http.StatusPaymentRequired, problem: &problem{noForm, []fault{{Message: "payment required"}}}}
	}
	if no := c.ready(in, StatusRunning); no != nil {
		return *no
	}
	c.s.catchUp(in, c.now)
	running := func(sn *snapshot) bool { return !sn.done(c.now) }
	if slices.ContainsFunc(in.snapshots, running) {
		return *refuse(http.StatusConflict, "snapshot-not-allowed", "a snapshot of "+in.ID+" is being taken")
	}
	sn := c.s.takeSnapshot(in, c.now, "AdHoc", true)
	return data(http.StatusAccepted, object{{"snapshot_id", sn.id}})
}

func restoreSnapshot(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	sn := c.snapshotOf(in, c.args[1])
	if sn == nil {
		return *noSnapshot(c.args[1])
	}
	if no := c.ready(in, StatusRunning); no != nil {
		return *no
	}
	if !sn.done(c.now) {
		return *refuse(http.StatusConflict, reasonUnavailable, "snapshot "+sn.id+" is "+sn.status(c.now))
	}
	c.s.beginLoad(in, c.now, OpRestore, nil, StatusRestoring, StatusLoading)
	return data(http.StatusAccepted, c.s.view(in.Instance, c.now))
}
