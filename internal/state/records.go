package state

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aurad/aurad/internal/crashpoint"
)

// records is what one engine keeps, with a copy in memory to read from: what is read is what was
// committed last.
type records struct {
	engine  Engine
	writing sync.Mutex // one commit at a time
	mu      sync.RWMutex
	all     Records
}

func load(e Engine) (*records, error) {
	all, err := e.Load()
	if err != nil {
		return nil, err
	}
	return &records{engine: e, all: all}, nil
}

// commit makes changes durable, then true. what says in an error, and to tests that kill, what they are.
func (r *records) commit(what string, changes ...Change) error {
	crashpoint.BeforeCommit(what)
	defer crashpoint.AfterCommit(what)
	r.writing.Lock()
	defer r.writing.Unlock()
	if err := r.engine.Commit(changes); err != nil {
		return fmt.Errorf("%s in %s: %w", what, r.engine.Place(), err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range changes {
		if c.Value == nil {
			delete(r.all, c.Name)
			continue
		}
		r.all[c.Name] = c.Value
	}
	return nil
}

// get returns a record; nil when there is none.
func (r *records) get(kind Kind, name string) []byte {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.all[Name{kind, name}]
}

// names are those of one kind, sorted.
func (r *records) names(kind Kind) (names []string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for n := range maps.Keys(r.all) {
		if n.Kind == kind {
			names = append(names, n.Name)
		}
	}
	slices.Sort(names)
	return names
}

// read reads a record into value, which stays as it is when there is none. about says what the record
// is of. What can't be read is damage, which only a person can judge.
func (r *records) read(kind Kind, name, about string, value any) error {
	raw := r.get(kind, name)
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, value); err != nil {
		return fmt.Errorf("%s: %w (read what the state says of %s: %w)", r.engine.Place(), ErrDamaged, about, err)
	}
	return nil
}

// put is the change that writes value as a record.
func put(kind Kind, name string, value any) Change {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("%s %s can't be written as JSON: %v", kind, name, err)) // a fault of aurad's types, not of anybody's input
	}
	return Change{Name{kind, name}, raw}
}

// drop is the change that removes a record.
func drop(kind Kind, name string) Change { return Change{Name: Name{kind, name}} }
