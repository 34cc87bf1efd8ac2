package crash

// mutant is a way to break the promise, and the test that must notice.
type mutant struct {
	does     string // what is wrong with the program, in a few words
	file     string // within the module
	old, new string // old occurs once in the file
	pkg      string // of the test
	test     string
}

const (
	daemonPkg = "./internal/daemon"
	auraPkg   = "./internal/aura"
	vaultPkg  = "./secrets/vault"
	corePkg   = "./reconcile"
	crashPkg  = "./internal/crash"

	create    = "internal/daemon/create.go"
	claimFile = "internal/daemon/claim.go"
	state     = "internal/daemon/state.go"
)

// mutants in the order of the protocol. docs/reliability.md lists them; TestTheDocsListTheMutants
// holds it to that.
var mutants = []mutant{
	{"skip the preflight", create,
		"	if err := d.Store.Preflight(ctx, d.claim(s.Key, e)); err != nil {", "	if err := error(nil); err != nil {",
		daemonPkg, "TestNothingIsCreatedWhileTheStoreIsDown"},
	{"make no intent durable before the create is sent", create,
		"	if err := d.State.PutEntry(s.Key, e); err != nil {\n		return func() error { return err }\n	}\n	d.Crash(\"intent durable\")",
		"	d.Crash(\"intent durable\")",
		daemonPkg, "TestDeathAtEveryBoundary"},
	{"make the intent durable after the create is sent", create,
		"	if err := d.State.PutEntry(s.Key, e); err != nil {\n		return func() error { return err }\n	}\n	d.Crash(\"intent durable\")\n	reply, err := d.post(ctx, d.createRequest(want, e.Birth.Nonce))",
		"	d.Crash(\"intent durable\")\n	reply, err := d.post(ctx, d.createRequest(want, e.Birth.Nonce))\n	if err := d.State.PutEntry(s.Key, e); err != nil {\n		return func() error { return err }\n	}",
		crashPkg, "TestDeathAtEveryBoundary"},
	{"commit without a sync", "internal/daemon/statefile.go",
		"&bolt.Options{Timeout: lockPatience}", "&bolt.Options{Timeout: lockPatience, NoSync: true}",
		crashPkg, "TestSyncsComeFirst"},
	{"do not sync the key that seals the spool", "internal/daemon/seal.go",
		"errors.Join(err, f.Sync(), f.Close())", "errors.Join(err, f.Close())",
		crashPkg, "TestSyncsComeFirst"},
	{"do not sync the folder that the state folder is new in", state,
		"	err := syncDir(filepath.Dir(dir))\n", "	err := error(nil)\n",
		crashPkg, "TestSyncsComeFirst"},
	{"send the create again when the connection breaks", "internal/aura/call.go",
		"	if k.method != http.MethodGet {\n		return c.authorized(ctx, k)", "	if k.method != http.MethodGet && k.method != http.MethodPost {\n		return c.authorized(ctx, k)",
		auraPkg, "TestWritesReachTheServerOnce"},
	{"give up a create that Aura takes long over", "internal/aura/send.go",
		"	if k.op == opCreate {\n		return max(", "	if k.op == \"\" {\n		return max(",
		daemonPkg, "TestACreateThatTakesLongIsWaitedFor"},
	{"let a stop cut off the create", "internal/daemon/cycle.go",
		"	ctx = context.WithoutCancel(ctx)\n", "",
		daemonPkg, "TestAStopWaitsForTheCreate"},
	{"use the same nonce for every attempt", claimFile,
		"	rand.Read(nonce) // never fails: the runtime aborts instead\n", "	copy(nonce, \"same\")\n	_ = rand.Reader\n",
		daemonPkg, "TestEveryAttemptHasItsOwnNonce"},
	{"take an unanswered create for one that never left", create,
		"	case !uncertain:", "	case true || uncertain:",
		daemonPkg, "TestCreateMeetsFaults"},
	{"believe a refusal", create,
		"		e = e.Refused(!uncertain, d.Clock.Now())", "		e = e.Unsent()",
		daemonPkg, "TestEveryStatusAnswersACreate"},
	{"believe every refusal as soon as one list does not show the instance", create,
		"		e = e.Refused(!uncertain, d.Clock.Now())", "		e = e.Refused(true, d.Clock.Now())",
		daemonPkg, "TestStaleListsHideARefusedInstance"},
	{"send a second create without a list newer than the refusal of the first", "reconcile/tombstone.go",
		"	case !o.ListedAt.After(since):\n		return Recovery{Next: NextList}\n", "",
		daemonPkg, "TestEveryStatusAnswersACreate"},
	{"send the create again when the token is refused", "internal/aura/create.go",
		"body: req, once: true}", "body: req}",
		auraPkg, "TestARefusedCreateIsNotSentAgain"},
	{"throw away a password that came with an error", "internal/aura/send.go",
		"	if k.op == opCreate && holdsPassword(body) {", "	if k.op == \"\" && holdsPassword(body) {",
		daemonPkg, "TestEveryStatusAnswersACreate"},
	{"start anew without waiting for an unanswered create to show", "reconcile/tombstone.go",
		"	case now.Before(over):\n		return Recovery{Next: NextWait, Until: over}\n	case o.ListedAt.Before(over):\n		return Recovery{Next: NextList}\n", "	case over.IsZero():\n",
		daemonPkg, "TestStaleListsHideALostInstance"},
	{"believe a list that is older than the intent", "reconcile/tombstone.go",
		"	case !o.ListedAt.After(since):\n		return Recovery{Next: NextList}\n", "",
		corePkg, "TestRecover"},
	{"forget the nonce of an attempt that was given up", "reconcile/transitions.go",
		"	e.Tombstones = buried(e.Tombstones, Tombstone{Nonce: b.Nonce, Since: b.At})", "	_ = b.Nonce",
		daemonPkg, "TestLateInstanceIsReported"},
	{"take any marked instance for the lost one", "reconcile/birth.go",
		"		if strings.HasSuffix(l.Name, \"~\"+nonce) {", "		if strings.Contains(l.Name, \"~\") || strings.HasSuffix(l.Name, \"~\"+nonce) {",
		corePkg, "TestRecover"},
	{"store the password before the reply is spooled", create,
		"	if err := d.State.Spool(s.Key, spooled, reply.Body); err != nil {",
		"	if c, err := aura.ParseCreated([]byte(reply.Body.Reveal())); err == nil {\n		_ = d.Store.Create(ctx, d.credentialOf(s.Key, want, c), d.claimOf(s.Key, e.Birth.Nonce))\n	}\n	if err := d.State.Spool(s.Key, spooled, reply.Body); err != nil {",
		crashPkg, "TestDeathAtEveryBoundary"},
	{"spool only what can be parsed", create,
		"	if err := d.State.Spool(s.Key, spooled, reply.Body); err != nil {",
		"	if _, err := aura.ParseCreated([]byte(reply.Body.Reveal())); err != nil {\n		return func() error { return d.unanswered(s, e, err) }\n	}\n	if err := d.State.Spool(s.Key, spooled, reply.Body); err != nil {",
		daemonPkg, "TestAReplyThatCanNotBeReadIsKept"},
	{"call a reply lost that can't be read", create,
		"	return e.Unreadable(reconcile.UnreadAll, \"\")\n", "	return e.Cut()\n",
		daemonPkg, "TestAReplyThatCanNotBeReadIsKept"},
	{"keep the spooled reply in the clear", "internal/daemon/seal.go",
		"	return s.aead.Seal(nil, nil, plain, name), nil\n}\n\nfunc (s seal) open(name, sealed []byte) ([]byte, error) {\n	plain, err := s.aead.Open(nil, nil, sealed, name)",
		"	return plain, nil\n}\n\nfunc (s seal) open(name, sealed []byte) ([]byte, error) {\n	plain, err := sealed, error(nil)",
		crashPkg, "TestNoSecretInAnyOutput"},
	{"take the create for done before Vault has the password", create,
		"	if err := d.Store.Create(ctx, d.credentialOf(key, want, created), d.claimOf(key, e.Birth.Nonce)); err != nil {\n		return e.NotStored(created.ID, err.Error(), d.Clock.Now().Add(storeRetry)), err\n	}\n	d.Crash(\"password stored\")",
		"	defer func() { _ = d.Store.Create(ctx, d.credentialOf(key, want, created), d.claimOf(key, e.Birth.Nonce)) }()\n	d.Crash(\"password stored\")",
		crashPkg, "TestDeathAtEveryBoundary"},
	{"drop the spooled reply when the store fails", create,
		"		return e.NotStored(created.ID, err.Error(), d.Clock.Now().Add(storeRetry)), err",
		"		e = e.Cut()\n		return e, errors.Join(err, d.State.Unspool(key, e))",
		daemonPkg, "TestASpooledPasswordOutlivesTheStore"},
	{"write to Vault over whatever is there", "secrets/vault/write.go",
		"fields(c), api.WithCheckAndSet(0))", "fields(c))",
		vaultPkg, "TestForeignSecretsAreNeverTouched"},
	{"write the metadata before what is stored was compared", "secrets/vault/write.go",
		"	if !found.Same(c) {", "	if err := s.mark(ctx, path, c, found.custom); err != nil || !found.Same(c) {",
		vaultPkg, "TestReadBackThatDiffersIsNotWritten"},
	{"do not compare what was read back", "secrets/vault/write.go",
		"	if !found.Same(c) {", "	if c.Key == \"\" {",
		vaultPkg, "TestReadBackThatDiffersIsNotWritten"},
	{"take an earlier success of our own for a conflict", "secrets/vault/write.go",
		"	if err == nil || errors.Is(err, secrets.ErrTaken) || s.refusedAsOverwrite(ctx, path, err) {", "	if err == nil {",
		vaultPkg, "TestCutAtEveryRequest"},
	{"give the real name before the password is stored", "reconcile/birth.go",
		"	case Spooled:\n		return b.reading(obs)", "	case Spooled:\n		return Recovery{Next: NextName}",
		corePkg, "TestRecover"},
	{"leave the reply in the spool", "internal/daemon/spool.go",
		"		if err := tx.Bucket(bucketSealed).Delete(spoolKey(key)); err != nil {\n			return err\n		}\n		return putJSON(tx, bucketEntries, key, e)",
		"		return putJSON(tx, bucketEntries, key, e)",
		crashPkg, "TestDeathAtEveryBoundary"},
	{"let a silent Vault hold up the pauses", "internal/daemon/daemon.go",
		"	d.Store = &boundedStore{Store: cfg.Store}\n", "	_ = boundedStore{}\n",
		daemonPkg, "TestSilentStoreHoldsUpNoPause"},
}
