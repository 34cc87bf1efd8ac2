package format

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// said is a plan of these steps, as text and as Markdown.
func said(t *testing.T, steps ...reconcile.Step) (text, markdown string) {
	t.Helper()
	fleet, err := spec.Parse("fleet.yaml", []byte("schema: aurad/v1\ninstances: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	fc := Forecast{Fleet: fleet, Plan: reconcile.Plan{At: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC), Steps: steps, Summary: reconcile.Summary{Acting: 1, Verbs: map[reconcile.Verb]int{}}}}
	return fc.Text(Paint{}), fc.Markdown()
}

const sealed = "passwords can't be stored: Vault is sealed at https://vault.example:8200, so that nothing is created"

// What a plan says of several instances, and does about none, is said once with all of their keys.
func TestPlanSaysAlikeOnce(t *testing.T) {
	t.Parallel()
	var steps []reconcile.Step
	for i := range 14 {
		steps = append(steps, reconcile.Step{Key: fmt.Sprintf("orders-%02d", i), InstanceID: fmt.Sprintf("%08x", i), Verb: reconcile.Blocked, Reason: sealed})
	}
	text, markdown := said(t, steps...)
	for _, out := range []string{text, markdown} {
		if n := strings.Count(out, "is sealed at"); n != 1 {
			t.Errorf("said %d times:\n%s", n, out)
		}
		for _, s := range steps {
			if strings.Count(out, s.Key) != 1 || strings.Count(out, s.InstanceID) != 1 {
				t.Errorf("%s is not named once:\n%s", s.Key, out)
			}
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 2*widest {
			t.Errorf("a line of %d: %s", len(line), line)
		}
	}
}

// Where the same long reason belongs to steps that differ otherwise it stands below, under a number.
func TestPlanHasFootnotes(t *testing.T) {
	t.Parallel()
	var steps []reconcile.Step
	for _, key := range []string{"a", "b"} {
		steps = append(steps, reconcile.Step{Key: key, Verb: reconcile.Wait, Reason: sealed, Changes: []reconcile.Change{{Field: "name", New: key}}},
			reconcile.Step{Key: key, Verb: reconcile.Pause, Reason: "short", Requests: 2})
	}
	text, markdown := said(t, steps...)
	contains(t, text, "…  wait      see (1)\n            name  a\n", "…  wait      see (1)\n            name  b\n", "\n(1) "+sealed+"\n")
	contains(t, markdown, "| `…` | a | wait | name: a | see (1) | 0 |\n", "\n(1) passwords can't be stored: Vault is sealed at `https://vault.example:8200,` so that")
	for _, out := range []string{text, markdown} {
		if strings.Count(out, "is sealed at") != 1 || strings.Count(out, "short") != 2 || strings.Contains(out, "(2)") {
			t.Error(out)
		}
	}
}

// Two steps of an instance that one word holds back are one line; steps that act are all there.
func TestPlanSaysNothingTwiceOfOne(t *testing.T) {
	t.Parallel()
	text, _ := said(t,
		reconcile.Step{Key: "a", Verb: reconcile.Hold, Would: reconcile.Pause, Reason: "its block left the file"},
		reconcile.Step{Key: "a", Verb: reconcile.Hold, Would: reconcile.Delete, Reason: "its block left the file"},
		reconcile.Step{Key: "b", Verb: reconcile.Pause, Reason: "the schedule", Requests: 2},
		reconcile.Step{Key: "c", Verb: reconcile.Pause, Reason: "the schedule", Requests: 2})
	if strings.Count(text, "=  hold") != 1 || strings.Count(text, "|| pause") != 2 || !strings.Contains(text, "\nb\n") || !strings.Contains(text, "\nc\n") {
		t.Error(text)
	}
}

// contains fails the test for every part that is not in text.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}
