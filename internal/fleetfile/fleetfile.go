// Package fleetfile reads the fleet file and watches it.
//
// It knows files, pipes, links and folders, and how long a file that is being written takes to be
// whole. What a file means is the word of the Parser that it is given; it must not know who asks,
// nor the environment, nor what becomes of a fleet.
package fleetfile

import (
	"time"

	"github.com/aurad/aurad/spec"
)

// Parser reads the text of a fleet file; file is the name that errors show.
type Parser func(file string, data []byte) (*spec.Fleet, error)

// Reload is what reading fleet.yaml again gave.
type Reload struct {
	Fleet *spec.Fleet // nil with Err
	Err   error
	At    time.Time
}
