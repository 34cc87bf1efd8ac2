package spec

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// largeFleet is a file of n instances as a platform team would write them, on few schedules.
func largeFleet(n int) []byte {
	var b strings.Builder
	b.WriteString(`schema: aurad/v1
timezone: Europe/Stockholm
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, version: "5", memory: 4GB}
calendars: {holidays: [2026-12-24..2026-12-26, 2027-01-01]}
schedules:
  office: {running: ["Mon-Fri 07:00-19:00"], exceptions: [{calendar: holidays, state: paused}]}
  night: {running: ["daily 22:00-04:00"], timezone: America/New_York}
  small: {running: ["Mon-Fri 06:00-22:00"], off: {memory: 2GB}}
instances:
`)
	for i := range n {
		fmt.Fprintf(&b, "  team%d-db-%d:\n    name: Team %d database %d\n    memory: %dGB\n    schedule: %s\n",
			i%97, i, i%97, i, 4<<(i%3), []string{"office", "night", "small"}[i%3])
	}
	return []byte(b.String())
}

// BenchmarkParse10000 reads and checks 10,000 instances; B/op bounds the peak of one reading.
func BenchmarkParse10000(b *testing.B) {
	data := largeFleet(10_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("fleet.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFleetAt10000(b *testing.B) {
	f, err := Parse("fleet.yaml", largeFleet(10_000))
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	holds := []Hold{{Key: f.Instances[7].Key, State: Running, Until: at.Add(3 * time.Hour)}}
	b.ReportAllocs()
	for b.Loop() {
		f.At(at, holds)
	}
}

// TestParse10000Budget: 200 MB for 10,000 instances. All that one reading allocates, garbage
// included, bounds its peak. Time is the benchmark's matter: a busy machine proves nothing.
func TestParse10000Budget(t *testing.T) {
	data := largeFleet(10_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	f, err := Parse("fleet.yaml", data)
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	if err != nil || len(f.Instances) != 10_000 {
		t.Fatal(err)
	}
	allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("%s, %d MB allocated", took, allocated)
	if allocated > 100 {
		t.Errorf("%d MB", allocated)
	}
}
