package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// World is everything a plan is made from.
type World struct {
	Now      time.Time
	Fleet    string         // the fleet's name
	Policy   spec.Policy    // of the file
	TenantID string         // the tenant of the file; "" when it names none
	Desired  []spec.Desired // sorted by key
	Observed observed.Fleet
	Ledger   Ledger
	Timings  Timings // how long operations took

	Foreign map[string]string // instance id -> the other fleet that the credential store says it is of
	Proven  map[string]string // key -> id of the instance that the credential store says this fleet made or adopted
	Store   string            // the credential store, for people

	Blocks  []spec.Instance // of the whole file, all accounts: what they speak of is kept
	Moved   []spec.Move     // keys that were renamed
	Removed []spec.Removed  // keys whose instances are to be deleted

	Lived    time.Duration // how long aurad has lived with this state, by a clock that nobody sets
	Steady   bool          // the file has been the same for SteadyFor
	SteadyAt time.Time     // when it will have been, unless Steady
	WholeAt  time.Time     // before this the file may be half written: what it alone asks for is not sent; zero: it is whole

	Account   string            // whose world this is, for people; "" when there is only one
	Elsewhere []string          // sorted keys that the file gives to other accounts
	Owners    map[string]string // keys of Desired that another account owns -> that account

	LookFailed map[string]string // live id -> what the newest look failed with, where it did
	ListFailed string            // likewise of the newest list; "" when it came whole

	Limit           int       // requests a minute
	Surveying       bool      // the first look at the whole fleet is not over: creates and changes wait for the whole plan
	AuthorizedUntil time.Time // when the access token must be replaced
	JumpedAt        time.Time // when the clock last went ahead: what was seen before may be older than it seems

	edges map[time.Time]int // how many resumes share an edge
}

// Diff compares what should be with what is, and returns the steps that would close the gap,
// in the order of doing. It asks no policy: see Permit.
func Diff(w World) Plan {
	w = w.WithEdges()
	w, moves := relocations{w}.relocated()
	ix := w.index()
	steps := make([]Step, 0, len(w.Desired)/2)
	for _, d := range w.Desired {
		its := behind(moves[d.Key], relocations{w}.rehome(d.Key, w.Ledger[d.Key], w.instance(d, ix)))
		steps = append(append(steps, its...), w.hold(d, its)...)
		delete(moves, d.Key)
	}
	for _, stopped := range moves {
		steps = append(steps, stopped...)
	}
	for _, key := range ix.removed {
		if (relocations{w}).moved(key) {
			steps = append(steps, relocations{w}.movedAway(key, w.Ledger[key], ix)...)
			continue
		}
		steps = append(steps, departures{w}.removed(key, w.Ledger[key], ix)...)
	}
	steps = append(steps, departures{w}.strangers(ix)...)
	return newPlan(w.Now, len(w.Desired), w.explained(steps), w.transitions())
}

// explained adds to steps that wait for a look or a list why the last one failed.
func (w World) explained(steps []Step) []Step {
	for i, s := range steps {
		if s.Verb != Wait || s.Cause != CauseUnobserved && s.Cause != CauseInFlight {
			continue
		}
		why := w.LookFailed[s.InstanceID]
		if _, listed := w.Observed.Find(s.InstanceID); !listed {
			why = cmp.Or(why, w.ListFailed)
		}
		if why != "" {
			steps[i].Reason += "; the last look failed: " + why
		}
	}
	return steps
}

// behind puts the steps of a key behind its move; a move that is stopped stands alone.
func behind(move, steps []Step) []Step {
	switch {
	case len(move) == 0:
		return steps
	case !move[0].Verb.Acts():
		return move
	}
	return append(move, shift(steps, 1)...)
}

// transitions lists the coming edges of all instances, the first to be acted on first.
func (w World) transitions() []Transition {
	next := make([]Transition, 0, len(w.Desired))
	for _, d := range w.Desired {
		hand := w.Ledger[d.Key].byHand(d).Hand
		if passedBy := hand != "" && hand != d.Next.State; !d.Suspend && !d.Next.At.IsZero() && !passedBy {
			next = append(next, Transition{d.Key, d.Next.At, w.Start(d), string(d.Next.State), d.Next.Rule})
		}
	}
	slices.SortFunc(next, func(a, b Transition) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Key, b.Key)) })
	return next
}

// instance returns the steps of one key of the file.
//
//	suspended                        | hold
//	create under way                 | create (unfinished), or what stops it
//	owned, live                      | whatever differs
//	owned, gone from Aura            | blocked: somebody deleted it; or what takes its place
//	not owned, another account's     | blocked: instances can't move
//	not owned, ours under another key | blocked: was the key renamed?
//	not owned, id or adopt given     | adopt, then whatever differs
//	not owned, its credential is ours | adopt, then whatever differs
//	not owned, its name is live      | blocked: whose is it?
//	not owned, its name is not live  | create
func (w World) instance(d spec.Desired, ix index) []Step {
	e := w.Ledger[d.Key]
	switch {
	case d.Suspend && e.Birth != nil && e.Birth.Stage == Spooled: // its password is brought to its store all the same
		return newcomers{w}.unfinished(d, e, ix)[:1]
	case d.Suspend:
		return []Step{{Key: d.Key, InstanceID: e.ID, Verb: Hold, Cause: CausePolicy, Reason: "suspend: true; watched only"}}
	case e.Birth != nil:
		return newcomers{w}.withLatecomers(d.Key, e, ix, newcomers{w}.unfinished(d, e, ix))
	case e.Missing.Gone() && e.Op == nil:
		return newcomers{w}.withLatecomers(d.Key, e, ix, newcomers{w}.gone(d, e, ix))
	case e.ID != "":
		return newcomers{w}.withLatecomers(d.Key, e, ix, relocations{w}.keepNames(d, w.owned(d, e), ix))
	case w.Owners[d.Key] != "":
		return newcomers{w}.withLatecomers(d.Key, e, ix, relocations{w}.movedHere(d.Key, w.Owners[d.Key]))
	}
	if old := (relocations{w}).renamed(d, ix); old != "" {
		return newcomers{w}.withLatecomers(d.Key, e, ix, relocations{w}.renameOr(d, old))
	}
	switch {
	case d.ID != "" || d.Adopt:
		return newcomers{w}.withLatecomers(d.Key, e, ix, newcomers{w}.adopt(d, e, ix))
	}
	if live, why := (newcomers{w}).proves(d, e, ix); why != "" {
		return newcomers{w}.withLatecomers(d.Key, e, ix, newcomers{w}.takeOver(d, e, live, why))
	}
	return newcomers{w}.withLatecomers(d.Key, e, ix, newcomers{w}.missing(d, e, ix))
}

// owned compares an instance that aurad owns.
func (w World) owned(d spec.Desired, e Entry) []Step {
	live, ok := w.Observed.Find(e.ID)
	switch {
	case d.ID != "" && d.ID != e.ID:
		return []Step{blocked(d.Key, e.ID, CauseOwnership, ProblemID, fmt.Sprintf(
			"the file says id %s, but aurad made or adopted %s for this key; use another key for %s", d.ID, e.ID, d.ID))}
	case w.TenantID != "" && e.TenantID != "" && w.TenantID != e.TenantID:
		return []Step{blocked(d.Key, e.ID, CauseImmutable, ProblemTenant, fmt.Sprintf(
			"the instance lives in tenant %s and can't move to %s; put tenant_id back, or use another key", e.TenantID, w.TenantID))}
	case !ok && w.Observed.ListedAt.IsZero():
		return []Step{{Key: d.Key, InstanceID: e.ID, Verb: Wait, Cause: CauseUnobserved, Reason: "not looked at yet"}}
	case !ok && e.Op != nil && e.Op.Verb == Create:
		return []Step{inFlight(d.Key, e)}
	case !ok:
		return []Step{{Key: d.Key, InstanceID: e.ID, Verb: Wait, Cause: CauseUnobserved, Reason: "a look did not find it: it is gone once a list does not show it either"}}
	}
	return w.chain(d, e, live)
}
