package reconcile

import (
	"fmt"

	"github.com/aurad/aurad/spec"
)

// Permit turns every step that the policy forbids into one that only speaks. It is the last
// word before anything is done, and it knows nothing of why a step was planned:
//
//	mode    | creates, changes, pauses, resumes | what left the file   | what `removed` states | lost creates
//	observe | held                              | held                 | held                  | held
//	upsert  | done                              | held                 | deleted               | deleted only with on_lost_credentials: recreate
//	sync    | done                              | paused, then deleted | deleted               | likewise
//
// More removals than max_deletes, or a file with no instances at all, block the whole plan: that
// is what a truncated file or a bad merge looks like.
func Permit(p Plan, policy spec.Policy) Plan {
	return PermitBeside(p, policy, 0, 0)
}

// PermitBeside is Permit for one account of several: what left the file is counted over all of them,
// for it is one file that was truncated or badly merged. The other accounts have instances in it, and own
// removed more that are in it no more.
func PermitBeside(p Plan, policy spec.Policy, instances, removed int) Plan {
	if own := removals(p); policy.Mode == spec.Sync && own > 0 {
		all, left := own+removed, p.Summary.Instances+instances
		if all > policy.MaxDeletes || left == 0 {
			return stopped(p, all, left, policy.MaxDeletes)
		}
	}
	steps := make([]Step, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = permit(s, policy)
	}
	return newPlan(p.At, p.Summary.Instances, steps, p.Next)
}

// removals counts the keys whose instances would be deleted for having left the file.
func removals(p Plan) int {
	n := 0
	for _, s := range p.Steps {
		if s.Cause == CauseRemoved && (s.Verb == Delete || s.Would == Delete) {
			n++
		}
	}
	return n
}

// stopped blocks every step. removed and left count instances that are in the file no more and still.
func stopped(p Plan, removed, left, allowed int) Plan {
	why := fmt.Sprintf("the whole plan is stopped: %d instances left the file and max_deletes is %d; put them back, or raise policy.max_deletes if that is what you want", removed, allowed)
	problem := ProblemMaxDeletes
	if left == 0 {
		problem = ProblemEmptyFile
		why = fmt.Sprintf("the whole plan is stopped: the file has no instances at all, and aurad owns %d; put them back, or take the last one away by hand", removed)
	}
	steps := make([]Step, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = s
		if s.Verb.Acts() {
			steps[i] = block(s, CausePolicy, problem, why)
		}
	}
	return newPlan(p.At, p.Summary.Instances, steps, p.Next)
}

func permit(s Step, policy spec.Policy) Step {
	switch {
	case !s.Verb.Acts():
		return s
	case policy.Mode == spec.Observe:
		return silence(s, Hold, CauseObserve, "policy.mode is observe; would "+string(s.Verb)+": "+s.Reason)
	case s.Cause == CauseLost:
		return permitLost(s, policy)
	case s.Cause == CauseGone:
		return permitGone(s, policy)
	case s.Cause != CauseRemoved:
		return s
	case policy.Mode != spec.Sync:
		return silence(s, Hold, CauseRemoved, s.Reason+"; left as it is, since policy.mode is "+string(policy.Mode))
	}
	return s
}

func permitLost(s Step, policy spec.Policy) Step {
	if policy.OnLostCredentials == spec.RecreateLost {
		s.Reason += "; deleting it to make it anew"
		return s
	}
	return block(s, CauseLost, ProblemLost, s.Reason+"; delete it in the Aura console, or set policy.on_lost_credentials: recreate")
}

// silence keeps what a step would have done beside why it is not done.
func silence(s Step, v Verb, cause Cause, reason string) Step {
	s.Would, s.Verb, s.Cause, s.Reason, s.Requests = s.Verb, v, cause, reason, 0
	return s
}
