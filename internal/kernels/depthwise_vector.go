package kernels

import "sync"

// Depthwise convolutions with one output for each channel run on tiles that multiply
// channel by channel; a correlation does that for y and dx. With several outputs, each
// channel is repeated as often.

// widened returns the depthwise convolution with one output for each channel, whose
// input is that of c with repeated channels.
func (c *conv) widened() *conv {
	wide := *c
	wide.cin, wide.groups, wide.gout = c.cout, c.cout, 1
	wide.inSize = wide.inputs() * wide.cin
	return &wide
}

// repeatChannels writes each element of x n times.
func repeatChannels(x, to []float32, n int) {
	Parallel(len(x), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			fill(to[i*n:(i+1)*n], x[i])
		}
	})
}

// sumRepeated is its gradient.
func sumRepeated(dy, dx []float32, n int) {
	Parallel(len(dx), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sum := float32(0)
			for _, v := range dy[i*n : (i+1)*n] {
				sum += v
			}
			dx[i] = sum
		}
	})
}

// channelGradient is the state of one call of depthwiseGradient: rows are taps, and the
// sums run over windows.
type channelGradient struct {
	frames
	*conv
	set     *instructionSet
	x, dy   []float32
	classes []class // one: the convolution
	panels  []panel
	table   *[]tileRow
	sums    partialSums
	each    int // units of a part
}

var channelGradientPool = sync.Pool{New: func() any { return new(channelGradient) }}

// depthwiseGradient is vectorGradKernel for depthwise convolutions.
func depthwiseGradient(s *instructionSet, c *conv, x, dy, dw []float32) {
	if c.gout > 1 {
		wide := pools32.values.get(len(x) * c.gout)
		repeatChannels(x, *wide, c.gout)
		depthwiseGradient(s, c.widened(), *wide, dy, dw)
		pools32.values.put(wide)
		return
	}
	g := channelGradientPool.Get().(*channelGradient)
	var one class
	for axis := range c.windows {
		one.axes[axis] = c.windows[axis].forwardSweep()
	}
	*g = channelGradient{conv: c, set: s.channels, x: x, dy: dy, classes: append(g.classes[:0], one), panels: s.channels.cutPanels(c.taps(), c.cout, g.panels[:0])}
	g.frames = planFrames(c.batch, newImage(c.sizes(), c.cin, c.groups), g.classes, work(c.terms, c.cout, 1), maxPartials)
	parts := int(max(1, min(maxPartials, work(c.batch*c.outputs(), c.cout, c.terms)/minPiece)))
	g.each = ceilDiv(g.units, parts)
	parts = ceilDiv(g.units, g.each)
	g.tabulate()
	g.sums = newPartialSums(dw, parts)
	parallel(parts, 1, g)
	g.sums.add()
	tablePool.put(g.table)
	*g = channelGradient{classes: g.classes, panels: g.panels}
	channelGradientPool.Put(g)
}

// tabulate lists the taps.
func (g *channelGradient) tabulate() {
	g.table = tablePool.get(g.taps())
	rows := (*g.table)[:0]
	w0, w1, w2 := &g.windows[0], &g.windows[1], &g.windows[2]
	for k0 := range w0.taps {
		for k1 := range w1.taps {
			for k2 := range w2.taps {
				a := ((k0*w0.dilation*g.frame.size[1]+k1*w1.dilation)*g.frame.size[2] + k2*w2.dilation) * g.cin
				rows = append(rows, tileRow{bytes(a), bytes(len(rows) * g.cout)})
			}
		}
	}
}

// compute computes the sums of parts lo to hi.
func (g *channelGradient) compute(lo, hi int) {
	t := tileCallPool.Get().(*tileCall)
	scratch := g.scratch()
	t.accumulate = true
	for part := lo; part < hi; part++ {
		sum := g.sums.part(part)
		clear(sum)
		for index := part * g.each; index < min(g.units, (part+1)*g.each); index++ {
			u := g.open(index, g.batch, g.x, scratch)
			for s := range u.samples {
				g.add(t, u, s, sum)
			}
		}
	}
	if scratch != nil {
		pools32.values.put(scratch)
	}
	t.release()
}

// add adds what a sample of a unit contributes.
func (g *channelGradient) add(t *tileCall, u unit, sample int, sum []float32) {
	w1, w2 := &g.windows[1], &g.windows[2]
	x := u.frames[g.at(u, &g.classes[0].axes)+sample*g.frame.sample:]
	dy := g.dy[(u.sample+sample)*g.outSize+(u.plane*w1.out+u.line)*w2.out*g.cout:]
	windows := evenly(w2.out, maxRun)
	lines := 1
	if windows == w2.out {
		lines = evenly(u.end-u.line, maxRun/windows)
	}
	t.aCol, t.aOuter = bytes(w2.stride*g.cin), bytes(w1.stride*g.frame.lineStep)
	t.bRow, t.bSkip = bytes(g.cout), 0
	for line := 0; line < u.end-u.line; line += lines {
		for window := 0; window < w2.out; window += windows {
			t.outer, t.inner = uintptr(min(lines, u.end-u.line-line)), uintptr(min(windows, w2.out-window))
			for _, p := range g.panels {
				t.b = &dy[(line*w2.out+window)*g.cout+p.first]
				g.set.stack(t, p, *g.table, x[line*w1.stride*g.frame.lineStep+window*w2.stride*g.cin+p.first:], sum[p.first:])
			}
		}
	}
}
