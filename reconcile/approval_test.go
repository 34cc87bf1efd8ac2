package reconcile_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/approvaltest"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/requests"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/spec"
)

// What the core makes of worlds that nobody thought of.
func TestApproved(t *testing.T) {
	t.Run("plans", func(t *testing.T) { approvaltest.Sums(t, "testdata/approved/plans.txt", 1000, *update, plansOf) })
	t.Run("values", func(t *testing.T) { approvaltest.Sums(t, "testdata/approved/values.txt", 700, *update, valuesOf) })
}

// plansOf is what is done about a world: the plan, what policy leaves of it, and what is sent.
func plansOf(seed uint64) string {
	f := newFiller(seed)
	w := f.world()
	var b strings.Builder
	say := func(what string, values ...any) {
		fmt.Fprintf(&b, "%s: ", what)
		for _, v := range values {
			b.WriteString(approvaltest.Show(v) + " ")
		}
		b.WriteString("\n")
	}
	plan := reconcile.Diff(w)
	say("diff", plan)
	permitted := reconcile.PermitBeside(plan, w.Policy, f.IntN(3), f.IntN(3))
	say("permitted", permitted, permitted.Matches())
	tasks := task.Of(w, permitted, filled[task.Pace](f))
	say("tasks", tasks)
	log := requests.Log{Limit: 1 + f.IntN(6)}
	for range f.IntN(6) {
		log.Sent = append(log.Sent, at("12:00:00").Add(-f.span()))
	}
	slices.SortFunc(log.Sent, time.Time.Compare)
	send, wake := task.Admit(w.Now, log, tasks, task.Demands(permitted))
	say("admit", send, wake)
	say("absences", w.Absences())
	say("sightings", w.Sightings())
	say("unseen", task.Unseen(w))
	now, over := permitted.Blocks(filled[[]reconcile.Block](f))
	say("blocks", now, over)
	say("merged", reconcile.Merge(permitted, plan))
	fleet := &spec.Fleet{Name: w.Fleet, Policy: w.Policy, TenantID: w.TenantID, Instances: w.Blocks, Moved: w.Moved}
	say("read", w.Ledger.Read(fleet, w.Now))
	moves := w.Ledger.Moves(w.Moved, func(key string) bool { _, listed := fleet.Instance(key); return listed })
	changed, left := w.Ledger.Move(moves)
	say("moved", moves, changed, left)
	return b.String()
}

// valuesOf is what every method of the values of the core comes to, whatever it is given.
func valuesOf(seed uint64) string {
	f := newFiller(seed)
	var b strings.Builder
	for _, v := range []any{f.entry("a", "i1"), f.sightings(), filled[reconcile.Operation](f), filled[reconcile.Birth](f), filled[*reconcile.Missing](f),
		f.world().Ledger, filled[requests.Log](f), filled[reconcile.Plan](f), filled[reconcile.Timings](f), filled[reconcile.Step](f)} {
		callAll(&b, f, reflect.ValueOf(v))
	}
	for _, field := range reconcile.Fields() {
		l := filled[observed.Live](f)
		value, hidden := field.Imported(l)
		fmt.Fprintln(&b, field.Name, value, hidden)
	}
	return b.String() + approvaltest.Show(reconcile.Body(filled[[]reconcile.Change](f)))
}

// callAll calls every method of v with values of its kinds; functions it gives none.
func callAll(b *strings.Builder, f filler, v reflect.Value) {
	for i := range v.NumMethod() {
		m := v.Method(i)
		var args []reflect.Value
		for j := range m.Type().NumIn() {
			in := m.Type().In(j)
			if in.Kind() == reflect.Func {
				args = nil
				break
			}
			arg := reflect.New(in).Elem()
			if in.Kind() == reflect.Pointer {
				arg.Set(reflect.New(in.Elem()))
				f.fill(arg.Elem(), argumentName(in), 0)
			} else {
				f.fill(arg, argumentName(in), 0)
			}
			if in == reflect.TypeFor[observed.Fleet]() {
				arg.Set(reflect.ValueOf(f.sightings()))
			}
			if s, ok := arg.Interface().(reconcile.Step); ok && len(s.Changes) == 0 { // no rename is without its name
				s.Changes = []reconcile.Change{{Field: "name", Old: "a", New: "b"}}
				arg.Set(reflect.ValueOf(s))
			}
			args = append(args, arg)
		}
		if name := v.Type().Method(i).Name; len(args) != m.Type().NumIn() || name == "Move" { // moves: see plansOf
			continue
		}
		fmt.Fprintf(b, "%s.%s(", v.Type(), v.Type().Method(i).Name)
		for _, out := range m.Call(args) {
			b.WriteString(approvaltest.Show(out.Interface()) + " ")
		}
		b.WriteString(")\n")
	}
}

// argumentName is what a text among the arguments is, which reflection does not tell: an id, most often.
func argumentName(of reflect.Type) string {
	if of.Kind() == reflect.String {
		return "ID"
	}
	return of.Name()
}
