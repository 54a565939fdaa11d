package console

import (
	"slices"
	"strings"
)

// Listing is a plain table of short texts, such as numbers, under their names.
type Listing struct {
	Head []string
	Rows [][]string // as long as Head
}

// String returns the table with its columns aligned to the right.
func (l Listing) String() string {
	widths := make([]int, len(l.Head))
	for _, r := range l.all() {
		for i, cell := range r {
			widths[i] = max(widths[i], Plain(cell).lines()[0].width())
		}
	}
	var b strings.Builder
	for y, r := range l.all() {
		if y > 0 {
			b.WriteByte('\n')
		}
		for i, cell := range r {
			text := Plain(cell).lines()[0]
			gap := widths[i] - text.width()
			if i > 0 {
				gap += 2
			}
			b.WriteString(strings.Repeat(" ", gap))
			for _, g := range text {
				b.WriteRune(g.char)
			}
		}
	}
	return b.String()
}

// HTML returns the table as HTML without colours: notebooks have their own for tables.
func (l Listing) HTML() string {
	var b strings.Builder
	b.WriteString("<table>\n")
	for y, r := range l.all() {
		tag := "td"
		if y == 0 {
			tag = "th"
		}
		b.WriteString("<tr>")
		for _, cell := range r {
			b.WriteString("<" + tag + ` style="text-align:right">` + escape.Replace(cell) + "</" + tag + ">")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>\n")
	return b.String()
}

// Shortened returns the table with at most so many rows and one of … between the first and the last.
func (l Listing) Shortened(rows int) Listing {
	if len(l.Rows) <= rows {
		return l
	}
	gap := make([]string, len(l.Head))
	for i := range gap {
		gap[i] = "…"
	}
	l.Rows = slices.Concat(l.Rows[:(rows+1)/2], [][]string{gap}, l.Rows[len(l.Rows)-rows/2:])
	return l
}

func (l Listing) all() [][]string { return append([][]string{l.Head}, l.Rows...) }
