package spelling

import "fmt"

// Digits reads a decimal number of low to high digits and nothing else.
func Digits(text string, low, high int) (int, bool) {
	if len(text) < low || len(text) > high {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// IsWord accepts letters, digits, `_`, `-` and `/` (time zones): what needs no quotes in a path.
func IsWord(s string) bool {
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-' || r == '/') {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// Quote shows text from the file in an error: in quotes, control characters escaped, never long.
func Quote(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "..."
	}
	return fmt.Sprintf("%q", text)
}
