package value

import (
	"fmt"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/spelling"
)

// Version is the major version of Neo4j that an instance is created with.
type Version string

// Parse implements Scalar.
func (v *Version) Parse(text string) error {
	if text != "4" && text != "5" {
		return fmt.Errorf("%s is not a version Aura takes: 5 (the newest, calendar versions too) or 4", spelling.Quote(text))
	}
	*v = Version(text)
	return nil
}

// Syntax describes a version, with or without quotes.
func (Version) Syntax() Syntax {
	return Syntax{Types: []string{"string", "integer"}, Enum: []string{"4", "5"}, Example: "5"}
}

// Correct implements Scalar.
func (Version) Correct(text string) correct.Correction { return correct.Version(text) }
