package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/font"

	"github.com/gokeras/gokeras/internal/layout"
)

// The measures of a table, in points.
const (
	padX, padY = 10, 7 // between the text of a cell and its border
	border     = 1.5
)

// grounds are the colours of cells by their names.
var grounds = map[string]color.Color{
	"white": color.White, "black": color.Black,
	"forestgreen": color.NRGBA{34, 139, 34, 255}, "firebrick": color.NRGBA{178, 34, 34, 255},
}

func (t label) rows() [][]cell {
	rows := [][]cell{{t.title}}
	for _, r := range [][]cell{t.activation, t.facts} {
		if r != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

// span is a text in one face.
type span struct {
	text string
	face font.Face
}

func (s span) width() float64 { return s.face.Width(s.text).Points() }

func (c cell) spans() []span {
	var spans []span
	for _, s := range []span{{c.head, sans(c.size, false)}, {c.strong, sans(c.size, true)}, {c.end, sans(c.size, false)}} {
		if s.text != "" {
			spans = append(spans, s)
		}
	}
	return spans
}

// textWidth is the width of the text alone.
func (c cell) textWidth() float64 {
	w := 0.0
	for _, s := range c.spans() {
		w += s.width()
	}
	return w
}

func (c cell) height() float64 { return 1.2*float64(c.size) + 2*padY }

// width is that of a row.
func width(row []cell) float64 {
	w := border
	for _, c := range row {
		w += c.textWidth() + 2*padX + border
	}
	return w
}

// size is that of the whole table.
func (t label) size() (w, h float64) {
	h = border
	for _, row := range t.rows() {
		w = max(w, width(row))
		h += row[0].height() + border
	}
	return math.Ceil(w), math.Ceil(h)
}

// paint draws a table on a black ground: what is left of it are the borders.
func (t label) paint(b brush, at layout.Box) {
	b.SetColor(color.Black)
	b.Fill(b.rectangle(at.X, at.Y, at.Width, at.Height))
	y := at.Y + border
	for _, row := range t.rows() {
		x, h := at.X+border, row[0].height()
		spare := (at.Width - width(row)) / float64(len(row))
		for _, c := range row {
			w := c.textWidth() + 2*padX + spare
			b.SetColor(grounds[c.fill])
			b.Fill(b.rectangle(x, y, w, h))
			b.SetColor(color.White)
			if c.fill == "white" {
				b.SetColor(color.Black)
			}
			pen := x + (w-c.textWidth())/2
			for _, s := range c.spans() {
				b.FillString(s.face, b.at(pen, y+padY+0.95*float64(c.size)), s.text)
				pen += s.width()
			}
			x += w + border
		}
		y += h + border
	}
}
