package crash

import (
	"net/http"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault/login"
)

func withToken(token string) login.Auth {
	return login.Auth{Token: &login.Source{Value: secrets.NewSecret(token)}}
}

// While Vault can't take a password nothing is created, pauses and resumes go on, and once it
// can, all goes on without anybody's help.
func TestVaultDownBeforeACreate(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]struct {
		strike func(h *house)
		mend   func(h *house)
	}{
		"sealed":      {func(h *house) { h.vault.Seal() }, func(h *house) { h.vault.Unseal() }},
		"stopped":     {func(h *house) { h.vault.Kill() }, func(h *house) { h.vault.Restart() }},
		"silent":      {func(h *house) { h.between.set(silent) }, func(h *house) { h.between.set(nil) }},
		"cut off":     {func(h *house) { h.between.set(vaulttest.CutBefore) }, func(h *house) { h.between.set(nil) }},
		"503":         {func(h *house) { h.between.set(answers(503, `{"errors":[]}`)) }, func(h *house) { h.between.set(nil) }},
		"a proxy 502": {func(h *house) { h.between.set(answers(502, "<html>bad gateway</html>")) }, func(h *house) { h.between.set(nil) }},
		"no rights": {func(h *house) {
			h.vault.Policy("aurad", `path "secret/metadata/*" { capabilities = ["read", "list"] }`)
		},
			func(h *house) { h.vault.Policy("aurad", policy) }},
		"taken": {func(h *house) { h.foreign("new") }, func(h *house) { h.remove("new") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, token := theVault(t, vaulttest.Options{File: true})
			h := newHouse(t, v, withToken(token), "down")
			fail.strike(h)
			h.edit("old: {}, new: {}")
			h.transitionsGoOn(", new: {}")
			if n := h.creates(); n != 1 {
				t.Errorf("%d creates were sent while the password could not be stored, want only that of old", n)
			}
			fail.mend(h)
			h.born()
		})
	}
}

// foreign puts somebody else's secret where aurad would write key; remove takes it away, as its
// owner would.
func (h *house) foreign(key string) {
	h.t.Helper()
	h.vault.Write("secret/data/"+h.path+"/"+key, map[string]any{"data": map[string]any{"whose": "theirs"}})
}

func (h *house) remove(key string) {
	h.t.Helper()
	client := h.vault.Client(h.vault.RootToken)
	if data, _ := h.vault.Stored("secret", h.path+"/"+key); len(data) != 1 || data["whose"] != "theirs" {
		h.t.Errorf("the foreign secret was touched: it has %d fields", len(data))
	}
	if _, err := client.Logical().Delete("secret/metadata/" + h.path + "/" + key); err != nil {
		h.t.Error(err)
	}
}

// Vault fails after Aura has made the instance: the reply stays spooled, nothing is created
// again, pauses and resumes go on, and once Vault is back the password gets there.
func TestVaultDownInTheMiddleOfACreate(t *testing.T) {
	t.Parallel()
	whenever := func(*http.Request) bool { return true }
	through := func(match func(*http.Request) bool, f fault) func(h *house) {
		return func(h *house) { h.onPost = func() { h.between.set(h.between.only(match, f)) } }
	}
	mended := func(h *house) {
		until(h.t, "the fault", func() bool { return h.between.struck.Load() > 0 })
		h.between.set(nil)
	}
	for name, fail := range map[string]struct{ strike, mend func(h *house) }{
		"cut before the put":       {through(isPut, vaulttest.CutBefore), mended},
		"cut after the put":        {through(isPut, vaulttest.CutAfter), mended},
		"cut before the read-back": {through(isReadBack, vaulttest.CutBefore), mended},
		"cut after the read-back":  {through(isReadBack, vaulttest.CutAfter), mended},
		"cut before the metadata":  {through(isMark, vaulttest.CutBefore), mended},
		"cut after the metadata":   {through(isMark, vaulttest.CutAfter), mended},
		"silent":                   {through(whenever, silent), mended},
		"500 to the put":           {through(isPut, answers(500, `{"errors":["internal error"]}`)), mended},
		"500 to the read-back":     {through(isReadBack, answers(500, `{"errors":["internal error"]}`)), mended},
		"sealed":                   {func(h *house) { h.onPost = func() { h.vault.Seal() } }, func(h *house) { h.vault.Unseal() }},
		"taken meanwhile":          {func(h *house) { h.onPost = func() { h.foreign("new") } }, func(h *house) { h.remove("new") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, token := theVault(t, vaulttest.Options{File: true})
			h := newHouse(t, v, withToken(token), "middle")
			fail.strike(h)
			h.edit("old: {}, new: {}")
			until(t, "the second create", func() bool { return h.creates() == 2 })
			h.transitionsGoOn(", new: {}")
			// Once both are there its password is safe, and the next try reads that without another write.
			if s := h.status("new"); s != "" && name != "cut after the put" && name != "cut after the metadata" {
				t.Errorf("new has its real name, as if its password were safe; it is %s", s)
			}
			fail.mend(h)
			h.born()
		})
	}
}

// Vault is killed and comes back in the very moment between the put and the read-back.
func TestVaultRestartedBetweenPutAndReadBack(t *testing.T) {
	t.Parallel()
	v, token := theVault(t, vaulttest.Options{File: true})
	h := newHouse(t, v, withToken(token), "restart")
	restarts := 0
	h.between.set(h.between.only(isReadBack, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if restarts++; restarts == 1 {
			v.Kill()
			v.Restart()
		}
		pass.ServeHTTP(w, r)
	}))
	h.edit("old: {}, new: {}")
	h.born()
	if restarts == 0 {
		t.Error("Vault was never restarted")
	}
}

// The token is revoked when the create is under way. A role logs in again by itself; a token in
// a file is taken up as soon as somebody, such as Vault Agent, writes a new one.
func TestTokenRevokedInTheMiddleOfACreate(t *testing.T) {
	t.Parallel()
	t.Run("role", func(t *testing.T) {
		v, _ := theVault(t, vaulttest.Options{})
		role, id := v.AppRole("aurad", time.Hour, time.Hour, "aurad")
		auth := login.Auth{AppRole: &login.AppRole{RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)}}}
		h := newHouse(t, v, auth, "role")
		h.onPost = func() { revokeRole(t, v) }
		h.edit("old: {}, new: {}")
		h.born()
	})
	t.Run("file", func(t *testing.T) {
		v, token := theVault(t, vaulttest.Options{})
		w := newWorld(t, "", v, "", "unused", "")
		w.write("token", token)
		h := newHouse(t, v, login.Auth{Token: &login.Source{File: w.file("token")}}, "file")
		h.onPost = func() { v.Revoke(token) }
		h.edit("old: {}, new: {}")
		until(t, "the second create", func() bool { return h.creates() == 2 })
		h.transitionsGoOn(", new: {}")
		w.write("token", v.Token(time.Hour, 0, "aurad"))
		h.born()
	})
}

// revokeRole revokes every token of the role's logins.
func revokeRole(t *testing.T, v *vaulttest.Server) {
	client := v.Client(v.RootToken)
	if err := client.Sys().RevokePrefix("auth/approle/login"); err != nil {
		t.Error(err)
	}
}
