package kernels

import (
	"math"
	"sync"
)

// winogradProduct is a convolution, or the gradient of its input.
type winogradProduct struct {
	winograd
	w          []float32
	wRow, wTap int
	gradient   bool // the kernel is transposed, and its taps are in reverse
	bias       []float32
	low        float32
	kernels    *[]float32 // transformed; nil if blocks make their own
}

var winogradProductPool = sync.Pool{New: func() any { return new(winogradProduct) }}

// winogradConv is Conv in tiles of m×m, as winogradTile says. It reports whether all
// results are finite; else they are not to be used.
func winogradConv(s *instructionSet, m int, c *conv, x, w, bias []float32, relu bool, y []float32) bool {
	g := newWinogradProduct(s, m, c, w)
	g.bias = bias
	if relu {
		g.low = 0
	}
	w1, w2 := &c.windows[1], &c.windows[2]
	g.x = squares{pixels: x, lines: w1.in, width: w2.in, channels: c.cin, top: -w1.pad, left: -w2.pad}
	g.y = squares{pixels: y, lines: w1.out, width: w2.out, channels: c.cout}
	return g.run(c.batch * c.windows[0].in)
}

// winogradGradInput is ConvGradInput in this way.
func winogradGradInput(s *instructionSet, m int, c *conv, w, dy, dx []float32) bool {
	g := newWinogradProduct(s, m, c, w)
	g.gradient = true
	w1, w2 := &c.windows[1], &c.windows[2]
	g.x = squares{pixels: dy, lines: w1.out, width: w2.out, channels: c.cout, top: w1.pad - 2, left: w2.pad - 2}
	g.y = squares{pixels: dx, lines: w1.in, width: w2.in, channels: c.cin}
	return g.run(c.batch * c.windows[0].in)
}

func newWinogradProduct(s *instructionSet, m int, c *conv, w []float32) *winogradProduct {
	g := winogradProductPool.Get().(*winogradProduct)
	*g = winogradProduct{winograd: winograd{instructionSet: s, m: m, panels: g.panels[:0]},
		w: w, wRow: c.cout, wTap: c.cin * c.cout, low: float32(math.Inf(-1))}
	return g
}

// run computes images.
func (g *winogradProduct) run(images int) bool {
	g.plan(images)
	g.group(g.blocks)
	zeros := pools32.values.get(g.y.channels)
	if g.bias == nil {
		clear(*zeros)
		g.bias = *zeros
	}
	if size := g.kernelSize(); size <= maxWeights && g.blocks > 1 {
		g.kernels = pools32.values.get(size)
		Parallel(len(g.panels), max(1, packPiece/g.size(g.x.channels*g.panels[0].columns)), g.transformKernels)
	}
	each := work(g.points*g.block, g.x.channels, g.columns*g.panels[0].columns)
	Parallel(g.blocks*g.groups, int(max(1, minPiece/each)), g.compute)
	if g.kernels != nil {
		pools32.values.put(g.kernels)
	}
	pools32.values.put(zeros)
	finite := !g.infinite.Load()
	*g = winogradProduct{winograd: winograd{panels: g.panels}}
	winogradProductPool.Put(g)
	return finite
}

func (g *winogradProduct) transformKernels(lo, hi int) {
	for i := lo; i < hi; i++ {
		g.transformKernel(i, g.kernel(*g.kernels, i))
	}
}

// transformKernel transforms the weights of a panel.
func (g *winogradProduct) transformKernel(i int, to planes) {
	p, rows := g.panels[i], g.x.channels
	width := p.columns
	from, tap, row := g.w[p.first:], g.wTap, g.wRow
	if g.gradient {
		packed := pools32.values.get(9 * rows * width)
		defer pools32.values.put(packed)
		for t := range 9 {
			g.packPanel(p, true, rows, g.w[(8-t)*g.wTap:], g.wRow, (*packed)[t*rows*width:])
		}
		from, tap, row = *packed, rows*width, width
	}
	each := max(1, maxTransform/width)
	for r := 0; r < rows; r += each {
		n := min(each, rows-r)
		_ = from[8*tap+(r+n-1)*row+width-1]
		g.loops.winogradWeights[g.m](&to.values[r*width], bytes(to.step), &from[r*row], bytes(3*tap), bytes(tap), bytes(row), width, n)
	}
}

// compute computes pieces lo to hi.
func (g *winogradProduct) compute(lo, hi int) {
	k, width := g.x.channels, g.panels[0].columns
	memory := pools32.values.get(g.size(g.block*k) + g.size(g.block*width) + g.size(k*width) + g.x.side*g.x.side*k)
	v, rest := g.in(*memory, g.block*k)
	t := tileCallPool.Get().(*tileCall)
	for piece := lo; piece < hi; piece++ {
		first := piece / g.groups * g.block
		n := min(g.block, g.tiles-first)
		g.x.toPlanes(g.loops.winogradInput[g.m], first, n, 0, k, v, rest)
		from := piece % g.groups * g.columns
		for i := from; i < min(from+g.columns, len(g.panels)); i++ {
			p := g.panels[i]
			products, rest := g.in(rest, g.block*p.columns)
			var kernel planes
			if g.kernels != nil {
				kernel = g.kernel(*g.kernels, i)
			} else {
				kernel, _ = g.in(rest, k*p.columns)
				g.transformKernel(i, kernel)
			}
			g.multiply(t, p, n, k, v, k, 1, kernel, false, products)
			if !g.y.fromPlanes(g.loops.winogradOutput[g.m], first, n, p.first, p.columns, products, g.bias, g.low) {
				g.infinite.Store(true)
			}
		}
	}
	t.release()
	pools32.values.put(memory)
}
