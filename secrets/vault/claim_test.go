package vault_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
)

var since = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func claimOf(fleet, key, nonce string) secrets.Claim {
	return secrets.Claim{Fleet: fleet, Key: key, Nonce: nonce, At: since}
}

// of is the credential at key of instance id, made by fleet.
func of(fleet, key, id string) secrets.Credential {
	c := credential(key)
	c.InstanceID, c.Password = id, secrets.NewSecret("of "+id)
	c.Fleet, c.Origin = fleet, secrets.Created
	return c
}

func TestAClaimIsReplacedByItsCredential(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c, mine := minimalStore(t, s), of("acme", "orders", "ab12cd34"), claimOf("acme", "orders", "11111111")
	check(t, v.Claim(ctx, mine), nil)
	check(t, v.Claim(ctx, mine), nil) // the reply was lost: its own
	if got := version(t, s, "aura/orders"); got != 1 {
		t.Errorf("the same claim was written again: version %d", got)
	}
	check(t, v.Preflight(ctx, mine), nil)
	found, err := v.Claimed(ctx, "orders")
	check(t, err, nil)
	if diff := cmp.Diff(mine, found); diff != "" {
		t.Error(diff)
	}
	_, err = v.Get(ctx, "orders")
	check(t, err, secrets.ErrMissing)
	lists(t, v)

	check(t, v.Create(ctx, c, mine), nil)
	check(t, v.Create(ctx, c, mine), nil)
	if got := version(t, s, "aura/orders"); got != 2 {
		t.Errorf("claim and credential are version %d, want 2", got)
	}
	check(t, v.Release(ctx, mine), nil)
	lists(t, v, c.Owned())
	_, err = v.Claimed(ctx, "orders")
	check(t, err, secrets.ErrMissing)
	if got, err := v.Get(ctx, "orders"); err != nil || !got.Equal(c) {
		t.Errorf("a release took a credential away: %v", err)
	}
}

func TestAClaimIsExclusive(t *testing.T) {
	s := server(t, vaulttest.Options{})
	theirs, v := claimOf("beta", "orders", "22222222"), minimalStore(t, s)
	stale, gone := claimOf("acme", "orders", "11111111"), claimOf("acme", "orders", "11111111")
	stale.Stale, gone.Gone = []string{"22222222"}, "ab12cd34"
	for name, mine := range map[string]secrets.Claim{
		"another fleet":            claimOf("acme", "orders", "11111111"),
		"the same fleet":           claimOf("beta", "orders", "11111111"),
		"another fleet's nonce":    claimOf("acme", "orders", "22222222"),
		"stale of another fleet":   stale,
		"an instance that is gone": gone,
	} {
		check(t, v.Claim(ctx, theirs), nil)
		for what, err := range map[string]error{
			"preflight": v.Preflight(ctx, mine), "claim": v.Claim(ctx, mine), "create": v.Create(ctx, credential("orders"), mine),
			"put": v.Put(ctx, credential("orders")), "release": v.Release(ctx, mine),
		} {
			check(t, err, secrets.ErrTaken)
			if !errors.Is(err, secrets.ErrClaimed) {
				t.Errorf("%s, %s: %v does not match ErrClaimed", name, what, err)
			}
			says(t, err, "beta", "22222222", "2026-11-24 10:00:00", "aurad credential release-claim orders")
		}
		if found, err := v.Claimed(ctx, "orders"); err != nil || !found.Same(theirs) {
			t.Errorf("%s: the claim is %v now, %v", name, found, err)
		}
		check(t, v.Release(ctx, theirs), nil)
		check(t, v.Release(ctx, theirs), nil)
		check(t, v.Claim(ctx, mine), nil)
		check(t, v.Release(ctx, mine), nil)
	}
}

// What a claim may be written over is over: its fleet's own claims that were given up, and the
// credential of an instance that Aura has no more, which Vault keeps as an older version.
func TestAClaimOverWhatIsOver(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c := minimalStore(t, s), of("acme", "gone", "ab12cd34")
	check(t, v.Claim(ctx, claimOf("acme", "orders", "11111111")), nil)
	next := claimOf("acme", "orders", "22222222")
	next.Stale = []string{"00000000", "11111111"}
	check(t, v.Claim(ctx, next), nil)

	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	again := claimOf("acme", "gone", "33333333")
	for _, id := range []string{"", "ffffffff"} {
		again.Gone = id
		check(t, v.Preflight(ctx, again), secrets.ErrTaken)
		check(t, v.Claim(ctx, again), secrets.ErrTaken)
	}
	again.Gone = c.InstanceID
	check(t, v.Preflight(ctx, again), nil)
	check(t, v.Claim(ctx, again), nil)
	lists(t, v) // the marks of the old credential prove nothing of the claim
	old, err := s.Client(s.RootToken).KVv2("secret").GetVersion(ctx, "aura/gone", 1)
	if err != nil || old.Data["NEO4J_PASSWORD"] != c.Password.Reveal() {
		t.Errorf("the old credential is not kept: %v", err)
	}
	next2 := of("acme", "gone", "eeeeeeee")
	check(t, v.Create(ctx, next2, again), nil)
	lists(t, v, next2.Owned())
}

func TestAdoptStampsWhatIsNobodys(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c := minimalStore(t, s), credential("orders")
	ours := secrets.Owned{Key: "orders", InstanceID: c.InstanceID, Fleet: "acme", Origin: secrets.Adopted}
	check(t, v.Adopt(ctx, ours, ""), secrets.ErrMissing)
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	wrong, theirs, from := ours, ours, version(t, s, "aura/orders")
	wrong.InstanceID, theirs.Fleet = "ffffffff", "beta"
	check(t, v.Adopt(ctx, wrong, ""), secrets.ErrTaken)
	check(t, v.Adopt(ctx, ours, ""), nil)
	check(t, v.Adopt(ctx, ours, ""), nil)
	check(t, v.Adopt(ctx, theirs, ""), secrets.ErrTaken)
	if got := version(t, s, "aura/orders"); got != from {
		t.Errorf("an adoption wrote the password: version %d", got)
	}
	check(t, v.Put(ctx, c), nil) // a password that was rotated: whose it is stays
	check(t, v.Rename(ctx, "orders", "x"), nil)
	lists(t, v, ours)
	check(t, v.Adopt(ctx, theirs, "acme"), nil) // a fleet with a new name
	lists(t, v, theirs)
}

// lists fails the test unless the store lists just want.
func lists(t *testing.T, v secrets.Store, want ...secrets.Owned) {
	t.Helper()
	owned, err := v.List(ctx)
	check(t, err, nil)
	if len(owned)+len(want) == 0 {
		return
	}
	if diff := cmp.Diff(want, owned); diff != "" {
		t.Errorf("listed:\n%s", diff)
	}
}
