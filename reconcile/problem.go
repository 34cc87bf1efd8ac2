package reconcile

// Problem says why a step is blocked, as a word that does not change with the wording of the
// reason. Each has a way out which the reason names and a test walks.
type Problem string

const (
	ProblemID          Problem = "id"           // the file names another instance than the key has
	ProblemTenant      Problem = "tenant"       // the file names another tenant than the instance is in
	ProblemGone        Problem = "gone"         // somebody deleted the instance in Aura
	ProblemNoCandidate Problem = "no_candidate" // nothing live is what the block wants to adopt
	ProblemCandidates  Problem = "candidates"   // more than one live instance is
	ProblemRivals      Problem = "rivals"       // more than one key wants to adopt the same instance
	ProblemOwned       Problem = "owned"        // what is to be adopted belongs to another key
	ProblemNameTaken   Problem = "name_taken"   // a live instance that is not aurad's has the name
	ProblemMark        Problem = "mark"         // a live instance bears the mark of a create that nothing is known of
	ProblemLost        Problem = "lost"         // a new instance whose password nobody has
	ProblemLostRemoved Problem = "lost_removed" // likewise, and its block left the file
	ProblemLostOwned   Problem = "lost_owned"   // likewise, and it belongs to another key by now
	ProblemLostClaimed Problem = "lost_claimed" // likewise, and another key wants to adopt it
	ProblemUnread      Problem = "unread"       // the reply to its create is kept, and only a person can read it
	ProblemMaxDeletes  Problem = "max_deletes"  // more blocks left the file than policy.max_deletes allows
	ProblemEmptyFile   Problem = "empty_file"   // the file has no instances at all
	ProblemImmutable   Problem = "immutable"    // differs in what the API can't change
	ProblemUnusable    Problem = "unusable"     // Aura reports a state that aurad can't mend
	ProblemRefused     Problem = "refused"      // Aura or the credential store refuses the step
	ProblemUndone      Problem = "undone"       // Aura accepts the step again and again, and does not do it
	ProblemMovedAway   Problem = "moved_away"   // the file gives the key to another account
	ProblemTwins       Problem = "twins"        // another key of the file has a live instance of this name, and keeps it
	ProblemRenamed     Problem = "renamed"      // a key that left the file has the instance that this block speaks of
	ProblemMove        Problem = "move"         // what `moved` asks for can't be done
	ProblemRemoved     Problem = "removed"      // what `removed` asks for can't be done
	ProblemMovedHere   Problem = "moved_here"   // another account owns the key
)

// blocked is a step that needs a person. reason says what is wrong and how to end it.
func blocked(key, id string, cause Cause, problem Problem, reason string) Step {
	return Step{Key: key, InstanceID: id, Verb: Blocked, Cause: cause, Problem: problem, Reason: reason}
}

// block keeps what a step would have done beside why a person must decide on it.
func block(s Step, cause Cause, problem Problem, reason string) Step {
	s = silence(s, Blocked, cause, reason)
	s.Problem = problem
	return s
}
