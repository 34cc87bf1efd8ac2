package window

import "testing"

// Instants with their offset are taken from 1970 on: what is older is a mistake.
func TestNoMomentBefore1970(t *testing.T) {
	for text, ok := range map[string]bool{"1970-01-01T00:00:00Z": true, "1970-06-01T08:00+02:00": true, "1969-12-31T23:59:59Z": false, "1969-12-31 23:59:59Z": false} {
		if _, err := ParseMoment(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
