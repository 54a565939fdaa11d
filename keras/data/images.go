package data

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// The measures of a grid of images, in pixels.
const (
	gridWidth   = 720
	gridColumns = 10
	gridRows    = 5
	gridGap     = 8
	smallSide   = 64  // images are enlarged by a whole number up to this side
	largeSide   = 128 // and made smaller by one down to that
	widestCell  = 105 // for the sake of labels
	lineHeight  = 14
	letterWidth = 7
)

// ImageGrid is a batch of images as a picture that notebooks show. See [Images].
type ImageGrid struct {
	x                             *tensor.Dense
	count, height, width, channel int
	labels                        []label
	classNames                    []string
	limit                         int // 0: gridRows full rows
	err                           error
}

// Images lays out the images of a batch side by side, each with its labels below, a
// line for each: Images(x), Images(x, y), Images(x, y, model's predictions).
//
//	x       (n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels, or one image
//	        of these: a last axis of 1, 3 or 4 is taken for channels
//	labels  n numbers, n probabilities for each class (n, classes), or n strings: a *tensor.Dense or a slice
//
// Values from 0 to 1 and whole numbers from 0 to 255 are shown as they are meant, others from
// the lowest to the highest. Probabilities are shown as the most probable class. A label that is not
// that of the first line is red.
//
// What is wrong with the arguments is what is shown; Err returns it.
func Images(x *tensor.Dense, labels ...any) *ImageGrid {
	g := &ImageGrid{x: x}
	g.err = errors.WithMessage(g.init(labels), "data: Images")
	return g
}

func (g *ImageGrid) init(labels []any) error {
	if g.x == nil || g.x.Dtype().Type == nil {
		return errors.New("expected images, received nil")
	}
	shape := g.x.Shape()
	rank := len(shape)
	g.count, g.channel = 1, 1
	coloured := rank > 2 && (shape[rank-1] == 1 || shape[rank-1] == 3 || shape[rank-1] == 4)
	switch {
	case rank == 2:
		g.height, g.width = shape[0], shape[1]
	case rank == 3 && !coloured:
		g.count, g.height, g.width = shape[0], shape[1], shape[2]
	case rank == 3:
		g.height, g.width, g.channel = shape[0], shape[1], shape[2]
	case rank == 4 && coloured:
		g.count, g.height, g.width, g.channel = shape[0], shape[1], shape[2], shape[3]
	default:
		return errors.Errorf("expected (n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels, received %s", describe(g.x))
	}
	if !numeric(g.x.Dtype()) {
		return errors.Errorf("expected numbers, received %s", describe(g.x))
	}
	for i, v := range labels {
		l, err := newLabel(v, g.count)
		if err != nil {
			return errors.WithMessagef(err, "labels %d", i+1)
		}
		g.labels = append(g.labels, l)
	}
	return nil
}

// ClassNames sets what is shown instead of the labels 0, 1, 2, …
func (g *ImageGrid) ClassNames(names ...string) *ImageGrid { g.classNames = names; return g }

// Limit sets how many images are shown at most. By default these are five rows.
func (g *ImageGrid) Limit(n int) *ImageGrid {
	if g.err == nil && n < 1 {
		g.err = errors.Errorf("data: Images: expected a Limit of at least 1, received %d", n)
	}
	g.limit = n
	return g
}

// Err returns what was wrong with the arguments, or nil.
func (g *ImageGrid) Err() error { return g.err }

// String says in words what the picture shows.
func (g *ImageGrid) String() string {
	if g.err != nil {
		return g.err.Error()
	}
	text := fmt.Sprintf("%d × %d %v", g.height, g.width, g.x.Dtype())
	switch shown := g.layout().shown; {
	case g.count == 1:
		return "1 image of " + text
	case shown < g.count:
		return fmt.Sprintf("%d images of %s, the first %d of which are shown", g.count, text, shown)
	default:
		return fmt.Sprintf("%d images of %s", g.count, text)
	}
}

// SimpleRender is the picture by MIME type, for notebooks.
func (g *ImageGrid) SimpleRender() map[string]any {
	return map[string]any{"image/svg+xml": g.SVG(), "text/plain": g.String()}
}

// gridLayout says where the images of a grid stand.
type gridLayout struct {
	enlarge, shrink int // one of them is 1
	width, height   int // of an image on the page
	columns, shown  int
	cellWidth       int // with the gap, as cellHeight
	cellHeight      int
}

func (g *ImageGrid) layout() gridLayout {
	side := max(g.height, g.width)
	l := gridLayout{enlarge: max(1, smallSide/side), shrink: (side + largeSide - 1) / largeSide}
	l.width, l.height = max(1, g.width*l.enlarge/l.shrink), max(1, g.height*l.enlarge/l.shrink)
	l.cellHeight = l.height + gridGap + len(g.labels)*lineHeight
	l.cellWidth = l.width
	for i := range min(g.count, gridRows*gridColumns) {
		for _, label := range g.labels {
			name, more := label(i, g.classNames)
			l.cellWidth = max(l.cellWidth, min(widestCell, letterWidth*utf8.RuneCountInString(name+more)))
		}
	}
	l.cellWidth += gridGap
	l.columns = max(1, min(gridColumns, gridWidth/l.cellWidth))
	l.shown = g.limit
	if l.shown == 0 {
		l.shown = gridRows * l.columns
	}
	l.shown = min(l.shown, g.count)
	l.columns = min(l.columns, l.shown)
	return l
}

// SVG is the picture from <svg on, on white ground: it is as readable on a dark page as on
// a bright one.
func (g *ImageGrid) SVG() string {
	var body strings.Builder
	if g.err != nil {
		lines := wrap(g.String(), gridWidth/letterWidth)
		for i, text := range lines {
			svgText(&body, gridGap, (i+1)*lineHeight, "start", "#c00000", text)
		}
		return svgDocument(gridWidth+2*gridGap, len(lines)*lineHeight+gridGap, body.String())
	}
	l := g.layout()
	pixels := g.pixels(l.shown)
	for i := range l.shown {
		centre, top := gridGap/2+i%l.columns*l.cellWidth+l.cellWidth/2, gridGap+i/l.columns*l.cellHeight
		fmt.Fprintf(&body, `<image x="%d" y="%d" width="%d" height="%d" style="image-rendering:%s" href="data:image/png;base64,%s"/>`+"\n",
			centre-l.width/2, top, l.width, l.height, map[bool]string{true: "pixelated", false: "auto"}[l.enlarge > 1], g.png(pixels, i, l.shrink))
		first := ""
		for k, label := range g.labels {
			name, more := label(i, g.classNames)
			ink := "black"
			if k == 0 {
				first = name
			} else if name != first {
				ink = "#c00000"
			}
			svgText(&body, centre, top+l.height+(k+1)*lineHeight-2, "middle", ink, shorten(name, more, l.cellWidth/letterWidth))
		}
	}
	width := gridGap + l.columns*l.cellWidth
	height := gridGap + (l.shown+l.columns-1)/l.columns*l.cellHeight
	if more := g.count - l.shown; more > 0 {
		text := fmt.Sprintf("… and %d more", more)
		svgText(&body, gridGap, height+lineHeight-4, "start", "#606060", text)
		width, height = max(width, 2*gridGap+letterWidth*len(text)), height+lineHeight+2
	}
	return svgDocument(width, height, body.String())
}

// wrap breaks a text between words into lines of about so many letters.
func wrap(text string, letters int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		line := &lines[len(lines)-1]
		if *line != "" && len(*line)+len(word) >= letters {
			lines = append(lines, word)
		} else {
			*line = strings.TrimSpace(*line + " " + word)
		}
	}
	return lines
}

// shorten cuts a name so that it fits with what follows into a number of letters.
func shorten(name, more string, letters int) string {
	runes := []rune(name)
	if room := max(2, letters-len(more)); len(runes) > room {
		name = string(runes[:room-1]) + "…"
	}
	return name + more
}

func svgDocument(width, height int, body string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" style="max-width:100%%;height:auto" font-family="sans-serif" font-size="11">`+
		"\n"+`<rect width="%[1]d" height="%[2]d" fill="white"/>`+"\n%[3]s</svg>", width, height, body)
}

func svgText(b *strings.Builder, x, y int, anchor, ink, text string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="%s" fill="%s">`, x, y, anchor, ink)
	xml.EscapeText(b, []byte(text)) // a Builder takes everything
	b.WriteString("</text>\n")
}

// pixels are the values of the first n images from 0 to 255.
func (g *ImageGrid) pixels(n int) []float64 {
	x := g.x
	if g.count > 1 {
		x = Slice(x, 0, n)
	}
	values := numbers(x)
	low, high, whole := math.Inf(1), math.Inf(-1), true
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high, whole = min(low, v), max(high, v), whole && v == math.Trunc(v)
		}
	}
	switch {
	case low >= 0 && high <= 1:
		low, high = 0, 1
	case low >= 0 && high <= 255 && whole:
		low, high = 0, 255
	}
	for i, v := range values {
		v = math.Round(255 * (v - low) / (high - low))
		if values[i] = min(max(v, 0), 255); math.IsNaN(v) {
			values[i] = 0
		}
	}
	return values
}

// png is image i, made smaller, in base64.
func (g *ImageGrid) png(pixels []float64, i, shrink int) string {
	rect := image.Rect(0, 0, max(1, g.width/shrink), max(1, g.height/shrink))
	grey, coloured := image.NewGray(rect), image.NewNRGBA(rect)
	pixels = pixels[i*g.height*g.width*g.channel:]
	var p [4]uint8
	for y := range rect.Max.Y {
		for x := range rect.Max.X {
			for c := range g.channel {
				sum, n := 0.0, 0
				for v := y * shrink; v < min((y+1)*shrink, g.height); v++ {
					for u := x * shrink; u < min((x+1)*shrink, g.width); u++ {
						sum += pixels[(v*g.width+u)*g.channel+c]
						n++
					}
				}
				p[c] = uint8(math.Round(sum / float64(n)))
			}
			switch g.channel {
			case 1:
				grey.SetGray(x, y, color.Gray{Y: p[0]})
			case 3:
				coloured.SetNRGBA(x, y, color.NRGBA{p[0], p[1], p[2], 255})
			case 4:
				coloured.SetNRGBA(x, y, color.NRGBA{p[0], p[1], p[2], p[3]})
			}
		}
	}
	var picture image.Image = coloured
	if g.channel == 1 {
		picture = grey
	}
	var b bytes.Buffer
	png.Encode(&b, picture) // a Buffer takes everything
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
