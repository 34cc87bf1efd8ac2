package main

import (
	"regexp"
	"strings"
	"unicode"
)

// mdText keeps what came from a file or a server from becoming anything but text: a link, an
// image, a mention, an issue, a commit, emphasis, HTML, or another cell of a table. A word that
// could become one is put between backticks, where Markdown and the services that show it change
// nothing.
func mdText(text string) string {
	words := strings.Fields(printable(text))
	for i, w := range words {
		if !mdHarmless(w) {
			words[i] = mdCode(w)
		}
	}
	return strings.Join(words, " ")
}

// mdSpecial are the beginnings of what looks harmless and is not: hexadecimal numbers that a
// service takes for commits, its short forms for issues, e-mail-like and web addresses.
var mdSpecial = regexp.MustCompile(`(?i)[0-9a-f]{7}|www\.|gh-[0-9]|:.*:|\.\.|^[-+=.]+$|^[0-9]+[.)]$`)

// mdHarmless reports whether nobody takes w for anything but a word.
func mdHarmless(w string) bool {
	special := func(r rune) bool {
		return r < unicode.MaxASCII && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-,.:;()'\"/%$+=?", r)
	}
	return !strings.ContainsFunc(w, special) && !strings.Contains(w, "://") && strings.Count(w, "$") < 2 && !mdSpecial.MatchString(w)
}

// mdCode is w as code. A vertical bar would end the cell of a table even there, so that it stands
// between two pieces of code.
func mdCode(w string) string {
	pieces := strings.Split(w, "|")
	for i, p := range pieces {
		if p != "" {
			pieces[i] = mdFence(p)
		}
	}
	return strings.Join(pieces, "&#124;")
}

// mdFence puts backticks around text: one more than it has in a row.
func mdFence(text string) string {
	longest := 0
	for _, run := range regexp.MustCompile("`+").FindAllString(text, -1) {
		longest = max(longest, len(run))
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}
