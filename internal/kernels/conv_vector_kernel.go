package kernels

import "sync"

// kernelGradient is the state of one call of vectorGradKernel: for each tap of the
// axes before the last, a product of what the tap sees, transposed, with dy. The sum
// runs over pixels, and the rows are the taps of the last axis with their channels.
type kernelGradient struct {
	*instructionSet
	frames
	classes []class // one: the convolution
	conv    *conv
	dyShape image
	panels  []panel
	x, dy   []float32
	dw      []float32
	partial *[]float32 // the sums of all parts but the first
	each    int        // units of a part
}

var kernelGradientPool = sync.Pool{New: func() any { return new(kernelGradient) }}

// vectorGradKernel is ConvGradKernel on tiles.
func vectorGradKernel(s *instructionSet, c *conv, x, dy, dw []float32) {
	g := kernelGradientPool.Get().(*kernelGradient)
	var one class
	for axis := range c.windows {
		one.axes[axis] = c.windows[axis].forwardSweep()
	}
	*g = kernelGradient{instructionSet: s, conv: c, x: x, dy: dy, dw: dw, dyShape: newImage(c.outSizes(), c.cout, c.groups),
		classes: append(g.classes[:0], one), panels: s.cutPanels(c.gout, g.panels[:0])}
	parts := max(minPartials, min(maxPartials, partialSize/len(dw)))
	g.frames = planFrames(c.batch, newImage(c.sizes(), c.cin, c.groups), g.classes, work(c.terms, c.cout, 1), parts)
	parts = int(max(1, min(float64(parts), work(c.batch*c.outputs(), c.cout, c.terms)/minPiece)))
	g.each = ceilDiv(g.units, parts)
	parts = ceilDiv(g.units, g.each)
	g.partial = pools32.values.get((parts - 1) * len(dw))
	parallelOr(parts, 1, g, (*kernelGradient).compute)
	for part := range parts - 1 {
		addTo(dw, (*g.partial)[part*len(dw):])
	}
	pools32.values.put(g.partial)
	*g = kernelGradient{classes: g.classes, panels: g.panels}
	kernelGradientPool.Put(g)
}

// compute computes the sums of parts lo to hi.
func (g *kernelGradient) compute(lo, hi int) {
	t := tileCallPool.Get().(*tileCall)
	scratch := g.scratch()
	t.accumulate = true
	for part := lo; part < hi; part++ {
		sum := g.dw
		if part > 0 {
			sum = (*g.partial)[(part-1)*len(g.dw) : part*len(g.dw)]
		}
		clear(sum)
		for index := part * g.each; index < min(g.units, (part+1)*g.each); index++ {
			g.add(t, g.open(index, g.conv.batch, g.x, scratch), sum)
		}
	}
	if scratch != nil {
		pools32.values.put(scratch)
	}
	t.release()
}

// add adds what a unit of work contributes.
func (g *kernelGradient) add(t *tileCall, u unit, sum []float32) {
	c := g.conv
	w0, w1, w2 := &c.windows[0], &c.windows[1], &c.windows[2]
	rows, runs := c.gin, w2.taps // of neighbours in an image, and how many of them
	if w2.dilation*c.cin == c.gin {
		rows, runs = rows*runs, 1
	}
	a0 := g.at(u, &g.classes[0].axes)
	for k0 := range w0.taps {
		for k1 := range w1.taps {
			for k2 := range runs {
				a := a0 + ((k0*w0.dilation*g.frame.size[1]+k1*w1.dilation)*g.frame.size[2]+k2*w2.dilation)*g.frame.channels
				row := ((k0*w1.taps+k1)*w2.taps + k2) * c.gin
				for group := range c.groups {
					for _, p := range g.panels {
						column := group*c.gout + p.first
						g.taps(t, u, p, rows, a+group*c.gin, column, sum[row*c.cout+column:])
					}
				}
			}
		}
	}
}

// taps adds the products of rows neighbours with a panel of dy's channels, over all
// windows of a unit.
func (g *kernelGradient) taps(t *tileCall, u unit, p panel, rows, a, column int, sum []float32) {
	c := g.conv
	w1, w2 := &c.windows[1], &c.windows[2]
	frames, dy := u.frames, g.dy[u.sample*c.outSize+(u.plane*w1.out+u.line)*g.dyShape.lineStep:]
	t.aCol, t.bRow = bytes(w2.stride*g.frame.channels), bytes(c.cout)
	lines, stepA, stepB := u.end-u.line, w1.stride*g.frame.lineStep, g.dyShape.lineStep
	outside, outsideA, outsideB := u.samples, g.frame.sample, c.outSize
	if u.samples > 1 && w1.out*w2.out <= fewPixels {
		lines, outside = outside, lines
		stepA, outsideA = outsideA, stepA
		stepB, outsideB = outsideB, stepB
	}
	inner := ceilDiv(w2.out, ceilDiv(w2.out, maxRun))
	outer := 1
	if inner == w2.out {
		outer = ceilDiv(lines, ceilDiv(lines, max(1, maxRun/inner)))
	}
	t.aOuter, t.bSkip = bytes(stepA), bytes(stepB-w2.out*c.cout)
	for s := range outside {
		for line := 0; line < lines; line += outer {
			for i := 0; i < w2.out; i += inner {
				t.outer, t.inner = uintptr(min(outer, lines-line)), uintptr(min(inner, w2.out-i))
				t.b = &dy[s*outsideB+line*stepB+i*c.cout+column]
				g.column(t, p, rows, frames[a+s*outsideA+line*stepA+i*w2.stride*g.frame.channels:], 1, sum, c.cout)
			}
		}
	}
}
