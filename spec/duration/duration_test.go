package duration

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"72h": 72 * time.Hour, "7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "0s": 0, "0d": 0, "1.5h": 90 * time.Minute,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "1", "-1d", "1d-1h", "12345d", "9000000h", "1d1d", "1w", "1h1d", "99999999999999999999h", "1D", "+1d"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}

// A duration is written as a fleet file would write it, in whole seconds.
func TestText(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", time.Second: "1s", 90 * time.Second: "1m30s", time.Minute: "1m", time.Hour: "1h", 90 * time.Minute: "1h30m",
		25 * time.Hour: "25h", time.Second + 499*time.Millisecond: "1s", time.Second + 500*time.Millisecond: "2s", 10 * time.Second: "10s", 100 * time.Minute: "1h40m"} {
		if got := Text(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
