package manual

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec"
)

// dstCases are windows that meet a clock change; the table says what spec makes of each.
var dstCases = []struct{ zone, window, from, about string }{
	{"Europe/Stockholm", "daily 02:30-06:00", "2027-03-27T12:00:00Z", "begins in the gap: 02:00 becomes 03:00"},
	{"Europe/Stockholm", "daily 00:30-02:30", "2027-03-27T12:00:00Z", "ends in the gap"},
	{"Europe/Stockholm", "daily 02:30-06:00", "2027-10-30T12:00:00Z", "begins where 02:00 to 03:00 comes twice"},
	{"Europe/Stockholm", "daily 00:30-02:30", "2027-10-30T12:00:00Z", "ends where 02:00 to 03:00 comes twice"},
	{"Europe/Stockholm", "Sat 22:00-07:00", "2027-03-27T12:00:00Z", "over the night that loses an hour"},
	{"Europe/Stockholm", "Sat 22:00-07:00", "2027-10-30T12:00:00Z", "over the night that gains an hour"},
	{"America/New_York", "Mon-Fri 08:00-18:00", "2027-03-15T00:00:00Z", "the first office day after the change"},
	{"Africa/Cairo", "daily 00:00-08:00", "2027-04-29T12:00:00Z", "begins at a midnight that does not exist"},
	{"Australia/Lord_Howe", "daily 02:15-06:00", "2026-10-03T00:00:00Z", "a change of half an hour"},
}

// DSTTable shows windows around clock changes, with the instants that spec resolves them to.
func DSTTable() (string, error) {
	var b strings.Builder
	fmt.Fprintln(&b, "| zone | window | | opens | closes | open for |\n|---|---|---|---|---|---|")
	for _, c := range dstCases {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			return "", err
		}
		fleet, err := spec.Parse("dst.yaml", fmt.Appendf(nil, dstFleet, c.zone, c.window))
		if err != nil {
			return "", err
		}
		s := fleet.Schedules[0]
		edges := s.Edges(from, from.AddDate(0, 0, 8))
		if len(edges) > 0 && edges[0].State == spec.Paused {
			edges = edges[1:]
		}
		if len(edges) < 2 {
			return "", fmt.Errorf("%s %s has no window after %s", c.zone, c.window, c.from)
		}
		opens, closes := edges[0].At.In(s.Location), edges[1].At.In(s.Location)
		const layout = "Mon 2006-01-02 15:04 -07:00"
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", c.zone, c.window, c.about, opens.Format(layout), closes.Format(layout), span(closes.Sub(opens)))
	}
	return b.String(), nil
}

const dstFleet = `schema: aurad/v1
timezone: %s
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 1GB}
schedules:
  hours: {running: ["%s"]}
instances:
  one: {schedule: hours}
`

// span is 4h or 3h30m.
func span(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return strings.TrimSuffix(d.String(), "0s")
}
