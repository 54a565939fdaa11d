package kernels

import "sync"

// The gradient of a convolution's kernel is a product: a row for each tap and channel
// of x, a column for each channel of dy, and sums that run over windows. They are added
// up for a run of windows at a time, whose operands are packed first so that tiles read
// them in order and find them in the first-level cache: dy in panels, and x, with its
// padding, in blocks of some channels. All taps read the same blocks, from different
// places on, which a table of rows says.

const (
	// runWindows is how many windows are added up at a time. More: a panel of dy
	// leaves the first-level cache. Fewer: dW is read and written more often.
	runWindows = 320
	// partWindows is the least number of windows that get a partial result of their
	// own, which costs as much as some hundred windows.
	partWindows = 2048
	// kernelPieces is how many pieces a gradient is cut into, where it can.
	kernelPieces = 16
	// blockChannels is how many channels a block of x has, if there are so many.
	blockChannels = 8
)

// kernelGradient is the state of one call of vectorGradKernel.
type kernelGradient struct {
	*conv
	set       *instructionSet
	x, dy, dw []float32
	panels    []panel

	// A run is some samples and lines, and a part of a line, of one window of axis 0.
	samples, lines, line int
	runs                 [maxRank + 1]int // of samples, and of windows by axis

	// A block of x has, for a run, the lines that each tap of axis 0 sees, cut into
	// phases: the places whose remainder by the stride is the same.
	frameLines, phases, width int
	channels                  int // of a block
	blocks                    int // of a group

	parts, eachPart   int // parts of the sums, and the runs of one
	pieces, eachPiece int // pieces of the channels, and the blocks of one
	sums              partialSums
}

var kernelGradientPool = sync.Pool{New: func() any { return new(kernelGradient) }}

// vectorGradKernel is ConvGradKernel on tiles.
func vectorGradKernel(s *instructionSet, c *conv, x, dy, dw []float32) {
	if c.depthwise() {
		depthwiseGradient(s, c, x, dy, dw)
		return
	}
	g := kernelGradientPool.Get().(*kernelGradient)
	*g = kernelGradient{conv: c, set: s, x: x, dy: dy, dw: dw, panels: s.cutPanels(c.terms, c.gout, g.panels[:0])}
	g.plan()
	g.sums = newPartialSums(dw, g.parts)
	parallel(g.parts*g.pieces, 1, g)
	g.sums.add()
	*g = kernelGradient{panels: g.panels}
	kernelGradientPool.Put(g)
}

// evenly returns the size of the fewest equal parts of n that are at most limit.
func evenly(n, limit int) int { return ceilDiv(n, ceilDiv(n, max(1, limit))) }

// plan chooses runs, parts and pieces. The order of a sum depends on runs and parts,
// and these on the geometry alone.
func (g *kernelGradient) plan() {
	w0, w1, w2 := &g.windows[0], &g.windows[1], &g.windows[2]
	g.samples, g.lines, g.line = 1, 1, evenly(w2.out, runWindows)
	if g.line == w2.out {
		g.lines = evenly(w1.out, runWindows/g.line)
	}
	if g.lines*g.line == w1.out*w2.out {
		g.samples = evenly(g.batch, runWindows/(g.lines*g.line))
	}
	g.runs = [...]int{ceilDiv(g.batch, g.samples), w0.out, ceilDiv(w1.out, g.lines), ceilDiv(w2.out, g.line)}
	g.frameLines = (g.lines-1)*w1.stride + (w1.taps-1)*w1.dilation + 1
	g.phases = w2.stride
	g.width = ceilDiv((g.line-1)*w2.stride+(w2.taps-1)*w2.dilation+1, g.phases)
	g.channels = min(g.gin, blockChannels)
	g.blocks = ceilDiv(g.gin, g.channels)

	runs, windows := g.runs[0]*g.runs[1]*g.runs[2]*g.runs[3], g.batch*g.outputs()
	pieces := 1
	if total := work(windows, g.cout, g.terms); total > serialProduct {
		pieces = int(min(kernelPieces, total/minPiece))
	}
	g.eachPart = ceilDiv(runs, max(1, min(pieces, windows/partWindows, partialSize/len(g.dw))))
	g.parts = ceilDiv(runs, g.eachPart)
	blocks := g.groups * g.blocks
	g.eachPiece = ceilDiv(blocks, min(blocks, max(ceilDiv(pieces, g.parts), blocks*g.blockSize()/blockA)))
	g.pieces = ceilDiv(blocks, g.eachPiece)
}

// blockSize returns the elements of a block of x.
func (g *kernelGradient) blockSize() int {
	return g.windows[0].taps * g.frameLines * g.phases * g.width * g.samples * g.channels
}

// gradientWorker is what computes a piece of a kernelGradient: some blocks of channels,
// for one part of the sums.
type gradientWorker struct {
	*kernelGradient
	*tileCall
	x, dy []float32 // packed
	table []tileRow
	sum   []float32
}

// compute computes pieces lo to hi.
func (g *kernelGradient) compute(lo, hi int) {
	x := pools32.values.get(min(g.blocks, g.eachPiece)*g.blockSize() + blockChannels)
	dy := pools32.values.get(g.lines*g.line*g.samples*maxVectors*g.set.lanes + blockChannels)
	table := tablePool.get(min(g.blocks, g.eachPiece) * g.channels * g.taps())
	w := gradientWorker{kernelGradient: g, tileCall: tileCallPool.Get().(*tileCall), x: *x, dy: *dy, table: *table}
	for piece := lo; piece < hi; piece++ {
		part, from := piece/g.pieces, piece%g.pieces*g.eachPiece
		to := min(from+g.eachPiece, g.groups*g.blocks)
		w.sum = g.sums.part(part)
		for group := from / g.blocks; group*g.blocks < to; group++ {
			w.group(part, group, max(from-group*g.blocks, 0), min(to-group*g.blocks, g.blocks))
		}
	}
	w.release()
	tablePool.put(table)
	pools32.values.put(dy)
	pools32.values.put(x)
}

// group computes blocks lo to hi of a group.
func (w *gradientWorker) group(part, group, lo, hi int) {
	samples, rows := 0, w.table
	first := part * w.eachPart
	for run := first; run < min(first+w.eachPart, w.runs[0]*w.runs[1]*w.runs[2]*w.runs[3]); run++ {
		r := w.open(run)
		if r.samples != samples {
			samples, rows = r.samples, w.tabulate(r.samples, lo, hi)
		}
		for block := lo; block < hi; block++ {
			channel := block * w.channels
			w.packX(r, group*w.gin+channel, w.x[(block-lo)*w.blockSize():])
		}
		w.accumulate = run > first
		w.inner, w.outer = uintptr(r.windows*r.samples), uintptr(r.lines)
		w.aCol, w.aOuter = bytes(w.channels), bytes(w.windows[1].stride*w.phases*w.width*r.samples*w.channels)
		for _, p := range w.panels {
			w.packDY(r, group*w.gout+p.first, p)
			w.set.stack(w.tileCall, p, rows, w.x, w.sum[group*w.gout+p.first:])
		}
	}
}

// tabulate lists the rows of blocks lo to hi: for each block the taps, for each tap
// the channels.
func (w *gradientWorker) tabulate(samples, lo, hi int) []tileRow {
	w0, w1, w2 := &w.windows[0], &w.windows[1], &w.windows[2]
	rows := w.table[:0]
	place := samples * w.channels
	line := w.phases * w.width * place
	for block := lo; block < hi; block++ {
		channel := block * w.channels
		for k0 := range w0.taps {
			for k1 := range w1.taps {
				for k2 := range w2.taps {
					at := k2 * w2.dilation
					a := (block-lo)*w.blockSize() + (k0*w.frameLines+k1*w1.dilation)*line + (at%w.phases*w.width+at/w.phases)*place
					c := ((k0*w1.taps+k1)*w2.taps+k2)*w.gin + channel
					for i := range min(w.channels, w.gin-channel) {
						rows = append(rows, tileRow{bytes(a + i), bytes((c + i) * w.cout)})
					}
				}
			}
		}
	}
	return rows
}

// windowRun is a run of windows: where it begins, and its size.
type windowRun struct {
	sample, plane, line, window int
	samples, lines, windows     int
}

func (g *kernelGradient) open(run int) windowRun {
	var r windowRun
	r.window, run = run%g.runs[3]*g.line, run/g.runs[3]
	r.line, run = run%g.runs[2]*g.lines, run/g.runs[2]
	r.plane, r.sample = run%g.runs[1], run/g.runs[1]*g.samples
	r.windows = min(g.line, g.windows[2].out-r.window)
	r.lines = min(g.lines, g.windows[1].out-r.line)
	r.samples = min(g.samples, g.batch-r.sample)
	return r
}

// packX packs what a run sees of a block of channels.
func (w *gradientWorker) packX(r windowRun, channel int, to []float32) {
	w0, w1, w2 := &w.windows[0], &w.windows[1], &w.windows[2]
	x := w.kernelGradient.x[r.sample*w.inSize+channel:]
	place := r.samples * w.channels
	left := r.window*w2.stride - w2.pad
	for k0 := range w0.taps {
		plane := r.plane*w0.stride + k0*w0.dilation - w0.pad
		for i := range w.frameLines {
			line := r.line*w1.stride + i - w1.pad
			inside := plane >= 0 && plane < w0.in && line >= 0 && line < w1.in
			for phase := range w.phases {
				lo, hi := 0, 0 // of the places inside
				if inside {
					lo = min(w.width, max(0, ceilDiv(-left-phase, w.phases)))
					hi = min(w.width, max(lo, ceilDiv(w2.in-left-phase, w.phases)))
				}
				clear(to[:lo*place])
				if lo < hi {
					from := x[((plane*w1.in+line)*w2.in+left+lo*w.phases+phase)*w.cin:]
					w.packPixels(to[lo*place:], from, hi-lo, r.samples, w.channels, w.phases*w.cin, w.inSize)
				}
				clear(to[hi*place : w.width*place])
				to = to[w.width*place:]
			}
		}
	}
}

// packDY packs a panel of dy's channels for a run, unless there is but one panel and
// the rows of dy lie next to each other anyway.
func (w *gradientWorker) packDY(r windowRun, channel int, p panel) {
	w1, w2 := &w.windows[1], &w.windows[2]
	dy := w.kernelGradient.dy[r.sample*w.outSize+((r.plane*w1.out+r.line)*w2.out+r.window)*w.cout+channel:]
	w.bSkip = 0
	if r.samples == 1 && p.columns == w.cout {
		w.b, w.bRow = &dy[0], bytes(w.cout)
		return
	}
	width := p.vectors * w.set.lanes
	w.b, w.bRow = &w.dy[0], bytes(width)
	// A run of several lines has all of their windows.
	w.packPixels(w.dy, dy, r.lines*r.windows, r.samples, width, w.cout, w.outSize)
}

// packPixels packs so many channels of pixels at some places of some samples, those of
// one place next to each other. It may write up to blockChannels elements more.
func (w *gradientWorker) packPixels(to, from []float32, places, samples, channels, place, sample int) {
	switch {
	case samples == 1 && channels == place:
		copy(to[:places*channels], from)
	case samples == 1 || channels%blockChannels == 0:
		for s := range samples {
			w.packRows(to[s*channels:], from[s*sample:], places, channels, samples*channels, place)
		}
	default:
		for p := range places {
			w.packRows(to[p*samples*channels:], from[p*place:], samples, channels, channels, sample)
		}
	}
}

// packRows copies rows of width elements in pieces of 8, of which the next row
// overwrites what is not its own. The distances of rows are in elements.
func (w *gradientWorker) packRows(to, from []float32, rows, width, toRow, fromRow int) {
	blocks := ceilDiv(width, blockChannels)
	whole := min(rows, max(0, (len(from)-blocks*blockChannels+fromRow)/fromRow)) // rows whose pieces from has
	if whole > 0 {
		_ = to[(whole-1)*toRow+blocks*blockChannels-1]
		w.set.copyBlocks(&to[0], bytes(toRow), &from[0], bytes(fromRow), whole, blocks)
	}
	for i := whole; i < rows; i++ {
		copy(to[i*toRow:][:width], from[i*fromRow:])
	}
}

// partialSums are sums that were computed in parts, of which the first is in place.
type partialSums struct {
	total  []float32
	others *[]float32
}

func newPartialSums(total []float32, parts int) partialSums {
	return partialSums{total, pools32.values.get((parts - 1) * len(total))}
}

// part returns the memory of a part.
func (s *partialSums) part(i int) []float32 {
	if i == 0 {
		return s.total
	}
	return (*s.others)[(i-1)*len(s.total) : i*len(s.total)]
}

// add adds all parts to the first, in order, and gives their memory back.
func (s *partialSums) add() {
	if len(*s.others) > 0 {
		parallel(len(s.total), elementGrain, s)
	}
	pools32.values.put(s.others)
}

// compute adds the elements from lo to hi.
func (s *partialSums) compute(lo, hi int) {
	for i := 1; i <= len(*s.others)/len(s.total); i++ {
		addTo(s.total[lo:hi], s.part(i)[lo:hi])
	}
}
