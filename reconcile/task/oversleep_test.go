package task

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/reconcile/requests"
)

// near draws an instant at, or a hair beside, one of those that matter: rules of time break there.
func near(t *rapid.T, what string, matter []time.Time) time.Time {
	at := rapid.SampledFrom(matter).Draw(t, what)
	return at.Add(rapid.SampledFrom([]time.Duration{0, 0, 1, -1, time.Millisecond, -time.Millisecond, 100 * time.Millisecond, -100 * time.Millisecond, requests.AnswerTime}).Draw(t, what+" beside"))
}

// tight is a budget, tasks and edges whose instants crowd around each other, at noon.
func tight(t *rapid.T) (requests.Log, []Task, []requests.Demand) {
	matter := []time.Time{noon, noon.Add(100 * time.Millisecond), noon.Add(requests.AnswerTime), noon.Add(30 * time.Second), noon.Add(requests.Window)}
	log := requests.Log{Limit: rapid.IntRange(1, 4).Draw(t, "limit")}
	for range rapid.IntRange(0, 5).Draw(t, "sent") {
		at := earlier(near(t, "sent at", matter).Add(-requests.Window), noon)
		log.Sent, matter = append(log.Sent, at), append(matter, at.Add(requests.Window))
	}
	slices.SortFunc(log.Sent, time.Time.Compare)
	if rapid.IntRange(0, 3).Draw(t, "frozen") == 0 {
		log.Frozen = near(t, "until", matter)
		matter = append(matter, log.Frozen)
	}
	if rapid.IntRange(0, 3).Draw(t, "lowered") == 0 {
		log.Lowered, log.LoweredAt = rapid.IntRange(1, log.Limit).Draw(t, "to"), near(t, "lowered at", matter).Add(-requests.Creep)
		matter = append(matter, log.LoweredAt.Add(requests.Creep))
	}
	demands := make([]requests.Demand, rapid.IntRange(0, 3).Draw(t, "demands"))
	for i := range demands {
		demands[i] = requests.Demand{At: near(t, "edge", matter), N: rapid.IntRange(0, 3).Draw(t, "n")}
		matter = append(matter, demands[i].At)
	}
	slices.SortFunc(demands, func(a, b requests.Demand) int { return a.At.Compare(b.At) })
	tasks := make([]Task, rapid.IntRange(1, 5).Draw(t, "tasks"))
	for i := range tasks {
		tasks[i] = Task{Kind: Look, Key: fmt.Sprintf("k%d", i), Requests: 1, rank: rapid.IntRange(0, rankLook).Draw(t, "rank")}
		if rapid.Bool().Draw(t, "has deadline") {
			tasks[i].Deadline = near(t, "deadline", matter).Add(-requests.Window)
		}
		if rapid.Bool().Draw(t, "later") {
			tasks[i].Due = near(t, "due", matter)
		}
	}
	return log, tasks, demands
}

// wakes are all instants after now at which what may be sent can change, and those just before
// and after them.
func wakes(now time.Time, log requests.Log, tasks []Task, demands []requests.Demand) []time.Time {
	var all []time.Time
	add := func(at time.Time) { all = append(all, at.Add(-1), at, at.Add(1)) }
	for _, sent := range log.Sent {
		add(sent.Add(requests.Window))
	}
	for _, d := range demands {
		add(d.At)
		add(d.At.Add(-requests.Window - requests.AnswerTime))
	}
	for _, t := range tasks {
		add(t.Due)
		add(t.Deadline)
		add(t.urgentFrom())
	}
	add(log.Frozen)
	for i := range time.Duration(20) {
		add(log.LoweredAt.Add(i * requests.Creep))
	}
	return slices.DeleteFunc(all, func(at time.Time) bool { return !at.After(now) })
}

// oversleeps returns the first instant before wake at which something could be sent.
func oversleeps(now, wake time.Time, log requests.Log, left []Task, demands []requests.Demand) (time.Time, bool) {
	all := wakes(now, log, left, demands)
	slices.SortFunc(all, time.Time.Compare)
	for _, at := range all {
		if !wake.IsZero() && !at.Before(wake) {
			break
		}
		if send, _ := Admit(at, log, left, demands); len(send) > 0 {
			return at, true
		}
	}
	return time.Time{}, false
}

// Admit never asks to be woken later than the first instant at which something can be sent.
func TestAdmitNeverOversleeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, tasks, demands := tight(t)
		for now := noon; len(tasks) > 0; {
			send, wake := Admit(now, log, tasks, demands)
			for range send {
				log = log.Take(now)
			}
			tasks = without(tasks, send)
			if at, late := oversleeps(now, wake, log, tasks, demands); late {
				t.Fatalf("at %s: woken at %s, but at %s something could be sent\n%+v\n%+v\n%+v", now, wake, at, log, tasks, demands)
			}
			if wake.IsZero() {
				return
			}
			now = wake
		}
	})
}

// Inputs that were found: a slot that opens before the edge that another was saved for, and a limit
// that rises meanwhile.
func TestAdmitFoundInputs(t *testing.T) {
	task := func(key string, rank int, deadline time.Time) Task {
		return Task{Kind: Look, Key: key, Requests: 1, rank: rank, Deadline: deadline}
	}
	ago := func(d time.Duration) time.Time { return noon.Add(d - requests.Window) }
	for name, c := range map[string]struct {
		log     requests.Log
		tasks   []Task
		demands []requests.Demand
		wake    time.Time
	}{
		"opens before the edge": {requests.Log{Limit: 2, Sent: []time.Time{ago(requests.AnswerTime)}},
			[]Task{task("waits", rankOverdue, time.Time{})}, []requests.Demand{{At: noon.Add(requests.AnswerTime + 100*time.Millisecond), N: 1}}, noon.Add(requests.AnswerTime)},
		"rises": {requests.Log{Limit: 2, Sent: []time.Time{noon}, Lowered: 1, LoweredAt: noon.Add(time.Second - requests.Creep)},
			[]Task{task("waits", 0, time.Time{})}, nil, noon.Add(time.Second)},
	} {
		if _, wake := Admit(noon, c.log, c.tasks, c.demands); !wake.Equal(c.wake) {
			t.Errorf("%s: woken at %s, want %s", name, wake, c.wake)
		}
	}
}
