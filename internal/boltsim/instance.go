package boltsim

import (
	"slices"
	"sync"
	"time"
)

// State is how far an instance is awake.
type State int

const (
	Paused   State = iota // nothing listens: connections are refused
	Starting              // it takes logins, but its databases are not available yet
	Running
)

// Writes says what becomes of a write.
type Writes int

const (
	Accepted   Writes = iota
	ReadOnly          // the database is read only
	NotLeader         // the server that is asked is not the one that writes
	Leaderless        // no server writes at the moment: the routing table has none
)

// Instance is the truth about the one whose port this is. It is asked anew for every request, from
// many goroutines.
type Instance interface {
	State() State
	Username() string
	Password() string
	SetPassword(password string)
	Databases() []string // the first is the home database; system is always there
	Writes() Writes
	Transactions() []Transaction // those of clients that don't exist
}

// Transaction is a row of SHOW TRANSACTIONS.
type Transaction struct {
	ID, Database, Username string
	ClientAddress          string
	Query                  string
	Metadata               map[string]any
	Started                time.Time
}

// Standalone is an Instance whose truth is set from outside.
type Standalone struct {
	mu           sync.Mutex
	state        State
	username     string
	password     string
	databases    []string
	writes       Writes
	transactions []Transaction
}

// NewStandalone is running, with one database, neo4j.
func NewStandalone(username, password string) *Standalone {
	return &Standalone{state: Running, username: username, password: password, databases: []string{"neo4j"}}
}

// get and set do one thing under the lock.
func get[T any](s *Standalone, field *T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *field
}

func set[T any](s *Standalone, field *T, to T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*field = to
}

func (s *Standalone) State() State                { return get(s, &s.state) }
func (s *Standalone) Username() string            { return s.username }
func (s *Standalone) Password() string            { return get(s, &s.password) }
func (s *Standalone) Databases() []string         { return get(s, &s.databases) }
func (s *Standalone) Writes() Writes              { return get(s, &s.writes) }
func (s *Standalone) Transactions() []Transaction { return slices.Clone(get(s, &s.transactions)) }

func (s *Standalone) SetState(to State)                { set(s, &s.state, to) }
func (s *Standalone) SetPassword(to string)            { set(s, &s.password, to) }
func (s *Standalone) SetDatabases(to ...string)        { set(s, &s.databases, to) }
func (s *Standalone) SetWrites(to Writes)              { set(s, &s.writes, to) }
func (s *Standalone) SetTransactions(t ...Transaction) { set(s, &s.transactions, t) }
