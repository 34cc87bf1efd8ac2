package main

import (
	"strings"
	"unicode/utf8"
)

// cell is text in a table; its colour does not count as width, which is why this is not
// text/tabwriter.
type cell struct {
	text  string
	paint func(string) string // nil leaves it alone
}

// writeTable aligns columns, two spaces apart.
func writeTable(b *strings.Builder, rows [][]cell) {
	var wide []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], utf8.RuneCountInString(printable(c.text)))
		}
	}
	for _, row := range rows {
		for i, c := range row {
			text := printable(c.text)
			pad := wide[i] - utf8.RuneCountInString(text) + 2
			if c.paint != nil {
				text = c.paint(text)
			}
			b.WriteString(text)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", pad))
			}
		}
		b.WriteByte('\n')
	}
}
