package plot

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/gokeras/gokeras/internal/layout"
	"github.com/gokeras/gokeras/keras"
)

// grey is the colour of all lines.
var grey = color.NRGBA{60, 60, 60, 255}

// scene is a diagram with everything in its place.
type scene struct {
	layout.Graph
	labels        []label
	names         []span // of the frames
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
				s.names = append(s.names, name)
				add(p.inside, len(s.Frames)-1)
			} else if _, known := boxes[p.layer]; !known {
				t := newLabel(p.layer, o)
				w, h := t.size()
				boxes[p.layer] = len(s.Boxes)
				s.Boxes, s.labels = append(s.Boxes, layout.Box{Width: w, Height: h, Frame: frame}), append(s.labels, t)
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

// paint draws the scene on white ground, which is as readable in a dark page as in a bright one.
func (s *scene) paint(canvas vg.Canvas) {
	b := brush{canvas, s.height}
	b.SetColor(color.White)
	b.Fill(b.rectangle(0, 0, s.width, s.height))
	b.SetColor(grey)
	b.SetLineWidth(1)
	b.SetLineDash([]vg.Length{5, 3}, 0)
	for _, f := range s.Frames {
		b.Stroke(b.rectangle(f.X, f.Y, f.Width, f.Height))
	}
	b.SetLineWidth(lineWidth)
	b.SetLineDash(nil, 0)
	for _, a := range s.Arrows {
		s.arrow(b, a)
	}
	for i, f := range s.Frames {
		b.SetColor(color.White) // no arrow runs through the name
		b.Fill(b.rectangle(f.X+4, f.Y+5, f.LabelWidth+8, f.LabelHeight))
		b.SetColor(color.Black)
		b.FillString(s.names[i].face, b.at(f.X+8, f.Y+19), s.names[i].text)
	}
	for i, x := range s.Boxes {
		s.labels[i].paint(b, x)
	}
}

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

// sans is a size of the font that everything is written in.
func sans(size int, bold bool) font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return font.DefaultCache.Lookup(f, vg.Length(size))
}
