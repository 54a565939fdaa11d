package kernels

import "sync"

// The gradient of a convolution's kernel is, for each tap, a product of what the tap
// sees, transposed, with dy: its sums run over windows. They are added up for a run of
// windows at a time, whose operands are packed first so that tiles read them in order
// and find them in the first-level cache: dy in panels, and x in blocks of as many
// channels as a tile has rows, with padding, which all taps read from different places.

const (
	// runWindows is how many windows are added up at a time. More: a panel of dy
	// leaves the first-level cache. Fewer: dW is read and written more often.
	runWindows = 320
	// partWindows is the least number of windows with partial sums of their own, which
	// cost as much as some hundred windows.
	partWindows = 2048
	// With up to fewChannels, rows of tiles are the taps of a line with all channels:
	// blocks would be too low.
	fewChannels = 4
	// kernelPieces is how many pieces a gradient is cut into, where it can.
	kernelPieces = 16
)

// kernelGradient is the state of one call of vectorGradKernel.
type kernelGradient struct {
	*conv
	set       *instructionSet
	x, dy, dw []float32
	panels    []panel
	merged    bool // the taps of a line are rows, not tiles
	blocks    int  // of a group's channels

	// A run is some samples and lines, and a part of a line, of one window of axis 0.
	samples, lines, line int
	runs                 [maxRank + 1]int // of samples, and of windows by axis
	// A block of x has, for a run, the lines that each tap of axis 0 sees, as phases of
	// the last axis, each of width places with the same remainder by the stride.
	frameLines, phases, width int

	parts, eachPart   int // parts of the sums, and the runs of one
	pieces, eachPiece int // pieces of the channels, and the blocks of one
	partial           *[]float32
}

var kernelGradientPool = sync.Pool{New: func() any { return new(kernelGradient) }}

// vectorGradKernel is ConvGradKernel on tiles.
func vectorGradKernel(s *instructionSet, c *conv, x, dy, dw []float32) {
	g := kernelGradientPool.Get().(*kernelGradient)
	*g = kernelGradient{conv: c, set: s, x: x, dy: dy, dw: dw, panels: s.cutPanels(c.gout, g.panels[:0])}
	g.plan()
	g.partial = pools32.values.get((g.parts - 1) * len(dw))
	parallelOr(g.parts*g.pieces, 1, g, (*kernelGradient).compute)
	if g.parts > 1 {
		parallelOr(len(dw), elementGrain, g, (*kernelGradient).addParts)
	}
	pools32.values.put(g.partial)
	*g = kernelGradient{panels: g.panels}
	kernelGradientPool.Put(g)
}

// evenly returns the size of the fewest equal parts of n that are at most limit.
func evenly(n, limit int) int { return ceilDiv(n, ceilDiv(n, max(1, limit))) }

// plan chooses runs, parts and pieces. The order of a sum depends on runs and parts,
// and these on the geometry alone.
func (g *kernelGradient) plan() {
	w0, w1, w2 := &g.windows[0], &g.windows[1], &g.windows[2]
	g.merged = g.gin <= fewChannels && w2.dilation*g.cin == g.gin && w2.taps > 1
	g.samples, g.lines, g.line = 1, 1, evenly(w2.out, runWindows)
	if g.line == w2.out {
		g.lines = evenly(w1.out, runWindows/g.line)
	}
	if g.lines*g.line == w1.out*w2.out && !g.merged {
		g.samples = evenly(g.batch, runWindows/(g.lines*g.line))
	}
	g.runs = [...]int{ceilDiv(g.batch, g.samples), w0.out, ceilDiv(w1.out, g.lines), ceilDiv(w2.out, g.line)}
	g.phases, g.blocks = w2.stride, ceilDiv(g.gin, g.height())
	if g.merged {
		g.phases, g.blocks = 1, 1
	}
	g.frameLines = (g.lines-1)*w1.stride + (w1.taps-1)*w1.dilation + 1
	g.width = ceilDiv((g.line-1)*w2.stride+(w2.taps-1)*w2.dilation+1, g.phases)

	runs, windows := g.runs[0]*g.runs[1]*g.runs[2]*g.runs[3], g.batch*g.outputs()
	pieces := 1
	if total := work(windows, g.cout, g.terms); total > serialProduct {
		pieces = int(min(kernelPieces, total/minPiece))
	}
	g.eachPart = ceilDiv(runs, max(1, min(pieces, windows/partWindows, partialSize/len(g.dw))))
	g.parts = ceilDiv(runs, g.eachPart)
	blocks := g.groups * g.blocks
	g.eachPiece = ceilDiv(blocks, min(blocks, max(ceilDiv(pieces, g.parts), g.frame()*g.cin/blockA)))
	g.pieces = ceilDiv(blocks, g.eachPiece)
}

// height returns the height of the lowest tiles.
func (g *kernelGradient) height() int {
	height := maxHeight
	for _, p := range g.panels {
		height = min(height, g.set.heights[p.vectors])
	}
	return height
}

// frame is the number of places in a block of x.
func (g *kernelGradient) frame() int {
	return g.windows[0].taps * g.frameLines * g.phases * g.width * g.samples
}

// block returns the channels of a block of a group.
func (g *kernelGradient) channels(block int) (first, height int) {
	first = block * g.gin / g.blocks
	return first, (block+1)*g.gin/g.blocks - first
}

// addParts adds up the partial sums of elements lo to hi of dW.
func (g *kernelGradient) addParts(lo, hi int) {
	add, to := vectorLoops[g.set.lanes].same[Add], first(g.dw[lo:hi])
	for part := range g.parts - 1 {
		add(to, to, first((*g.partial)[part*len(g.dw)+lo:][:hi-lo]), hi-lo)
	}
}

// compute computes pieces lo to hi: for one part of the sums, some blocks of channels.
func (g *kernelGradient) compute(lo, hi int) {
	args := tileArgsPool.Get().(*tileArgs)
	for piece := lo; piece < hi; piece++ {
		part, from := piece/g.pieces, piece%g.pieces*g.eachPiece
		to := min(from+g.eachPiece, g.groups*g.blocks)
		sum := g.dw
		if part > 0 {
			sum = (*g.partial)[(part-1)*len(g.dw) : part*len(g.dw)]
		}
		first := part * g.eachPart
		for run := first; run < min(first+g.eachPart, g.runs[0]*g.runs[1]*g.runs[2]*g.runs[3]); run++ {
			r := g.open(run)
			args.accumulate = run > first
			for group := from / g.blocks; group*g.blocks < to; group++ {
				lo, hi := max(from-group*g.blocks, 0), min(to-group*g.blocks, g.blocks)
				g.add(args, r, group, lo, hi, sum)
			}
		}
	}
	*args = tileArgs{}
	tileArgsPool.Put(args)
}

// windowRun is a run of windows: where it begins, and its size.
type windowRun struct {
	sample, samples      int
	plane                int
	firstLine, lines     int
	firstWindow, windows int // of a line
}

func (g *kernelGradient) open(run int) windowRun {
	var r windowRun
	r.firstWindow, run = run%g.runs[3]*g.line, run/g.runs[3]
	r.firstLine, run = run%g.runs[2]*g.lines, run/g.runs[2]
	r.plane, r.sample = run%g.runs[1], run/g.runs[1]*g.samples
	r.windows = min(g.line, g.windows[2].out-r.firstWindow)
	r.lines = min(g.lines, g.windows[1].out-r.firstLine)
	r.samples = min(g.samples, g.batch-r.sample)
	return r
}

// add adds what a run contributes to blocks lo to hi of a group.
func (g *kernelGradient) add(args *tileArgs, r windowRun, group, lo, hi int, sum []float32) {
	low, _ := g.channels(lo)
	high, _ := g.channels(hi)
	packedX := pools32.values.get(g.frame()*(high-low) + packOverrun)
	packedDY := pools32.values.get(g.lines*g.line*g.samples*maxVectors*g.set.lanes + packOverrun)
	for block := lo; block < hi; block++ {
		first, height := g.channels(block)
		g.packX(r, group*g.gin+first, height, (*packedX)[g.frame()*(first-low):])
	}
	for _, p := range g.panels {
		g.packDY(args, r, group*g.gout+p.first, p, *packedDY)
		for block := lo; block < hi; block++ {
			first, height := g.channels(block)
			g.taps(args, r, p, height, (*packedX)[g.frame()*(first-low):], sum[first*g.cout+group*g.gout+p.first:])
		}
	}
	pools32.values.put(packedX)
	pools32.values.put(packedDY)
}

// packX packs the channels of a block that a run sees.
func (g *kernelGradient) packX(r windowRun, channel, height int, to []float32) {
	w0, w1, w2 := &g.windows[0], &g.windows[1], &g.windows[2]
	place := r.samples * height
	x := g.x[r.sample*g.inSize+channel:]
	left := r.firstWindow*w2.stride - w2.pad
	for k0 := range w0.taps {
		plane := r.plane*w0.stride + k0*w0.dilation - w0.pad
		for i := range g.frameLines {
			line := r.firstLine*w1.stride + i - w1.pad
			inside := plane >= 0 && plane < w0.in && line >= 0 && line < w1.in
			for phase := range g.phases {
				lo, hi := 0, 0 // of the places inside
				if inside {
					lo = min(g.width, max(0, ceilDiv(-left-phase, g.phases)))
					hi = min(g.width, max(lo, ceilDiv(w2.in-left-phase, g.phases)))
				}
				clear(to[:lo*place])
				if lo < hi {
					from := x[((plane*w1.in+line)*w2.in+left+lo*g.phases+phase)*g.cin:]
					g.packPlaces(to[lo*place:], from, hi-lo, r.samples, height, g.phases*g.cin, g.inSize)
				}
				clear(to[hi*place : g.width*place])
				to = to[g.width*place:]
			}
		}
	}
}

// packDY packs a panel of dy's channels for a run, unless there is but one panel and
// the rows of dy come in order anyway.
func (g *kernelGradient) packDY(args *tileArgs, r windowRun, channel int, p panel, to []float32) {
	w1, w2 := &g.windows[1], &g.windows[2]
	dy := g.dy[r.sample*g.outSize+((r.plane*w1.out+r.firstLine)*w2.out+r.firstWindow)*g.cout+channel:]
	args.bSkip = 0
	if g.samples == 1 && p.columns == g.cout {
		args.b, args.bRow = &dy[0], bytes(g.cout)
		return
	}
	width := p.vectors * g.set.lanes
	args.b, args.bRow = &to[0], bytes(width)
	// The lines of a run have all their windows, or there is one line.
	g.packPlaces(to, dy, r.lines*r.windows, r.samples, width, g.cout, g.outSize)
}

// packPlaces packs width channels of places×samples pixels, those of one place next
// to each other. It may write packOverrun elements more.
func (g *kernelGradient) packPlaces(to, from []float32, places, samples, width, place, sample int) {
	if samples == 1 {
		packItems(to, from, places, width, place)
		return
	}
	for p := range places {
		packItems(to[p*samples*width:], from[p*place:], samples, width, sample)
	}
}

// packOverrun is how much packItems may write behind the rows.
const packOverrun = 16

// packItems copies rows of width elements, step apart, next to each other. Short rows
// are copied with what follows, which the next row overwrites.
func packItems(to, from []float32, rows, width, step int) {
	i := 0
	switch {
	case width <= 8:
		for ; i < rows && i*step+8 <= len(from); i++ {
			*(*[8]float32)(to[i*width:]) = *(*[8]float32)(from[i*step:])
		}
	case width <= 16:
		for ; i < rows && i*step+16 <= len(from); i++ {
			*(*[16]float32)(to[i*width:]) = *(*[16]float32)(from[i*step:])
		}
	}
	for ; i < rows; i++ {
		copy(to[i*width:(i+1)*width], from[i*step:])
	}
}

// taps adds the products of a block of x with a panel of dy.
func (g *kernelGradient) taps(args *tileArgs, r windowRun, p panel, height int, x, sum []float32) {
	w0, w1, w2 := &g.windows[0], &g.windows[1], &g.windows[2]
	place := r.samples * height
	line := g.phases * g.width * place
	args.inner, args.outer = uintptr(r.windows*r.samples), uintptr(r.lines)
	args.aCol, args.aOuter = bytes(w2.stride/g.phases*height), bytes(w1.stride*line)
	for k0 := range w0.taps {
		for k1 := range w1.taps {
			x := x[(k0*g.frameLines+k1*w1.dilation)*line:]
			sum := sum[(k0*w1.taps+k1)*w2.taps*g.gin*g.cout:]
			if g.merged {
				g.set.column(args, p, w2.taps*g.gin, x, 1, sum, g.cout)
				continue
			}
			args.aRow, args.cRow = bytes(1), bytes(g.cout)
			// Taps that see the same phase are tiles one above the other.
			common := gcd(w2.stride, w2.dilation)
			apart := w2.stride / common
			for k2 := range min(apart, w2.taps) {
				at := k2 * w2.dilation
				g.set.stack(args, p, height, ceilDiv(w2.taps-k2, apart), x[(at%g.phases*g.width+at/g.phases)*place:],
					w2.dilation/common*place, sum[k2*g.gin*g.cout:], apart*g.gin*g.cout)
			}
		}
	}
}
