package look

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/task"
)

// listed merges a new list into what is known: details stay, what is gone goes, what is new is
// known by name only.
func listed(obs observed.Fleet, list []aura.Summary, at time.Time) observed.Fleet {
	next := observed.Fleet{ListedAt: at}
	for _, s := range list {
		if s.Fault != "" {
			next.Unreadable = append(next.Unreadable, s.Name)
			continue
		}
		live, known := obs.Find(s.ID)
		if !known {
			live = observed.Live{ID: s.ID, CloudProvider: s.CloudProvider, CreatedAt: s.CreatedAt}
		}
		live.Name, live.TenantID = s.Name, s.TenantID
		next.Instances = append(next.Instances, live)
	}
	next.Sort()
	return next
}

// missed records which of our instances a new list shows, and which it does not. One of another
// tenant says nothing.
func (l *Looker) missed(list observed.Fleet) error {
	for _, key := range l.Ledger.Keys() {
		e := l.Ledger[key]
		_, there := list.Find(e.ID)
		next := e
		switch {
		case e.ID == "" || l.Fleet.TenantID != "" && e.TenantID != "" && l.Fleet.TenantID != e.TenantID:
		case e.Op != nil && e.Op.Verb == reconcile.Create: // new, and the list may be stale
		case !there && list.Complete():
			next = e.Unlisted(len(list.Instances) > 0, list.ListedAt)
		case there && e.Missing.Gone():
			next = e.Present()
			l.Note(key, "is in Aura again")
		}
		if next.Missing == e.Missing {
			continue
		}
		if err := l.Remember(key, next); err != nil {
			return err
		}
	}
	return nil
}

// tidy forgets keys that are neither in this account's part of the file nor live: there is nothing
// left to remember.
func (l *Looker) tidy(now time.Time) error {
	for _, key := range l.Ledger.Keys() {
		e := l.Ledger[key]
		if _, listed := l.Fleet.Instance(key); listed || e.Birth != nil && e.Birth.Stage != reconcile.Intended {
			continue
		}
		if next := e.Recover(l.Observed, now).Next; next != reconcile.NextAnew && next != reconcile.NextPost {
			continue
		}
		if e.Has() != "" {
			continue
		}
		if e.Former != "" && !e.Owns() {
			continue // so that a credential of it gives way, should the block come back
		}
		if err := l.DropGone(key, e); err != nil {
			return err
		}
		l.Tell(key, e.ID, reconcile.Delete, journal.Noted, l.whereGone(key)+": forgotten")
	}
	return nil
}

func (l *Looker) whereGone(key string) string {
	if l.Fleet.IsElsewhere(key) {
		return "is another account's in the file, and not in Aura any more"
	}
	return "is neither in the file nor in Aura any more"
}

// isGone reports whether the answer to a look says that the instance is no more: in Aura's own
// words, or by any 404 when the newest list does not show it either.
func (l *Looker) isGone(id string, err error) bool {
	return book.KindOf(err) == failure.Gone || isNotFound(err) && l.unlisted[id]
}

func isNotFound(err error) bool {
	var e *failure.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// RecordLook takes the answer to a look into account.
func (l *Looker) RecordLook(t task.Task, in aura.Instance, err error) error {
	now := l.Clock.Now()
	switch {
	case err == nil:
		l.Attempted(t, nil)
		return l.Looked(t.Key, book.LiveOf(in, now), now)
	case l.isGone(t.ID, err):
		l.Attempted(t, nil)
		return l.LookedGone(t.Key, t.ID, now)
	}
	l.Attempted(t, err)
	if e := l.Ledger[t.Key]; e.ID == t.ID && isNotFound(err) {
		return l.Remember(t.Key, e.NotFound(false, now)) // a list will tell
	}
	return nil
}

// RecordList takes a new list into account. The list counts from when it was asked for: what
// happened on the way is not in it.
func (l *Looker) RecordList(ctx context.Context, t task.Task, list []aura.Summary, at time.Time, err error) error {
	l.Attempted(t, err)
	if err != nil {
		return nil
	}
	l.warnOfFaults(list)
	next := listed(l.Observed, list, at)
	if err := l.missed(next); err != nil {
		return err
	}
	l.Observed, l.unlisted = reconcile.Keeping(next, l.Ledger, l.Observed)
	l.reclaim(ctx)
	return l.tidy(at)
}

// warnOfFaults says once which entries of the list can't be worked with, and when that changes.
func (l *Looker) warnOfFaults(list []aura.Summary) {
	var faults []string
	for _, s := range list {
		if s.Fault != "" {
			faults = append(faults, fmt.Sprintf("%s (named %q)", s.Fault, s.Name))
		}
	}
	all := strings.Join(faults, "; ")
	if all != l.faults && all != "" {
		l.Log.Warn("Aura's list has entries that can't be worked with; the others are looked after, and nothing is made that could be one of them", "entries", len(faults), "faults", all)
	}
	l.faults = all
}
