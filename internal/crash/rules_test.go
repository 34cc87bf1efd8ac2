package crash

import "testing"

// rules are ways to break what is said of ownership and of deleting, and the test that must notice:
// the random histories wherever they can, whose judge knows nothing of the code.
var rules = []mutant{
	{"pause at once what a file does not have", "reconcile/leaving.go",
		"	if !w.Steady {\n", "	if !w.Steady && key == \"\" {\n", corePkg, "TestHistories"},
	{"delete what was protected", "reconcile/leaving.go",
		"	case e.Protect:\n		return \"it was protected", "	case e.Protect && key == \"\":\n		return \"it was protected", corePkg, "TestHistories"},
	{"delete what was suspended", "reconcile/leaving.go",
		"	case e.Suspend:\n		return \"it was suspended", "	case e.Suspend && key == \"\":\n		return \"it was suspended", corePkg, "TestHistories"},
	{"delete for absence without a look", "reconcile/task/task.go",
		"		case s.Verb == reconcile.Delete && s.Cause == reconcile.CauseRemoved && !w.freshlySeen(s.InstanceID):\n", "		case s.Verb == \"\":\n", daemonPkg, "TestWhatSomebodyStartedIsNotDeleted"},
	{"delete for absence in every mode", "reconcile/leaving.go",
		"	case w.Policy.Mode != spec.Sync:\n", "	case w.Policy.Mode == \"\":\n", corePkg, "TestDiff"},
	{"delete in a fleet without a name", "reconcile/leaving.go",
		"	case w.unnamed():\n", "	case w.unnamed() && key == \"\":\n", corePkg, "TestHistories"},
	{"delete in the tenant that the file was about before", "reconcile/leaving.go",
		"	case e.ofAnotherTenant(w.TenantID):\n		return fmt.Sprintf(\"it lives", "	case e.ofAnotherTenant(w.TenantID) && key == \"\":\n		return fmt.Sprintf(\"it lives", corePkg, "TestHistories"},
	{"delete what another block speaks of", "reconcile/leaving.go",
		"	case block != \"\":\n", "	case block != \"\" && key == \"\":\n", corePkg, "TestHistories"},
	{"delete the source of a clone that is not up", "reconcile/leaving.go",
		"	case clone != \"\":\n", "	case clone != \"\" && key == \"\":\n", corePkg, "TestTheSourceOfACloneStays"},
	{"count delete_after from when the block left", "reconcile/absence.go",
		"		next.Paused, next.From = true, w.Lived\n", "		next.Paused, next.From = true, 0\n", corePkg, "TestHistories"},
	{"let delete_after be shorter than an hour", "reconcile/absence.go",
		"{ return max(w.Policy.DeleteAfter, DeleteAfterLeast) }", "{ return w.Policy.DeleteAfter }", corePkg, "TestHistories"},
	{"go on counting when it ran in between", "reconcile/absence.go",
		"		next.Paused, next.From = false, 0\n", "		next.From = max(next.From, 0)\n", corePkg, "TestHistories"},
	{"count together what was absent twice", "reconcile/absence.go",
		"	e.Name, e.Protect, e.Suspend, e.Absence = in.Name, in.Protect, in.Suspend, nil\n", "	e.Name, e.Protect, e.Suspend = in.Name, in.Protect, in.Suspend\n", corePkg, "TestHistories"},
	{"forget at the next file what was protected", "reconcile/absence.go",
		"	in, listed := f.Instance(key)\n", "	in, listed := f.Instance(key)\n	e.Protect = e.Protect && listed\n", corePkg, "TestHistories"},
	{"count time that the clock was set by", "internal/daemon/daemon.go",
		"		Lived: d.passage.lived(),", "		Lived: time.Duration(now.UnixNano()),", daemonPkg, "TestAJumpDeletesNothingEarly"},
	{"delete by a wrong id", "reconcile/stated.go",
		"	case r.ID != e.ID:\n", "	case r.ID != e.ID && r.ID == \"\":\n", corePkg, "TestHistories"},
	{"delete what was protected because `removed` says so", "reconcile/stated.go",
		"	case e.Protect:\n", "	case e.Protect && r.ID == \"\":\n", corePkg, "TestHistories"},
	{"delete in another tenant because `removed` says so", "reconcile/stated.go",
		"	case e.ofAnotherTenant(w.TenantID):\n", "	case e.ofAnotherTenant(w.TenantID) && r.ID == \"\":\n", corePkg, "TestHistories"},
	{"delete what a block speaks of because `removed` says so", "reconcile/stated.go",
		"	case block != \"\":\n", "	case block != \"\" && r.ID == \"\":\n", corePkg, "TestHistories"},
	{"take a renamed key for a new one", "reconcile/diff.go",
		"	if old := (relocations{w}).renamed(d, ix); old != \"\" {\n", "	if old := (relocations{w}).renamed(d, ix); old != \"\" && d.Key == \"\" {\n", corePkg, "TestDiff"},
	{"make a second instance of a name", "reconcile/newcomers.go",
		"	for _, live := range ix.named[d.Name] {\n		return", "	for _, live := range ix.named[\"\"] {\n		return", corePkg, "TestHistories"},
	{"make one while no list shows what is there", "reconcile/newcomers.go",
		"	if w.Observed.ListedAt.IsZero() || w.ListFailed != \"\" && !w.FreshlyListed() {\n		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseUnobserved, Would: Create", "	if d.Key == \"\" {\n		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseUnobserved, Would: Create", corePkg, "TestNothingIsCreatedTwice"},
	{"believe one list that an instance is gone", "reconcile/missing.go",
		"m.Denied || m.Lists > 1 && m.Others", "m.Denied || m.Lists > 0", daemonPkg, "TestGoneTakesMoreThanOneWord"},
	{"believe empty lists that an instance is gone", "reconcile/missing.go",
		"m.Denied || m.Lists > 1 && m.Others", "m.Denied || m.Lists > 1", daemonPkg, "TestGoneTakesMoreThanOneWord"},
	{"take over whatever a credential in the store is about", "secrets/secrets.go",
		"fleet != unnamed && (o.Origin == Created || o.Origin == Adopted)", "fleet != unnamed", secretsPkg, "TestProves"},
	{"take over what the store has for another fleet", "secrets/secrets.go",
		"o.Fleet != \"\" && o.Fleet == fleet", "o.Fleet != \"\"", secretsPkg, "TestProves"},
	{"carry a move out over an instance that is there", "reconcile/move.go",
		"	case there.Owns() && !leaves:\n", "	case there.Owns() && !leaves && to == \"\":\n", corePkg, "TestHistories"},
}

// Each is noticed by its test.
func TestLongRules(t *testing.T) { everyMutant(t, rules) }

// They are what they replace.
func TestRulesFit(t *testing.T) { everyFits(t, rules) }
