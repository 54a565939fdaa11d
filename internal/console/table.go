package console

import "strings"

// Align is the side at which a column's text stands.
type Align uint8

// The alignments of a column.
const (
	Left Align = iota
	Right
	Center
)

// Column describes a column of a Table.
type Column struct {
	Header string
	Align  Align
	Width  int // in cells, with the space on either side of the text
}

// DefaultWidth is the width of a console that is not a terminal.
const DefaultWidth = 80

// Table is a framed table between a line above and lines below, laid out as
// Keras prints a summary: a rule between all rows, text broken at spaces, a
// word that is wider than its column cut with …. Every line is cropped at the
// console's width, so a wider table loses its right side; the lines above and
// below are wrapped there instead.
type Table struct {
	Title        Text // the line above; none if nil
	Columns      []Column
	Rows         [][]Text // a missing cell is empty, one past the last column is not shown
	Footer       []Text   // the lines below
	ConsoleWidth int      // default DefaultWidth
}

// String returns the table without styles, every line ended by a newline.
func (t Table) String() string { return Text(t.Segments()).String() }

// Segments returns what String does in its styles. Neighbours differ in style;
// newlines are within the texts.
func (t Table) Segments() []Segment {
	p := printer{width: t.ConsoleWidth}
	if p.width <= 0 {
		p.width = DefaultWidth
	}
	if t.Title != nil {
		p.text(t.Title)
	}
	t.frame(&p)
	for _, f := range t.Footer {
		p.text(f)
	}
	return p.segments()
}

// border is a horizontal line of the frame: its left end, what stands between
// columns, its right end, and what it is made of.
type border struct{ left, cross, right, dash rune }

func (t Table) frame(p *printer) {
	if len(t.Columns) == 0 {
		p.print(nil)
		return
	}
	header := make([]Text, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = Text{{Text: c.Header, Style: Strong}}
	}
	t.rule(p, border{'┏', '┳', '┓', '━'})
	t.row(p, header, '┃', true)
	t.rule(p, border{'┡', '╇', '┩', '━'})
	for i, r := range t.Rows {
		if i > 0 {
			t.rule(p, border{'├', '┼', '┤', '─'})
		}
		t.row(p, r, '│', false)
	}
	t.rule(p, border{'└', '┴', '┘', '─'})
}

func (t Table) rule(p *printer, b border) {
	out := line{{char: b.left}}
	for i, c := range t.Columns {
		if i > 0 {
			out = append(out, glyph{char: b.cross})
		}
		for range c.Width {
			out = append(out, glyph{char: b.dash})
		}
	}
	p.print(append(out, glyph{char: b.right}))
}

// row prints one row of cells, as high as its highest; bottom pushes lower
// cells down.
func (t Table) row(p *printer, texts []Text, edge rune, bottom bool) {
	cellLines := make([][]line, len(t.Columns))
	height := 1
	for i, c := range t.Columns {
		if i < len(texts) {
			cellLines[i] = c.layout(texts[i])
		}
		height = max(height, len(cellLines[i]))
	}
	for y := range height {
		out := line{{char: edge}}
		for i, c := range t.Columns {
			at := y
			if bottom {
				at -= height - len(cellLines[i])
			}
			if at >= 0 && at < len(cellLines[i]) {
				out = append(out, cellLines[i][at]...)
			} else {
				out = append(out, spaces(c.Width)...)
			}
			out = append(out, glyph{char: edge})
		}
		p.print(out)
	}
}

// layout returns the lines of a cell, each c.Width wide; none where the
// column has no room for text.
func (c Column) layout(text Text) []line {
	width := c.Width - 2
	if width < 1 {
		return nil
	}
	var out []line
	for _, paragraph := range text.lines() {
		for _, l := range paragraph.wrap(width, false) {
			if c.Align != Left {
				l = l.trimmed()
			}
			l = l.ellipsized(width)
			free := width - l.width()
			left := 0
			switch c.Align {
			case Right:
				left = free
			case Center:
				left = free / 2
			}
			padded := append(spaces(1+left), l...)
			out = append(out, append(padded, spaces(free-left+1)...))
		}
	}
	return out
}

// printer collects lines and crops them at the width of the console.
type printer struct {
	width int
	out   line
}

func (p *printer) print(l line) {
	p.out = append(append(p.out, l.cut(p.width)...), glyph{char: '\n'})
}

// text prints t wrapped at the width of the console; a longer word goes on in
// the next line.
func (p *printer) text(t Text) {
	for _, paragraph := range t.lines() {
		for _, l := range paragraph.wrap(p.width, true) {
			p.print(l)
		}
	}
}

func (p *printer) segments() []Segment {
	var out []Segment
	var b strings.Builder
	for i, g := range p.out {
		b.WriteRune(g.char)
		if i+1 == len(p.out) || p.out[i+1].style != g.style {
			out = append(out, Segment{b.String(), g.style})
			b.Reset()
		}
	}
	return out
}
