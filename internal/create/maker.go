// Package create carries out creates so that no password is lost and nothing is made twice: a claim in the
// credential store, an intent in the state, one POST, the reply made safe before anybody reads it, the
// password stored, the real name. Every step is durable before the next one begins. It also takes what a
// person supplies where a create, or an adoption, left aurad without a password. It must not decide what
// is created: whether a create goes on, and how, is reconcile.Entry's Recover.
package create

import (
	"context"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/book"
)

// API is what a Maker asks of Aura.
type API interface {
	Authorize(ctx context.Context, until time.Time) error
	Create(ctx context.Context, req aura.CreateRequest) (aura.Reply, error)
	Patch(ctx context.Context, id string, p aura.PatchRequest) (*aura.Instance, error)
}

// Maker carries out the creates of one account. Its methods belong to the loop's goroutine.
type Maker struct {
	*book.Book
	api     API
	crash   func(point string)
	flights map[string]*flight // creates that are waited for beside the loop, by key
	landed  chan struct{}      // one of them has ended
}

// New is a Maker with nothing under way. crash is told of every boundary of the protocol, for tests that
// kill.
func New(b *book.Book, api API, crash func(point string)) *Maker {
	return &Maker{Book: b, api: api, crash: crash, flights: map[string]*flight{}, landed: make(chan struct{}, 1)}
}

// InFlight reports whether the create of key is waited for beside the loop.
func (m *Maker) InFlight(key string) bool { return m.flights[key] != nil }

// Flights is how many creates are waited for.
func (m *Maker) Flights() int { return len(m.flights) }

// Landed tells that a flight has ended: see AnyOver and LandEnded.
func (m *Maker) Landed() <-chan struct{} { return m.landed }
