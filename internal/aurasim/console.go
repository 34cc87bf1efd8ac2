package aurasim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// Add puts an instance into the account and returns its id. Fields left zero get what a create
// would have given them: a running 2 GB professional-db of the first tenant, an id, a password. An
// instance in a passing status is on its way to where that leads; an unknown status stays.
func (s *Sim) Add(in Instance) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock()
	s.advance(now)
	s.complete(&in, now)
	live := s.admit(in)
	if every, _ := schedule(in.Type); every > 0 {
		live.nextSnapshot = in.CreatedAt.Add(every)
	}
	kind, end, passing := leadsTo(in.Status)
	if !passing {
		since := in.Since
		live.enter(since, in.Status)
		return in.ID
	}
	s.begin(live, in.Since, kind, end, nil, in.Status)
	live.lag = lag{}
	return in.ID
}

// complete fills in what Add was not told.
func (s *machine) complete(in *Instance, now time.Time) {
	for _, f := range []struct {
		field *string
		value string
	}{
		{&in.ID, s.newID()}, {&in.TenantID, s.tenants[0].ID}, {&in.CloudProvider, "gcp"},
		{&in.Region, "europe-west1"}, {&in.Type, catalog.ProfessionalDB}, {&in.Version, "5"},
		{&in.Status, StatusRunning}, {&in.CDCEnrichmentMode, "OFF"}, {&in.Password, s.newSecret(22)},
	} {
		if *f.field == "" {
			*f.field = f.value
		}
	}
	if in.Name == "" {
		in.Name = "instance-" + in.ID
	}
	if in.Memory == "" {
		in.Memory = map[bool]string{true: "1GB", false: "2GB"}[in.free()]
	}
	if in.Storage == "" && !in.free() {
		in.Storage = fmt.Sprintf("%dGB", 2*catalog.Gigabytes(in.Memory))
	}
	if in.CreatedAt.IsZero() {
		in.CreatedAt = now.Truncate(time.Second)
	}
	if in.Since.IsZero() {
		in.Since = now
	}
	in.Deleted, in.History = false, nil
}

// leadsTo is the operation behind a passing status.
func leadsTo(status string) (kind Op, end string, passing bool) {
	switch status {
	case StatusCreating:
		return OpCreate, StatusRunning, true
	case StatusPausing:
		return OpPause, StatusPaused, true
	case StatusResuming:
		return OpResume, StatusRunning, true
	case StatusResizing:
		return OpResize, StatusRunning, true
	case StatusUpdating:
		return OpUpdate, StatusRunning, true
	case StatusOverwriting, StatusLoading:
		return OpOverwrite, StatusRunning, true
	case StatusRestoring:
		return OpRestore, StatusRunning, true
	case StatusSuspending:
		return OpPause, StatusSuspended, true
	case StatusDestroying:
		return OpDelete, StatusDeleted, true
	}
	return "", "", false
}

// Act is a person in the console, outside the limits and the log: "pause", "resume", "delete",
// "upgrade", "rename NEW NAME", "resize 8GB". It can also bring about at once what only Aura can:
// "loading failed", "suspended", "running", "paused", and "vanish" (gone, without destroying).
// The error says why the console would not let them.
func (s *Sim) Act(id, what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock()
	s.advance(now)
	in, ok := s.byID[id]
	if !ok || in.Deleted {
		return fmt.Errorf("%s %s: there is no such instance", what, id)
	}
	verb, rest, _ := strings.Cut(what, " ")
	switch {
	case slices.Contains([]string{StatusLoadingFailed, StatusSuspended, StatusRunning, StatusPaused}, what):
		s.force(in, now, what)
		return nil
	case what == "vanish":
		in.Deleted = true
		s.force(in, now, StatusDeleted)
		return nil
	}
	return s.act(in, now, verb, rest)
}

func (s *machine) force(in *instance, now time.Time, status string) {
	in.op, in.lag = nil, lag{}
	in.enter(now, status)
	s.stale = true
}

// act does what the API would do, with the API's own checks.
func (s *Sim) act(in *instance, now time.Time, verb, rest string) error {
	c := &call{s: s, now: now, req: &Request{}, args: []string{in.ID}}
	var p reply
	switch verb {
	case "pause":
		p = pauseInstance(c)
	case "resume":
		p = resumeInstance(c)
	case "delete":
		p = deleteInstance(c)
	case "upgrade":
		p = upgradeInstance(c)
	case "rename":
		c.body = encode(object{{"name", rest}})
		p = patchInstance(c)
	case "resize":
		c.body = encode(object{{"memory", rest}})
		p = patchInstance(c)
	default:
		return fmt.Errorf("%s %s: a person can't do that", verb, in.ID)
	}
	if p.problem != nil {
		return fmt.Errorf("%s %s: %s", verb, in.ID, p.problem.all[0].Message)
	}
	return nil
}

// Restore is a person who makes a deleted instance again from its last backup: of the same name and
// make, under a new id and with a new password.
func (s *Sim) Restore(id string) (newID string, err error) {
	old, ok := s.Instance(id)
	if !ok || !old.Deleted {
		return "", fmt.Errorf("restore %s: there is no deleted instance of this id", id)
	}
	old.ID, old.Password, old.CreatedAt, old.Since = "", "", time.Time{}, time.Time{}
	old.Status, old.SourceInstanceID = StatusRunning, id
	return s.Add(old), nil
}

// SetPassword is a user who changes their password inside the database. The API shows it never again.
func (s *Sim) SetPassword(id, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in, ok := s.byID[id]; ok {
		in.Password = password
	}
}
