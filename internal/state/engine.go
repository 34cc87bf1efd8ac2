package state

import "errors"

// Engine is a technology that keeps records: a file, a database, a cluster. Its methods may be called
// from several goroutines, Commit by one at a time.
type Engine interface {
	// Load reads all records. Its error wraps ErrDamaged where only a person can go on.
	Load() (Records, error)
	// Commit makes changes durable before it returns: all of them, or none.
	Commit(changes []Change) error
	// Reserve is an error unless the next few records of a usual size are sure of their place: whoever
	// asks for something that can't be had a second time asks this first.
	Reserve() error
	// Aside is where a reply goes that Commit did not take.
	Aside() Aside
	// Place names the engine, for errors.
	Place() string
	Close() error
}

// Aside keeps what Commit refused, by name, each part apart from the others.
type Aside interface {
	Put(name string, value []byte) error
	Get(name string) ([]byte, error) // nil when there is none
	Drop(name string) error          // nil when there was none
	Names() ([]string, error)
}

// Name is what a record is found by: its kind, and its name within that.
type Name struct {
	Kind Kind
	Name string
}

// Kind says what a record is about, and so how it is written.
type Kind string

// The kinds of records. Values are JSON but for those that are sealed.
const (
	Entries Kind = "entries" // key -> reconcile.Entry
	Timings Kind = "timings" // class -> []time.Duration
	Sealed  Kind = "sealed"  // "spool/<key>"; of the requests "token" -> sealed bytes
	Holds   Kind = "holds"   // key -> spec.Hold
	Meta    Kind = "meta"    // "schema", "fleet", "lived", "file", "path", "anchor", "blocks"; of the requests "budget", "anchor"
)

// FleetKinds are those of what is remembered of a fleet.
func FleetKinds() []Kind { return []Kind{Entries, Timings, Sealed, Holds, Meta} }

// RequestKinds are those of what was sent to Aura.
func RequestKinds() []Kind { return []Kind{Sealed, Meta} }

// Records is all that an engine keeps.
type Records map[Name][]byte

// Change is a record to write, or, with a nil Value, to drop.
type Change struct {
	Name
	Value []byte
}

var (
	// ErrHeld is wrapped by the error of opening a state that another process has.
	ErrHeld = errors.New("another aurad works in this state folder")
	// ErrDeposed is wrapped by the error of a commit by one who has lost the lead, and changed nothing.
	ErrDeposed = errors.New("this aurad has lost the lead")
	// ErrDamaged is wrapped by the error of reading what can't be trusted any more.
	ErrDamaged = errors.New("the file is damaged; put it back from a backup, or move it away: aurad finds its instances again by their credentials, but forgets creates under way")
)
