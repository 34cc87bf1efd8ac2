package vault_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
)

// A real standby that can't forward: it sends us to the active server; when that one is sealed
// there may be nobody for a moment, then the standby itself goes on.
func TestStandbyTakesOver(t *testing.T) {
	s := server(t, vaulttest.Options{Standby: true})
	if health, err := s.StandbyClient().Sys().Health(); err != nil || !health.Standby {
		t.Fatalf("it is no standby: %+v, %v", health, err)
	}
	v := open(t, vault.Config{Address: s.Standby, Auth: withToken(s.Token(time.Hour, 0, "aurad")), HTTP: &http.Client{}})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	truth(t, s, credential("orders"))

	s.Seal()
	until(t, "the standby takes over", func() bool {
		err := v.Create(ctx, credential("billing"), secrets.Claim{})
		if err != nil {
			check(t, err, secrets.ErrUnavailable)
		}
		return err == nil
	})
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
}
