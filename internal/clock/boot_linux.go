package clock

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machineBoot names this boot and its time namespace: in another one the clock since the boot may
// show something else.
func machineBoot() func() (id string, ago time.Duration) {
	raw, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil
	}
	id := strings.TrimSpace(string(raw))
	if space, err := os.Readlink("/proc/self/ns/time"); err == nil {
		id += " " + space
	}
	return func() (string, time.Duration) {
		var t unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
			return "", 0
		}
		return id, time.Duration(t.Nano())
	}
}
