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
	flights
	Supplies
	api   API
	crash func(point string)
}

// New is a Maker with nothing under way. crash is told of every boundary of the protocol, for tests that
// kill.
func New(b *book.Book, api API, crash func(point string)) *Maker {
	return &Maker{Book: b, api: api, crash: crash, Supplies: Supplies{b},
		flights: flights{Book: b, byKey: map[string]*flight{}, landed: make(chan struct{}, 1)}}
}
