package crash

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/internal/aurasim"
)

// What the books of the simulator say of a team, once all has settled.

// births are the creates that made an instance, by key, oldest first.
func (tm *team) births() map[string][]aurasim.Create {
	made := map[string][]aurasim.Create{}
	for _, c := range tm.sim.Creates() {
		if c.Password != "" {
			key := tm.keyOf(c.Name)
			made[key] = append(made[key], c)
		}
	}
	return made
}

// doubles counts the instances that were made when their key had one already. One that was being
// deleted by then had lost its password: that was proven.
func (tm *team) doubles() (n int) {
	for _, made := range tm.births() {
		for i, c := range made[1:] {
			in, _ := tm.sim.Instance(made[i].InstanceID)
			if was := in.StatusAt(c.At); was != aurasim.StatusDestroying && was != aurasim.StatusDeleted {
				n++
			}
		}
	}
	return n
}

// judge compares every instance there ever was with the store.
func (tm *team) judge() verdict {
	tm.t.Helper()
	v := verdict{duplicates: tm.doubles()}
	made, total := tm.births(), 0
	for _, key := range sharedKeys {
		total += len(made[key])
		for i, c := range made[key] {
			in, _ := tm.sim.Instance(c.InstanceID)
			if i+1 == len(made[key]) {
				tm.judgeLast(&v, key, in)
			} else if !strings.Contains(in.Name, "~") {
				v.wrong = append(v.wrong, fmt.Sprintf("%s was deleted when it was ready: it is named %s", in.ID, in.Name))
			}
		}
	}
	if all := len(tm.sim.Instances()); total != all || len(made) != len(sharedKeys) {
		v.wrong = append(v.wrong, fmt.Sprintf("%d instances, %d of them for the %d keys", all, total, len(sharedKeys)))
	}
	for _, m := range tm.members {
		v.lost += tm.lostOf(m)
	}
	return v
}

func (tm *team) judgeLast(v *verdict, key string, in aurasim.Instance) {
	if strings.Contains(in.Name, "~") {
		v.marked++
	}
	id, password := tm.store.stored(key)
	if in.Deleted || id != in.ID || password != in.Password {
		v.wrong = append(v.wrong, fmt.Sprintf("%s has instance %s, deleted: %v; the store has %s, the right password: %v", key, in.ID, in.Deleted, id, password == in.Password))
	}
}

// lostOf counts the passwords that were past the point of no loss at one of m's deaths, and are not
// in the store.
func (tm *team) lostOf(m *member) (lost int) {
	for id, password := range m.whole {
		found := false
		for _, key := range sharedKeys {
			gotID, got := tm.store.stored(key)
			found = found || gotID == id && got == password
		}
		if !found {
			lost++
		}
	}
	return lost
}

// story is what helps when a test fails.
func (tm *team) story() string {
	var b strings.Builder
	for _, m := range tm.members {
		b.Write(m.said.Bytes())
	}
	for _, c := range tm.sim.Creates() {
		fmt.Fprintf(&b, "%s POST %s %d %s\n", c.At.Format("15:04:05.000"), c.Name, c.Status, c.InstanceID)
	}
	for _, in := range tm.sim.Instances() {
		fmt.Fprintf(&b, "%s %q deleted=%v %v\n", in.ID, in.Name, in.Deleted, in.History)
	}
	return b.String()
}
