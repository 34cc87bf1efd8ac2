package window

import (
	"strings"
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func utc(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Stockholm: 2026-03-29 02:00 CET -> 03:00 CEST (01:00 UTC), 2026-10-25 03:00 CEST -> 02:00 CET
// (01:00 UTC). Each row is the first window that opens after `after`, as two instants.
func TestWindowInstants(t *testing.T) {
	for _, row := range []struct{ why, zone, window, after, opens, closes string }{
		{"a plain winter day", "Europe/Stockholm", "Mon-Fri 07:00-19:00", "2026-11-24T20:00:00", "2026-11-25T06:00:00", "2026-11-25T18:00:00"},
		{"over a weekend", "Europe/Stockholm", "Mon-Fri 07:00-19:00", "2026-11-27T18:00:00", "2026-11-30T06:00:00", "2026-11-30T18:00:00"},
		{"start in the gap", "Europe/Stockholm", "daily 02:30-05:00", "2026-03-28T12:00:00", "2026-03-29T01:00:00", "2026-03-29T03:00:00"},
		{"end in the gap", "Europe/Stockholm", "daily 01:00-02:30", "2026-03-28T12:00:00", "2026-03-29T00:00:00", "2026-03-29T01:00:00"},
		{"wholly in the gap: not that day", "Europe/Stockholm", "daily 02:10-02:50", "2026-03-28T12:00:00", "2026-03-30T00:10:00", "2026-03-30T00:50:00"},
		{"start in the overlap: the earlier", "Europe/Stockholm", "daily 02:30-05:00", "2026-10-24T12:00:00", "2026-10-25T00:30:00", "2026-10-25T04:00:00"},
		{"end in the overlap: the earlier", "Europe/Stockholm", "daily 01:00-02:30", "2026-10-24T12:00:00", "2026-10-24T23:00:00", "2026-10-25T00:30:00"},
		{"both in the overlap", "Europe/Stockholm", "daily 02:10-02:50", "2026-10-24T12:00:00", "2026-10-25T00:10:00", "2026-10-25T00:50:00"},
		{"ends where the overlap ends", "Europe/Stockholm", "daily 01:30-03:00", "2026-10-24T12:00:00", "2026-10-24T23:30:00", "2026-10-25T02:00:00"},
		{"across the gap over midnight", "Europe/Stockholm", "Sat 22:00-06:00", "2026-03-28T12:00:00", "2026-03-28T21:00:00", "2026-03-29T04:00:00"},
		{"across the overlap over midnight", "Europe/Stockholm", "Sat 22:00-06:00", "2026-10-24T12:00:00", "2026-10-24T20:00:00", "2026-10-25T05:00:00"},
		{"the day names the start", "UTC", "Fri 22:00-06:00", "2026-11-24T00:00:00", "2026-11-27T22:00:00", "2026-11-28T06:00:00"},
		{"24:00 is the next midnight", "UTC", "Sat,Sun 10:00-24:00", "2026-11-28T00:00:00", "2026-11-28T10:00:00", "2026-11-29T00:00:00"},
		{"whole days touch and are one", "UTC", "Sat-Sun 00:00-24:00", "2026-11-24T00:00:00", "2026-11-28T00:00:00", "2026-11-30T00:00:00"},
		{"a range over the week's end", "UTC", "Sat-Mon 08:00-09:00", "2026-11-29T10:00:00", "2026-11-30T08:00:00", "2026-11-30T09:00:00"},
		{"half an hour of DST", "Australia/Lord_Howe", "daily 02:15-04:00", "2026-10-03T00:00:00", "2026-10-03T15:30:00", "2026-10-03T17:00:00"},
		{"DST at midnight: the day begins at 01:00", "Asia/Beirut", "Sun 00:00-08:00", "2026-03-28T12:00:00", "2026-03-28T22:00:00", "2026-03-29T05:00:00"},
		{"midnight comes twice", "America/Havana", "Sun 00:30-02:00", "2026-10-31T12:00:00", "2026-11-01T04:30:00", "2026-11-01T07:00:00"},
		{"begun, and the clock goes back to the day before", "America/St_Johns", "Sun 00:00-08:00", "2010-11-06T12:00:00", "2010-11-07T02:30:00", "2010-11-07T11:30:00"},
	} {
		w, err := Parse(row.window, zone(t, row.zone))
		if err != nil {
			t.Fatal(err)
		}
		opens := w.Next(utc(t, row.after))
		closes := w.Next(opens)
		if !opens.Equal(utc(t, row.opens)) || !closes.Equal(utc(t, row.closes)) {
			t.Errorf("%s: %s %s opens %s, closes %s; want %s, %s", row.why, row.zone, row.window,
				opens.UTC().Format(time.RFC3339), closes.UTC().Format(time.RFC3339), row.opens, row.closes)
		}
		for at, want := range map[time.Time]bool{opens.Add(-1): false, opens: true, opens.Add(10 * time.Minute): true, closes.Add(-1): true, closes: false} {
			if w.Contains(at) != want {
				t.Errorf("%s: Contains(%s) = %v", row.why, at, !want)
			}
		}
	}
}

// Samoa went from Thursday the 29th to Saturday the 31st of December 2011.
func TestWindowOverASkippedDay(t *testing.T) {
	w, err := Parse("Fri 09:00-17:00", zone(t, "Pacific/Apia"))
	if err != nil {
		t.Fatal(err)
	}
	opens := w.Next(utc(t, "2011-12-29T00:00:00"))
	if want := utc(t, "2012-01-05T19:00:00"); !opens.Equal(want) {
		t.Errorf("opens %s, want %s", opens.UTC(), want)
	}
}

func TestWindowThatNeverChanges(t *testing.T) {
	w, err := Parse("daily 00:00-24:00", zone(t, "Europe/Stockholm"))
	if err != nil {
		t.Fatal(err)
	}
	at := utc(t, "2026-03-01T12:00:00")
	if next := w.Next(at); !w.Contains(at) || !next.IsZero() {
		t.Errorf("Contains %v, Next %s", w.Contains(at), next)
	}
}

func TestParseWindow(t *testing.T) {
	for _, good := range []string{"Mon-Fri 07:00-19:00", "mon,WED,Friday 00:00-24:00", "daily 22:00-06:00", "Sun-Sat 00:00-00:01", "  Fri-Mon   10:00-11:00 "} {
		if _, err := Parse(good, time.UTC); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"":                        "is not a window such as",
		"Mon-Fri":                 "is not a window such as",
		"07:00-19:00":             "is not a window such as",
		"Mon 07:00 - 19:00":       "is not a window such as",
		"Mo-Fr 07:00-19:00":       `"Mo" is not a day`,
		"Mon-Mon 07:00-19:00":     "is one day",
		"Mon,Mon 07:00-19:00":     "Mon is named twice",
		"Mon-Wed,Tue 07:00-19:00": "Tue is named twice",
		"Mon, 07:00-19:00":        `"" is not a day`,
		"Mon 07:00":               "is not a pair of times",
		"Mon 7:00-19:00":          `"7:00" is not a time`,
		"Mon 07:60-19:00":         `"07:60" is not a time`,
		"Mon 07:00-24:01":         `"24:01" is not a time`,
		"Mon 07:00-19:00-20:00":   `"19:00-20:00" is not a time`,
		"Mon +7:00-19:00":         `"+7:00" is not a time`,
		"Mon 24:00-06:00":         "can't start at 24:00",
		"Mon 07:00-07:00":         "starts and ends at 07:00",
		"Mon 7am-7pm":             `"7am" is not a time`,
	} {
		if _, err := Parse(bad, time.UTC); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", bad, err, want)
		}
	}
}

func TestZones(t *testing.T) {
	for _, name := range strings.Fields(zoneNames) {
		_, err := Zone(name)
		if short := !strings.Contains(name, "/") && name != "UTC"; (err != nil) != short {
			t.Errorf("%s: %v", name, err)
		}
	}
	for bad, want := range map[string]string{
		"CET":               "is not a place",
		"Local":             "is not a place",
		"":                  "is not a place",
		"Europe/Stokholm":   "is not a known time zone",
		"Europe/../../etc":  "is not an IANA time zone",
		"right/Europe/Rome": "is not an IANA time zone",
		"/etc/passwd":       "is not an IANA time zone",
	} {
		if _, err := Zone(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", bad, err, want)
		}
	}
}
