package correct

import (
	"strings"
	"time"

	"github.com/aurad/aurad/spec/duration"
)

// Lead reads what says how an instance gets ready: most is the longest lead.
func Lead(text string, most time.Duration) Correction {
	switch strings.ToLower(text) {
	case "on", "yes", "true", "automatic", "auto", "default":
		return Correction{Values: []string{"auto"}}
	case "none", "never", "no", "at_start", "start", "off", "null":
		return Correction{Values: []string{"0m"}}
	}
	c := Duration(text, "m")
	if len(c.Values) > 0 {
		if d, err := duration.Parse(c.Values[0]); err == nil {
			c.Values[0] = duration.Text(min(d, most))
		}
	}
	return c
}
