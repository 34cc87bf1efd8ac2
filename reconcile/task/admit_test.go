package task

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/requests"
)

// noon is when these tests begin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func seconds(t *rapid.T, what string, from, to int) time.Duration {
	return time.Duration(rapid.IntRange(from*10, to*10).Draw(t, what)) * 100 * time.Millisecond
}

// anyTasks are requests of every rank, due from noon on.
func anyTasks(t *rapid.T, most int) []Task {
	tasks := make([]Task, rapid.IntRange(0, most).Draw(t, "tasks"))
	for i := range tasks {
		tasks[i] = Task{Kind: Look, Key: fmt.Sprintf("k%03d", i), Requests: 1, rank: rapid.IntRange(0, rankLook).Draw(t, "rank")}
		if rapid.Bool().Draw(t, "later") {
			tasks[i].Due = noon.Add(seconds(t, "due", 0, 300))
		}
		if rapid.Bool().Draw(t, "has deadline") {
			tasks[i].Deadline = noon.Add(seconds(t, "deadline", 0, 400))
		}
	}
	return tasks
}

func anyDemands(t *rapid.T, limit int) []requests.Demand {
	ds := make([]requests.Demand, rapid.IntRange(0, 4).Draw(t, "demands"))
	for i := range ds {
		ds[i] = requests.Demand{At: noon.Add(seconds(t, "edge", 0, 400)), N: rapid.IntRange(0, 2*limit).Draw(t, "n")}
	}
	slices.SortFunc(ds, func(a, b requests.Demand) int { return a.At.Compare(b.At) })
	return ds
}

func without(tasks, sent []Task) []Task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool {
		return slices.ContainsFunc(sent, func(s Task) bool { return s.Key == t.Key })
	})
}

// Every task is sent, within the time that its turn and the edges' reserve can take; Admit never
// asks to be asked again now or in the past; and whatever it leaves unsent is explained.
func TestAdmitSendsEverythingInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := requests.Log{Limit: rapid.IntRange(1, 25).Draw(t, "limit")}
		tasks, demands := anyTasks(t, 60), anyDemands(t, log.Limit)
		if rapid.Bool().Draw(t, "frozen") {
			log.Frozen = noon.Add(seconds(t, "until", 0, 60))
		}
		last := noon.Add(460*time.Second + time.Duration(len(tasks)/log.Limit+1)*requests.Window)
		for now, rounds := noon, 0; len(tasks) > 0; rounds++ {
			send, wake := Admit(now, log, tasks, demands)
			for _, s := range send {
				if s.Due.After(now) || now.Before(log.Frozen) {
					t.Fatalf("%s: %s is not due before %s, and nothing before %s", now, s.Key, s.Due, log.Frozen)
				}
				log = log.Take(now)
			}
			tasks = without(tasks, send)
			explain(t, now, log, tasks, demands, wake)
			if len(tasks) == 0 {
				return
			}
			if !wake.After(now) || now.After(last) || rounds > 5000 {
				t.Fatalf("at %s, round %d, %d tasks are left and wake is %s", now, rounds, len(tasks), wake)
			}
			now = wake
		}
	})
}

// explain fails unless each due task that was left has a reason, and wake is no later than the
// end of it.
func explain(t *rapid.T, now time.Time, log requests.Log, left []Task, demands []requests.Demand, wake time.Time) {
	edge := slices.IndexFunc(demands, func(d requests.Demand) bool { return d.At.After(now) })
	for _, task := range left {
		if task.Due.After(now) {
			if wake.After(task.Due) {
				t.Fatalf("%s: %s is due at %s, before the wake at %s", now, task.Key, task.Due, wake)
			}
			continue
		}
		switch {
		case log.Free(now) == 0:
			opens := log.Opens(now)
			free := task.urgent(opens) || log.Trimmed(opens).Spare(opens, demands) > 0
			if wake.After(opens) && free || log.Free(opens) == 0 {
				t.Fatalf("%s: a slot opens at %s (%d free), before the wake at %s", now, opens, log.Free(opens), wake)
			}
		case task.urgent(now):
			t.Fatalf("%s: %s is urgent and %d slots are free", now, task.Key, log.Free(now))
		case edge < 0 || demands[edge].At.Sub(now) >= requests.Window+requests.AnswerTime:
			t.Fatalf("%s: %s waits, %d slots are free, and no edge is near", now, task.Key, log.Free(now))
		case wake.After(demands[edge].At):
			t.Fatalf("%s: the edge at %s is before the wake at %s", now, demands[edge].At, wake)
		}
	}
}

// No span of 60 seconds holds more than the limit, whatever is asked when, however late the
// answers are, and though the clock is set back.
func TestAdmitNeverExceedsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := requests.Log{Limit: rapid.IntRange(1, 10).Draw(t, "limit")}
		var counted []time.Duration // when the server counted each request, by a clock nobody sets
		var elapsed, off time.Duration
		for range rapid.IntRange(1, 80).Draw(t, "turns") {
			elapsed += seconds(t, "pass", 0, 30)
			if rapid.IntRange(0, 15).Draw(t, "set back") == 0 {
				off -= seconds(t, "by", 0, 90)
			}
			now := noon.Add(elapsed + off)
			send, _ := Admit(now, log, anyTasks(t, 12), anyDemands(t, log.Limit))
			for range send {
				log = log.Take(now)
				sent := log.Sent[len(log.Sent)-1]
				took := seconds(t, "answer", 0, 5)
				log = log.Answered(sent, later(sent, now.Add(took)))
				counted = append(counted, elapsed+time.Duration(rapid.Int64Range(0, int64(took)).Draw(t, "counted")))
			}
		}
		slices.Sort(counted)
		for i := range counted {
			if j := i + log.Limit; j < len(counted) && counted[j]-counted[i] < requests.Window {
				t.Fatalf("%d requests within %s", log.Limit+1, counted[j]-counted[i])
			}
		}
		if !slices.IsSortedFunc(log.Sent, time.Time.Compare) {
			t.Fatalf("the log is out of order: %v", log.Sent)
		}
	})
}

// At an edge with no more transitions than the limit, all of them go out at that very instant,
// whatever could wait was asked for before.
func TestAdmitSavesUpForAnEdge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := requests.Log{Limit: rapid.IntRange(1, 25).Draw(t, "limit")}
		edge := requests.Demand{At: noon.Add(seconds(t, "edge", 1, 200)), N: rapid.IntRange(1, log.Limit).Draw(t, "n")}
		waiting := anyTasks(t, 60)
		for i := range waiting {
			waiting[i].rank, waiting[i].Deadline = rapid.IntRange(rankOverdue, rankLook).Draw(t, "rank"), time.Time{}
		}
		for now := noon; now.Before(edge.At); {
			send, wake := Admit(now, log, waiting, []requests.Demand{edge})
			for range send {
				log = log.Take(now)
			}
			answered := now
			for range send {
				answered = answered.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "answer")) * time.Millisecond)
				log = log.Answered(now, answered)
			}
			waiting = without(waiting, send)
			now = later(answered, sooner(wake, edge.At))
		}
		wave := make([]Task, edge.N)
		for i := range wave {
			wave[i] = Task{Kind: Take, Key: fmt.Sprintf("wave %d", i), Requests: 1, rank: 2, Deadline: edge.At}
		}
		if len(log.Sent) > 0 && log.Sent[len(log.Sent)-1].After(edge.At) {
			t.Skip("still answering at the edge")
		}
		send, _ := Admit(edge.At, log, append(waiting, wave...), nil)
		for _, w := range wave {
			if !slices.ContainsFunc(send, func(s Task) bool { return s.Key == w.Key }) {
				t.Fatalf("%s is not sent at the edge; %d of %d are free", w.Key, log.Free(edge.At), log.Limit)
			}
		}
	})
}

// A budget of nothing sends nothing, and does not ask in a circle.
func TestAdmitWithoutBudget(t *testing.T) {
	for _, limit := range []int{0, -3} {
		send, wake := Admit(noon, requests.Log{Limit: limit}, []Task{{Kind: List, Requests: 1}, {Kind: Take, Key: "free", Requests: 0}}, nil)
		if len(send) != 1 || send[0].Key != "free" || !wake.After(noon) {
			t.Errorf("limit %d: %v, wake %s", limit, send, wake)
		}
	}
}

// What can wait leaves an edge its slots, but not for ever: a minute past its deadline it is sent.
func TestReserveStarvesNobody(t *testing.T) {
	demands := []requests.Demand{{At: noon.Add(30 * time.Second), N: 25}}
	for late, want := range map[time.Duration]int{-time.Second: 0, requests.Window: 0, requests.Window + 1: 1} {
		look := Task{Kind: Look, Requests: 1, rank: rankLook, Deadline: noon.Add(-late)}
		if send, _ := Admit(noon, requests.Log{Limit: 25}, []Task{look}, demands); len(send) != want {
			t.Errorf("%s past its deadline: %d sent, want %d", late, len(send), want)
		}
	}
}

// Demands are what a plan will want and when: early starts, edges, and what waits.
func TestDemands(t *testing.T) {
	morning := noon.Add(2 * time.Hour)
	p := reconcile.Plan{At: noon, Next: []reconcile.Transition{
		{Key: "a", At: morning, Start: morning}, {Key: "b", At: morning, Start: morning},
		{Key: "early", At: morning, Start: noon.Add(time.Hour)},
		{Key: "started", At: morning, Start: noon.Add(-time.Minute)},
	}, Steps: []reconcile.Step{{Verb: reconcile.Wait, Due: noon.Add(time.Minute)}, {Verb: reconcile.Wait, Due: noon.Add(-time.Minute)}, {Verb: reconcile.Pause, Due: noon.Add(time.Minute)}}}
	want := []requests.Demand{{At: noon.Add(time.Minute), N: 0}, {At: noon.Add(time.Hour), N: 1}, {At: morning, N: 2}}
	if got := Demands(p); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
