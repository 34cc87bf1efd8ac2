package value

import (
	"time"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/duration"
)

// Duration is a length of time, such as 72h or 7d.
type Duration time.Duration

// Parse implements Scalar.
func (d *Duration) Parse(text string) error {
	v, err := duration.Parse(text)
	if err != nil {
		return err
	}
	*d = Duration(v)
	return nil
}

// Syntax describes a duration.
func (Duration) Syntax() Syntax {
	return Syntax{Pattern: `^([0-9]+d)?([0-9]+(\.[0-9]+)?(h|m|s|ms))*$`, Example: "72h"}
}

// Correct implements Scalar.
func (Duration) Correct(text string) correct.Correction { return correct.Duration(text, "h") }
