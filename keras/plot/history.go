package plot

import (
	"image/color"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
)

// The measures of the curves, in points.
const (
	panelWidth, panelHeight = 400, 280
	panelHead               = 34 // for title and legend, above the curves so that they hide none
	panelMargin             = 12
	historyDPI              = 144
	fewEpochs               = 30 // up to here each value has a dot
)

var (
	trainInk = color.NRGBA{31, 119, 180, 255}
	valInk   = color.NRGBA{230, 110, 10, 255}
	gridInk  = color.NRGBA{225, 225, 225, 255}
)

// panel is what is shown of one metric.
type panel struct {
	name       string
	train, val plotter.XYs
	epochs     []int
}

// curves lays out a panel for each metric, the loss first, in rows of two.
func curves(h *callbacks.History) (*picture, error) {
	if h == nil || len(h.Epoch) == 0 {
		return nil, keras.Expected(keras.ErrArgument, "a history with epochs", "none")
	}
	panels := newPanels(h)
	columns := min(len(panels), 2)
	rows := (len(panels) + columns - 1) / columns
	width, height := vg.Length(columns*panelWidth), vg.Length(rows*panelHeight)
	return &picture{width: width, height: height, paint: func(c vg.Canvas) {
		paper := draw.NewCanvas(c, width, height)
		paper.SetColor(color.White)
		paper.Fill(paper.Rectangle.Path())
		for i, p := range panels {
			left, top := vg.Length(i%columns*panelWidth), height-vg.Length(i/columns*panelHeight)
			paper.Rectangle = vg.Rectangle{
				Min: vg.Point{X: left + panelMargin, Y: top - panelHeight + panelMargin},
				Max: vg.Point{X: left + panelWidth - panelMargin, Y: top - panelMargin},
			}
			p.paint(paper)
		}
	}}, nil
}

// newPanels sorts the logs by metric: the loss, then the others by name.
func newPanels(h *callbacks.History) []panel {
	names := map[string]bool{}
	for key := range h.History {
		names[strings.TrimPrefix(key, "val_")] = true
	}
	delete(names, "loss")
	order := append([]string{"loss"}, slices.Sorted(maps.Keys(names))...)
	var panels []panel
	for _, name := range order {
		panels = append(panels, panel{name, points(h, name), points(h, "val_"+name), h.Epoch})
	}
	return panels
}

// points are the values of a key by epoch, counted from 1 as the progress bar does.
func points(h *callbacks.History, key string) plotter.XYs {
	var xys plotter.XYs
	for i, epoch := range h.EpochsOf(key) {
		xys = append(xys, plotter.XY{X: float64(epoch + 1), Y: h.History[key][i]})
	}
	return xys
}

// paint draws the panel: a title, a legend, and below both the curves, so that nothing hides them.
func (p panel) paint(c draw.Canvas) {
	chart := gonum.New()
	chart.BackgroundColor = nil
	chart.X.Label.Text = "epoch"
	chart.X.Tick.Marker, chart.Y.Tick.Marker = roundNumbers{1}, roundNumbers{}
	for _, axis := range []*gonum.Axis{&chart.X, &chart.Y} {
		axis.Color, axis.Tick.Color, axis.Tick.Length, axis.Padding = grey, grey, 4, 4
		axis.Label.TextStyle.Font, axis.Tick.Label.Font = sans(11, false).Font, sans(10, false).Font
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = gridInk, gridInk
	chart.Add(grid)

	legend := gonum.NewLegend()
	legend.Top, legend.Padding, legend.TextStyle.Font = true, 2, sans(11, false).Font
	for _, curve := range []struct {
		name string
		xys  plotter.XYs
		ink  color.Color
	}{{"training", p.train, trainInk}, {"validation", p.val, valInk}} {
		line := draw.LineStyle{Color: curve.ink, Width: 1.5}
		dot := draw.GlyphStyle{Color: curve.ink, Radius: 2.2, Shape: draw.CircleGlyph{}}
		for _, piece := range unbroken(curve.xys) {
			chart.Add(&plotter.Line{XYs: piece, LineStyle: line})
			if len(piece) == 1 || len(p.epochs) <= fewEpochs {
				chart.Add(&plotter.Scatter{XYs: piece, GlyphStyle: dot})
			}
		}
		if p.val != nil {
			legend.Add(curve.name, &plotter.Line{LineStyle: line})
		}
	}
	chart.X.Min, chart.X.Max = float64(p.epochs[0]+1), float64(p.epochs[len(p.epochs)-1]+1)
	if chart.X.Min == chart.X.Max {
		chart.X.Min, chart.X.Max = chart.X.Min-0.5, chart.X.Max+0.5
	}
	empty := chart.Y.Min > chart.Y.Max
	chart.Y.Min, chart.Y.Max = reach(chart.Y.Min, chart.Y.Max)

	title := chart.Title.TextStyle
	title.Font, title.XAlign, title.YAlign = sans(13, true).Font, draw.XLeft, draw.YTop
	c.FillText(title, vg.Point{X: c.Min.X, Y: c.Max.Y}, p.name)
	legend.Draw(c)
	c.Max.Y -= panelHead
	chart.Draw(c)
	if empty {
		title.Font, title.XAlign, title.YAlign = sans(11, false).Font, draw.XCenter, draw.YCenter
		c.FillText(title, c.Center(), "no finite values")
	}
}

// reach is what an axis shows of values from low to high: a little more on both sides.
func reach(low, high float64) (from, to float64) {
	switch margin := (high - low) / 25; {
	case low > high: // there are none
		return 0, 1
	case margin > 0:
		return low - margin, high + margin
	case low == 0:
		return -1, 1
	}
	return low - math.Abs(low)/10, low + math.Abs(low)/10
}

// unbroken splits a curve where a value is not finite.
func unbroken(xys plotter.XYs) []plotter.XYs {
	var pieces []plotter.XYs
	var piece plotter.XYs
	for _, q := range append(slices.Clone(xys), plotter.XY{Y: math.NaN()}) {
		if !math.IsNaN(q.Y) && !math.IsInf(q.Y, 0) {
			piece = append(piece, q)
		} else if piece != nil {
			pieces, piece = append(pieces, piece), nil
		}
	}
	return pieces
}

// roundNumbers puts about six ticks at multiples of 1, 2 or 5 times a power of ten, least or more apart.
type roundNumbers struct{ least float64 }

// Ticks are those between two values.
func (r roundNumbers) Ticks(from, to float64) []gonum.Tick {
	step := r.least
	if about := (to - from) / 6; about > step {
		step = math.Pow(10, math.Floor(math.Log10(about)))
		for _, times := range []float64{2, 2.5, 2} { // 2, 5, 10
			if step < about {
				step *= times
			}
		}
	}
	format, digits := byte('f'), max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	if digits > 5 || math.Abs(to) >= 1e7 || math.Abs(from) >= 1e7 {
		format, digits = 'g', 6
	}
	var ticks []gonum.Tick
	for n := math.Ceil(from / step); n <= math.Floor(to/step); n++ {
		ticks = append(ticks, gonum.Tick{Value: n * step, Label: strconv.FormatFloat(n*step+0, format, digits, 64)})
	}
	return ticks
}
