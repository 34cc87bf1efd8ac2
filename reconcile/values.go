package reconcile

import "strconv"

// Fields travel as text in a Change, so that a plan is data; these read them back. Text that is
// no number or switch reads as nil, which is never a difference.

func itoa(n int) string  { return strconv.Itoa(n) }
func btoa(b bool) string { return strconv.FormatBool(b) }

func atoi(s string) *int {
	if n, err := strconv.Atoi(s); err == nil {
		return &n
	}
	return nil
}

func atob(s string) *bool {
	if b, err := strconv.ParseBool(s); err == nil {
		return &b
	}
	return nil
}
