package kernels

import "github.com/pkg/errors"

// ConvGeometry is a convolution over 1, 2 or 3 spatial axes, one value an axis in
// the slices. Memory is channels last:
//
//	x (Batch, In…, InChannels)    kernel (Kernel…, InChannels/Groups, OutChannels)
//	y (Batch, Out…, OutChannels)  bias   (OutChannels)
//
// Output o of an axis reads input o*Stride + k*Dilation - PadBefore with tap k of
// the kernel; inputs out of range are 0. Out must be the number of windows that fit
// into PadBefore + In + PadAfter (ValidSize). Group g connects the g-th part of the
// input channels with the g-th part of the output channels, so a depthwise
// convolution has as many groups as input channels.
//
// The kernels panic if a geometry contradicts itself or a slice has another length
// than it says.
type ConvGeometry struct {
	Batch                   int
	In, Out                 []int
	Kernel, Stride          []int
	Dilation                []int
	PadBefore, PadAfter     []int
	InChannels, OutChannels int
	Groups                  int
}

const (
	// colsSize is how many elements of a matrix of columns are made at a time:
	// 256 KiB of float32, which stay in the second-level cache. Smaller: each
	// element of the kernel's gradient is read and written more often.
	colsSize = 1 << 16
	// minPartials and maxPartials bound the number of private copies of a
	// kernel's gradient, between which the limit is partialSize elements in all.
	minPartials, maxPartials = 4, 16
	partialSize              = 1 << 22
)

// conv is a checked ConvGeometry with what follows from it.
type conv struct {
	windows
	batch, groups int
	cin, cout     int // channels
	gin, gout     int // channels of one group
	inSize        int // elements of one sample of x
	outSize       int // elements of one sample of y
	terms         int // terms of one output's sum: taps × gin
	rows          int // outputs whose columns are made at a time
	blocks        int // of rows outputs in a sample
}

func newConv[T Float](kernel string, g ConvGeometry, x, w, y []T) *conv {
	if g.Groups < 1 || g.InChannels < 0 || g.OutChannels < 0 || g.InChannels%g.Groups != 0 || g.OutChannels%g.Groups != 0 {
		panic(errors.Errorf("kernels.%s: %d input and %d output channels cannot be cut into %d groups", kernel, g.InChannels, g.OutChannels, g.Groups))
	}
	c := &conv{
		windows: newWindows(kernel, g.In, g.Out, g.Kernel, g.Stride, g.Dilation, g.PadBefore, g.PadAfter),
		batch:   g.Batch, groups: g.Groups, cin: g.InChannels, cout: g.OutChannels,
		gin: g.InChannels / g.Groups, gout: g.OutChannels / g.Groups,
	}
	if c.gin == 0 || c.gout == 0 { // groups of nothing are one
		c.groups, c.gin, c.gout = 1, c.cin, c.cout
	}
	c.inSize, c.outSize = c.inputs()*c.cin, c.outputs()*c.cout
	c.terms = c.taps() * c.gin
	c.rows = max(1, min(c.outputs(), max(2*blockM, colsSize/max(c.terms, 1))))
	c.blocks = ceilDiv(c.outputs(), c.rows)
	checkLen(kernel, "x", x, c.batch*c.inSize)
	checkLen(kernel, "the kernel", w, c.terms*c.cout)
	checkLen(kernel, "y", y, c.batch*c.outSize)
	return c
}

// pointwise reports whether every output reads the input at its own place only,
// so that the convolution is one product of matrices.
func (c *conv) pointwise() bool {
	for _, w := range c.windows {
		if w.taps != 1 || w.stride != 1 || w.pad != 0 || w.in != w.out {
			return false
		}
	}
	return c.groups == 1
}

// fitsTiles reports whether the sums are worth tiles: not sums without terms. Where the
// windows see little else than padding, as with a very large dilation, the padded image
// that tiles read would take more memory than all the rest.
func (c *conv) fitsTiles() bool {
	for _, w := range c.windows {
		if seen := (w.out-1)*w.stride + (w.taps-1)*w.dilation + 1; seen > mostlyPadding*w.in+mostlyPadding {
			return false
		}
	}
	return c.gin > 0 && c.gout > 0
}

// mostlyPadding is how many times its size an image may grow by padding, for tiles.
// Why not less: a 6×6 kernel sees 11 rows around a single one.
const mostlyPadding = 8

// grain returns how many units of work, of the given number of multiplications
// each, make a piece that is worth a goroutine.
func grain(multiplications float64) int {
	return int(max(1, min(serialWork/max(multiplications, 1), serialWork)))
}

// Conv computes a convolution (a cross-correlation, as in all neural networks):
//
//	y[b, o…, n] = relu(bias[n] + Σ_{k…, c} x[b, o*Stride + k*Dilation - PadBefore, c] * w[k…, c, n])
//
// where c runs over the input channels of n's group. bias may be nil. What is negative
// is cut off only if relu is set; NaN stays NaN. Where windows see the same, the results
// are the same to the bit.
func Conv[T Float](g ConvGeometry, x, w, bias []T, relu bool, y []T) {
	computeConv("Conv", false, g, x, w, bias, relu, y)
}

// FastConv is Conv without the promise about windows that see the same: it takes Winograd's
// method where that is faster. Not for what is differentiated: a maximum over a flat part
// of an image must find its values equal, and send its gradient to the first.
func FastConv[T Float](g ConvGeometry, x, w, bias []T, relu bool, y []T) {
	computeConv("FastConv", true, g, x, w, bias, relu, y)
}

func computeConv[T Float](kernel string, fast bool, g ConvGeometry, x, w, bias []T, relu bool, y []T) {
	c := newConv(kernel, g, x, w, y)
	if bias != nil {
		checkLen(kernel, "bias", bias, c.cout)
	}
	if len(y) == 0 {
		return
	}
	if c.pointwise() {
		Dense(len(y)/c.cout, c.cout, c.cin, x, w, bias, relu, y)
		return
	}
	if x, ok := vectorized(x); ok && c.fitsTiles() {
		w, _ := vectorized(w)
		bias, _ := vectorized(bias)
		y, _ := vectorized(y)
		if m := c.winogradTile(c.outSizes(), c.cin, c.cout); !fast || m == 0 || !winogradConv(active, m, c, x, w, bias, relu, y) {
			vectorConv(active, c, x, w, bias, relu, y)
		}
		return
	}
	if c.depthwise() {
		depthwiseConv(c, x, w, bias, relu, y)
		return
	}
	pools := poolsOf[T]()
	size := panelCount(c.gout) * c.terms
	panels := pools.panels.get(c.groups * size)
	for group := range c.groups {
		packPanels(false, c.terms, c.gout, w[group*c.gout:], c.cout, (*panels)[group*size:])
	}
	Parallel(c.batch*c.blocks, grain(work(c.rows, c.cout, c.terms)), func(lo, hi int) {
		cols := pools.values.get(c.rows * c.terms)
		for unit := lo; unit < hi; unit++ {
			sample, from, to := c.block(unit)
			out := y[sample*c.outSize+from*c.cout : sample*c.outSize+to*c.cout]
			fillRows(bias, out)
			for group := range c.groups {
				gather(c, x[sample*c.inSize:(sample+1)*c.inSize], group, from, to, *cols)
				gemmPacked(false, to-from, c.gout, c.terms, *cols, c.terms, (*panels)[group*size:(group+1)*size],
					bias != nil, out[group*c.gout:], c.cout)
			}
			if relu {
				applyReLU(out)
			}
		}
		pools.values.put(cols)
	})
	pools.panels.put(panels)
}

// ConvGradInput computes the gradient of Conv's input, which is also the forward
// pass of a transposed convolution from y's shape to x's:
//
//	dx[b, i…, c] = Σ_{o…, k…, n: o*Stride + k*Dilation - PadBefore = i} dy[b, o…, n] * w[k…, c, n]
func ConvGradInput[T Float](g ConvGeometry, w, dy, dx []T) {
	gradInput(newConv("ConvGradInput", g, dx, w, dy), w, dy, dx)
}

func gradInput[T Float](c *conv, w, dy, dx []T) {
	if len(dx) == 0 {
		return
	}
	if c.pointwise() {
		Gemm(false, true, len(dx)/c.cin, c.cin, c.cout, dy, c.cout, w, c.cout, false, dx, c.cin)
		return
	}
	if dx, ok := vectorized(dx); ok && c.fitsTiles() {
		w, _ := vectorized(w)
		dy, _ := vectorized(dy)
		if m := c.winogradTile(c.sizes(), c.cout, c.cin); m == 0 || !winogradGradInput(active, m, c, w, dy, dx) {
			vectorGradInput(active, c, w, dy, dx)
		}
		return
	}
	if c.depthwise() {
		depthwiseGradInput(c, w, dy, dx)
		return
	}
	pools := poolsOf[T]()
	size := panelCount(c.terms) * c.gout
	panels := pools.panels.get(c.groups * size)
	for group := range c.groups {
		packPanels(true, c.gout, c.terms, w[group*c.gout:], c.cout, (*panels)[group*size:])
	}
	// A sample is the smallest unit: windows overlap.
	Parallel(c.batch, grain(work(c.outputs(), c.cout, c.terms)), func(lo, hi int) {
		cols := pools.values.get(c.rows * c.terms)
		clear(dx[lo*c.inSize : hi*c.inSize])
		for unit := lo * c.blocks; unit < hi*c.blocks; unit++ {
			sample, from, to := c.block(unit)
			out := dy[sample*c.outSize+from*c.cout : sample*c.outSize+to*c.cout]
			for group := range c.groups {
				gemmPacked(false, to-from, c.terms, c.gout, out[group*c.gout:], c.cout, (*panels)[group*size:(group+1)*size],
					false, *cols, c.terms)
				scatter(c, *cols, group, from, to, dx[sample*c.inSize:(sample+1)*c.inSize])
			}
		}
		pools.values.put(cols)
	})
	pools.panels.put(panels)
}

// ConvGradKernel computes the gradient of Conv's kernel:
//
//	dw[k…, c, n] = Σ_{b, o…} x[b, o*Stride + k*Dilation - PadBefore, c] * dy[b, o…, n]
//
// The outputs are cut into a number of parts that depends on the geometry alone;
// their sums are added in order.
func ConvGradKernel[T Float](g ConvGeometry, x, dy, dw []T) {
	c := newConv("ConvGradKernel", g, x, dw, dy)
	if len(dw) == 0 {
		return
	}
	if c.pointwise() {
		Gemm(true, false, c.cin, c.cout, c.batch*c.outputs(), x, c.cin, dy, c.cout, false, dw, c.cout)
		return
	}
	if x, ok := vectorized(x); ok && c.fitsTiles() && len(dy) > 0 {
		dy, _ := vectorized(dy)
		dw, _ := vectorized(dw)
		if m := c.winogradTile(c.outSizes(), c.cin, c.cout); m == 0 || !winogradGradKernel(active, m, c, x, dy, dw) {
			vectorGradKernel(active, c, x, dy, dw)
		}
		return
	}
	values := &poolsOf[T]().values
	units := c.batch * c.blocks
	parts := max(minPartials, min(maxPartials, partialSize/len(dw)))
	each := max(1, ceilDiv(units, parts), grain(work(c.rows, c.cout, c.terms)))
	parts = max(1, ceilDiv(units, each))
	partial := values.get((parts - 1) * len(dw)) // those after the first
	Parallel(parts, 1, func(part, _ int) {
		sum := dw
		if part > 0 {
			sum = (*partial)[(part-1)*len(dw) : part*len(dw)]
		}
		clear(sum)
		cols := values.get(c.rows * c.terms)
		for unit := part * each; unit < min(units, (part+1)*each); unit++ {
			sample, from, to := c.block(unit)
			in, out := x[sample*c.inSize:(sample+1)*c.inSize], dy[sample*c.outSize:(sample+1)*c.outSize]
			if c.depthwise() {
				depthwiseGradKernel(c, in, out, from, to, sum)
				continue
			}
			for group := range c.groups {
				gather(c, in, group, from, to, *cols)
				gemmSerial(true, false, c.terms, c.gout, to-from, *cols, c.terms,
					out[from*c.cout+group*c.gout:], c.cout, true, sum[group*c.gout:], c.cout)
			}
		}
		values.put(cols)
	})
	for part := range parts - 1 {
		addTo(dw, (*partial)[part*len(dw):])
	}
	values.put(partial)
}

// ConvGradBias computes the gradient of Conv's bias, the sum of dy over all axes
// but the last.
func ConvGradBias[T Float](g ConvGeometry, dy, db []T) {
	checkLen("ConvGradBias", "db", db, g.OutChannels)
	SumRows(len(dy)/max(g.OutChannels, 1), g.OutChannels, dy, db)
}

// sumRowsGrain is the number of rows whose sum SumRows makes in one piece, of
// which there are at most sumRowsParts.
const (
	sumRowsGrain = 1024
	sumRowsParts = 32
)

// SumRows adds up the rows of the row-major rows×cols matrix x:
//
//	out[j] = Σ_i x[i*cols+j]
//
// in pieces of rows that depend on the size alone, each summed in float64, and these
// in order.
func SumRows[T Float](rows, cols int, x, out []T) {
	checkLen("SumRows", "x", x, rows*cols)
	checkLen("SumRows", "out", out, cols)
	each := max(sumRowsGrain, ceilDiv(rows, sumRowsParts))
	parts := max(1, ceilDiv(rows, each))
	if parts == 1 {
		sumRows(x, out)
		return
	}
	values := &poolsOf[T]().values
	partial := values.get(parts * cols)
	Parallel(rows, each, func(lo, hi int) {
		sumRows(x[lo*cols:hi*cols], (*partial)[lo/each*cols:][:cols])
	})
	sumRows(*partial, out)
	values.put(partial)
}

func sumRows[T Float](x, out []T) {
	if cols := len(out); cols > 0 {
		rows := len(x) / cols
		tiles, _ := tiling(1, rows, cols)
		sumTiles(x, out, rows, cols, 1, 0, tiles)
	}
}

// fillRows writes row into y again and again; a nil row writes nothing.
func fillRows[T Float](row, y []T) {
	if row == nil {
		return
	}
	for len(y) > 0 {
		y = y[copy(y, row):]
	}
}

// block returns the sample that a unit of work belongs to and the range of its outputs.
func (c *conv) block(unit int) (sample, from, to int) {
	sample, from = unit/c.blocks, unit%c.blocks*c.rows
	return sample, from, min(from+c.rows, c.outputs())
}

// gather writes what outputs from to to of a group read of one sample x, a row of
// taps × gin elements for each output ("im2col"), 0 where a tap is out of range.
func gather[T Float](c *conv, x []T, group, from, to int, cols []T) {
	w0, w1, w2 := &c.windows[0], &c.windows[1], &c.windows[2]
	run := w2.taps * c.gin // of the taps of the last axis
	for o := from; o < to; o++ {
		o0, o1, o2 := c.at(o)
		i0, lo0, hi0 := w0.bounds(o0)
		i1, lo1, hi1 := w1.bounds(o1)
		i2, lo2, hi2 := w2.bounds(o2)
		for k0 := range w0.taps {
			for k1 := range w1.taps {
				dst := cols[:run]
				cols = cols[run:]
				if k0 < lo0 || k0 >= hi0 || k1 < lo1 || k1 >= hi1 || lo2 >= hi2 {
					clear(dst)
					continue
				}
				clear(dst[:lo2*c.gin])
				clear(dst[hi2*c.gin:])
				line := ((i0+k0*w0.dilation)*w1.in + i1 + k1*w1.dilation) * w2.in
				src := (line+i2+lo2*w2.dilation)*c.cin + group*c.gin
				if w2.dilation == 1 && c.groups == 1 {
					copy(dst[lo2*c.gin:hi2*c.gin], x[src:])
					continue
				}
				for k2 := lo2; k2 < hi2; k2++ {
					copy(dst[k2*c.gin:(k2+1)*c.gin], x[src:])
					src += w2.dilation * c.cin
				}
			}
		}
	}
}

// scatter is the adjoint of gather: it adds the rows of cols to the elements of x
// that gather reads.
func scatter[T Float](c *conv, cols []T, group, from, to int, x []T) {
	w0, w1, w2 := &c.windows[0], &c.windows[1], &c.windows[2]
	run := w2.taps * c.gin
	for o := from; o < to; o++ {
		o0, o1, o2 := c.at(o)
		i0, lo0, hi0 := w0.bounds(o0)
		i1, lo1, hi1 := w1.bounds(o1)
		i2, lo2, hi2 := w2.bounds(o2)
		for k0 := lo0; k0 < hi0; k0++ {
			for k1 := lo1; k1 < hi1 && lo2 < hi2; k1++ {
				src := cols[((o-from)*w0.taps+k0)*w1.taps*run+k1*run:][:run]
				line := ((i0+k0*w0.dilation)*w1.in + i1 + k1*w1.dilation) * w2.in
				dst := (line+i2+lo2*w2.dilation)*c.cin + group*c.gin
				if w2.dilation == 1 && c.groups == 1 {
					n := (hi2 - lo2) * c.gin
					addTo(x[dst:dst+n], src[lo2*c.gin:])
					continue
				}
				for k2 := lo2; k2 < hi2; k2++ {
					addTo(x[dst:dst+c.gin], src[k2*c.gin:])
					dst += w2.dilation * c.cin
				}
			}
		}
	}
}
