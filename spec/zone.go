package spec

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a static binary on a machine without zone files keeps its schedules
)

// zoneNames are the names of Go's own tzdata, one a line, sorted. They serve suggestions; a
// name that a newer database of the machine knows is accepted too.
//
//go:embed zones.txt
var zoneNames string

// zoneName is an IANA time zone. Abbreviations are refused: CET has been summer time too, EST
// is never daylight time, and what IST means depends on who is asked.
type zoneName struct{ *time.Location }

func (z *zoneName) parse(text string) (err error) {
	z.Location, err = loadZone(text)
	return err
}

// Syntax describes a time zone.
func (zoneName) Syntax() Syntax {
	return Syntax{Pattern: "^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", Example: "Europe/Stockholm"}
}

func loadZone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	known := strings.Fields(zoneNames)
	if !strings.Contains(name, "/") {
		return nil, shortZone(name, known)
	}
	if leapSeconds := strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/"); leapSeconds || !isZoneWord(name) {
		return nil, fmt.Errorf("%s is not an IANA time zone such as Europe/Stockholm", quote(name))
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not a known time zone%s", quote(name), suggest(name, known))
	}
	return loc, nil
}

func isZoneWord(name string) bool {
	return isWord(strings.ReplaceAll(name, "+", "-")) && !strings.HasPrefix(name, "/") && !strings.Contains(name, "//")
}

// shortZone explains why a name without a place is refused, and what was probably meant.
func shortZone(name string, known []string) error {
	meant := map[string]string{
		"CET": "Europe/Berlin", "CEST": "Europe/Berlin", "MET": "Europe/Berlin", "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki",
		"WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "GMT": "UTC or Europe/London", "BST": "Europe/London", "GB": "Europe/London",
		"EST": "America/New_York", "EDT": "America/New_York", "EST5EDT": "America/New_York",
		"CST": "America/Chicago", "CDT": "America/Chicago", "CST6CDT": "America/Chicago",
		"MST": "America/Denver", "MDT": "America/Denver", "MST7MDT": "America/Denver",
		"PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PST8PDT": "America/Los_Angeles",
		"HST": "Pacific/Honolulu", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "Japan": "Asia/Tokyo", "PRC": "Asia/Shanghai",
		"Z": "UTC", "Zulu": "UTC", "UCT": "UTC", "utc": "UTC", "Universal": "UTC",
	}
	text := quote(name) + " is not a place: write an IANA name such as Europe/Stockholm, or UTC"
	if place := meant[name]; place != "" {
		return errors.New(text + "; for " + name + " probably " + place)
	}
	city := func(zone string) bool {
		return strings.EqualFold(zone[strings.LastIndex(zone, "/")+1:], strings.ReplaceAll(name, " ", "_"))
	}
	if i := slices.IndexFunc(known, city); i >= 0 {
		return errors.New(text + "; did you mean " + known[i] + "?")
	}
	return errors.New(text)
}
