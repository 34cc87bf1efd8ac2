package aura

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// Types that take a value in any form the API has been seen to use, and null, and garbage, as
// absent: one odd field must not make a whole fleet unreadable.

// text is a string; a number or a boolean is taken as its own text.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	var s string
	switch {
	case json.Unmarshal(b, &s) == nil:
		*t = text(s)
	case len(b) > 0 && b[0] != '{' && b[0] != '[':
		*t = text(b)
	}
	return nil
}

// count is a whole number, or a string of one; nil when absent.
type count struct{ n *int64 }

func (c *count) UnmarshalJSON(b []byte) error {
	c.n = nil
	f, err := strconv.ParseFloat(strings.TrimSpace(strings.Trim(string(b), `"`)), 64)
	if err != nil || math.Trunc(f) != f || math.Abs(f) > 1<<53 {
		return nil
	}
	n := int64(f)
	c.n = &n
	return nil
}

// flag is a boolean, or a string of one; nil when absent.
type flag struct{ b *bool }

func (f *flag) UnmarshalJSON(b []byte) error {
	f.b = nil
	if v, err := strconv.ParseBool(strings.Trim(string(b), `"`)); err == nil {
		f.b = &v
	}
	return nil
}

// instant is an RFC 3339 time; zero when absent or unreadable.
type instant struct{ time.Time }

func (i *instant) UnmarshalJSON(b []byte) error {
	i.Time, _ = time.Parse(time.RFC3339, strings.Trim(string(b), `"`))
	return nil
}

// size is an amount of memory or storage as "<n>GB". Samples with "8G" exist.
func size(t text) string {
	s := strings.ToUpper(strings.ReplaceAll(string(t), " ", ""))
	if n, ok := strings.CutSuffix(s, "G"); ok && n != "" {
		return n + "GB"
	}
	return s
}
