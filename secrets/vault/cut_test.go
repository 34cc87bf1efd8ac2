package vault_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
)

// deed is a call of the store, or several.
type deed func(*vault.Store) error

func claiming(c secrets.Claim) deed { return func(v *vault.Store) error { return v.Claim(ctx, c) } }

func releasing(c secrets.Claim) deed { return func(v *vault.Store) error { return v.Release(ctx, c) } }

func creating(c secrets.Credential, over secrets.Claim) deed {
	return func(v *vault.Store) error { return v.Create(ctx, c, over) }
}

func putting(c secrets.Credential) deed { return func(v *vault.Store) error { return v.Put(ctx, c) } }

func adopting(o secrets.Owned) deed { return func(v *vault.Store) error { return v.Adopt(ctx, o, "") } }

func moving(m secrets.Move) deed { return func(v *vault.Store) error { return v.Move(ctx, m) } }

// all does one deed after the other, up to the first that fails.
func all(deeds ...deed) deed {
	return func(v *vault.Store) error {
		for _, d := range deeds {
			if err := d(v); err != nil {
				return err
			}
		}
		return nil
	}
}

// uncut is a call that may be cut anywhere: what is done before it, and what lies at each key once it
// has succeeded, however often it was cut on the way.
type uncut struct {
	before, call deed
	writes       int                  // how many of its requests write
	holds        map[string]any       // key -> its Credential or Claim
	versions     map[string]int       // key -> how often it was written, all in all
	keeps        []secrets.Credential // whose passwords can be read in some version, also half-way
}

// at is the credential c under another key, and fleetless c without what says whose it is.
func at(key string, c secrets.Credential) secrets.Credential { c.Key = key; return c }

func fleetless(c secrets.Credential) secrets.Credential { c.Fleet, c.Origin = "", ""; return c }

func uncuts() map[string]uncut {
	c, d := of("acme", "orders", "ab12cd34"), of("acme", "billing", "dddddddd")
	mine, next, over := claimOf("acme", "orders", "11111111"), claimOf("acme", "orders", "22222222"), claimOf("acme", "orders", "33333333")
	next.Stale, over.Gone = []string{"11111111"}, c.InstanceID
	there := secrets.Move{From: "orders", To: "billing", InstanceID: c.InstanceID}
	onto, back := there, secrets.Move{From: "billing", To: "orders", InstanceID: d.InstanceID, Over: c.InstanceID}
	onto.Over = d.InstanceID
	none, both := all(), all(creating(c, secrets.Claim{}), creating(d, secrets.Claim{}))
	return map[string]uncut{
		"claim": {before: none, call: claiming(mine), writes: 1,
			holds: map[string]any{"orders": mine}, versions: map[string]int{"orders": 1}},
		"claim over an own one": {before: claiming(mine), call: claiming(next), writes: 1,
			holds: map[string]any{"orders": next}, versions: map[string]int{"orders": 2}},
		"claim over what is gone": {before: creating(c, secrets.Claim{}), call: claiming(over), writes: 2, // and the metadata
			holds: map[string]any{"orders": over}, versions: map[string]int{"orders": 2}, keeps: []secrets.Credential{c}},
		"claim over what was released": {before: all(claiming(mine), releasing(mine)), call: claiming(over), writes: 1,
			holds: map[string]any{"orders": over}, versions: map[string]int{"orders": 3}},
		"release": {before: claiming(mine), call: releasing(mine), writes: 1,
			versions: map[string]int{"orders": 2}},
		"create": {before: none, call: creating(c, secrets.Claim{}), writes: 2,
			holds: map[string]any{"orders": c}, versions: map[string]int{"orders": 1}},
		"create over its claim": {before: claiming(mine), call: creating(c, mine), writes: 2,
			holds: map[string]any{"orders": c}, versions: map[string]int{"orders": 2}},
		"create over what was released": {before: all(claiming(mine), releasing(mine)), call: creating(c, mine), writes: 2,
			holds: map[string]any{"orders": c}, versions: map[string]int{"orders": 3}},
		"put": {before: none, call: putting(c), writes: 2,
			holds: map[string]any{"orders": c}, versions: map[string]int{"orders": 1}},
		"put over a credential": {before: creating(c, secrets.Claim{}), call: putting(rotated(c)), writes: 1,
			holds: map[string]any{"orders": rotated(c)}, versions: map[string]int{"orders": 2}, keeps: []secrets.Credential{c}},
		"adopt": {before: creating(fleetless(c), secrets.Claim{}), call: adopting(c.Owned()), writes: 1,
			holds: map[string]any{"orders": c}, versions: map[string]int{"orders": 1}, keeps: []secrets.Credential{c}},
		"move": {before: creating(c, secrets.Claim{}), call: moving(there), writes: 4, // copied, marked; each of both
			holds: map[string]any{"billing": at("billing", c)}, versions: map[string]int{"orders": 2, "billing": 1}, keeps: []secrets.Credential{c}},
		"move over what is gone": {before: both, call: moving(onto), writes: 5, // and whose the old one was
			holds: map[string]any{"billing": at("billing", c)}, versions: map[string]int{"orders": 2, "billing": 2}, keeps: []secrets.Credential{c, d}},
		"swap": {before: both, call: all(moving(onto), moving(back)), writes: 8, // what moved away already needs no mark
			holds:    map[string]any{"billing": at("billing", c), "orders": at("orders", d)},
			versions: map[string]int{"orders": 3, "billing": 2}, keeps: []secrets.Credential{c, d}},
	}
}

func rotated(c secrets.Credential) secrets.Credential {
	c.Password = secrets.NewSecret("rotated")
	return c
}

// Each request of every call that writes is cut, before Vault sees it and after: no password is lost
// half-way, the same call again ends well, and nothing is written twice. (net/http itself repeats
// a lost GET.)
func TestCutAtEveryRequest(t *testing.T) {
	cuts := newCuts(t)
	for name, c := range uncuts() {
		t.Run(name, func(t *testing.T) {
			cuts.t = t
			for _, after := range []bool{false, true} {
				writesCut := 0
				for n, method := 1, "any"; method != ""; n++ {
					if method = cuts.of(c, n, after); method != "" && method != http.MethodGet {
						writesCut++
					}
					if t.Failed() {
						t.Fatalf("request %d (%s) was cut, after it was carried out: %v", n, method, after)
					}
				}
				if writesCut != c.writes {
					t.Errorf("cut at %d writes, want %d", writesCut, c.writes)
				}
			}
		})
	}
}

// A claim is cut, and a rival claims before it is repeated: one of the two has it, and the other
// one is told so.
func TestACutClaimIsOnesAlone(t *testing.T) {
	cuts := newCuts(t)
	mine, theirs := claimOf("acme", "orders", "11111111"), claimOf("acme", "orders", "22222222")
	won := map[bool]int{}
	for _, after := range []bool{false, true} {
		for n, method := 1, "any"; method != ""; n++ {
			f := cuts.folder()
			end := cutRequest(cuts.p, n, after)
			_ = f.cut.Claim(ctx, mine)
			method = end()
			rival, again := f.direct.Claim(ctx, theirs), f.cut.Claim(ctx, mine)
			found, err := f.direct.Claimed(ctx, "orders")
			check(t, err, nil)
			loser := rival
			if won[rival == nil]++; rival == nil {
				loser = again
			}
			if (rival == nil) == (again == nil) || !errors.Is(loser, secrets.ErrClaimed) || found.Same(theirs) != (rival == nil) {
				t.Errorf("request %d cut, after it was carried out: %v: the rival got %v, the repeated claim %v", n, after, rival, again)
			}
		}
	}
	if won[true] == 0 || won[false] == 0 {
		t.Errorf("the rival won %d times and lost %d times: both must happen", won[true], won[false])
	}
}

// cuts is a Vault behind a proxy that cuts, and a folder in it for every try.
type cuts struct {
	t    *testing.T
	s    *vaulttest.Server
	root *api.KVv2
	p    *proxy
	auth login.Auth
	made int
}

func newCuts(t *testing.T) *cuts {
	t.Helper()
	s := server(t, vaulttest.Options{})
	s.Policy("anywhere", strings.ReplaceAll(minimal(t), "/aura/", "/+/"))
	return &cuts{t: t, s: s, root: s.Client(s.RootToken).KVv2("secret"), p: newProxy(t, s), auth: withToken(s.Token(time.Hour, 0, "anywhere"))}
}

// folder is a new folder with two stores on it, one of which is cut.
func (c *cuts) folder() folder {
	c.t.Helper()
	c.made++
	path := fmt.Sprint("cut-", c.made)
	return folder{c.t, c.root, path,
		open(c.t, vault.Config{Path: path, Address: c.s.Addr, Auth: c.auth}),
		open(c.t, vault.Config{Path: path, Address: c.p.URL, Auth: c.auth})}
}

// of cuts the n-th request of a call and repeats the call. It returns the method of that request,
// "" when the call has fewer.
func (c *cuts) of(u uncut, n int, after bool) string {
	c.t.Helper()
	f := c.folder()
	check(c.t, u.before(f.direct), nil)
	end := cutRequest(c.p, n, after)
	err := u.call(f.cut)
	method := end()
	switch {
	case method == "":
		check(c.t, err, nil)
	case err != nil, method != http.MethodGet:
		check(c.t, err, secrets.ErrUnavailable)
	}
	f.keeps(u.keeps)
	check(c.t, u.call(f.cut), nil)
	f.holds(u)
	return method
}

// cutRequest cuts the n-th request from now, renewals of the token not counted. The func it
// returns ends that and gives the method of the request that was cut, "" if there was none.
func cutRequest(p *proxy, n int, after bool) (end func() (method string)) {
	method, seen := "", 0
	p.set(func(_ int, r *http.Request) fault {
		if strings.HasSuffix(r.URL.Path, "renew-self") {
			return fault{}
		}
		if seen++; seen != n {
			return fault{}
		}
		method = r.Method
		return fault{lost: !after, cut: after}
	})
	return func() string {
		p.set(nil) // under the lock that the fault runs under
		return method
	}
}

// folder is one folder of credentials, looked at as root.
type folder struct {
	t           *testing.T
	root        *api.KVv2
	path        string
	direct, cut *vault.Store
}

// keeps demands that each password can still be read, at either key, if only in an older version.
func (f folder) keeps(all []secrets.Credential) {
	f.t.Helper()
	if len(all) == 0 {
		return
	}
	found := map[any]bool{}
	for _, key := range []string{"orders", "billing"} {
		for n := range f.version(key) {
			if old, err := f.root.GetVersion(ctx, f.path+"/"+key, n+1); err == nil {
				found[old.Data[secrets.EnvPassword]] = true
			}
		}
	}
	for _, c := range all {
		if !found[c.Password.Reveal()] {
			f.t.Errorf("the password of instance %s is lost", c.InstanceID)
		}
	}
}

// version is how often key was written.
func (f folder) version(key string) int {
	meta, err := f.root.GetMetadata(ctx, f.path+"/"+key)
	if err != nil {
		return 0
	}
	return meta.CurrentVersion
}

// holds demands what a call leaves behind once it has succeeded, and no more.
func (f folder) holds(u uncut) {
	f.t.Helper()
	f.keeps(u.keeps)
	var owned []secrets.Owned
	for _, key := range []string{"billing", "orders"} {
		if got := f.version(key); got != u.versions[key] {
			f.t.Errorf("%s is version %d, want %d", key, got, u.versions[key])
		}
		switch is := u.holds[key].(type) {
		case secrets.Credential:
			owned = append(owned, is.Owned())
			if got, err := f.direct.Get(ctx, key); err != nil || !got.Equal(is) {
				f.t.Errorf("%s has not the credential of %s: %v", key, is.InstanceID, err)
			}
		case secrets.Claim:
			if got, err := f.direct.Claimed(ctx, key); err != nil || !got.Same(is) {
				f.t.Errorf("%s has not the claim %s: %v", key, is.Nonce, err)
			}
		}
	}
	lists(f.t, f.direct, owned...)
}
