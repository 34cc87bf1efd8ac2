package clock

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// SharedVariable is where a process finds the clock to follow, that of `aurad sim --speed`.
const SharedVariable = "AURAD_SIM_CLOCK"

// Shared is a clock that runs faster than time, in a form that another process can follow.
type Shared struct {
	Epoch time.Time // the real time at which both clocks agreed
	Speed float64
}

// String is EPOCH@SPEED, which ParseShared reads.
func (c Shared) String() string {
	return c.Epoch.UTC().Format(time.RFC3339Nano) + "@" + strconv.FormatFloat(c.Speed, 'g', -1, 64)
}

// ParseShared reads what String wrote.
func ParseShared(text string) (Shared, error) {
	at, speed, _ := strings.Cut(text, "@")
	epoch, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return Shared{}, err
	}
	n, err := strconv.ParseFloat(speed, 64)
	if err != nil || !(n >= 1 && n <= 1e6) {
		return Shared{}, errors.New("no speed from 1 to 1000000")
	}
	return Shared{epoch, n}, nil
}

// Follow starts a clock that shows what the shared one shows, when it is real by the machine's.
func (c Shared) Follow(real time.Time) Fast {
	passed := time.Duration(float64(real.Sub(c.Epoch)) * c.Speed)
	return NewFast(c.Epoch.Add(passed), c.Speed)
}
