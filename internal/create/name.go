package create

import (
	"context"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/task"
)

// Name gives a new instance its real name. The reply shows its status too, so that the
// naming is also the look that confirms it.
func (m *Maker) Name(ctx context.Context, t task.Task) func() error {
	want, ok := m.Fleet.Instance(t.Key)
	if !ok {
		want.Name = t.Key
	}
	in, err := m.api.Patch(ctx, t.ID, aura.PatchRequest{"name": want.Name})
	m.crash("name sent")
	return func() error { return m.recordName(t, want.Name, in, err) }
}

func (m *Maker) recordName(t task.Task, name string, in *aura.Instance, err error) error {
	now := m.Clock.Now()
	e := m.Ledger[t.Key]
	if err != nil {
		_, after, _ := book.FailureOf(err)
		e = e.NotNamed(err.Error(), now.Add(max(after, nameRetry)))
		if book.KindOf(err) == failure.Gone && now.Sub(e.Birth.At) > goneGrace {
			return m.bornGone(t.Key, e)
		}
		return m.Remember(t.Key, e)
	}
	e = e.Named()
	live, _ := m.Observed.Find(t.ID)
	if in != nil {
		live = book.LiveOf(*in, now)
	}
	live.ID, live.Name = t.ID, name
	if err := m.Remember(t.Key, e); err != nil {
		return err
	}
	m.crash("named")
	return m.Looked(t.Key, live, now)
}

const (
	nameRetry = 10 * time.Second // Aura was busy with it, or does not know it yet
	goneGrace = 2 * time.Minute  // a new instance may be unknown for a minute; after this it was deleted
)

// bornGone is a new instance that somebody deleted before it got its name.
func (m *Maker) bornGone(key string, e reconcile.Entry) error {
	m.Observed = m.Observed.Without(e.Birth.InstanceID)
	m.Tell(key, e.ID, reconcile.Create, journal.Failed, "the new instance is gone from Aura before it was ready")
	return m.Remember(key, e.BornGone())
}
