package exchange

import (
	"testing"
	"time"
)

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		header string
		want   time.Duration
		ok     bool
	}{
		{"", 0, false},
		{"soon", 0, false},
		{"-1", 0, false},
		{"1.5", 0, false},
		{"0", 0, true},
		{" 30 ", 30 * time.Second, true},
		{"18446744073709551615", 365 * 24 * time.Hour, true},
		{"Mon, 02 Mar 2026 08:00:45 GMT", 45 * time.Second, true},
		{"Monday, 02-Mar-26 08:00:45 GMT", 45 * time.Second, true},
		{"Mon Mar  2 08:00:45 2026", 45 * time.Second, true},
		{"Mon, 02 Mar 2026 07:59:00 GMT", 0, true},
	}
	for _, tt := range tests {
		if got, ok := ParseRetryAfter(tt.header, now); got != tt.want || ok != tt.ok {
			t.Errorf("%q: got %v, %v", tt.header, got, ok)
		}
	}
}

func FuzzParseRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "30", "-1", "18446744073709551616", "Mon, 02 Mar 2026 08:00:45 GMT", "1e9", "٣"} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header string) {
		d, ok := ParseRetryAfter(header, now)
		if d < 0 || !ok && d != 0 {
			t.Errorf("%q: %v, %v", header, d, ok)
		}
	})
}
