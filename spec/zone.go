package spec

import (
	_ "embed"
	"fmt"
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
	if !strings.Contains(name, "/") {
		return nil, fmt.Errorf("%s is not a place: write an IANA name such as Europe/Stockholm, or UTC", quote(name))
	}
	if leapSeconds := strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/"); leapSeconds || !isZoneWord(name) {
		return nil, fmt.Errorf("%s is not an IANA time zone such as Europe/Stockholm", quote(name))
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not a known time zone", quote(name))
	}
	return loc, nil
}

func isZoneWord(name string) bool {
	return isWord(strings.ReplaceAll(name, "+", "-")) && !strings.HasPrefix(name, "/") && !strings.Contains(name, "//")
}
