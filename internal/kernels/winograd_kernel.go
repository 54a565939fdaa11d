package kernels

import (
	"math"
	"sync"
)

// winogradGradient is the gradient of a convolution's kernel by Winograd's method: the
// kernel's transform backwards of what, at each point, is a product of transformed inputs
// and transformed gradients of outputs, summed over tiles.
type winogradGradient struct {
	winograd
	dw              []float32
	parts, eachPart int // parts of the sums, and the blocks of one
	sums            partialSums
}

var winogradGradientPool = sync.Pool{New: func() any { return new(winogradGradient) }}

// winogradGradKernel is ConvGradKernel in tiles of m×m; see winogradConv.
func winogradGradKernel(s *instructionSet, m int, c *conv, x, dy, dw []float32) bool {
	g := winogradGradientPool.Get().(*winogradGradient)
	*g = winogradGradient{winograd: winograd{instructionSet: s, m: m, panels: g.panels[:0]}, dw: dw}
	w1, w2 := &c.windows[1], &c.windows[2]
	g.x = squares{pixels: x, lines: w1.in, width: w2.in, channels: c.cin, top: -w1.pad, left: -w2.pad}
	g.y = squares{pixels: dy, lines: w1.out, width: w2.out, channels: c.cout}
	g.plan(c.batch * c.windows[0].in)
	size := g.kernelSize()
	g.eachPart = ceilDiv(g.blocks, max(1, min(winogradPieces, g.tiles/winogradPart, partialSize/size)))
	g.parts = ceilDiv(g.blocks, g.eachPart)
	g.group(g.parts)
	total := pools32.values.get(size)
	g.sums = newPartialSums(*total, g.parts)
	each := work(g.points*g.block*g.eachPart, c.cin, g.columns*g.panels[0].columns)
	Parallel(g.parts*g.groups, int(max(1, minPiece/each)), g.compute)
	g.sums.add()
	Parallel(len(g.panels), max(1, packPiece/(size/len(g.panels))), g.finish)
	pools32.values.put(total)
	finite := !g.infinite.Load()
	*g = winogradGradient{winograd: winograd{panels: g.panels}}
	winogradGradientPool.Put(g)
	return finite
}

// compute computes pieces lo to hi: groups of panels for parts of the sums.
func (g *winogradGradient) compute(lo, hi int) {
	k, width := g.x.channels, g.panels[0].columns
	memory := pools32.values.get(g.size(g.block*k) + g.size(g.block*width) + g.x.side*g.x.side*max(k, width))
	x, rest := g.in(*memory, g.block*k)
	t := tileCallPool.Get().(*tileCall)
	for piece := lo; piece < hi; piece++ {
		part, from := piece/g.groups, piece%g.groups*g.columns
		sum, start := g.sums.part(part), part*g.eachPart
		for block := start; block < min(start+g.eachPart, g.blocks); block++ {
			first := block * g.block
			n := min(g.block, g.tiles-first)
			g.x.toPlanes(g.loops.winogradInput[g.m], first, n, 0, k, x, rest)
			for i := from; i < min(from+g.columns, len(g.panels)); i++ {
				p := g.panels[i]
				dy, rest := g.in(rest, g.block*p.columns)
				g.y.toPlanes(g.loops.winogradOutputGradient[g.m], first, n, p.first, p.columns, dy, rest)
				g.multiply(t, p, k, n, x, 1, k, dy, block > start, g.kernel(sum, i))
			}
		}
	}
	t.release()
	pools32.values.put(memory)
}

// finish transforms the sums of panels lo to hi.
func (g *winogradGradient) finish(lo, hi int) {
	rows, cout := g.x.channels, g.y.channels
	zeros := pools32.values.get(cout)
	clear(*zeros)
	for i := lo; i < hi; i++ {
		p, sums := g.panels[i], g.kernel(g.sums.total, i)
		each := max(1, maxTransform/p.columns)
		for r := 0; r < rows; r += each {
			if g.loops.winogradWeightsGradient[g.m](&g.dw[r*cout+p.first], bytes(3*rows*cout), bytes(rows*cout), bytes(cout),
				&sums.values[r*p.columns], bytes(sums.step), &(*zeros)[0], float32(math.Inf(-1)), p.columns, min(each, rows-r), 3, 3) != 0 {
				g.infinite.Store(true)
			}
		}
	}
	pools32.values.put(zeros)
}
