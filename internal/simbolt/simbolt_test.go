package simbolt

import (
	"context"
	"crypto/x509"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/bolt"
	"github.com/aurad/aurad/internal/simfront"
	"github.com/aurad/aurad/secrets"
)

// account is a simulated one whose clock stands still until it is moved.
type account struct {
	sim    *aurasim.Sim
	past   *atomic.Int64
	ports  *Ports
	client bolt.Client
}

func start(t *testing.T) account {
	t.Helper()
	cert, caPEM, err := simfront.Certificate(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	a := account{past: new(atomic.Int64), client: bolt.Client{Roots: x509.NewCertPool(), Limit: 5 * time.Second}}
	a.client.Roots.AppendCertsFromPEM(caPEM)
	began := time.Now()
	now := func() time.Time { return began.Add(time.Duration(a.past.Load())) }
	a.ports = New(cert, now)
	a.sim = aurasim.New(aurasim.Config{Clock: now, DatabaseAddress: a.ports.Address})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.ports.Serve(ctx, a.sim) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return a
}

// expect waits until the port has followed the status.
func (a account) expect(t *testing.T, about, id string, want bolt.Verdict) {
	t.Helper()
	in, _ := a.sim.Instance(id)
	c := secrets.Credential{Key: "one", InstanceID: id, URI: "neo4j+s://" + a.ports.Address(id), Username: "neo4j", Password: secrets.NewSecret(in.Password), Database: "neo4j"}
	var got bolt.Result
	for range 100 {
		if got = a.client.Verify(t.Context(), c); got.Verdict == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%s, %s: %s, want %s", about, in.Status, got, want)
}

// A database is there when its instance is, and not a moment sooner than in life.
func TestInStepWithTheInstance(t *testing.T) {
	a := start(t)
	id := a.sim.Add(aurasim.Instance{Status: aurasim.StatusCreating})
	a.expect(t, "being created", id, bolt.Refused)
	next, _ := a.sim.NextChange()
	a.past.Add(int64(time.Until(next) + time.Second))
	a.expect(t, "just created", id, bolt.NotReady)
	a.past.Add(int64(warmUp))
	a.expect(t, "a while later", id, bolt.Verified)
	for _, row := range []struct {
		act  string
		want bolt.Verdict
	}{{"resize 4GB", bolt.Verified}, {"running", bolt.Verified}, {"pause", bolt.Refused}, {"paused", bolt.Refused}, {"resume", bolt.Refused},
		{"running", bolt.NotReady}, {"loading failed", bolt.NotReady}, {"suspended", bolt.Refused}, {"vanish", bolt.Refused}} {
		if err := a.sim.Act(id, row.act); err != nil {
			t.Fatal(err)
		}
		a.expect(t, row.act, id, row.want)
	}
}

// One that was there before runs at once; its password can be changed from within.
func TestPasswordOfTheInstance(t *testing.T) {
	a := start(t)
	id, other := a.sim.Add(aurasim.Instance{}), a.sim.Add(aurasim.Instance{})
	a.expect(t, "running", id, bolt.Verified)
	in, _ := a.sim.Instance(id)
	c := secrets.Credential{Key: "one", URI: "neo4j+s://" + a.ports.Address(id), Username: "neo4j", Password: secrets.NewSecret(in.Password)}
	if err := a.client.SetPassword(t.Context(), c, secrets.NewSecret("another-password")); err != nil {
		t.Fatal(err)
	}
	if in, _ := a.sim.Instance(id); in.Password != "another-password" {
		t.Error("the account does not know of it")
	}
	if got := a.client.Verify(t.Context(), c); got.Verdict != bolt.WrongPassword {
		t.Error(got)
	}
	a.expect(t, "the new password", id, bolt.Verified)
	a.expect(t, "the other instance", other, bolt.Verified)
	if a.ports.Address(id) == a.ports.Address(other) {
		t.Error("two databases on one port")
	}
}
