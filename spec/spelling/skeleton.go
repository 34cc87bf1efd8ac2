package spelling

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Skeleton is what is left of a name when everything is taken off that a reader passes over: the
// form in which Unicode composes letters, case, width, spaces, and letters of other scripts that
// look like Latin ones. Two names of one skeleton look alike.
func Skeleton(name string) string {
	name = cases.Fold().String(norm.NFKC.String(name))
	like := lookalikes()
	name = strings.Map(func(r rune) rune {
		if IsInvisible(r) {
			return -1
		}
		if latin, ok := like[r]; ok {
			return latin
		}
		return r
	}, name)
	return norm.NFKC.String(strings.Join(strings.Fields(name), " "))
}

// lookalikes are the small letters of Cyrillic, Greek and Armenian that are drawn as Latin ones.
func lookalikes() map[rune]rune {
	const foreign, latin = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u03bf\u03b1\u03bd\u03c1\u03b9\u03ba\u03c5\u03c4\u0585\u057d\u0570\u0578\u0261\u0131\u043a\u043c\u0442\u0432\u043d", "aeopcyxijshdqwoavpikutouhngikmtbh"
	all := make(map[rune]rune)
	to := []rune(latin)
	for i, r := range []rune(foreign) {
		all[r] = to[i]
	}
	return all
}
