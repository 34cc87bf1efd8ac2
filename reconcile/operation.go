package reconcile

import (
	"slices"
	"time"
)

// lagGrace is how long after an accepted change a reply may still show the old state: clients
// of the API have seen about ten seconds.
const lagGrace = 30 * time.Second

// absentGrace is how long a new instance may answer 404: a few seconds were seen, one client allows
// a minute.
const absentGrace = time.Minute

// Verdict is what a look at an instance says about the operation under way on it.
type Verdict string

const (
	Done     Verdict = "done"
	Underway Verdict = "underway"
	Vanished Verdict = "vanished" // ended without the result
)

// Judge compares an operation with a look taken at now.
//
//	the result is there                                | done
//	another status than at the start, and not settled  | underway
//	settled as at the start, within the lag            | underway
//	settled without the result                         | vanished
func (o Operation) Judge(live Live, now time.Time) Verdict {
	is, _ := classify(live.Status)
	settled := is == statusRunning || is == statusPaused
	switch {
	case is == statusBroken:
		return Vanished
	case !settled:
		return Underway
	case o.reached(live, now):
		return Done
	case o.Left || now.Sub(o.StartedAt) >= lagGrace:
		return Vanished
	}
	return Underway
}

// reached reports whether a settled instance has what the operation was for. Fields that the
// reply leaves out can't contradict it.
func (o Operation) reached(live Live, now time.Time) bool {
	switch o.Verb {
	case Pause:
		return live.Status == "paused"
	case Delete:
		return false
	case Create, Resume:
		return live.Status == "running"
	}
	return live.Status == "running" && !o.contradicted(live) && (o.shows(live) || o.Left || now.Sub(o.StartedAt) >= lagGrace)
}

// shows reports whether the reply itself proves the result. A status can't prove a change that
// starts and ends in the same one.
func (o Operation) shows(live Live) bool {
	switch o.Verb {
	case Pause:
		return live.Status == "paused"
	case Create, Resume:
		return live.Status == "running"
	}
	fields := live.fields()
	for _, c := range o.Changes {
		if fields[c.Field] != c.New {
			return false
		}
	}
	return len(o.Changes) > 0
}

func (o Operation) contradicted(live Live) bool {
	fields := live.fields()
	return slices.ContainsFunc(o.Changes, func(c Change) bool {
		return fields[c.Field] != "" && fields[c.Field] != c.New
	})
}

// fields shows an instance in the words of a step's changes; what is unknown is "".
func (l Live) fields() map[string]string {
	f := map[string]string{"name": l.Name, "type": l.Type, "memory": l.Memory, "storage": l.Storage}
	if l.CDCEnrichmentMode != "" {
		f["cdc_enrichment_mode"] = l.CDCEnrichmentMode
	}
	if l.SecondariesCount != nil {
		f["secondaries_count"] = itoa(*l.SecondariesCount)
	}
	if l.VectorOptimized != nil {
		f["vector_optimized"] = btoa(*l.VectorOptimized)
	}
	if l.GraphAnalyticsPlugin != nil {
		f["graph_analytics_plugin"] = btoa(*l.GraphAnalyticsPlugin)
	}
	return f
}

// ahead is the instance as it will be when the operation has ended well, so that a plan made
// meanwhile shows only what comes after.
func (o Operation) ahead(live Live, ends string) (Live, string) {
	switch o.Verb {
	case Pause:
		return live, "paused"
	case Resume, Create:
		return live, "running"
	}
	for _, c := range o.Changes {
		switch c.Field {
		case "name":
			live.Name = c.New
		case "type":
			live.Type = c.New
		case "memory":
			live.Memory = c.New
		case "storage":
			live.Storage = c.New
		case "cdc_enrichment_mode":
			live.CDCEnrichmentMode = c.New
		case "secondaries_count":
			live.SecondariesCount = atoi(c.New)
		case "vector_optimized":
			live.VectorOptimized = atob(c.New)
		case "graph_analytics_plugin":
			live.GraphAnalyticsPlugin = atob(c.New)
		}
	}
	return live, ends
}
