package crash

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/vaulttest"
)

// team is several aurads that know nothing of each other: a state folder each, one account and one
// credential store.
type team struct {
	account
	t       *testing.T
	store   shared
	heal    func() // ends what cuts the way to the store
	members []*member
}

// member is one aurad of a team: lives that end badly, then one that lasts.
type member struct {
	*world
	calls  string               // what stands before a key in the names of its instances
	wants  func(keys ...string) // writes its fleet file
	deaths []death
	alive  *running
	until  time.Time // when its life ends at the latest; zero: it lasts
	killed int
}

// death is how a life ends: at a crash point, by its number or name, but after so long at the latest.
type death struct {
	verb  string // run or apply
	at    string // "": it comes from outside
	after time.Duration
}

// shared is the credential store of a team, read without aurad's code.
type shared struct {
	block  string // of the fleet file
	env    []string
	stored func(key string) (id, password string)
}

const sharedHead = `schema: aurad/v1
fleet: %s
tenant_id: ` + aurasim.DemoTenantID + `
budget: {requests_per_minute: 100000}
observe: {scan_interval: 1m}
policy: {on_lost_credentials: recreate, create_grace: 2m}
credentials: %s
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
instances:
`

var sharedKeys = []string{"a", "b", "c"}

// inFolder is a folder of dotenv files.
func inFolder(t *testing.T) shared {
	t.Helper()
	dir := tempDir(t)
	return shared{
		block: fmt.Sprintf("{store: dotenv, dotenv: {dir: %s}}", dir),
		stored: func(key string) (id, password string) {
			text, _ := os.ReadFile(dir + "/" + key + ".env")
			for line := range strings.Lines(string(text)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				switch value = strings.Trim(value, `"'`); name {
				case "AURA_INSTANCEID":
					id = value
				case "NEO4J_PASSWORD":
					password = value
				}
			}
			return id, password
		},
	}
}

// inVault is a folder of a real Vault, at addr or behind what stands in front of it.
func inVault(v *vaulttest.Server, token, addr, path string) shared {
	return shared{
		block: fmt.Sprintf("{store: vault, vault: {mount: secret, path: %s}}", path),
		env:   []string{"VAULT_ADDR=" + addr, "VAULT_TOKEN=" + token},
		stored: func(key string) (id, password string) {
			data, _ := v.Stored("secret", path+"/"+key)
			id, _ = data["AURA_INSTANCEID"].(string)
			password, _ = data["NEO4J_PASSWORD"].(string)
			return id, password
		},
	}
}

// join adds a member whose fleet has this name, and calls its instances so.
func (tm *team) join(bin, fleet, calls string, deaths []death) *member {
	tm.t.Helper()
	m := &member{world: tm.world(tm.t, bin), calls: calls, deaths: deaths}
	m.wants = func(keys ...string) {
		file := fmt.Sprintf(sharedHead, fleet, tm.store.block)
		for _, key := range keys {
			file += fmt.Sprintf("  %s: {name: %s%s}\n", key, calls, key)
		}
		m.write("fleet.yaml", file)
	}
	m.wants(sharedKeys...)
	m.env = append(m.env, tm.store.env...)
	tm.members = append(tm.members, m)
	return m
}

// step begins the member's next life, or looks whether this one is over.
func (m *member) step() {
	m.t.Helper()
	if m.alive == nil {
		m.next()
		return
	}
	select {
	case err := <-m.alive.ended:
		fmt.Fprintf(&m.said, "--- %s: %v\n%s", m.dir, err, m.alive.said.String())
		if m.alive = nil; m.until.IsZero() {
			m.t.Fatalf("a daemon ended by itself: %v", err)
		}
		if err != nil && strings.Contains(err.Error(), "killed") {
			m.killed++
		}
		m.noteWhole()
	default:
		if !m.until.IsZero() && time.Now().After(m.until) {
			_ = m.alive.cmd.Process.Kill()
		}
	}
}

func (m *member) next() {
	m.t.Helper()
	if m.until = (time.Time{}); len(m.deaths) == 0 {
		m.alive = m.run(nil)
		return
	}
	d := m.deaths[0]
	m.deaths, m.until = m.deaths[1:], time.Now().Add(d.after)
	args := map[string][]string{"run": {"run", "--listen", ""}, "apply": {"apply", "--yes"}}[d.verb]
	m.alive = m.begin([]string{"AURAD_CRASHPOINT_AT=" + d.at}, args...)
}

// lasts reports whether the member lives its last life.
func (m *member) lasts() bool { return m.alive != nil && m.until.IsZero() }

// live lets all of them live, and die, until every key has its instance and the store its password.
func (tm *team) live() {
	tm.t.Helper()
	for deadline, n := time.Now().Add(patience), 0; ; n++ {
		lasting := true
		for _, m := range tm.members {
			m.step()
			lasting = lasting && m.lasts()
		}
		if n%20 == 0 && tm.doubles() > 0 {
			tm.end()
			tm.t.Fatalf("made twice\n%s", tm.story())
		}
		if lasting && n%20 == 0 && tm.settled() {
			return
		}
		if time.Now().After(deadline) {
			tm.end()
			tm.t.Fatalf("not settled after %s\n%s", patience, tm.story())
		}
		time.Sleep(3 * time.Millisecond)
	}
}

// linger lets them live on.
func (tm *team) linger(d time.Duration) {
	tm.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(3 * time.Millisecond) {
		for _, m := range tm.members {
			m.step()
		}
	}
}

// settled reports whether each key has one running instance, under its own name, with its password
// stored.
func (tm *team) settled() bool {
	ready := 0
	for _, in := range tm.sim.Instances() {
		switch {
		case in.Deleted:
			continue
		case in.Status != "running", strings.Contains(in.Name, "~"):
			return false
		}
		if id, password := tm.store.stored(tm.keyOf(in.Name)); id != in.ID || password != in.Password {
			return false
		}
		ready++
	}
	return ready == len(sharedKeys)
}

// end kills whoever lives, once more.
func (tm *team) end() {
	for _, m := range tm.members {
		if m.alive != nil {
			_ = m.alive.cmd.Process.Kill()
			<-m.alive.ended
			fmt.Fprintf(&m.said, "--- %s: killed in the end\n%s", m.dir, m.alive.said.String())
			m.alive = nil
		}
	}
}

// keyOf is the key that an instance was made for, by the name that was asked for.
func (tm *team) keyOf(name string) string {
	name, _, _ = strings.Cut(name, "~")
	for _, m := range tm.members {
		if key, ok := strings.CutPrefix(name, m.calls); ok && m.calls != "" {
			return key
		}
	}
	return name
}

// gate makes requests meet: each waits until n of the same name are there, or for a moment. Then
// they go on one after the other.
type gate struct {
	n     int
	apart time.Duration

	mu    sync.Mutex
	came  map[string]int
	doors map[string]chan struct{}
}

const gatePatience = 300 * time.Millisecond

func newGate(n int, apart time.Duration) *gate {
	return &gate{n: n, apart: apart, came: map[string]int{}, doors: map[string]chan struct{}{}}
}

func (g *gate) meet(name string) {
	g.mu.Lock()
	door := g.doors[name]
	if door == nil {
		door = make(chan struct{})
		g.doors[name] = door
	}
	g.came[name]++
	place := g.came[name]
	if place == g.n {
		close(door)
	}
	g.mu.Unlock()
	if place > g.n {
		return
	}
	select {
	case <-door:
	case <-time.After(gatePatience):
	}
	time.Sleep(time.Duration(place-1) * g.apart)
}

// lists lets the first lists of all members meet: nobody sees what another one is about to make.
func (g *gate) lists(r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == "/v1/instances" {
		g.meet("list")
	}
}

// slowly lets a minute pass before Aura carries out a create: what is asked for meanwhile shows nothing
// of it.
func slowly(next func(*http.Request)) func(*http.Request) {
	return func(r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/v1/instances" {
			time.Sleep(time.Minute / sharedSpeed)
		}
		next(r)
	}
}

// claims lets the first writes to each path of Vault meet: whoever writes second has read that
// nothing is there.
func (g *gate) claims(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	if r.Method == http.MethodPut && isData(r) {
		g.meet(r.URL.Path)
	}
	pass.ServeHTTP(w, r)
}
