package plot

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"
)

// Fit is the number of dots per inch that a PNG gets.
func Fit(width, height float64, dpi int) int { return fit(vg.Length(width), vg.Length(height), dpi) }

// Ticks are the labels of an axis.
func Ticks(least, from, to float64) []string {
	var labels []string
	for _, t := range (roundNumbers{least}).Ticks(from, to) {
		labels = append(labels, t.Label)
	}
	return labels
}

// Paletted is the image that becomes a PNG.
func Paletted(im *image.RGBA) image.Image { return paletted(im) }

// Turned is an SVG with a letter that is moved, turned and scaled, and one that is not.
func Turned() string {
	p := &picture{width: 100, height: 100, paint: func(c vg.Canvas) {
		c.Push()
		c.Translate(vg.Point{X: 30, Y: 20})
		c.Rotate(math.Pi / 2)
		c.Scale(2, 2)
		c.FillString(sans(10, false), vg.Point{X: 5, Y: 5}, "I")
		c.Pop()
		c.FillString(sans(10, false), vg.Point{}, "I")
	}}
	return p.svg("pt")
}
