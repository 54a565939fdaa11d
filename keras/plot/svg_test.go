package plot_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras/plot"
)

// drawing is what an SVG shows.
type drawing struct {
	width, height float64
	fills         []fill
	lines         []string // the data of paths with a solid line
	frames        int      // the number of those with a dashed line
	dots          int      // the number of discs
	texts         []inscription
	foreign       []string // texts that the viewer's fonts draw
}

// fill is an area, as far as it reaches, and its colour.
type fill struct {
	rect
	color string
}

// inscription is a text, the ground that its letters cover, and what was painted there before.
type inscription struct {
	text string
	rect
	ground fill
	bold   bool
}

type rect struct{ left, top, right, bottom float64 }

func (r rect) holds(o rect) bool {
	return r.left <= o.left && r.top <= o.top && o.right <= r.right && o.bottom <= r.bottom
}

func (r rect) meets(o rect) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

func (r rect) grow(d float64) rect { return rect{r.left - d, r.top - d, r.right + d, r.bottom + d} }

// reach is how far a path reaches.
func reach(t *testing.T, path string) rect {
	r := rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	numbers := strings.FieldsFunc(path, func(c rune) bool { return strings.ContainsRune("MLQCZ ", c) })
	require.Zero(t, len(numbers)%2, path)
	for i := 0; i < len(numbers); i += 2 {
		x, y := float(t, numbers[i]), float(t, numbers[i+1])
		r = rect{min(r.left, x), min(r.top, y), max(r.right, x), max(r.bottom, y)}
	}
	return r
}

func float(t *testing.T, s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return f
}

// read takes an SVG apart.
func read(t *testing.T, svg string) *drawing {
	d := &drawing{}
	glyphs := map[string]rect{}
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if token == nil {
			require.Equal(t, "EOF", err.Error())
			return d
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		has := map[string]string{}
		for _, a := range e.Attr {
			has[a.Name.Local] = a.Value
		}
		switch {
		case e.Name.Local == "svg":
			n, err := fmt.Sscanf(has["viewBox"], "0 0 %g %g", &d.width, &d.height)
			require.NoError(t, err)
			require.Equal(t, 2, n)
		case has["id"] != "":
			glyphs[has["id"]] = reach(t, has["d"])
		case e.Name.Local == "path" && strings.Contains(has["d"], "A"):
			d.dots++
		case e.Name.Local == "path" && has["fill"] != "none":
			d.fills = append(d.fills, fill{reach(t, has["d"]), has["fill"]})
		case e.Name.Local == "path" && has["stroke-dasharray"] != "":
			d.frames++
		case e.Name.Local == "path":
			d.lines = append(d.lines, has["d"])
		case has["aria-label"] != "":
			var x, y, scale float64
			_, err := fmt.Sscanf(has["transform"], "translate(%g %g) scale(%g)", &x, &y, &scale)
			require.NoError(t, err)
			var content struct {
				Uses []struct {
					Href string  `xml:"href,attr"`
					X    float64 `xml:"x,attr"`
				} `xml:"use"`
			}
			require.NoError(t, decoder.DecodeElement(&content, &e))
			s := inscription{text: has["aria-label"], rect: rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}}
			for _, u := range content.Uses {
				g, known := glyphs[strings.TrimPrefix(u.Href, "#")]
				require.True(t, known, "%s is drawn", u.Href)
				s.bold = strings.HasPrefix(u.Href, "#bold")
				s.rect = rect{min(s.left, x+(u.X+g.left)*scale), min(s.top, y+g.top*scale), max(s.right, x+(u.X+g.right)*scale), max(s.bottom, y+g.bottom*scale)}
			}
			for _, f := range slices.Backward(d.fills) {
				if f.holds(rect{s.left, s.bottom, s.left, s.bottom}) {
					s.ground = f
					break
				}
			}
			d.texts = append(d.texts, s)
		case e.Name.Local == "text":
			d.foreign = append(d.foreign, has["textLength"])
		}
	}
}

// Nothing in this package turns a text, but gonum may.
func TestTransformations(t *testing.T) {
	svg := plot.Turned()
	// From the lower left corner 30 to the right and 20 up; a quarter turn to the left; twice as large.
	assert.Contains(t, svg, `<g transform="translate(30 -20)">
<g transform="rotate(-90 0 100)">
<g transform="translate(0 100) scale(2 2) translate(0 -100)">
<g aria-label="I" transform="translate(5 95) `)
	assert.Contains(t, svg, `</g>
</g>
</g>
</g>
<g aria-label="I" transform="translate(0 100) `)
	read(t, svg)
}

// Pictures share a page, and so their ids.
func TestLettersAreTheSameInAllPictures(t *testing.T) {
	outlines := map[string]string{}
	shared := 0
	add := func(image *plot.Image, err error) {
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`<path id="(.*?)" d="(.*?)"`).FindAllStringSubmatch(image.SVG(), -1) {
			if known, ok := outlines[m[1]]; ok {
				shared++
				require.Equal(t, known, m[2], m[1])
			}
			outlines[m[1]] = m[2]
		}
	}
	add(plot.HistoryImage(history(3, falling, "loss", "val_loss")))
	add(plot.ConfusionMatrixImage(tensorOf([]int{0, 1}), tensorOf([]int{1, 1}), "loss", "a training"))
	assert.Greater(t, shared, 10)
}

func TestTextsThatXMLCannotHold(t *testing.T) {
	image, err := plot.ConfusionMatrixImage(tensorOf([]int{0, 0}), tensorOf([]int{0, 0}), "\x00\x1b<b>")
	require.NoError(t, err)
	assert.Len(t, read(t, image.SVG()).foreign, 2, "no letter of the font")
}
