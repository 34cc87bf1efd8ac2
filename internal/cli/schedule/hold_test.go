package schedule

import (
	"testing"
	"time"
)

func TestNextClock(t *testing.T) {
	t.Parallel()
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ text, now, want string }{
		{"22:00", "2026-11-23T10:00:00Z", "2026-11-23T21:00:00Z"},
		{"22:00", "2026-11-23T21:00:00Z", "2026-11-24T21:00:00Z"},
		{"00:30", "2026-11-23T23:00:00Z", "2026-11-23T23:30:00Z"},
		{"02:30", "2026-03-28T22:00:00Z", "2026-03-29T01:30:00Z"}, // skipped that night
	} {
		now, _ := time.Parse(time.RFC3339, tc.now)
		at, ok := nextClock(tc.text, now, stockholm)
		if got := at.UTC().Format(time.RFC3339); !ok || got != tc.want {
			t.Errorf("%s after %s: %s, want %s", tc.text, tc.now, got, tc.want)
		}
	}
	if _, ok := nextClock("24:30", time.Now(), stockholm); ok {
		t.Error("24:30 is a clock reading")
	}
}
