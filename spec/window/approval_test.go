package window

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/approvaltest"
)

var update = flag.Bool("update", false, "keep what windows come to now")

// What windows, calendars and moments come to in places whose clocks change, beside the oracle, which
// knows what is right of the windows alone.
func TestApproved(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu", "America/Santiago", "Pacific/Apia"}
	approvaltest.Sums(t, "testdata/approved/windows.txt", 1200, *update, func(seed uint64) string {
		r := rand.New(rand.NewPCG(seed, 9))
		loc, err := Zone(zones[r.IntN(len(zones))])
		if err != nil {
			return err.Error()
		}
		var b strings.Builder
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(2*365*24*60)) * time.Minute)
		week := Week{}
		for range 3 {
			w, err := Parse(anyWindow(r), loc)
			fmt.Fprintln(&b, w, err)
			if err != nil {
				continue
			}
			week.Add(w, 1)
			t := at
			for range 4 {
				fmt.Fprint(&b, w.Contains(t), " ")
				if t = w.Next(t); t.IsZero() {
					break
				}
				fmt.Fprintln(&b, t.UTC())
			}
			fmt.Fprintln(&b, week.Covers(w), week.Gap())
		}
		dates, err := ParseDates(approvaltest.Word(r))
		fmt.Fprintln(&b, approvaltest.Show(dates), err)
		first, firstErr := ParseMoment(anyMoment(r))
		last, lastErr := ParseMoment(anyMoment(r))
		fmt.Fprintln(&b, firstErr, lastErr)
		if firstErr == nil && lastErr == nil {
			fmt.Fprintln(&b, first.Begins(loc).UTC(), last.Ends(loc).UTC())
			write, why := Later(first, last, loc)
			fmt.Fprintln(&b, write, why)
			spans := NewSpans(Span{first.Begins(loc), last.Ends(loc)}, Span{at, at.Add(30 * time.Hour)})
			fmt.Fprintln(&b, approvaltest.Show(spans), spans.Contains(at), spans.Next(at).UTC(), spans.Next(at.Add(-time.Hour)).UTC(), spans.Within(NewSpans(Span{at.AddDate(-1, 0, 0), at.AddDate(1, 0, 0)})))
		}
		return b.String()
	})
}

func anyWindow(r *rand.Rand) string {
	if r.IntN(6) == 0 {
		return approvaltest.Word(r)
	}
	days := []string{"daily", "Mon-Fri", "Sat", "Sun", "Fri-Mon", "Mon,Wed,Fri", "Sun-Thu", "Sat-Sat"}
	clock := func() string { return fmt.Sprintf("%02d:%02d", r.IntN(25), []int{0, 0, 15, 30, 59}[r.IntN(5)]) }
	return days[r.IntN(len(days))] + " " + clock() + "-" + clock()
}

func anyMoment(r *rand.Rand) string {
	switch r.IntN(6) {
	case 0:
		return approvaltest.Word(r)
	case 1:
		return []string{"2026-03-29T02:30", "2026-10-25T02:30", "2026-11-01T01:30", "2026-04-05T01:45", "1969-12-31", "1970-01-01", "2026-02-30"}[r.IntN(7)]
	}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(700))
	return day.Format("2006-01-02") + []string{"", "T08:00", "T00:00", "T23:59", "T12:00:30", " 12:00", "T12:00Z", "T12:00+02:00"}[r.IntN(8)]
}
