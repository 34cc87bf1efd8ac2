package spec

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/approvaltest"
)

// What becomes of files as people write them: the fleet and what it says of many instants, or the errors
// with their places and what to type instead.
func TestApproved(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/valid/*.yaml", "../examples/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, string(data))
		}
	}
	if len(files) < 5 {
		t.Fatalf("only %d files to begin with", len(files))
	}
	if _, err := Parse("fleet.yaml", []byte(crowded)); err != nil {
		t.Fatal(err)
	}
	files = append(files, crowded, crowded, crowded)
	t.Run("files", func(t *testing.T) {
		approvaltest.Sums(t, "testdata/approved/files.txt", 900, *update, func(seed uint64) string { return comesTo(edited(seed, files)) })
	})
}

// crowded has one of everything that full.yaml does not have.
const crowded = `schema: aurad/v1
fleet: acme
tenant_id: 11111111-2222-4333-8444-555555555555
timezone: Europe/Berlin
budget: {requests_per_minute: 25, reserve: 3}
credentials: {store: dotenv}
policy: {mode: sync, max_deletes: 2, delete_after: 2h, max_hold: 3d, on_gone: recreate, on_lost_credentials: recreate}
observe: {scan_interval: 5m, max_age: 1h}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
calendars:
  holidays: ["2026-12-24..2026-12-26", "2027-01-01"]
schedules:
  office:
    timezone: Europe/Berlin
    running: ["Mon-Fri 07:00-19:00", "Sat 10:00-12:00"]
    ready_by: 10m
    manual_changes: until_next_edge
    exceptions: [{calendar: holidays, state: paused}]
  night:
    timezone: America/New_York
    running: ["daily 22:00-06:00"]
    manual_changes: ignore
  always: {running: ["daily 00:00-24:00"]}
instances:
  orders: {schedule: office, memory: 4GB, storage: 8GB}
  orders-dev: {name: Orders (dev), state: paused}
  ledger: {type: business-critical, cdc_enrichment_mode: DIFF, secondaries_count: 2, protect: true}
  copy: {source: {instance: ledger}, schedule: night}
  free: {type: free-db, suspend: true}
  old: {id: 0a1b2c3d}
moved: [{from: archive, to: old}]
removed: [{key: gone, id: 0a1b2c3e}]
`

var fieldLine = regexp.MustCompile(`^(\s*(?:- )?[\w-]+: )(.+)$`)
var inlineValue = regexp.MustCompile(`([\w-]+: )([^,{}\[\]]+)`)

// edited is one of the files after a few edits, as hasty people make them.
func edited(seed uint64, files []string) string {
	r := rand.New(rand.NewPCG(seed, 11))
	text := files[r.IntN(len(files))]
	for range r.IntN(3) {
		text = edit(r, text)
	}
	return text
}

func edit(r *rand.Rand, text string) string {
	lines := strings.Split(text, "\n")
	i := r.IntN(len(lines))
	word := approvaltest.Word(r)
	switch r.IntN(10) {
	case 0:
		lines = append(lines[:i:i], lines[i+1:]...)
	case 1:
		lines = append(lines[:i+1:i+1], lines[i:]...)
	case 2:
		lines[i] = "  " + lines[i]
	case 3:
		return text[:r.IntN(len(text))]
	case 4:
		lines[i] = strings.Replace(lines[i], ":", "x:", 1)
	case 5, 6:
		lines[i] = fieldLine.ReplaceAllString(lines[i], "${1}"+strings.ReplaceAll(word, "$", "$$"))
	default:
		var all []int
		for n, l := range lines {
			if inlineValue.MatchString(l) {
				all = append(all, n)
			}
		}
		if len(all) == 0 {
			return text
		}
		i = all[r.IntN(len(all))]
		at := inlineValue.FindAllStringSubmatchIndex(lines[i], -1)
		m := at[r.IntN(len(at))]
		lines[i] = lines[i][:m[4]] + word + lines[i][m[5]:]
	}
	return strings.Join(lines, "\n")
}

// comesTo is all that the package makes of a file.
func comesTo(text string) string {
	f, err := Parse("fleet.yaml", []byte(text))
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	fmt.Fprintln(&b, f.Warnings)
	b.WriteString(approvaltest.Show(f))
	from := time.Date(2026, 12, 21, 0, 0, 0, 0, time.UTC)
	for i := range 12 {
		at := from.Add(time.Duration(i) * 17 * time.Hour)
		var holds []Hold
		if len(f.Instances) > 0 && i%3 == 0 {
			holds = []Hold{{Key: f.Instances[i%len(f.Instances)].Key, State: Running, Until: at.Add(3 * time.Hour), Reason: "late"}}
		}
		b.WriteString(approvaltest.Show(f.At(at, holds)))
	}
	for _, in := range f.Instances {
		b.WriteString(approvaltest.Show(f.Coming(in.Key, nil, from, from.AddDate(0, 0, 9))))
		fmt.Fprintln(&b, f.Zone(in.Key), f.Place(in.Key, "memory"), in.CanPause(), in.Enforced())
	}
	for _, s := range f.Schedules {
		fmt.Fprintln(&b, f.UndoneWithin(s))
		b.WriteString(approvaltest.Show(s.Stretches(from, from.AddDate(0, 0, 15))))
	}
	for _, a := range f.Accounts {
		b.WriteString(approvaltest.Show(f.For(a.Name)))
	}
	fmt.Fprintln(&b, f.Observe.Round(len(f.Instances), 25))
	return b.String()
}
