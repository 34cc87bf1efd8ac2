package plan

import (
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ text, want string }{
		{"2026-11-28T08:00:00Z", "2026-11-28T08:00:00Z"},
		{"2026-11-28T08:00:00+09:00", "2026-11-27T23:00:00Z"},
		{"2026-11-28 08:00", "2026-11-28T07:00:00Z"},
		{"2026-07-28T08:00", "2026-07-28T06:00:00Z"},
	} {
		at, err := (&planCommand{at: tc.text}).moment(stockholm)
		if err != nil || at.UTC().Format(time.RFC3339) != tc.want {
			t.Errorf("--at %q = %v, %v; want %s", tc.text, at, err, tc.want)
		}
	}
	for _, text := range []string{"tomorrow", "08:00", "2026-13-01 08:00"} {
		if at, err := (&planCommand{at: text}).moment(stockholm); err == nil {
			t.Errorf("--at %q = %v, want an error", text, at)
		}
	}
}
