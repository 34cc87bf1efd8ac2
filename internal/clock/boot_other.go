//go:build !linux

package clock

import "time"

// machineBoot is nil: nobody knows.
func machineBoot() func() (id string, ago time.Duration) { return nil }
