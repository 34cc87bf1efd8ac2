package format

import (
	"strings"
	"unicode/utf8"

	"github.com/aurad/aurad/internal/plaintext"
)

// Cell is text in a table; its colour does not count as width, which is why this is not
// text/tabwriter.
type Cell struct {
	Text  string
	Paint func(string) string // nil leaves it alone
}

// Heads are the bold words above the columns.
func (p Paint) Heads(words ...string) []Cell {
	var row []Cell
	for _, w := range words {
		row = append(row, Cell{w, p.Bold})
	}
	return row
}

// WriteTable aligns columns, two spaces apart.
func WriteTable(b *strings.Builder, rows [][]Cell) {
	var wide []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], utf8.RuneCountInString(plaintext.Line(c.Text)))
		}
	}
	for _, row := range rows {
		for i, c := range row {
			text := plaintext.Line(c.Text)
			pad := wide[i] - utf8.RuneCountInString(text) + 2
			if c.Paint != nil {
				text = c.Paint(text)
			}
			b.WriteString(text)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", pad))
			}
		}
		b.WriteByte('\n')
	}
}
