package spec

import "time"

// ParseDuration reads a duration as a fleet file writes it: 90s, 25m, 72h, 7d, 1d12h. It is never
// negative and at most ten years.
func ParseDuration(text string) (time.Duration, error) { return parseDuration(text) }
