package house

import (
	"slices"
	"strings"
	"testing"
)

// direction is which way knowledge points: what a package, or one below it, may import beside what
// is below itself. A package that is not named may import whatever it needs.
var direction = map[string][]string{
	"spec":                {},
	"reconcile":           {"spec"},
	"secrets":             {},
	"metrics":             {},
	"internal/aura":       {"secrets"},
	"internal/aurasim":    {}, // a copy of somebody else's: nothing of ours may make it agree with us
	"internal/clock":      {},
	"internal/crashpoint": {},
	"internal/plaintext":  {},
	"internal/manpage":    {},
	"internal/bolt":       {"secrets", "internal/plaintext"},
	"internal/boltsim":    {}, // as aurasim
	"internal/simfront":   {},
	"internal/simbolt":    {"internal/aurasim", "internal/boltsim"},
	"internal/journal":    {"reconcile", "internal/plaintext"},
	"internal/state":      {"spec", "reconcile", "secrets", "internal/aura/token", "internal/clock", "internal/crashpoint"},
	"internal/budget":     {"reconcile", "internal/aura", "internal/clock", "internal/state"},
	"internal/book":       {"spec", "reconcile", "secrets", "internal/aura", "internal/clock", "internal/journal", "internal/state"},
	"internal/fleetfile":  {"spec"},
	"internal/stores":     {"spec", "secrets", "internal/crashpoint", "internal/state/folder"},
	"internal/control":    {"spec", "reconcile", "secrets", "internal/aura", "internal/clock", "internal/create", "internal/daemon", "internal/fleetfile", "internal/httpd", "internal/plaintext", "internal/state"},
	"internal/app":        {"spec", "reconcile", "secrets", "internal/aura", "internal/book", "internal/budget", "internal/clock", "internal/control", "internal/crashpoint", "internal/daemon", "internal/fleetfile", "internal/journal", "internal/state", "internal/stores", "internal/words"},
	"internal/service":    {"metrics", "internal/clock", "internal/control", "internal/daemon", "internal/fleetfile", "internal/httpd", "internal/journal", "internal/page", "internal/systemd"},
	"internal/cli/format": {"spec", "reconcile", "internal/journal", "internal/plaintext", "internal/words"},
	"internal/process":    {},
	"internal/logging":    {"internal/plaintext"},
	"internal/httpd":      {},
	"internal/words":      {},
	"internal/manual":     {"spec"},
	"internal/vaulttest":  {},
	"internal/tooltest":   {},
}

// lowest of spec and of the client: what everything else of theirs stands upon knows nothing of it.
var lowest = []string{"spec/spelling", "spec/yaml11", "internal/aura/failure"}

// forTests are packages that only tests may import.
var forTests = []string{"internal/fleettest", "internal/approvaltest", "internal/vaulttest", "internal/pgtest", "internal/tooltest", "internal/crash", "internal/house"}

func under(dir, top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") }

// astray are the imports of a package that point the wrong way.
func astray(s source) (found []string) {
	for _, im := range s.imports() {
		for top, may := range direction {
			if under(s.dir, top) && !under(im, top) && !slices.ContainsFunc(may, func(m string) bool { return under(im, m) }) {
				found = append(found, s.dir+" imports "+im+": knowledge points the other way")
			}
		}
		if slices.Contains(lowest, s.dir) {
			found = append(found, s.dir+" imports "+im+": it is to stand by itself")
		}
		test := func(d string) bool {
			return slices.ContainsFunc(forTests, func(top string) bool { return under(d, top) })
		}
		if test(im) && !test(s.dir) {
			found = append(found, s.dir+" imports "+im+", which is for tests")
		}
		if under(im, "cmd") {
			found = append(found, s.dir+" imports "+im+": a command is nobody's library")
		}
	}
	return found
}

func TestImportsPointOneWay(t *testing.T) {
	all := sources(t)
	for _, s := range all {
		for _, what := range astray(s) {
			t.Error(what)
		}
	}
	for top := range direction {
		if !slices.ContainsFunc(all, func(s source) bool { return s.dir == top }) {
			t.Errorf("there is no package %s: take it out of the list", top)
		}
	}
}

func TestAStrayImportIsSeen(t *testing.T) {
	for _, row := range []struct {
		dir, imports string
		wrong        int
	}{
		{"spec/window", "reconcile", 1}, {"spec", "internal/clock", 1}, {"reconcile/budget", "internal/daemon", 1},
		{"secrets/vault/login", "spec", 1}, {"internal/aura/wire", "spec", 1}, {"internal/aurasim", "internal/aura", 1},
		{"spec/spelling", "spec/window", 1}, {"internal/daemon", "internal/fleettest", 1}, {"internal/daemon", "internal/approvaltest", 1}, {"internal/page", "cmd/aurad", 1},
		{"spec/offers", "spec", 0}, {"reconcile", "spec/catalog", 0}, {"internal/aura/token", "internal/aura/exchange", 0},
		{"internal/fleettest", "internal/vaulttest", 0}, {"internal/approvaltest", "internal/vaulttest", 0}, {"internal/specials", "internal/daemon", 0},
	} {
		made := written(t, row.dir, "package p\nimport _ \""+module+"/"+row.imports+"\"\nimport _ \"fmt\"\n")
		if got := astray(made); len(got) != row.wrong {
			t.Errorf("%s imports %s: %q", row.dir, row.imports, got)
		}
	}
}
