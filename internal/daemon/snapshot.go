package daemon

import (
	"cmp"
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets/bounded"
	"github.com/aurad/aurad/spec"
)

// StatusSchema names the version of the status' JSON form.
const StatusSchema = "aurad.status/v1"

// Snapshot is what the daemon knows at one instant, for status and pages. It holds no secret.
type Snapshot struct {
	Schema    string         `json:"schema"`
	At        time.Time      `json:"at"`
	Ready     bool           `json:"ready"` // every instance of the file has been looked at, or a look at it has failed
	Instances []Status       `json:"instances"`
	Budget    BudgetStatus   `json:"budget"`
	Holds     []spec.Hold    `json:"holds"`
	Plan      reconcile.Plan `json:"plan"`
	Config    ConfigStatus   `json:"config"`

	Credentials []reconcile.Credential `json:"credentials"`                 // of the file's instances and of what left it, sorted by key
	Accounts    []AccountStatus        `json:"accounts,omitempty"`          // only where there are several
	ListedAt    time.Time              `json:"listed_at,omitzero"`          // when the newest list was asked for
	TokenExpiry time.Time              `json:"store_token_expiry,omitzero"` // when the store's own token runs out
	Fleet       *spec.Fleet            `json:"-"`                           // in force; never changed
}

// Status is one instance: what is there, what should be, and why.
type Status struct {
	Key        string                    `json:"key"`
	Account    string                    `json:"account,omitempty"` // where the file names accounts
	InstanceID string                    `json:"instance_id"`
	Name       string                    `json:"name"`
	Live       string                    `json:"live"`
	Desired    spec.State                `json:"desired"`
	Rule       string                    `json:"rule"`
	Memory     string                    `json:"memory"`
	Credential reconcile.CredentialState `json:"credential"`
	Doing      string                    `json:"doing,omitempty"`
	Next       *reconcile.Transition     `json:"next,omitempty"`
	SeenAt     time.Time                 `json:"seen_at,omitzero"`
	Since      time.Time                 `json:"since,omitzero"`    // since when Live is what it is, as far as known
	History    []Spell                   `json:"history,omitempty"` // of the last day, oldest first; the last one is now
}

// BudgetStatus is the request budget.
type BudgetStatus struct {
	Limit int `json:"limit"`
	Free  int `json:"free"`
}

// ConfigStatus says whether the newest fleet.yaml is in force.
type ConfigStatus struct {
	File     string    `json:"file"`
	Digest   string    `json:"digest"` // of the text in force
	LoadedAt time.Time `json:"loaded_at,omitzero"`
	Error    string    `json:"error,omitempty"` // why the file on disk is not the one in force
}

// AccountStatus is one of several accounts.
type AccountStatus struct {
	Name     string       `json:"name"`
	TenantID string       `json:"tenant_id"`
	Ready    bool         `json:"ready"`
	Budget   BudgetStatus `json:"budget"`
	ListedAt time.Time    `json:"listed_at,omitzero"`
}

// publish makes what a turn saw available to others.
func (d *Daemon) publish(w reconcile.World, p reconcile.Plan) {
	next := map[string]*reconcile.Transition{}
	for i, t := range p.Next {
		next[t.Key] = &p.Next[i]
	}
	log := d.budget.State()
	snap := Snapshot{Schema: StatusSchema, At: p.At, Plan: p, Holds: slices.Clone(d.Holds), Budget: BudgetStatus{log.Limit, log.Free(p.At)}, Ready: !d.Observed.ListedAt.IsZero()}
	for _, want := range w.Desired {
		st := d.status(want, p.At)
		st.Next = next[want.Key]
		snap.Ready = snap.Ready && (st.InstanceID == "" || !st.SeenAt.IsZero() || w.LookFailed[st.InstanceID] != "")
		snap.Instances = append(snap.Instances, st)
	}
	snap.showCredentials(d.Credentials())
	snap.ListedAt, snap.Fleet, snap.TokenExpiry = d.Observed.ListedAt, d.Fleet, bounded.TokenExpiry(d.Store)
	d.board.publish(snap)
}

func (d *Daemon) status(want spec.Desired, at time.Time) Status {
	e := d.Ledger[want.Key]
	live, _ := d.Observed.Find(e.ID)
	st := Status{Key: want.Key, Account: want.Account, InstanceID: e.ID, Name: want.Name, Live: live.Status, Desired: want.Wants, Rule: want.Rule,
		Memory: want.Memory, SeenAt: live.SeenAt, History: d.board.history.spells(d.Book, want.Key, e, live, at)}
	if n := len(st.History); n > 0 {
		st.Since = st.History[n-1].Since
	}
	if e.Op != nil {
		st.Doing = string(e.Op.Verb)
	}
	return st
}

// showCredentials says where the passwords are, of the instances too.
func (s *Snapshot) showCredentials(all []reconcile.Credential) {
	s.Credentials, s.Instances = all, slices.Clone(s.Instances)
	for i := range s.Instances {
		at, ok := slices.BinarySearchFunc(all, s.Instances[i].Key, func(c reconcile.Credential, key string) int { return cmp.Compare(c.Key, key) })
		if ok {
			s.Instances[i].Credential = all[at].State
		}
	}
}

// Snapshot returns what was last published, with the budget as it is now. It may be called from
// any goroutine.
func (d *Daemon) Snapshot() Snapshot {
	snap, log := d.board.read(), d.budget.State()
	snap.Budget = BudgetStatus{log.Limit, log.Free(d.Clock.Now())}
	return snap
}
