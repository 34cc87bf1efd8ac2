package format

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/aurad/aurad/internal/plaintext"
)

// mdText keeps what came from a file or a server from becoming anything but text: a link, an
// image, a mention, an issue, a commit, emphasis, HTML. What stands between backticks is code as it
// is; any other word that could become something is made code, where Markdown and the services that
// show it change nothing.
func mdText(text string) string { return mdWith(text, mdFence) }

// mdCell is mdText for a cell of a table, which a vertical bar would end even in code.
func mdCell(text string) string { return mdWith(text, mdCellFence) }

// mdCommand is what the people who wrote a text put between backticks: a command, a line of a file.
var mdCommand = regexp.MustCompile("`[^`\\s](?:[^`]*[^`\\s])?`")

var mdWord = regexp.MustCompile(`\S+`)

func mdWith(text string, fence func(string) string) string {
	text = plaintext.Line(text)
	var w mdWriter
	end := 0
	for _, at := range mdCommand.FindAllStringIndex(text, -1) {
		if mdApart(text[:at[0]], text[at[1]:]) {
			w.words(text[end:at[0]])
			w.code(fence(text[at[0]+1 : at[1]-1]))
			end = at[1]
		}
	}
	w.words(text[end:])
	return strings.TrimSpace(w.String())
}

// mdApart reports whether a piece between backticks stands for itself, and not in the middle of a word
// that has backticks.
func mdApart(before, after string) bool {
	last, first := before[max(0, len(before)-1):], after[:min(1, len(after))]
	return strings.Contains(" ([\"',;:=/", last) && strings.Contains(" )]\"',;:.!?/", first)
}

// mdWriter puts pieces of text together.
type mdWriter struct{ strings.Builder }

// code never touches other code: their backticks would make one fence.
func (w *mdWriter) code(fenced string) {
	if s := w.String(); strings.HasSuffix(s, "`") {
		w.WriteByte(' ')
	}
	w.WriteString(fenced)
}

// words writes text with a space for every run of them.
func (w *mdWriter) words(text string) {
	end := 0
	for _, at := range mdWord.FindAllStringIndex(text, -1) {
		if at[0] > end {
			w.WriteByte(' ')
		}
		end = at[1]
		glued := at[0] == 0 && w.Len() > 0
		if word := text[at[0]:at[1]]; mdHarmless(word) || glued && strings.Trim(word, ".,;:!?)\"'/") == "" {
			w.WriteString(word)
		} else {
			w.code(mdCode(word))
		}
	}
	if end < len(text) {
		w.WriteByte(' ')
	}
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

// mdCellFence is mdFence for a cell, where a backslash keeps a bar from ending it; beside other
// backslashes that is not so for every reader, and only numbers for characters are.
func mdCellFence(text string) string {
	switch {
	case !strings.Contains(text, "|"):
		return mdFence(text)
	case !strings.Contains(text, `\`):
		return mdFence(strings.ReplaceAll(text, "|", `\|`))
	}
	var b strings.Builder
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return "<code>" + b.String() + "</code>"
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
