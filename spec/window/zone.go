package window

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a static binary on a machine without zone files keeps its schedules

	"github.com/aurad/aurad/spec/spelling"
)

// zoneNames are the names of Go's own tzdata, one a line, sorted. They serve suggestions; a
// name that a newer database of the machine knows is accepted too.
//
//go:embed zones.txt
var zoneNames string

// Zones lists them.
func Zones() []string { return strings.Fields(zoneNames) }

// Zone finds a place. Abbreviations are refused: CET has been summer time too, EST is never
// daylight time, and what IST means depends on who is asked.
func Zone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	if !strings.Contains(name, "/") {
		return nil, fmt.Errorf("%s is not a place: write an IANA name such as Europe/Stockholm, or UTC", spelling.Quote(name))
	}
	if leapSeconds := strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/"); leapSeconds || !isZoneWord(name) {
		return nil, fmt.Errorf("%s is not an IANA time zone such as Europe/Stockholm", spelling.Quote(name))
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not a known time zone", spelling.Quote(name))
	}
	return loc, nil
}

func isZoneWord(name string) bool {
	return spelling.IsWord(strings.ReplaceAll(name, "+", "-")) && !strings.HasPrefix(name, "/") && !strings.Contains(name, "//")
}
