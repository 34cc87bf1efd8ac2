package savings

import (
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/catalog"
)

// OfPause is what an hour of being paused saves of an instance's running price, in USD. ok
// is false where no price is known.
func OfPause(f *spec.Fleet, in spec.Instance) (usd float64, ok bool) {
	rate, ok := Price(f, in.Type)
	return float64(catalog.Gigabytes(in.Memory)) * rate * (1 - pausedShare), ok
}
