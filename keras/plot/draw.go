package plot

import (
	"image/color"
	"math"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/gokeras/gokeras/internal/layout"
	"github.com/gokeras/gokeras/keras"
)

// The measures of a diagram, in points.
const (
	padX, padY = 10, 7 // between the text of a cell and its border
	border     = 1.5
	lineWidth  = 1.5
	corner     = 7 // radius of the corners of arrows
	tipLength  = 9
	tipWidth   = 7
)

var (
	inks = map[string]color.Color{
		"white": color.White, "black": color.Black,
		"forestgreen": color.NRGBA{34, 139, 34, 255}, "firebrick": color.NRGBA{178, 34, 34, 255},
	}
	arrowInk = color.NRGBA{60, 60, 60, 255}
	frameInk = color.NRGBA{110, 110, 110, 255}
)

// sans is a size of the font that everything is written in.
func sans(size int, bold bool) font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return font.DefaultCache.Lookup(f, vg.Length(size))
}

// scene is a diagram with everything in its place.
type scene struct {
	layout.Graph
	labels        []label
	names         []string // of the frames
	width, height float64
	*options
}

// picture lays the diagram out.
func (d *diagram) picture(o *options) *picture {
	s := newScene(d, o)
	return &picture{width: vg.Length(s.width), height: vg.Length(s.height), paint: s.paint}
}

func newScene(d *diagram, o *options) *scene {
	s := &scene{options: o}
	boxes := map[keras.Layer]int{}
	var add func(d *diagram, frame int)
	add = func(d *diagram, frame int) {
		for _, p := range d.parts {
			if p.inside != nil {
				name := span{p.inside.name, sans(14, false)}
				s.Frames = append(s.Frames, layout.Frame{Parent: frame, LabelWidth: name.width(), LabelHeight: 20})
				s.names = append(s.names, p.inside.name)
				add(p.inside, len(s.Frames)-1)
			} else if _, known := boxes[p.layer]; !known {
				b := newLabel(p.layer, o)
				w, h := b.size()
				boxes[p.layer] = len(s.Boxes)
				s.Boxes, s.labels = append(s.Boxes, layout.Box{Width: w, Height: h, Frame: frame}), append(s.labels, b)
			}
		}
		for _, a := range d.arrows {
			s.Arrows = append(s.Arrows, layout.Arrow{From: boxes[a.from], To: boxes[a.to]})
		}
	}
	add(d, -1)
	directions := map[string]layout.Direction{"TB": layout.Down, "BT": layout.Up, "LR": layout.Right, "RL": layout.Left}
	s.width, s.height = layout.Place(&s.Graph, directions[o.rankDir], o.splines == "ortho")
	return s
}

// --- tables ------------------------------------------------------------------

func (b label) rows() [][]cell {
	rows := [][]cell{{b.title}}
	for _, r := range [][]cell{b.activation, b.facts} {
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
func (b label) size() (w, h float64) {
	h = border
	for _, row := range b.rows() {
		w = max(w, width(row))
		h += row[0].height() + border
	}
	return math.Ceil(w), math.Ceil(h)
}

// --- drawing -----------------------------------------------------------------

// brush draws on a canvas with y growing downwards.
type brush struct {
	vg.Canvas
	height float64
}

func (b brush) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(b.height - y)}
}

func (b brush) rectangle(x, y, w, h float64) vg.Path {
	var p vg.Path
	p.Move(b.at(x, y))
	p.Line(b.at(x+w, y))
	p.Line(b.at(x+w, y+h))
	p.Line(b.at(x, y+h))
	p.Close()
	return p
}

// paint draws the scene on white ground, which is as readable in a dark page as in a bright one.
func (s *scene) paint(canvas vg.Canvas) {
	b := brush{canvas, s.height}
	b.SetColor(color.White)
	b.Fill(b.rectangle(0, 0, s.width, s.height))
	for _, f := range s.Frames {
		b.SetColor(frameInk)
		b.SetLineWidth(1)
		b.SetLineDash([]vg.Length{5, 3}, 0)
		b.Stroke(b.rectangle(f.X, f.Y, f.Width, f.Height))
	}
	b.SetLineDash(nil, 0)
	b.SetLineWidth(lineWidth)
	b.SetColor(arrowInk)
	for _, a := range s.Arrows {
		s.arrow(b, a.Points)
	}
	for i, f := range s.Frames {
		const left, top = 8, 5
		face := sans(14, false)
		b.SetColor(color.White) // no arrow runs through the name
		b.Fill(b.rectangle(f.X+left-2, f.Y+top, f.LabelWidth+4, f.LabelHeight))
		b.SetColor(color.Black)
		b.FillString(face, b.at(f.X+left, f.Y+top+14), s.names[i])
	}
	for i, x := range s.Boxes {
		s.labels[i].paint(b, x)
	}
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
			b.SetColor(inks[c.fill])
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

// arrow draws a line through points, with a tip.
func (s *scene) arrow(b brush, points []layout.Point) {
	n := len(points)
	if s.splines == "line" {
		points, n = []layout.Point{points[0], points[n-1]}, 2
	}
	tip, before := points[n-1], points[n-2]
	upright := s.rankDir == "TB" || s.rankDir == "BT"
	curved := s.splines == "spline" || s.splines == "curved"
	switch { // curves arrive at a right angle
	case curved && upright && tip.Y != before.Y:
		before.X = tip.X
	case curved && !upright && tip.X != before.X:
		before.Y = tip.Y
	}
	length := math.Hypot(tip.X-before.X, tip.Y-before.Y)
	dx, dy := (tip.X-before.X)/length, (tip.Y-before.Y)/length
	// The line ends inside the tip.
	points = append(points[:n-1:n-1], layout.Point{X: tip.X - dx*tipLength/2, Y: tip.Y - dy*tipLength/2})

	var p vg.Path
	p.Move(b.at(points[0].X, points[0].Y))
	for i := 1; i < n; i++ {
		q := points[i]
		switch {
		case s.splines == "ortho" && i < n-1:
			next := points[i+1]
			r := min(corner, math.Hypot(q.X-points[i-1].X, q.Y-points[i-1].Y)/2, math.Hypot(next.X-q.X, next.Y-q.Y)/2)
			from, to := toward(q, points[i-1], r), toward(q, next, r)
			p.Line(b.at(from.X, from.Y))
			p.QuadTo(b.at(q.X, q.Y), b.at(to.X, to.Y))
		case curved:
			last := points[i-1]
			x, y := (last.X+q.X)/2, (last.Y+q.Y)/2
			if upright {
				p.CubeTo(b.at(last.X, y), b.at(q.X, y), b.at(q.X, q.Y))
			} else {
				p.CubeTo(b.at(x, last.Y), b.at(x, q.Y), b.at(q.X, q.Y))
			}
		default:
			p.Line(b.at(q.X, q.Y))
		}
	}
	b.Stroke(p)

	var t vg.Path
	t.Move(b.at(tip.X, tip.Y))
	t.Line(b.at(tip.X-dx*tipLength-dy*tipWidth/2, tip.Y-dy*tipLength+dx*tipWidth/2))
	t.Line(b.at(tip.X-dx*tipLength+dy*tipWidth/2, tip.Y-dy*tipLength-dx*tipWidth/2))
	t.Close()
	b.Fill(t)
}

// toward is the point at a distance from p in the direction of q.
func toward(p, q layout.Point, distance float64) layout.Point {
	length := math.Hypot(q.X-p.X, q.Y-p.Y)
	return layout.Point{X: p.X + (q.X-p.X)*distance/length, Y: p.Y + (q.Y-p.Y)*distance/length}
}
