package spec

import (
	"fmt"
	"time"
)

// CheckMoment refuses a moment that a fleet can't be planned for: JSON has no words for years of
// five digits, nor for those before the first, and a plan looks weeks ahead.
func CheckMoment(t time.Time) error {
	const first, last = 1970, 9900
	if y := t.UTC().Year(); y < first || y > last {
		return fmt.Errorf("the year must be one from %d to %d", first, last)
	}
	return nil
}
