package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
	w, moves := w.relocated()
	ix := w.index()
	steps := make([]Step, 0, len(w.Desired)/2)
	for _, d := range w.Desired {
		its := behind(moves[d.Key], w.rehome(d.Key, w.Ledger[d.Key], w.instance(d, ix)))
		steps = append(append(steps, its...), w.hold(d, its)...)
		delete(moves, d.Key)
	}
	for _, stopped := range moves {
		steps = append(steps, stopped...)
	}
	for _, key := range ix.removed {
		if w.moved(key) {
			steps = append(steps, w.movedAway(key, w.Ledger[key], ix)...)
			continue
		}
		steps = append(steps, w.removed(key, w.Ledger[key], ix)...)
	}
	steps = append(steps, w.strangers(ix)...)
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
		return w.unfinished(d, e, ix)[:1]
	case d.Suspend:
		return []Step{{Key: d.Key, InstanceID: e.ID, Verb: Hold, Cause: CausePolicy, Reason: "suspend: true; watched only"}}
	case e.Birth != nil:
		return w.withLatecomers(d.Key, e, ix, w.unfinished(d, e, ix))
	case e.Missing.Gone() && e.Op == nil:
		return w.withLatecomers(d.Key, e, ix, w.gone(d, e, ix))
	case e.ID != "":
		return w.withLatecomers(d.Key, e, ix, w.keepNames(d, w.owned(d, e), ix))
	case w.Owners[d.Key] != "":
		return w.withLatecomers(d.Key, e, ix, w.movedHere(d.Key, w.Owners[d.Key]))
	}
	if old := w.renamed(d, ix); old != "" {
		return w.withLatecomers(d.Key, e, ix, w.renameOr(d, old))
	}
	switch {
	case d.ID != "" || d.Adopt:
		return w.withLatecomers(d.Key, e, ix, w.adopt(d, e, ix))
	}
	if live, why := w.proves(d, e, ix); why != "" {
		return w.withLatecomers(d.Key, e, ix, w.takeOver(d, e, live, why))
	}
	return w.withLatecomers(d.Key, e, ix, w.missing(d, e, ix))
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

// adopt takes a live instance as ours, by id or by its only name.
func (w World) adopt(d spec.Desired, e Entry, ix index) []Step {
	if w.Observed.ListedAt.IsZero() {
		return []Step{{Key: d.Key, InstanceID: d.ID, Verb: Wait, Cause: CauseUnobserved, Reason: "not looked at yet"}}
	}
	live, problem := w.candidate(d, ix)
	if problem != nil {
		return []Step{*problem}
	}
	return w.takeOver(d, e, live, fmt.Sprintf("take over the live instance %q; its password stays as it is", live.Name))
}

// takeOver makes a live instance the key's own, then changes whatever differs.
func (w World) takeOver(d spec.Desired, e Entry, live observed.Live, reason string) []Step {
	e.ID, e.TenantID = live.ID, live.TenantID
	step := Step{Key: d.Key, InstanceID: live.ID, Verb: Adopt, Cause: CauseOwnership, Reason: reason}
	return append([]Step{step}, shift(w.chain(d, e, live), 1)...)
}

// proves returns the instance that the credential store proves to be d's, and why it is; "" when there
// is none. What belongs to another key, or is to be adopted by one, is not. One that no list shows
// may have been made a moment ago by another aurad of this fleet: that it is gone is for looks and
// lists to say, as of any instance that d owns.
func (w World) proves(d spec.Desired, e Entry, ix index) (live observed.Live, why string) {
	id := w.Proven[d.Key]
	if id == "" || ix.owner[id] != "" || len(ix.claims[id]) > 0 || ix.proven[id] != d.Key {
		return observed.Live{}, ""
	}
	why = fmt.Sprintf("its credential in %s says this fleet made it", w.Store)
	live, listed := w.Observed.Find(id)
	switch {
	case listed:
		return live, why
	case w.Observed.ListedAt.IsZero() || id == e.Former:
		return observed.Live{}, ""
	}
	return observed.Live{ID: id}, why + "; no list of Aura's shows it: it is looked for"
}

func (w World) candidate(d spec.Desired, ix index) (observed.Live, *Step) {
	found := ix.named[d.Name]
	by := fmt.Sprintf("named %q", d.Name)
	if d.ID != "" {
		found, by = nil, "with id "+d.ID
		if live, ok := w.Observed.Find(d.ID); ok {
			found = []observed.Live{live}
		}
	}
	var problem Step
	switch {
	case len(found) == 0:
		problem = blocked(d.Key, d.ID, CauseOwnership, ProblemNoCandidate, fmt.Sprintf(
			"there is no live instance %s to adopt; correct it, or take `id`/`adopt` out to create one", by))
	case len(found) > 1:
		problem = blocked(d.Key, "", CauseDuplicates, ProblemCandidates, fmt.Sprintf(
			"%d live instances are %s (%s); say which with `id:`", len(found), by, ids(found)))
	case len(ix.claims[found[0].ID]) > 1:
		problem = blocked(d.Key, found[0].ID, CauseOwnership, ProblemRivals, fmt.Sprintf(
			"the live instance %s is to be adopted by more than one key (%s); let one of them have it", by, strings.Join(ix.claims[found[0].ID], ", ")))
	case ix.owner[found[0].ID] != "":
		problem = blocked(d.Key, found[0].ID, CauseOwnership, ProblemOwned, fmt.Sprintf(
			"the live instance %s belongs to key %s already: give this block another `id`, or take this block out", by, ix.owner[found[0].ID]))
	default:
		return found[0], nil
	}
	return observed.Live{}, &problem
}

// missing plans a create, unless a live instance has the name already: names are not unique in
// Aura, so nothing but this check stands between a lost state file and a billed duplicate.
func (w World) missing(d spec.Desired, e Entry, ix index) []Step {
	if w.Observed.ListedAt.IsZero() || w.ListFailed != "" && !w.FreshlyListed() {
		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseUnobserved, Would: Create, Reason: "made once a whole list shows that it is not there"}}
	}
	if hidesName(w.Observed, d.Name) {
		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseUnobserved, Reason: fmt.Sprintf(
			"Aura lists an instance named %q without an id that can be used: no second one is made; waiting for a better list, or for another `name` here", d.Name)}}
	}
	for _, live := range ix.named[d.Name] {
		return []Step{w.nameTaken(d, live, ix)}
	}
	if steps := w.disbelieved(d, e, ix); steps != nil {
		return steps
	}
	for _, live := range ix.marks[MarkedName(d.Name, "")] {
		if marked(live.Name, d.Name) && ix.owner[live.ID] == "" && !ix.nonces[nonceOf(live.Name)] {
			return []Step{blocked(d.Key, live.ID, CauseLost, ProblemMark, fmt.Sprintf(
				"the live instance %q comes from a create that this state folder knows nothing of; use the state folder that made it, delete it, or adopt it with `id: %s`", live.Name, live.ID))}
		}
	}
	return w.gate(e, number(append(w.source(d, ix), w.birth(d)...)))
}

// disbelieved holds a create back that an earlier one may have done already; nil when a list has
// proven that none did. What the earlier one failed of is said first, for that may need a person.
func (w World) disbelieved(d spec.Desired, e Entry, ix index) []Step {
	r := e.Recover(w.Observed, w.Now)
	if r.Next == NextPost {
		return nil
	}
	anew := w.birth(d)
	if r.Next == NextLost {
		live, _ := w.Observed.Find(r.InstanceID)
		return w.gate(e, number(append([]Step{lost(d.Key, live, e, ix)}, anew...)))
	}
	if gated := w.gate(e, number(anew)); !gated[0].Verb.Acts() {
		return gated
	}
	return []Step{{Key: d.Key, Verb: Wait, Cause: CauseInFlight, Due: r.Until, Would: Create,
		Reason: "its create was refused, which is not believed before a list of Aura's shows no instance of it"}}
}

// source holds a clone back until the key it is cloned from has a running instance.
func (w World) source(d spec.Desired, ix index) []Step {
	if d.Source == nil || !ix.desired[d.Source.Instance] {
		return nil
	}
	from := w.Ledger[d.Source.Instance]
	live, ok := w.Observed.Find(from.ID)
	if is, _ := observed.Classify(live.Status); ok && from.Birth == nil && from.Op == nil && is == observed.Running {
		return nil
	}
	return []Step{{Key: d.Key, Verb: Wait, Cause: CauseSource, Reason: "it is cloned from " + d.Source.Instance + ", which does not run yet"}}
}

// birth is the chain of a new instance: made, then given what only a PATCH can, then paused.
func (w World) birth(d spec.Desired) []Step {
	steps := []Step{{Key: d.Key, Verb: Create, Cause: CauseNew, Reason: "in the file, not in Aura", Changes: creation(d), Requests: 2}}
	made := observed.Live{Name: d.Name, Type: d.Type, Status: "running", Memory: d.Memory, Storage: d.Storage,
		VectorOptimized: d.VectorOptimized, GraphAnalyticsPlugin: d.GraphAnalyticsPlugin}
	steps = append(steps, w.changes(d, Entry{}, made)...)
	if want, cause, reason, due := w.wants(d, Entry{}, made); want == spec.Paused && d.CanPause() {
		steps = append(steps, transition(d.Key, "", Pause, cause, reason, due))
	}
	return steps
}
