package spec

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A hold puts off the edges within it, and its end is an edge where the schedule then differs.
func TestComingWithHolds(t *testing.T) {
	f, err := Parse("f", []byte(`schema: aurad/v1
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 4GB}
schedules: {office: {running: ["Mon-Fri 07:00-19:00"]}}
instances: {a: {schedule: office}, b: {}, c: {schedule: office, suspend: true}}
`))
	if err != nil {
		t.Fatal(err)
	}
	from, to := utc(t, "2026-11-23T10:00:00"), utc(t, "2026-11-25T07:00:00")
	held := []Hold{{Key: "a", State: Running, Until: utc(t, "2026-11-23T22:30:00")}}
	for _, row := range []struct {
		key   string
		holds []Hold
		want  string
	}{
		{"a", nil, "23 19:00 paused, 24 07:00 running, 24 19:00 paused, 25 07:00 running"},
		{"a", held, "23 22:30 paused, 24 07:00 running, 24 19:00 paused, 25 07:00 running"},
		{"a", []Hold{{Key: "a", State: Running, Until: to.Add(time.Hour)}}, ""},
		{"b", held, ""},
		{"b", []Hold{{Key: "b", State: Paused, Until: utc(t, "2026-11-24T00:00:00")}}, "24 00:00 running"},
		{"c", nil, ""},
		{"nobody", nil, ""},
	} {
		var got []string
		for _, e := range f.Coming(row.key, row.holds, from, to) {
			got = append(got, e.At.UTC().Format("02 15:04 ")+string(e.State))
		}
		if diff := cmp.Diff(row.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s %v: %s", row.key, row.holds, diff)
		}
	}
}
