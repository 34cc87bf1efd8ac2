package aurasim

import (
	"reflect"
	"testing"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// A list can be empty, another tenant's, or without its ids; nothing but the list meets the fault.
func TestListsThatAreNotWhatWasAsked(t *testing.T) {
	const other = "0b0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e22"
	id := "0a1b2c3d"
	for name, row := range map[string]struct {
		fault Fault
		want  []any
	}{
		"empty":              {Fault{Kind: EmptyList}, nil},
		"of a known tenant":  {Fault{Kind: ForeignList, Tenant: other}, []any{"0e0e0e0e"}},
		"of an unknown one":  {Fault{Kind: ForeignList}, []any{"f0f0f0f0", "f1f1f1f1"}},
		"without one":        {Fault{Kind: EditedList, Edit: Without(id)}, []any{"1a1b2c3d"}},
		"without the id":     {Fault{Kind: EditedList, Edit: WithoutID(id)}, []any{missing{}, "1a1b2c3d"}},
		"with a null id":     {Fault{Kind: EditedList, Edit: WithID(nil, id)}, []any{nil, "1a1b2c3d"}},
		"with a malformed":   {Fault{Kind: EditedList, Edit: WithID("../../oauth", id)}, []any{"../../oauth", "1a1b2c3d"}},
		"with a number":      {Fault{Kind: EditedList, Edit: WithID(7, id, "1a1b2c3d")}, []any{7.0, 7.0}},
		"with another entry": {Fault{Kind: EditedList, Edit: func(l []any) []any { return append([]any{map[string]any{}}, l...) }}, []any{missing{}, id, "1a1b2c3d"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Config{Tenants: []catalog.Tenant{{ID: DemoTenantID, Name: "Demo"}, {ID: other, Name: "Other"}}})
			w.sim.Add(Instance{ID: id})
			w.sim.Add(Instance{ID: "1a1b2c3d"})
			w.sim.Add(Instance{ID: "0e0e0e0e", TenantID: other})
			w.sim.Inject(row.fault)
			w.want(200, "GET", "/v1/instances/"+id, "").is(id, "data", "id")
			a := w.want(200, "GET", "/v1/instances?tenantId="+DemoTenantID, "")
			var ids []any
			for i := range a.get("data").([]any) {
				ids = append(ids, a.get("data", i, "id"))
			}
			if !reflect.DeepEqual(ids, row.want) {
				t.Errorf("%s: %v, want %v", name, ids, row.want)
			}
			w.want(200, "GET", "/v1/instances?tenantId="+DemoTenantID, "").is(id, "data", 0, "id").is(missing{}, "data", 2)
		})
	}
}

func TestBrokenLook(t *testing.T) {
	w := newWorld(t, Config{})
	one, other := w.sim.Add(Instance{}), w.sim.Add(Instance{})
	w.sim.Inject(BrokenLook(one))
	for range 3 {
		w.want(500, "GET", "/v1/instances/"+one, "")
		w.want(200, "GET", "/v1/instances/"+other, "")
	}
	w.want(202, "POST", "/v1/instances/"+one+"/pause", "")
	if n := w.live(); n != 2 {
		t.Errorf("the list shows %d", n)
	}
}

// A person deletes an instance and makes it again from a backup: the name stays, nothing else.
func TestRestoredUnderANewID(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{Name: "orders", Memory: "8GB"})
	if _, err := w.sim.Restore(id); err == nil {
		t.Error("a live instance was restored")
	}
	if err := w.sim.Act(id, "vanish"); err != nil {
		t.Fatal(err)
	}
	again, err := w.sim.Restore(id)
	old, _ := w.sim.Instance(id)
	in, _ := w.sim.Instance(again)
	if err != nil || again == id || in.Name != "orders" || in.Memory != "8GB" || in.Status != StatusRunning || in.Password == old.Password || in.Deleted {
		t.Errorf("%v: %+v", err, in)
	}
	w.want(404, "GET", "/v1/instances/"+id, "")
	w.want(200, "GET", "/v1/instances/"+again, "")
}
