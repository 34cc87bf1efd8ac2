package value

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/duration"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/yaml11"
)

// ReadyBy says how an instance gets ready for the start of a window.
type ReadyBy struct {
	Auto bool          // early enough to be up then, by what earlier resumes took
	Lead time.Duration // otherwise this much earlier; 0: the resume starts at the window's start
}

const longestLead = 12 * time.Hour

// Parse implements Scalar.
func (r *ReadyBy) Parse(text string) error {
	switch {
	case text == "auto":
		*r = ReadyBy{Auto: true}
		return nil
	case yaml11.IsFalse(text): // `off`, and what YAML 1.1 makes of it
		*r = ReadyBy{}
		return nil
	}
	lead, err := duration.Parse(text)
	if err != nil {
		return fmt.Errorf("%s is none of auto, off, or a duration such as 25m", spelling.Quote(text))
	}
	if lead > longestLead {
		return fmt.Errorf("%s is more than 12h ahead", spelling.Quote(text))
	}
	*r = ReadyBy{Lead: lead}
	return nil
}

// Syntax describes a ready_by.
func (ReadyBy) Syntax() Syntax {
	return Syntax{Pattern: `^(auto|off|([0-9]+(\.[0-9]+)?(h|m|s))+)$`, Example: "auto"}
}

// String is the value as it is written in a fleet file.
func (r ReadyBy) String() string {
	switch {
	case r.Auto:
		return "auto"
	case r.Lead == 0:
		return "off"
	}
	return r.Lead.String()
}

// Correct implements Scalar.
func (ReadyBy) Correct(text string) correct.Correction { return correct.Lead(text, longestLead) }
