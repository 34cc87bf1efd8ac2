package vault_test

import (
	"testing"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
)

// A credential that moved is whole under its new key, as often as it is moved; the old key is
// marked, still readable, and blocks no create.
func TestMove(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c := minimalStore(t, s), of("acme", "orders", "ab12cd34")
	m := secrets.Move{From: "orders", To: "billing", InstanceID: c.InstanceID}
	check(t, v.Move(ctx, m), secrets.ErrMissing)
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	moved := c
	moved.Key = "billing"
	for range 2 {
		check(t, v.Move(ctx, m), nil)
		lists(t, v, moved.Owned())
	}
	if got, err := v.Get(ctx, "billing"); err != nil || !got.Equal(moved) {
		t.Errorf("the credential did not arrive: %v", err)
	}
	if got, err := v.Get(ctx, "orders"); err != nil || !got.Password.Equal(c.Password) {
		t.Errorf("who reads the old key finds nothing any more: %v", err)
	}
	if _, custom := s.Stored("secret", "aura/orders"); custom["aurad_moved_to"] != "billing" {
		t.Errorf("the old key does not say where it went: %v", custom)
	}
	check(t, v.Claim(ctx, claimOf("acme", "orders", "11111111")), nil)
	check(t, v.Move(ctx, m), nil) // nor does this undo the claim
	if _, err := v.Claimed(ctx, "orders"); err != nil {
		t.Error(err)
	}
	next := of("acme", "orders", "eeeeeeee")
	check(t, v.Create(ctx, next, claimOf("acme", "orders", "11111111")), nil)
	lists(t, v, moved.Owned(), next.Owned())
}

func TestMoveNeverTakesAKeyThatIsTaken(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, a, b := minimalStore(t, s), of("acme", "a", "aaaaaaaa"), of("beta", "b", "bbbbbbbb")
	check(t, v.Create(ctx, a, secrets.Claim{}), nil)
	check(t, v.Create(ctx, b, secrets.Claim{}), nil)
	check(t, v.Claim(ctx, claimOf("beta", "c", "11111111")), nil)
	s.Write("secret/data/aura/d", map[string]any{"data": map[string]any{"whose": "theirs"}})
	for _, to := range []string{"b", "c", "d"} {
		for _, over := range []string{"", "cccccccc"} {
			check(t, v.Move(ctx, secrets.Move{From: "a", To: to, InstanceID: a.InstanceID, Over: over}), secrets.ErrTaken)
		}
		if got := version(t, s, "aura/"+to); got != 1 {
			t.Errorf("%s was touched: version %d", to, got)
		}
	}
	check(t, v.Move(ctx, secrets.Move{From: "a", To: "e", InstanceID: "cccccccc"}), secrets.ErrMissing)
	lists(t, v, a.Owned(), b.Owned())
}

// Two keys change places, and every step again, in any order, changes nothing.
func TestSwap(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, a, b := minimalStore(t, s), of("acme", "a", "aaaaaaaa"), of("acme", "b", "bbbbbbbb")
	check(t, v.Create(ctx, a, secrets.Claim{}), nil)
	check(t, v.Create(ctx, b, secrets.Claim{}), nil)
	there := secrets.Move{From: "a", To: "b", InstanceID: "aaaaaaaa", Over: "bbbbbbbb"}
	back := secrets.Move{From: "b", To: "a", InstanceID: "bbbbbbbb", Over: "aaaaaaaa"}
	for i, m := range []secrets.Move{there, there, back, back, there, back} {
		check(t, v.Move(ctx, m), nil)
		if i < 2 {
			continue
		}
		for key, want := range map[string]secrets.Credential{"a": b, "b": a} {
			if got, err := v.Get(ctx, key); err != nil || got.InstanceID != want.InstanceID || !got.Password.Equal(want.Password) {
				t.Fatalf("after move %d %s has instance %s: %v", i, key, got.InstanceID, err)
			}
		}
		inA, inB := b, a
		inA.Key, inB.Key = "a", "b"
		lists(t, v, inA.Owned(), inB.Owned())
	}
}
