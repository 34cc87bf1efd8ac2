package reconcile

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec"
)

// Missing is what is known of an instance of ours that Aura shows no more. A list may be stale, of
// another tenant, or empty by a fault of the server, and a gateway says 404 too: no single word is proof.
type Missing struct {
	ID     string    `json:"id"`
	Since  time.Time `json:"since"`            // when it was first not there
	At     time.Time `json:"at"`               // of the newest list that counts
	Lists  int       `json:"lists"`            // whole lists without it, in a row, lagGrace apart
	Others bool      `json:"others,omitempty"` // one of them showed other instances
	Denied bool      `json:"denied,omitempty"` // a look was answered: there is no such instance
}

// Gone reports whether the instance is no more.
//
//	lists without it  | looks at it             | gone
//	none              | any                     | no
//	one               | there is no such one    | yes
//	two, all empty    | not answered            | no
//	two, one not empty| not answered            | yes
func (m *Missing) Gone() bool {
	return m != nil && m.Lists > 0 && (m.Denied || m.Lists > 1 && m.Others)
}

// certain is Gone beyond what a report needs: a second instance may be made on the strength of it.
func (m *Missing) certain() bool { return m.Gone() && m.Denied && m.Lists > 1 }

// notAfter puts what can only have happened in the past no later than now.
func (m *Missing) notAfter(now time.Time) *Missing {
	if m == nil || !m.Since.After(now) && !m.At.After(now) {
		return m
	}
	moved := *m
	moved.Since, moved.At = earlier(m.Since, now), earlier(m.At, now)
	return &moved
}

// Unlisted records a whole list of the instance's tenant that does not show it; others says that
// it shows some. Two are enough: what they prove stays so.
func (e Entry) Unlisted(others bool, at time.Time) Entry {
	m := e.missing(at)
	counts := m.Lists == 0 || m.Lists == 1 && at.Sub(m.At) >= LagGrace
	if !counts && (m.Others || !others) {
		return e
	}
	if counts {
		m.Lists, m.At = m.Lists+1, at
	}
	m.Others = m.Others || others
	e.Missing = &m
	return e
}

// NotFound records a look that was answered with a 404; denied says that it was in Aura's own words, or
// that the newest list does not show the instance either.
func (e Entry) NotFound(denied bool, at time.Time) Entry {
	m := e.missing(at)
	m.Denied = m.Denied || denied
	e.Missing = &m
	return e
}

// Present records that the instance was seen.
func (e Entry) Present() Entry {
	e.Missing = nil
	return e
}

func (e Entry) missing(at time.Time) Missing {
	if e.Missing != nil && e.Missing.ID == e.ID {
		return *e.Missing
	}
	return Missing{ID: e.ID, Since: at}
}

// Has is the live instance that the key has; "" when it has none, or it is gone.
func (e Entry) Has() string {
	if e.Missing.Gone() {
		return ""
	}
	return e.ID
}

// Vacated is an entry whose instance is gone: ready for another one, whose credential may take the
// place of the old one's.
func (e Entry) Vacated() Entry {
	e.Former, e.ID, e.TenantID, e.Credential = e.ID, "", "", ""
	e.Missing, e.Op, e.Failure = nil, nil, nil
	e.Made, e.Requested, e.Settled, e.Memory, e.Storage = Made{}, Requested{}, Settled{}, "", ""
	return e
}

// gone plans for a key whose instance somebody deleted: another live instance in its place if
// the block names one, else a new one, which Permit lets pass if policy.on_gone says so.
func (w newcomers) gone(d spec.Desired, e Entry, ix index) []Step {
	vacant := e.Vacated()
	if d.ID != "" && d.ID != e.ID || d.ID == "" && d.Adopt {
		steps := w.adopt(d, vacant, ix)
		if steps[0].Problem != ProblemNoCandidate || d.ID != "" {
			return steps
		}
	}
	why := fmt.Sprintf("the instance %s is gone from Aura since %s, and not by aurad", e.ID, e.Missing.Since.Format("2006-01-02 15:04 MST"))
	if heirs := ix.unowned(d.Name); len(heirs) > 0 {
		return []Step{blocked(d.Key, e.ID, CauseGone, ProblemGone, fmt.Sprintf(
			"%s; %s has its name now: `id: %s` takes it over, another `name` and aurad forget %s make a new one", why, strings.Join(heirs, ", "), heirs[0], d.Key))}
	}
	if d.ID != "" || d.Adopt {
		return []Step{blocked(d.Key, e.ID, CauseGone, ProblemGone, fmt.Sprintf(
			"%s, and the block wants that one: give the `id:` of another live instance, or take the block out; for a new one take `id` or `adopt` out, and aurad forget %s", why, d.Key))}
	}
	step := w.birth(d)[0]
	step.InstanceID, step.Cause, step.Reason = e.ID, CauseGone, why
	if !e.Missing.certain() {
		return []Step{reportGone(step)}
	}
	return w.gate(e, []Step{step})
}

// unowned are the ids of the live instances of this name that no key has.
func (ix index) unowned(name string) (ids []string) {
	for _, live := range ix.named[name] {
		if ix.owner[live.ID] == "" {
			ids = append(ids, live.ID)
		}
	}
	return ids
}

// reportGone names the ways out.
func reportGone(s Step) Step {
	return block(s, CauseGone, ProblemGone, fmt.Sprintf(
		"%s; to have a new one: aurad forget %s, or policy.on_gone: recreate; if it was restored under another id, give it with `id:`; else take the block out", s.Reason, s.Key))
}

func permitGone(s Step, policy spec.Policy) Step {
	if policy.OnGone != spec.RecreateGone {
		return reportGone(s)
	}
	s.Reason += "; made anew, as policy.on_gone says"
	return s
}
