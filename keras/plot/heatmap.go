package plot

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// The measures of a confusion matrix, in points.
const (
	mapMargin    = 14
	mapLine      = 18 // a line of text
	mapSide      = 640
	cellSide     = 34
	widestCell   = 72
	smallestCell = 4
	numberCell   = 24 // the least cell that a number is written into
)

var (
	rightInk = color.NRGBA{8, 72, 140, 255}
	wrongInk = color.NRGBA{190, 40, 20, 255}
	zeroInk  = color.NRGBA{190, 190, 190, 255}
)

// heatmap is a confusion matrix with everything in its place.
type heatmap struct {
	*confusion
	cellWidth, cellHeight float64
	left, top             float64 // where the cells begin
	nameWidth             float64
	width, height         float64
}

// picture lays the matrix out. The more classes, the smaller the cells; few classes have
// room for their names.
func (c *confusion) picture() *picture {
	h := &heatmap{confusion: c}
	for _, name := range c.names {
		h.nameWidth = max(h.nameWidth, span{name, sans(11, false)}.width())
	}
	h.nameWidth = min(h.nameWidth, 2*widestCell)
	n := float64(len(c.names))
	side := min(cellSide, max(smallestCell, math.Floor(mapSide/n)))
	h.cellHeight = side
	h.cellWidth = max(side, min(h.nameWidth+8, widestCell, math.Floor(mapSide/n)))
	h.left = mapMargin + max(h.nameWidth, span{"true", sans(11, true)}.width()) + 8
	h.top = mapMargin + 3*mapLine
	h.width = max(h.left+n*h.cellWidth, mapMargin+span{c.title(), sans(13, true)}.width()) + mapMargin
	h.height = h.top + n*h.cellHeight + mapMargin
	return &picture{width: vg.Length(h.width), height: vg.Length(h.height), paint: h.paint}
}

func (h *heatmap) paint(canvas vg.Canvas) {
	b := brush{canvas, h.height}
	b.SetColor(color.White)
	b.Fill(b.rectangle(0, 0, h.width, h.height))
	n := len(h.names)
	b.SetColor(color.Black)
	b.FillString(sans(13, true), b.at(mapMargin, mapMargin+11), h.title())
	b.SetColor(grey)
	b.FillString(sans(11, true), b.at(h.left, h.top-mapLine-6), "predicted")
	b.FillString(sans(11, true), b.at(h.left-8-span{"true", sans(11, true)}.width(), h.top-6), "true")
	b.SetColor(color.Black)
	rows := int(math.Ceil(14 / h.cellHeight)) // every so manieth has room for its name
	columns := int(math.Ceil(min(h.nameWidth, widestCell-8) / h.cellWidth))
	for i, name := range h.names {
		if i%rows == 0 {
			s := fitting(span{name, sans(11, false)}, h.nameWidth)
			b.FillString(s.face, b.at(h.left-8-s.width(), h.top+(float64(i)+0.5)*h.cellHeight+4), s.text)
		}
		if i%columns == 0 {
			s := fitting(span{name, sans(11, false)}, float64(columns)*h.cellWidth-4)
			b.FillString(s.face, b.at(h.left+(float64(i)+0.5)*h.cellWidth-s.width()/2, h.top-6), s.text)
		}
	}
	for i := range n {
		total := 0
		for _, k := range h.counts[i] {
			total += k
		}
		for j, k := range h.counts[i] {
			h.cell(b, i, j, float64(k)/float64(max(total, 1)))
		}
	}
	b.SetColor(grey)
	b.SetLineWidth(1)
	b.Stroke(b.rectangle(h.left, h.top, float64(n)*h.cellWidth, float64(n)*h.cellHeight))
}

// cell paints a count on a ground that is the darker the larger its share of the row is.
func (h *heatmap) cell(b brush, i, j int, share float64) {
	x, y := h.left+float64(j)*h.cellWidth, h.top+float64(i)*h.cellHeight
	ink := rightInk
	if i != j { // mistakes are few, and are what one looks for
		ink, share = wrongInk, math.Sqrt(share)
	}
	if h.counts[i][j] > 0 {
		b.SetColor(between(color.NRGBA{255, 255, 255, 255}, ink, 0.08+0.92*share))
		b.Fill(b.rectangle(x, y, h.cellWidth, h.cellHeight))
	}
	text := span{strconv.Itoa(h.counts[i][j]), sans(11, false)}
	if h.cellHeight < numberCell || text.width() > h.cellWidth-2 {
		return
	}
	switch {
	case h.counts[i][j] == 0:
		b.SetColor(zeroInk)
	case share > 0.5:
		b.SetColor(color.White)
	default:
		b.SetColor(color.Black)
	}
	b.FillString(text.face, b.at(x+(h.cellWidth-text.width())/2, y+h.cellHeight/2+4), text.text)
}

// between is a mixture of two colours.
func between(a, b color.NRGBA, share float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + share*(float64(b)-float64(a)))) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// fitting is a text, cut to a width.
func fitting(s span, width float64) span {
	for whole := []rune(s.text); s.width() > width && len(whole) > 1; {
		whole = whole[:len(whole)-1]
		s.text = string(whole) + "…"
	}
	return s
}
