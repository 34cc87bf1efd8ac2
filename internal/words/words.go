// Package words says how many things there are and which, the same way everywhere.
//
// It knows English, and nothing of what is counted.
package words

import (
	"fmt"
	"strings"
)

// Plural is "1 request", "2 requests".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Some lists the first few words and counts the rest.
func Some(words []string, most int) string {
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}
