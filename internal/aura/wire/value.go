package wire

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// Types that take a value in any form the API has been seen to use, and null, and garbage, as
// absent: one odd field must not make a whole fleet unreadable.

// Text is a string; a number or a boolean is taken as its own text.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = ""
	var s string
	switch {
	case json.Unmarshal(b, &s) == nil:
		*t = Text(s)
	case len(b) > 0 && b[0] != '{' && b[0] != '[':
		*t = Text(b)
	}
	return nil
}

// Count is a whole number, or a string of one; nil when absent.
type Count struct{ N *int64 }

// UnmarshalJSON never fails.
func (c *Count) UnmarshalJSON(b []byte) error {
	c.N = nil
	f, err := strconv.ParseFloat(strings.TrimSpace(strings.Trim(string(b), `"`)), 64)
	if err != nil || math.Trunc(f) != f || math.Abs(f) > 1<<53 {
		return nil
	}
	n := int64(f)
	c.N = &n
	return nil
}

// Flag is a boolean, or a string of one; nil when absent.
type Flag struct{ B *bool }

// UnmarshalJSON never fails.
func (f *Flag) UnmarshalJSON(b []byte) error {
	f.B = nil
	if v, err := strconv.ParseBool(strings.Trim(string(b), `"`)); err == nil {
		f.B = &v
	}
	return nil
}

// Instant is an RFC 3339 time; zero when absent or unreadable.
type Instant struct{ time.Time }

// UnmarshalJSON never fails.
func (i *Instant) UnmarshalJSON(b []byte) error {
	i.Time, _ = time.Parse(time.RFC3339, strings.Trim(string(b), `"`))
	return nil
}

// Size is an amount of memory or storage as "<n>GB". Samples with "8G" exist.
func Size(t Text) string {
	s := strings.ToUpper(strings.ReplaceAll(string(t), " ", ""))
	if n, ok := strings.CutSuffix(s, "G"); ok && n != "" {
		return n + "GB"
	}
	return s
}
