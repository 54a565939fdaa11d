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
	axisInk  = color.NRGBA{60, 60, 60, 255}
)

// panel is what is shown of one metric.
type panel struct {
	name       string
	train, val plotter.XYs
	epochs     []int
}

// curves lays out a panel for each metric, the loss first, in rows of up to three.
func curves(h *callbacks.History) (*picture, error) {
	if h == nil || len(h.Epoch) == 0 {
		return nil, keras.Expected(keras.ErrArgument, "a history with epochs", "none")
	}
	panels := newPanels(h)
	columns := min(len(panels), 3)
	if len(panels) == 4 {
		columns = 2
	}
	rows := (len(panels) + columns - 1) / columns
	return &picture{width: vg.Length(columns * panelWidth), height: vg.Length(rows * panelHeight), paint: func(c vg.Canvas) {
		whole := draw.NewCanvas(c, vg.Length(columns*panelWidth), vg.Length(rows*panelHeight))
		whole.SetColor(color.White)
		whole.Fill(whole.Rectangle.Path())
		for i, p := range panels {
			left, top := vg.Length(i%columns*panelWidth), whole.Max.Y-vg.Length(i/columns*panelHeight)
			p.paint(draw.Canvas{Canvas: whole.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: left + panelMargin, Y: top - panelHeight + panelMargin},
				Max: vg.Point{X: left + panelWidth - panelMargin, Y: top - panelMargin},
			}})
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
	values := h.History[key]
	if len(values) == 0 {
		return nil
	}
	// With a ValidationFreq there are fewer values: those of every so manieth epoch.
	every := 1
	for count(h.Epoch, every) > len(values) {
		every++
	}
	var xys plotter.XYs
	for _, epoch := range h.Epoch {
		if (epoch+1)%every == 0 && len(xys) < len(values) {
			xys = append(xys, plotter.XY{X: float64(epoch + 1), Y: values[len(xys)]})
		}
	}
	return xys
}

// count is how many of the epochs are multiples.
func count(epochs []int, every int) int {
	n := 0
	for _, e := range epochs {
		if (e+1)%every == 0 {
			n++
		}
	}
	return n
}

// paint draws the panel.
func (p panel) paint(c draw.Canvas) {
	chart := gonum.New()
	chart.X.Label.Text = "epoch"
	chart.X.Tick.Marker, chart.Y.Tick.Marker = roundNumbers{1}, roundNumbers{}
	first, last := float64(p.epochs[0]+1), float64(p.epochs[len(p.epochs)-1]+1)
	if first == last {
		first, last = first-0.5, last+0.5
	}
	for _, axis := range []*gonum.Axis{&chart.X, &chart.Y} {
		axis.Color, axis.Tick.Color = axisInk, axisInk
		axis.Label.TextStyle.Font, axis.Tick.Label.Font = sans(11, false).Font, sans(10, false).Font
		axis.Padding = 4
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = gridInk, gridInk
	chart.Add(grid)

	legend := gonum.NewLegend()
	legend.TextStyle.Font = sans(11, false).Font
	legend.Top = true
	legend.Padding = 2
	for _, curve := range []struct {
		name string
		xys  plotter.XYs
		ink  color.Color
	}{{"training", p.train, trainInk}, {"validation", p.val, valInk}} {
		if curve.xys == nil {
			continue
		}
		style := draw.LineStyle{Color: curve.ink, Width: 1.5}
		for _, piece := range unbroken(curve.xys) {
			chart.Add(&plotter.Line{XYs: piece, LineStyle: style})
			if len(piece) == 1 || len(p.epochs) <= fewEpochs {
				chart.Add(&plotter.Scatter{XYs: piece, GlyphStyle: draw.GlyphStyle{Color: curve.ink, Radius: 2.2, Shape: draw.CircleGlyph{}}})
			}
		}
		legend.Add(curve.name, &plotter.Line{LineStyle: style})
	}
	chart.X.Min, chart.X.Max = first, last
	if !(chart.Y.Min < chart.Y.Max) { // one value, or none that is finite
		middle := 0.5
		if chart.Y.Min == chart.Y.Max {
			middle = chart.Y.Min
		}
		reach := max(math.Abs(middle)/10, 1e-9)
		chart.Y.Min, chart.Y.Max = middle-reach, middle+reach
	}
	title := chart.Title.TextStyle
	title.Font, title.XAlign, title.YAlign = sans(13, true).Font, draw.XLeft, draw.YTop
	c.FillText(title, vg.Point{X: c.Min.X, Y: c.Max.Y}, p.name)
	legend.Draw(c)
	c.Max.Y -= panelHead
	chart.Draw(c)
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
	digits := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	var ticks []gonum.Tick
	for n := math.Ceil(from / step); n <= math.Floor(to/step); n++ {
		ticks = append(ticks, gonum.Tick{Value: n * step, Label: strconv.FormatFloat(n*step, 'f', digits, 64)})
	}
	return ticks
}
