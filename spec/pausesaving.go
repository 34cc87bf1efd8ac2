package spec

// PauseSaving is what an hour of being paused saves of an instance's running price, in USD. ok
// is false where no price is known.
func (f *Fleet) PauseSaving(in Instance) (usd float64, ok bool) {
	rate, ok := f.Price(in.Type)
	return float64(gigabytes(in.Memory)) * rate * (1 - pausedShare), ok
}
