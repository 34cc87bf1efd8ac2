package create

import (
	"maps"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
)

// A create is waited for however long Aura takes, since its reply has the only copy of a password:
// up to exchange.CreateTimeout. The loop does not stand still meanwhile. What is not over after beside
// goes on as a flight: its entry is under way, so that nothing else is done about its key, and the
// loop records what came of it when it lands. Nothing ends a flight, not even the end of the loop.
const beside = 2 * time.Second

// aliveEvery is how often whoever waits for all flights says that it is alive.
const aliveEvery = 30 * time.Second

// flights are the creates that are waited for beside the loop.
type flights struct {
	*book.Book
	byKey  map[string]*flight
	landed chan struct{} // one of them has ended
}

// InFlight reports whether the create of key is waited for beside the loop.
func (all *flights) InFlight(key string) bool { return all.byKey[key] != nil }

// Flights is how many creates are waited for.
func (all *flights) Flights() int { return len(all.byKey) }

// Landed tells that a flight has ended: see AnyOver and LandEnded.
func (all *flights) Landed() <-chan struct{} { return all.landed }

// flight is the part of a create that may take long, in a goroutine of its own: its request, or the
// store's. That goroutine reads nothing of the daemon that changes, and writes to the state by Amend.
type flight struct {
	key      string
	ended    chan struct{}
	record   func() error // on the loop, once it has ended
	panicked any
}

// launch begins f for key, whose entry is e and durable, and waits a little for its end. What it
// returns is for the loop: it records what f came to, or keeps the flight until it lands.
func (all *flights) launch(key string, e reconcile.Entry, f func() (record func() error)) func() error {
	fl := &flight{key: key, ended: make(chan struct{})}
	go func() {
		defer all.wakeUp()
		defer close(fl.ended)
		defer func() { fl.panicked = recover() }()
		fl.record = f()
	}()
	select {
	case <-fl.ended:
	case <-all.Clock.After(beside):
	}
	return func() error {
		all.Ledger[key] = e.UnderWay()
		if fl.over() {
			return all.land(fl)
		}
		all.byKey[key] = fl
		return nil
	}
}

func (f *flight) over() bool {
	select {
	case <-f.ended:
		return true
	default:
		return false
	}
}

// AnyOver reports whether a flight has ended that was not landed yet.
func (all *flights) AnyOver() bool {
	for _, f := range all.byKey {
		if f.over() {
			return true
		}
	}
	return false
}

// wakeUp ends the rest of the loop.
func (all *flights) wakeUp() {
	select {
	case all.landed <- struct{}{}:
	default:
	}
}

// land records what a flight came to.
func (all *flights) land(f *flight) error {
	delete(all.byKey, f.key)
	if f.panicked != nil {
		panic(f.panicked) // where it would have been without the goroutine
	}
	all.Ledger[f.key] = all.State.Amended(f.key, all.Ledger[f.key]).Answered()
	return f.record()
}

// LandEnded records what has ended, in the order of the keys.
func (all *flights) LandEnded() error {
	for _, key := range slices.Sorted(maps.Keys(all.byKey)) {
		if f := all.byKey[key]; f.over() {
			if err := all.land(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// LandAll waits for all flights and records what they came to. An error in recording one does not
// leave the others behind.
func (all *flights) LandAll(alive func()) (err error) {
	for _, key := range slices.Sorted(maps.Keys(all.byKey)) {
		all.Log.Info("waiting for the answer to a create before ending: it has the only copy of a password", "key", key)
	}
	for _, key := range slices.Sorted(maps.Keys(all.byKey)) {
		f := all.byKey[key]
		for !f.over() {
			select {
			case <-f.ended:
			case <-all.Clock.After(aliveEvery):
				alive()
			}
		}
		if e := all.land(f); e != nil && err == nil {
			err = e
		}
	}
	return err
}
