package kernels

import "sync/atomic"

// Winograd's method makes a tile of m×m outputs of a 3×3 convolution with (m+2)²
// multiplications for each pair of channels, where the direct one takes 9m². It regards
// the kernel, and what a tile sees of an image, as polynomials, takes both to their values
// at (m+2)² points, multiplies these, and takes the products to the tile's outputs. Values
// at one point, of many tiles, are a plane: so there is a product of matrices for each
// point. Gradients are such products too, by the transposed transforms.
//
// The transforms mix all that a tile sees. That costs a bit or two of random numbers, and
// what is small beside its neighbours becomes as inexact as they are. An infinity or NaN,
// or an overflow on the way, would spread in a tile: if any result is not finite, the
// direct method computes all of them again.

const (
	// largestTile is the side of the largest one there are transforms for.
	largestTile = 4
	// winogradTiles is how many tiles are transformed at a time. More: they leave the
	// second-level cache. Fewer: transformed weights are read more often.
	winogradTiles = 48
	// maxWeights is how many transformed weights are kept. Of more, each block of tiles
	// makes its own, which takes no longer than reading them from memory; such blocks
	// have twice as many tiles.
	maxWeights = 1 << 21
	// maxTransform is how many elements of a plane one call of a transform makes: below
	// 30 microseconds.
	maxTransform = 1 << 12
	// winogradPieces is how many pieces the work is cut into, where it can.
	winogradPieces = 16
	// winogradColumns is the least number of a piece's output channels. Fewer: its tiles,
	// which each piece transforms for itself, cost too much.
	winogradColumns = 128
	// winogradPart is the least number of tiles whose share in the kernel's gradient is a
	// partial result.
	winogradPart = 96
)

// What the transforms cost, in multiplications of the products.
const (
	inputCost   = 8 // of an element of a plane
	outputCost  = 16
	weightsCost = 4 // shared by a few samples
)

// winogradTile returns the side of the tiles that are fastest for a convolution, or the
// gradient of its input, to images of that size; 0 if the direct method is. It does not
// look at the number of samples, so that what comes out for one does not either.
func (c *conv) winogradTile(size [maxRank]int, cin, cout int) (tile int) {
	w0, w1, w2 := &c.windows[0], &c.windows[1], &c.windows[2]
	if !w0.dense(1) || w0.in != w0.out || w0.pad != 0 || !w1.dense(3) || !w2.dense(3) ||
		c.groups != 1 || cin%maxLanes != 0 || cout%maxLanes != 0 {
		return 0
	}
	least := work(9*size[1]*size[2], cin, cout) / 1.2 // a smaller gain is not worth its errors
	for _, m := range []int{3, 4} {
		tiles := float64(ceilDiv(size[1], m) * ceilDiv(size[2], m))
		each := float64(inputCost*cin+outputCost*cout) + work(1, cin, cout)
		if cost := float64((m+2)*(m+2)) * (tiles*each + work(weightsCost, cin, cout)); cost < least {
			least, tile = cost, m
		}
	}
	return tile
}

// dense reports whether there is a window of so many neighbours at each place.
func (w *window) dense(taps int) bool {
	return w.taps == taps && w.stride == 1 && (w.dilation == 1 || taps == 1)
}

// winograd is what the kernels by this method have in common.
type winograd struct {
	*instructionSet
	loops    *elementLoops
	m        int         // side of a tile
	points   int         // (m+2)²
	x, y     squares     // what tiles see, and they themselves
	panels   []panel     // of y's channels
	infinite atomic.Bool // a result is not finite

	tiles, block, blocks int // all tiles, those of a block, and the number of blocks
	columns, groups      int // panels of a piece, and the number of such groups
}

// plan cuts the tiles of some images into blocks.
func (g *winograd) plan(images int) {
	g.loops, g.points = &vectorLoops[g.lanes], (g.m+2)*(g.m+2)
	g.x.tile(g.m+2, g.m, g.y.lines, g.y.width)
	g.y.tile(g.m, g.m, g.y.lines, g.y.width)
	g.panels = g.cutPanels(maxEven, g.y.channels, g.panels)
	g.tiles = images * g.y.rows * g.y.columns
	g.block = evenly(g.tiles, winogradTiles)
	if g.kernelSize() > maxWeights {
		g.block = evenly(g.tiles, 2*winogradTiles)
	}
	g.blocks = ceilDiv(g.tiles, g.block)
}

// group cuts the panels into groups, so that together with so many parts of the tiles
// there are enough pieces.
func (g *winograd) group(parts int) {
	n := len(g.panels)
	g.columns = min(n, max(ceilDiv(n*parts, winogradPieces), ceilDiv(winogradColumns, g.panels[0].columns)))
	g.groups = ceilDiv(n, g.columns)
}

// size is the memory for planes of n elements. They lie off powers of two, because the
// transforms walk over all of them at once.
func (g *winograd) size(n int) int { return g.points * (n + rowPadding) }

// in returns such planes, and the memory behind them.
func (g *winograd) in(memory []float32, n int) (planes, []float32) {
	return planes{memory[:g.size(n)], n + rowPadding}, memory[g.size(n):]
}

// kernel returns the planes of a panel in the memory for transformed kernels.
func (g *winograd) kernel(memory []float32, i int) planes {
	p := g.panels[i]
	k, _ := g.in(memory[g.points*(g.x.channels*p.first+i*rowPadding):], g.x.channels*p.columns)
	return k
}

// kernelSize is the size of this memory.
func (g *winograd) kernelSize() int {
	return g.points * (g.x.channels*g.y.channels + len(g.panels)*rowPadding)
}

// multiply computes a panel of the product of a and b, at each point, of so many rows and
// terms. The elements of a lie apart as rowA and colA say, the panels of b and c are packed.
func (g *winograd) multiply(t *tileCall, p panel, rows, terms int, a planes, rowA, colA int, b planes, accumulate bool, c planes) {
	width := p.columns
	t.aCol, t.bRow, t.outer, t.relu, t.bias = bytes(colA), bytes(width), 1, false, nil
	each := evenly(terms, maxTerms)
	for point := range g.points {
		for from := 0; from < terms; from += each {
			t.inner, t.accumulate = uintptr(min(each, terms-from)), accumulate || from > 0
			t.b = &b.values[point*b.step+from*width]
			g.column(t, p, rows, a.values[point*a.step+from*colA:], rowA, c.values[point*c.step:], width)
		}
	}
}
