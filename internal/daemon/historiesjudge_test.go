package daemon_test

import (
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/spec"
)

// judge says whether a delete that Aura accepted was allowed, from the files that were in force and
// from the simulator's books alone.
func (h *history) judge(r aurasim.Request) {
	h.t.Helper()
	in, _ := h.sim.Instance(r.InstanceID)
	now := h.at(r.At)
	if now.Name == spec.DefaultFleet || now.Policy.Mode == spec.Observe {
		h.fail("%s: %s was deleted under %s of the fleet %s", r.At, in.ID, now.Policy.Mode, now.Name)
	}
	if slices.ContainsFunc(now.Removed, func(s spec.Removed) bool { return s.ID == in.ID }) {
		if now.TenantID != in.TenantID {
			h.fail("%s: %s of another tenant was deleted", r.At, in.ID)
		}
		return
	}
	if now.Policy.Mode != spec.Sync {
		h.fail("%s: %s was deleted under %s, and not stated", r.At, in.ID, now.Policy.Mode)
	}
	after := max(now.Policy.DeleteAfter, time.Hour)
	if paused := h.pausedSince(in.ID, r.At); paused.IsZero() || r.At.Sub(paused) < after {
		h.fail("%s: %s was deleted after %s paused, of %s", r.At, in.ID, r.At.Sub(paused), after)
	}
	for _, f := range h.during(r.At.Add(-after), r.At) {
		if why := h.keptBy(f, in); why != "" {
			h.fail("%s: %s was deleted, and %s", r.At, in.ID, why)
		}
	}
	if last := h.lastWith(in, r.At); last != nil && (last.Protect || last.Suspend) {
		h.fail("%s: %s was deleted, and %s was protected or suspended", r.At, in.ID, last.Key)
	}
}

// at is the file in force at t.
func (h *history) at(t time.Time) *spec.Fleet {
	var f *spec.Fleet
	for _, e := range h.files {
		if !e.at.After(t) {
			f = e.fleet
		}
	}
	return f
}

// during are the files in force between two instants.
func (h *history) during(from, to time.Time) []*spec.Fleet {
	found := []*spec.Fleet{h.at(from)}
	for _, e := range h.files {
		if e.at.After(from) && !e.at.After(to) {
			found = append(found, e.fleet)
		}
	}
	return found
}

// keysOf are the keys that an instance can have had, by what the files said of it: the one whose
// block it was made or adopted for, and those it moved to. The file is the one that said so first.
func (h *history) keysOf(in aurasim.Instance) map[*spec.Fleet][]string {
	keys := map[string]bool{}
	for _, c := range h.sim.Creates() {
		if c.InstanceID != in.ID {
			continue
		}
		name, _, _ := strings.Cut(c.Name, "~")
		for _, b := range h.at(c.At).Instances {
			if b.Name == name {
				keys[b.Key] = true
			}
		}
	}
	of := map[*spec.Fleet][]string{}
	for _, e := range h.files {
		for _, b := range e.fleet.Instances {
			if b.ID == in.ID || b.Adopt && b.Name == in.Name {
				keys[b.Key] = true
			}
		}
		for _, m := range e.fleet.Moved {
			if keys[m.From] {
				keys[m.To] = true
			}
		}
		for key := range keys {
			of[e.fleet] = append(of[e.fleet], key)
		}
	}
	return of
}

// keptBy says what in a file keeps an instance from being deleted for absence; "" for nothing.
func (h *history) keptBy(f *spec.Fleet, in aurasim.Instance) string {
	if f.Policy.Mode != spec.Sync || f.TenantID != in.TenantID {
		return "the file in force was not of its tenant under sync all the time"
	}
	keys := h.keysOf(in)[f]
	for _, b := range f.Instances {
		switch {
		case b.ID == in.ID:
			return "a block had its id"
		case b.Adopt && b.Name == in.Name:
			return "a block adopted its name"
		case b.Source != nil && (b.Source.Instance == in.ID || len(keys) == 1 && slices.Contains(keys, b.Source.Instance)):
			return "a block was cloned from it"
		case len(keys) == 1 && keys[0] == b.Key:
			return "its block was in the file"
		}
	}
	return ""
}

// lastWith is the last block of an instance that never had but one key.
func (h *history) lastWith(in aurasim.Instance, at time.Time) *spec.Instance {
	var last *spec.Instance
	for _, e := range h.files {
		keys := h.keysOf(in)[e.fleet]
		if e.at.After(at) || len(keys) != 1 {
			continue
		}
		if b, ok := e.fleet.Instance(keys[0]); ok {
			last = &b
		}
	}
	return last
}

// pausedSince is when an instance was paused last, by aurad or a hand, if nobody resumed it since.
func (h *history) pausedSince(id string, at time.Time) time.Time {
	var since time.Time
	all := slices.Concat(h.sim.Mutations(), h.hands)
	slices.SortStableFunc(all, func(a, b aurasim.Request) int { return a.At.Compare(b.At) })
	for _, r := range all {
		if r.InstanceID != id || r.At.After(at) || !r.Accepted() {
			continue
		}
		switch {
		case strings.HasSuffix(r.Path, "/pause"):
			since = r.At
		case strings.HasSuffix(r.Path, "/resume"):
			since = time.Time{}
		}
	}
	return since
}
