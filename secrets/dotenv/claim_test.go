package dotenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/secrets"
)

var since = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func claimOf(fleet, nonce string) secrets.Claim {
	return secrets.Claim{Fleet: fleet, Key: "orders", Nonce: nonce, At: since}
}

func TestAClaimIsReplacedByItsCredential(t *testing.T) {
	s, ctx, mine := open(t), context.Background(), claimOf("acme", "11111111")
	check(t, s.Claim(ctx, mine), nil)
	check(t, s.Claim(ctx, mine), nil) // the reply was lost: its own
	check(t, s.Preflight(ctx, mine), nil)
	found, err := s.Claimed(ctx, "orders")
	check(t, err, nil)
	if diff := cmp.Diff(mine, found); diff != "" {
		t.Error(diff)
	}
	_, err = s.Get(ctx, "orders")
	check(t, err, secrets.ErrMissing)
	if owned, err := s.List(ctx); err != nil || len(owned) != 0 {
		t.Errorf("a claim is listed as a credential: %v, %v", owned, err)
	}
	c := credential("orders")
	c.Fleet, c.Origin = "acme", secrets.Created
	check(t, s.Create(ctx, c, mine), nil)
	check(t, s.Create(ctx, c, mine), nil)
	owned, err := s.List(ctx)
	check(t, err, nil)
	if diff := cmp.Diff([]secrets.Owned{{Key: "orders", InstanceID: "ab12cd34", Fleet: "acme", Origin: secrets.Created}}, owned); diff != "" {
		t.Error(diff)
	}
	_, err = s.Claimed(ctx, "orders")
	check(t, err, secrets.ErrMissing)
	check(t, s.Release(ctx, mine), nil)
	if got, err := s.Get(ctx, "orders"); err != nil || !got.Equal(c) {
		t.Errorf("a release took a credential away: %v", err)
	}
}

func TestAClaimIsExclusive(t *testing.T) {
	ctx, theirs := context.Background(), claimOf("beta", "22222222")
	for name, mine := range map[string]secrets.Claim{
		"another fleet":            claimOf("acme", "11111111"),
		"the same fleet":           claimOf("beta", "11111111"),
		"another fleet's nonce":    claimOf("acme", "22222222"),
		"stale of another fleet":   {Fleet: "acme", Key: "orders", Nonce: "11111111", Stale: []string{"22222222"}},
		"an instance that is gone": {Fleet: "acme", Key: "orders", Nonce: "11111111", Gone: "ab12cd34"},
	} {
		s := open(t)
		check(t, s.Claim(ctx, theirs), nil)
		for what, err := range map[string]error{
			"preflight": s.Preflight(ctx, mine), "claim": s.Claim(ctx, mine), "create": s.Create(ctx, credential("orders"), mine),
			"put": s.Put(ctx, credential("orders")), "release": s.Release(ctx, mine), "destroy": s.Destroy(ctx, "orders", "ab12cd34"),
		} {
			check(t, err, secrets.ErrTaken)
			if !errors.Is(err, secrets.ErrClaimed) {
				t.Errorf("%s, %s: %v does not match ErrClaimed", name, what, err)
			}
			for _, word := range []string{"beta", "22222222", "2026-11-24 10:00:00", "aurad credential release-claim orders"} {
				if err != nil && !strings.Contains(err.Error(), word) {
					t.Errorf("%s, %s: %v does not say %s", name, what, err, word)
				}
			}
		}
		if found, err := s.Claimed(ctx, "orders"); err != nil || !found.Same(theirs) {
			t.Errorf("%s: the claim is %v now, %v", name, found, err)
		}
		check(t, s.Release(ctx, theirs), nil)
		check(t, s.Release(ctx, theirs), nil)
		check(t, s.Claim(ctx, mine), nil)
	}
}

// What a claim may be written over is over: its fleet's own claims, the credential of an instance
// that Aura has no more, and one that moved away. That credential stays under a name of its own.
func TestAClaimOverWhatIsOver(t *testing.T) {
	ctx, c := context.Background(), credential("orders")
	s := open(t)
	check(t, s.Claim(ctx, claimOf("acme", "11111111")), nil)
	next := claimOf("acme", "22222222")
	next.Stale = []string{"00000000", "11111111"}
	check(t, s.Claim(ctx, next), nil)

	s = open(t)
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	check(t, s.Claim(ctx, claimOf("acme", "11111111")), secrets.ErrTaken)
	wrong := claimOf("acme", "11111111")
	wrong.Gone = "ffffffff"
	check(t, s.Claim(ctx, wrong), secrets.ErrTaken)
	wrong.Gone = c.InstanceID
	check(t, s.Preflight(ctx, wrong), nil)
	check(t, s.Claim(ctx, wrong), nil)
	if diff := cmp.Diff([]string{"orders.ab12cd34.env", "orders.env"}, files(t, s)); diff != "" {
		t.Error(diff)
	}
	if text, _ := os.ReadFile(filepath.Join(s.real, "orders.ab12cd34.env")); !strings.Contains(string(text), password) {
		t.Error("the old credential is not kept")
	}
	if owned, err := s.List(ctx); err != nil || len(owned) != 0 {
		t.Errorf("listed: %v, %v", owned, err)
	}
}

// What is no credential of aurad's own proves nothing, whatever a copy of a file says.
func TestOnlyAFileOfItsOwnKeyAndInstanceProvesAnything(t *testing.T) {
	ctx, c := context.Background(), credential("orders")
	c.Fleet, c.Origin = "acme", secrets.Created
	whole := string(content{credential: c}.format("orders"))
	for name, file := range map[string]struct{ key, text string }{
		"first edition":    {"orders", string(secrets.FormatEnv(c))},
		"console download": {"orders", "# Wait 60 seconds before connecting\n" + string(secrets.FormatEnv(c))},
		"copied":           {"billing", whole},
		"id by hand":       {"orders", strings.Replace(whole, "AURA_INSTANCEID=ab12cd34", "AURA_INSTANCEID=ffffffff", 1)},
		"in a value":       {"orders", string(secrets.FormatEnv(c)) + "X='\n# aurad: fleet=acme key=orders id=ab12cd34 origin=created\n'\n"},
	} {
		s := open(t)
		if err := os.WriteFile(s.file(file.key), []byte(file.text), 0o600); err != nil {
			t.Fatal(err)
		}
		owned, err := s.List(ctx)
		if err != nil || len(owned) != 1 || owned[0].Fleet != "" || owned[0].Proves("acme", "default") {
			t.Errorf("%s: %v, %v", name, owned, err)
		}
	}
}

func TestOtherReadersPassOverTheComment(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	c.Fleet, c.Origin = "acme", secrets.Created
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	out, err := exec.Command("sh", "-c", `set -a; . "$1"; env`, "sh", s.file("orders")).Output()
	if err != nil || !strings.Contains(string(out), "NEO4J_PASSWORD="+password+"\n") || strings.Contains(string(out), "origin") {
		t.Errorf("a shell reads something else: %v", err)
	}
}

func TestAdoptStampsWhatIsNobodys(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	ours := secrets.Owned{Key: "orders", InstanceID: c.InstanceID, Fleet: "acme", Origin: secrets.Adopted}
	check(t, s.Adopt(ctx, ours, ""), secrets.ErrMissing)
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	wrong := ours
	wrong.InstanceID = "ffffffff"
	check(t, s.Adopt(ctx, wrong, ""), secrets.ErrTaken)
	check(t, s.Adopt(ctx, ours, ""), nil)
	check(t, s.Adopt(ctx, ours, ""), nil)
	theirs := ours
	theirs.Fleet = "beta"
	check(t, s.Adopt(ctx, theirs, ""), secrets.ErrTaken)
	check(t, s.Put(ctx, c), nil) // a password that was rotated: whose it is stays
	check(t, s.Rename(ctx, "orders", "x"), nil)
	owned, err := s.List(ctx)
	check(t, err, nil)
	if diff := cmp.Diff([]secrets.Owned{ours}, owned); diff != "" {
		t.Error(diff)
	}
	check(t, s.Adopt(ctx, theirs, "acme"), nil) // a fleet with a new name
}

// A move that was stopped between its two files is finished by the next try.
func TestMove(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	c.Fleet, c.Origin = "acme", secrets.Created
	m := secrets.Move{From: "orders", To: "billing", InstanceID: c.InstanceID}
	check(t, s.Move(ctx, m), secrets.ErrMissing)
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	s.before = killBeforeMark()
	if err := s.Move(ctx, m); err == nil {
		t.Fatal("nothing stopped it")
	}
	s.before = func(string) error { return nil }
	for range 2 {
		check(t, s.Move(ctx, m), nil)
		owned, err := s.List(ctx)
		check(t, err, nil)
		if diff := cmp.Diff([]secrets.Owned{{Key: "billing", InstanceID: "ab12cd34", Fleet: "acme", Origin: secrets.Created}}, owned); diff != "" {
			t.Error(diff)
		}
	}
	if got, err := s.Get(ctx, "orders"); err != nil || !got.Password.Equal(c.Password) {
		t.Errorf("who reads the old name finds nothing any more: %v", err)
	}
	check(t, s.Claim(ctx, claimOf("acme", "11111111")), nil) // it blocks no create
	check(t, s.Move(ctx, m), nil)                            // nor does this undo it
	if _, err := s.Claimed(ctx, "orders"); err != nil {
		t.Error(err)
	}
}

// killBeforeMark fails the second file that a move writes.
func killBeforeMark() func(string) error {
	opens := 0
	return func(step string) error {
		if step == "open" {
			if opens++; opens == 2 {
				return errors.New("killed")
			}
		}
		return nil
	}
}

func TestMoveNeverTakesAKeyThatIsTaken(t *testing.T) {
	s, ctx := open(t), context.Background()
	a, b := credential("a"), credential("b")
	b.InstanceID, b.Password = "bbbbbbbb", secrets.NewSecret("theirs")
	check(t, s.Create(ctx, a, secrets.Claim{}), nil)
	check(t, s.Create(ctx, b, secrets.Claim{}), nil)
	check(t, s.Move(ctx, secrets.Move{From: "a", To: "b", InstanceID: a.InstanceID}), secrets.ErrTaken)
	check(t, s.Move(ctx, secrets.Move{From: "a", To: "b", InstanceID: a.InstanceID, Over: "cccccccc"}), secrets.ErrTaken)
	check(t, s.Move(ctx, secrets.Move{From: "a", To: "c", InstanceID: "cccccccc"}), secrets.ErrMissing)
	if got, err := s.Get(ctx, "b"); err != nil || !got.Equal(b) {
		t.Errorf("b was touched: %v", err)
	}
}

// Two keys change places, and every step again, in any order, changes nothing.
func TestSwap(t *testing.T) {
	s, ctx := open(t), context.Background()
	a, b := credential("a"), credential("b")
	a.InstanceID, b.InstanceID = "aaaaaaaa", "bbbbbbbb"
	a.Password, b.Password = secrets.NewSecret("of a"), secrets.NewSecret("of b")
	check(t, s.Create(ctx, a, secrets.Claim{}), nil)
	check(t, s.Create(ctx, b, secrets.Claim{}), nil)
	there := secrets.Move{From: "a", To: "b", InstanceID: "aaaaaaaa", Over: "bbbbbbbb"}
	back := secrets.Move{From: "b", To: "a", InstanceID: "bbbbbbbb", Over: "aaaaaaaa"}
	for i, m := range []secrets.Move{there, there, back, back, there, back} {
		check(t, s.Move(ctx, m), nil)
		if i < 2 {
			continue
		}
		for key, want := range map[string]secrets.Credential{"a": b, "b": a} {
			if got, err := s.Get(ctx, key); err != nil || got.InstanceID != want.InstanceID || !got.Password.Equal(want.Password) {
				t.Fatalf("after move %d %s has instance %s: %v", i, key, got.InstanceID, err)
			}
		}
	}
}

// Many want one key at once, round after round: one has it.
func TestOneOfManyHasTheClaim(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "credentials")
	ctx := context.Background()
	for round := range 5 {
		won := make(chan string, 8)
		for i := range 8 {
			go func() {
				s, err := Open(dir)
				if err != nil {
					t.Error(err)
					won <- ""
					return
				}
				defer s.Close()
				mine := claimOf("acme", fmt.Sprintf("%d-%d", round, i))
				for j := range 8 {
					mine.Stale = append(mine.Stale, fmt.Sprintf("%d-%d", round-1, j))
				}
				if s.Claim(ctx, mine) == nil {
					won <- mine.Nonce
					return
				}
				won <- ""
			}()
		}
		winners := []string{}
		for range 8 {
			if w := <-won; w != "" {
				winners = append(winners, w)
			}
		}
		if len(winners) != 1 {
			t.Fatalf("round %d: %v have the claim", round, winners)
		}
	}
}

// The folder is put elsewhere, emptied and put back under a store that is open.
func TestTheFolderIsReplaced(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	if err := os.Rename(s.abs, s.abs+".away"); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"preflight": s.Preflight(ctx, claim("new")), "claim": s.Claim(ctx, claim("new")), "create": s.Create(ctx, c, secrets.Claim{}),
		"list": second(s.List(ctx)), "get": second(s.Get(ctx, "orders")),
	} {
		check(t, err, secrets.ErrUnavailable)
		if err != nil && !strings.Contains(err.Error(), "put it back") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := os.Stat(s.abs); err == nil {
		t.Error("it was made anew: what is mounted there would hide it")
	}
	if err := os.Mkdir(s.abs, 0o700); err != nil {
		t.Fatal(err)
	}
	check(t, second(s.Get(ctx, "orders")), secrets.ErrMissing)
	check(t, s.Create(ctx, credential("new"), secrets.Claim{}), nil)
	if diff := cmp.Diff([]string{"new.env"}, files(t, s)); diff != "" {
		t.Error(diff)
	}
	if err := errors.Join(os.RemoveAll(s.abs), os.Rename(s.abs+".away", s.abs)); err != nil {
		t.Fatal(err)
	}
	check(t, second(s.Get(ctx, "orders")), nil)
}

func second[T any](_ T, err error) error { return err }

// A frozen process that holds the lock holds nobody up for long.
func TestALockThatIsHeld(t *testing.T) {
	s, other, ctx := open(t), open(t), context.Background()
	other.abs, other.real = s.abs, s.real
	unlock, err := s.lock(ctx)
	check(t, err, nil)
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	err = other.Claim(short, claim("orders"))
	check(t, err, secrets.ErrUnavailable)
	unlock()
	check(t, other.Claim(ctx, claim("orders")), nil)
}
