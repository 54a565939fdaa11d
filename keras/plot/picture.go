package plot

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/gokeras/gokeras/keras"
)

// picture is something that can be drawn on paper of a size.
type picture struct {
	width, height vg.Length
	paint         func(c vg.Canvas)
}

// Image is a drawing that notebooks show.
type Image struct {
	svg  string
	text string
}

// SVG is the drawing from <svg on.
func (m *Image) SVG() string { return m.svg }

// String says in words what the drawing shows.
func (m *Image) String() string { return m.text }

// SimpleRender is the drawing by MIME type, for notebooks.
func (m *Image) SimpleRender() map[string]any {
	return map[string]any{"image/svg+xml": m.svg, "text/plain": m.text}
}

// image is the picture for a notebook: pages are narrower than paper, so a point is a pixel.
func (p *picture) image(text string) *Image { return &Image{svg: p.svg("px"), text: text} }

// save writes the picture in the form that the extension names; forms is what it may be.
func (p *picture) save(path string, dpi int, forms string) error {
	var content []byte
	switch strings.ToLower(filepath.Ext(path)) {
	case ".svg":
		content = []byte(p.svg("pt") + "\n")
	case ".png", "":
		var err error
		if content, err = p.png(dpi); err != nil {
			return err
		}
	default:
		return keras.Expected(keras.ErrArgument, "a path that ends in "+forms, path)
	}
	return os.WriteFile(path, content, 0o666)
}

// png is the picture in pixels.
func (p *picture) png(dpi int) ([]byte, error) {
	c := newPixels(p.width, p.height, fit(p.width, p.height, dpi))
	p.paint(c)
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	err := encoder.Encode(&b, paletted(c.image))
	return b.Bytes(), err
}

// fit is a number of dots per inch, or fewer if a PNG would have more pixels, on a side
// or in all, than programs that show it can take.
func fit(width, height vg.Length, dpi int) int {
	const side, area = 32_767, 1 << 25
	w, h := float64(width/vg.Inch), float64(height/vg.Inch)
	return max(1, int(min(float64(dpi), side/max(w, h), math.Sqrt(area/(w*h)))))
}

// svg is the picture as SVG, with points as long as the unit.
func (p *picture) svg(unit string) string {
	c := &svgCanvas{height: p.height}
	vg.Initialize(c)
	p.paint(c)
	return c.document(p.width, unit)
}
