// Package look asks Aura what there is and enters the answers into the book: lists, looks at one instance,
// what becomes of those that fail, and whose an instance is by the credential store when the state does
// not know. It must not decide when to look, nor change anything in Aura.
package look

import (
	"context"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/secrets"
)

// API is what a Looker asks of Aura.
type API interface {
	Instances(ctx context.Context, tenantID string) ([]aura.Summary, error)
	Instance(ctx context.Context, id string) (aura.Instance, error)
}

// Looker looks at Aura for one account. Its methods belong to the loop's goroutine, but for List and Look.
type Looker struct {
	*book.Book
	api      API
	stored   map[string]secrets.Owned // by key, what the store says; as of the newest list that asked it
	unlisted map[string]bool          // ids of ours that the newest list does not show
	faults   string                   // entries of the newest list that can't be worked with, as they were warned of
	troubles map[string]trouble       // looks and lists that failed, by what was looked at
}

// New is a Looker that has not looked at anything yet.
func New(b *book.Book, api API) *Looker {
	return &Looker{Book: b, api: api, troubles: map[string]trouble{}}
}

// List asks for the list and returns the function that records the answer.
func (l *Looker) List(ctx context.Context, t task.Task) func() error {
	at := l.Clock.Now()
	list, err := l.api.Instances(ctx, l.Fleet.TenantID)
	return func() error { return l.RecordList(ctx, t, list, at, err) }
}

// Look asks for one instance and returns the function that records the answer.
func (l *Looker) Look(ctx context.Context, t task.Task) func() error {
	in, err := l.api.Instance(ctx, t.ID)
	l.destroyed(ctx, t, err)
	return func() error { return l.RecordLook(t, in, err) }
}

// Shift moves what is to be tried again along with a clock that was set.
func (l *Looker) Shift(by time.Duration) {
	for what, t := range l.troubles {
		t.until = t.until.Add(by)
		l.troubles[what] = t
	}
}

// Failed reports whether the last look or list of t failed.
func (l *Looker) Failed(t task.Task) bool {
	_, failed := l.troubles[troubleOf(t)]
	return failed
}
