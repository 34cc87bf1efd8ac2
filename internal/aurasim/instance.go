package aurasim

import (
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// Statuses, as the API spells them. StatusDeleted is never shown: it ends a History.
const (
	StatusCreating      = "creating"
	StatusRunning       = "running"
	StatusPausing       = "pausing"
	StatusPaused        = "paused"
	StatusResuming      = "resuming"
	StatusResizing      = "resizing" // off-spec, seen live
	StatusUpdating      = "updating"
	StatusOverwriting   = "overwriting"
	StatusRestoring     = "restoring"
	StatusLoading       = "loading"
	StatusLoadingFailed = "loading failed"
	StatusSuspending    = "suspending"
	StatusSuspended     = "suspended"
	StatusDestroying    = "destroying"
	StatusDeleted       = "deleted"
)

// Instance is the truth about one instance, which is more than the API shows of it.
type Instance struct {
	ID, Name, TenantID          string
	CloudProvider, Region, Type string
	Version                     string // the API never shows it
	Status                      string
	Memory, Storage             string // "<n>GB"; Storage is "" for free-db
	CustomerManagedKeyID        string
	SourceInstanceID            string // what it was cloned from
	VectorOptimized             bool
	GraphAnalyticsPlugin        bool
	CDCEnrichmentMode           string // OFF, DIFF, FULL
	SecondariesCount            int
	GraphNodes                  int64 // shown for free-db only
	GraphRelationships          int64
	NeedsMemory                 string // a resize below this is refused; "": the data fits anywhere
	Password                    string // the API shows it once, in the reply to the create
	CreatedAt                   time.Time
	Since                       time.Time // when it got its Status
	Deleted                     bool
	History                     []Change // every status it had, oldest first
}

// Change is the moment at which an instance got a status.
type Change struct {
	At     time.Time
	Status string
}

// StatusAt is the status at t; "" before the instance existed.
func (in *Instance) StatusAt(t time.Time) string {
	for _, change := range slices.Backward(in.History) {
		if !change.At.After(t) {
			return change.Status
		}
	}
	return ""
}

func (in Instance) clone() Instance {
	in.History = slices.Clone(in.History)
	return in
}

func (in *Instance) free() bool { return in.Type == catalog.FreeDB }

// version is what an instance was from a moment on, for stale reads.
type version struct {
	at time.Time
	Instance
}

const keptVersions = 64

// keep remembers the instance as it is from now on.
func (in *instance) keep(now time.Time) {
	if len(in.versions) == keptVersions {
		in.versions = slices.Delete(in.versions, 0, keptVersions/2)
	}
	in.versions = append(in.versions, version{now, in.Instance})
}

// at is what the instance was at t; ok is false when it did not exist then.
func (in *instance) at(t time.Time) (Instance, bool) {
	for _, v := range slices.Backward(in.versions) {
		if !v.at.After(t) {
			return v.Instance, !v.Deleted
		}
	}
	return Instance{}, false
}
