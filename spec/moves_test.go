package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/spec/source"
)

// A file keeps its moves as history: chains and swaps are legal.
func TestMoved(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []Move
	}{
		"one":   {"instances: {b: {}}\nmoved: [{from: a, to: b}]", []Move{{"a", "b", source.Position{Line: 5, Column: 9}}}},
		"chain": {"instances: {c: {}}\nmoved: [{from: a, to: b}, {from: b, to: c}]", []Move{{"a", "b", source.Position{Line: 5, Column: 9}}, {"b", "c", source.Position{Line: 5, Column: 27}}}},
		"swap":  {"instances: {a: {}, b: {}}\nmoved: [{from: a, to: b}, {from: b, to: a}]", []Move{{"a", "b", source.Position{Line: 5, Column: 9}}, {"b", "a", source.Position{Line: 5, Column: 27}}}},
		"push":  {"instances: {b: {}, c: {}}\nmoved: [{from: b, to: c}, {from: a, to: b}]", []Move{{"b", "c", source.Position{Line: 5, Column: 9}}, {"a", "b", source.Position{Line: 5, Column: 27}}}},
		"none":  {"instances: {}\nmoved: []", nil},
	} {
		if diff := cmp.Diff(tc.want, fleetOf(t, tc.text).Moved); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRemoved(t *testing.T) {
	f := fleetOf(t, "instances: {b: {id: 0a1b2c3d}}\nremoved: [{key: a, id: 12345678}, {key: a, id: 1a1b2c3d}]")
	want := []Removed{{"a", "12345678", source.Position{Line: 5, Column: 11}}, {"a", "1a1b2c3d", source.Position{Line: 5, Column: 35}}}
	if diff := cmp.Diff(want, f.Removed); diff != "" {
		t.Error(diff)
	}
}

// Both parts of a fleet know what was moved and removed: a key may go to another account.
func TestForKeepsMovesAndRemovals(t *testing.T) {
	f := fleetOf(t, "fleet: acme\naccounts: {blue: {}, green: {tenant_id: "+blueTenant+"}}\ninstances: {a: {account: blue}, b: {account: green}}\n"+
		"moved: [{from: x, to: a}]\nremoved: [{key: y, id: 12345678}]")
	for _, account := range []string{"blue", "green"} {
		part := f.For(account)
		if part.Name != "acme" || len(part.Moved) != 1 || len(part.Removed) != 1 {
			t.Errorf("%s: %q, %v, %v", account, part.Name, part.Moved, part.Removed)
		}
	}
}

func TestFleetName(t *testing.T) {
	if got := fleetOf(t, "instances: {}").Name; got != DefaultFleet {
		t.Errorf("no name: %q", got)
	}
	for _, name := range []string{"a", "0", "acme-databases", strings.Repeat("x", 63)} {
		if got := fleetOf(t, "fleet: "+name+"\ninstances: {}").Name; got != name {
			t.Errorf("got %q, want %q", got, name)
		}
	}
	for _, name := range []string{"default", "-a", "Acme", "a_b", strings.Repeat("x", 64), "a/b", `""`, "a.b"} {
		if _, err := Parse("f", []byte("schema: aurad/v1\nfleet: "+name+"\ninstances: {}\n")); err == nil || !strings.HasPrefix(err.Error(), "f:2:8: fleet: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
