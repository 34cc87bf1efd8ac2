// Package spelling knows how texts look: what can't be seen in one, which signs a word processor
// puts there, which other word it is nearly, and how it is shown in a sentence.
//
// It must not know what any text means.
package spelling

import (
	"fmt"
	"strings"
)

// Nearest returns the candidate that word was most likely meant to be, or "" when none is close:
// about a third of the word, and never more than three, letters changed.
//
// It looks at the first 1000 candidates only, so that ten thousand faults stay quick.
func Nearest(word string, candidates []string) string {
	candidates = candidates[:min(len(candidates), 1000)]
	best, limit := "", min(3, (len([]rune(word))+1)/3)+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c), limit); d < limit {
			best, limit = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance of a and b, or limit when it is at least that.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(y)], limit)
}

// Suggest ends an error about an unknown word: the nearest known one, or all when they are few.
func Suggest(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	if len(known) == 0 || len(known) > 16 {
		return ""
	}
	return "; known: " + strings.Join(known, ", ")
}
