package savings

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func BenchmarkSavings10000(b *testing.B) {
	var body strings.Builder
	body.WriteString("schedules: {office: {running: [\"Mon-Fri 07:00-19:00\"]}, small: {running: [\"Mon-Fri 06:00-22:00\"], off: {memory: 2GB}}}\ninstances:\n")
	for i := range 10_000 {
		fmt.Fprintf(&body, "  db-%d: {schedule: %s}\n", i, []string{"office", "small"}[i%2])
	}
	f := fleetOf(b, body.String())
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		Estimate(f, from, from.AddDate(0, 1, 0))
	}
}
