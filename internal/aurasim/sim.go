package aurasim

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/aurad/aurad/internal/aurasim/limit"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// Sim is one simulated Aura account. It is an http.Handler and safe for concurrent use.
type Sim struct{ machine }

// machine moves instances through their statuses, and shows them.
type machine struct{ *account }

// account is what a simulated account has and remembers.
type account struct {
	cfg    Config
	routes []route

	mu        sync.Mutex   // over everything below; never held while waiting
	quirks    quirk.Quirks // defaults filled in
	rng       *rand.Rand
	clients   map[string]string
	tenants   []*tenant
	instances []*instance // oldest first, deleted ones included
	byID      map[string]*instance
	keys      []*encryptionKey
	sessions  []*session
	tokens    map[string]token
	meters    map[string]*limit.Meter // by client id
	faults    []Fault
	log       []Request
	creates   []Create
	requests  int       // all that came, also those the log forgot
	next      time.Time // the earliest change of any instance; zero: none
	stale     bool      // next must be worked out again
}

// New makes a simulator without instances.
func New(cfg Config) *Sim {
	cfg = cfg.WithDefaults()
	s := &Sim{machine{&account{
		cfg:     cfg,
		routes:  routes(),
		quirks:  cfg.Quirks.WithDefaults(cfg.RequestsPerMinute, cfg.TokensPerHour),
		rng:     rand.New(rand.NewPCG(cfg.Seed, 0x6175726164)),
		clients: cfg.Clients,
		byID:    map[string]*instance{},
		tokens:  map[string]token{},
		meters:  map[string]*limit.Meter{},
	}}}
	for _, t := range cfg.Tenants {
		s.tenants = append(s.tenants, newTenant(t))
	}
	return s
}

// SetDurations makes operations that begin from now on take other times; those left out stay.
func (s *Sim) SetDurations(d map[Op]Range) {
	s.mu.Lock()
	defer s.mu.Unlock()
	durations := maps.Clone(s.cfg.Durations)
	maps.Copy(durations, d)
	s.cfg.Durations = durations
}

// SetQuirks replaces all quirks from now on; fields left zero go back to their defaults.
func (s *Sim) SetQuirks(q quirk.Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q.WithDefaults(s.cfg.RequestsPerMinute, s.cfg.TokensPerHour)
	s.stale = true
}

// Instances is the truth at the clock's now about every instance there ever was, oldest first.
func (s *Sim) Instances() []Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance(s.cfg.Clock())
	all := make([]Instance, len(s.instances))
	for i, in := range s.instances {
		all[i] = in.Instance.clone()
	}
	return all
}

// Instance is the truth about one instance, deleted or not.
func (s *Sim) Instance(id string) (Instance, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance(s.cfg.Clock())
	in, ok := s.byID[id]
	if !ok {
		return Instance{}, false
	}
	return in.Instance.clone(), true
}

// Idle says that at now no operation that has been accepted is still under way.
func (s *Sim) Idle(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(s.instances, func(in *instance) bool {
		return in.op != nil && in.op.ends().After(now)
	})
}

// NextChange is the next instant at which some instance changes its status without being asked
// to, the ends of operations included; ok is false when nothing will ever happen.
func (s *Sim) NextChange() (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = true
	s.advance(s.cfg.Clock())
	return s.next, !s.next.IsZero()
}

// admit makes the instance part of the account.
func (s *account) admit(in Instance) *instance {
	h := fnv.New64a()
	h.Write([]byte(in.ID))
	live := &instance{Instance: in, rng: rand.New(rand.NewPCG(s.cfg.Seed, h.Sum64()))}
	s.instances = append(s.instances, live)
	s.byID[in.ID] = live
	s.stale = true
	return live
}

// newID is 8 lower-case hex digits that no instance has had.
func (s *account) newID() string {
	for {
		id := fmt.Sprintf("%08x", s.rng.Uint32())
		if s.byID[id] == nil {
			return id
		}
	}
}

func (s *account) newUUID() string { return uuid(s.randomBytes(16)) }

// uuid makes a UUID of 16 bytes.
func uuid(b []byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (s *account) newSecret(n int) string { return hex.EncodeToString(s.randomBytes(n)) }

func (s *account) randomBytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	return b
}
