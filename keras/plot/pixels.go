package plot

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// pixels draws PNG as gonum does, but rectangles and letters, of which diagrams consist,
// without the paths and transformations that make them slow. No picture here is turned.
type pixels struct {
	*vgimg.Canvas
	image *image.RGBA
	ink   color.Color
}

func newPixels(width, height vg.Length, dpi int) *pixels {
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	return &pixels{c, c.Image().(*image.RGBA), color.Black}
}

func (c *pixels) SetColor(k color.Color) {
	if c.ink = k; k == nil {
		c.ink = color.Black
	}
	c.Canvas.SetColor(k)
}

// at is a place in pixels.
func (c *pixels) at(p vg.Point) (x, y float64) {
	return p.X.Dots(c.DPI()), float64(c.image.Rect.Max.Y) - p.Y.Dots(c.DPI())
}

func (c *pixels) Fill(p vg.Path) {
	if !isRectangle(p) {
		c.Canvas.Fill(p)
		return
	}
	corner := func(p vg.Point) image.Point {
		x, y := c.at(p)
		return image.Pt(int(math.Round(x)), int(math.Round(y)))
	}
	draw.Draw(c.image, image.Rectangle{Min: corner(p[0].Pos), Max: corner(p[2].Pos)}.Canon(), image.NewUniform(c.ink), image.Point{}, draw.Over)
}

// isRectangle reports whether a path is what brush.rectangle draws.
func isRectangle(p vg.Path) bool {
	return len(p) == 5 && p[0].Pos.Y == p[1].Pos.Y && p[1].Pos.X == p[2].Pos.X && p[2].Pos.Y == p[3].Pos.Y && p[3].Pos.X == p[0].Pos.X
}

func (c *pixels) FillString(f font.Face, p vg.Point, text string) {
	face := f.FontFace(c.DPI())
	defer face.Close()
	x, y := c.at(p)
	pen := xfont.Drawer{Dst: c.image, Src: image.NewUniform(c.ink), Face: face,
		Dot: fixed.Point26_6{X: fixed.Int26_6(math.Round(64 * x)), Y: fixed.Int26_6(math.Round(64 * y))}}
	pen.DrawString(text)
}

// paletted is an image with a byte for each pixel, which takes less time and room in a
// PNG, if there are no more than 256 colours; otherwise the image as it is.
func paletted(im *image.RGBA) image.Image {
	out := image.NewPaletted(im.Rect, nil)
	known := map[color.RGBA]uint8{}
	var last color.RGBA
	for i := range out.Pix {
		p := im.Pix[4*i : 4*i+4 : 4*i+4]
		c := color.RGBA{p[0], p[1], p[2], p[3]}
		if i > 0 && c == last {
			out.Pix[i] = out.Pix[i-1]
			continue
		}
		last = c
		k, ok := known[c]
		if !ok {
			if len(out.Palette) == 256 {
				return im
			}
			k = uint8(len(out.Palette))
			known[c], out.Palette = k, append(out.Palette, c)
		}
		out.Pix[i] = k
	}
	return out
}
