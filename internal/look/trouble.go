package look

import (
	"errors"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/reconcile/task"
)

// trouble is a look or a list that failed, and when it may be tried again.
type trouble struct {
	kind  task.Kind
	id    string // "" for a list
	count int    // in a row
	until time.Time
	why   string
}

// A failed look waits troubleFirst, then twice as long, up to troubleMost.
const (
	troubleFirst = 5 * time.Second
	troubleMost  = 5 * time.Minute
)

func troubleOf(t task.Task) string { return string(t.Kind) + " " + t.ID }

// HoldBack puts off what failed a moment ago.
func (l *Looker) HoldBack(tasks []task.Task, now time.Time) []task.Task {
	for i, t := range tasks {
		tr, ok := l.troubles[troubleOf(t)]
		if ok && tr.until.After(now) && tr.until.After(t.Due) {
			tasks[i].Due = tr.until
		}
	}
	return tasks
}

// Attempted records how a look or a list went.
func (l *Looker) Attempted(t task.Task, err error) {
	name := troubleOf(t)
	if err == nil {
		delete(l.troubles, name)
		return
	}
	tr := l.troubles[name]
	wait := min(troubleFirst<<min(tr.count, 10), troubleMost)
	var e *failure.Error
	if errors.As(err, &e) {
		wait = max(wait, min(e.RetryAfter, exchange.MaxWait))
	}
	l.troubles[name] = trouble{t.Kind, t.ID, tr.count + 1, l.Clock.Now().Add(wait), err.Error()}
	l.Log.Warn("could not look at Aura", "what", t.Kind, "key", t.Key, "instance", t.ID, "error", err, "again_in", wait)
}

// Failing is what is known of looks and lists that failed, as a plan tells it.
func (l *Looker) Failing() (looks map[string]string, list string) {
	looks = map[string]string{}
	for _, t := range l.troubles {
		switch t.kind {
		case task.List:
			list = t.why
		case task.Look, task.Confirm:
			looks[t.id] = t.why
		}
	}
	return looks, list
}

// Tries are how often in a row looks and lists have failed, by what was looked at.
type Tries map[string]int

// Tries are those up to now.
func (l *Looker) Tries() Tries {
	all := Tries{}
	for what, t := range l.troubles {
		all[what] = t.count
	}
	return all
}

// FailedSince is how often a look at an instance, or with lists a list, has failed in a row since before.
func (l *Looker) FailedSince(before Tries, id string, lists bool) (most int) {
	for what, t := range l.troubles {
		waitedFor := t.id == id || t.kind == task.List && lists
		if waitedFor && t.kind != task.Renew {
			most = max(most, t.count-before[what])
		}
	}
	return most
}
