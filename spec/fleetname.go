package spec

import (
	"github.com/aurad/aurad/spec/value"
)

// CheckFleetName says what is wrong with the name of a fleet.
func CheckFleetName(text string) error {
	var f value.FleetName
	return f.Parse(text)
}

// DefaultFleet is the name of a fleet whose file gives none. No file may write it.
const DefaultFleet = value.DefaultFleet
