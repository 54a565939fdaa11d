package kernels

// ReduceTo sums g over the axes along which out was repeated to make gShape:
//
//	out[j] = Σ g[i], over all i that are j but for the repeated axes
//
// outShape broadcasts to gShape. Sums are taken in memory order, in float64. out
// may be g only if the shapes are of equal size.
func ReduceTo[T Float](g []T, gShape []int, out []T, outShape []int) {
	w := newWalk(gShape, outShape, outShape)
	var kept, reduced int // axes of the walk, after merging
	for d := range w.rank {
		if w.strides[0][d] != 0 {
			kept++
		} else {
			reduced++
		}
	}
	last := w.rank - 1
	switch {
	case w.total == 0:
		clear(out[:volume(outShape)])
	case reduced == 0:
		copy(out, g[:w.total])
	case reduced == 1 && w.strides[0][0] == 0 && kept <= 1: // (repeated, kept): a bias
		Sum(g, out, 1, w.dims[0], w.total/w.dims[0])
	case reduced == 1 && w.strides[0][last] == 0: // (kept, repeated)
		Sum(g, out, w.total/w.dims[last], w.dims[last], 1)
	case reduced == 1: // (kept, repeated, kept)
		Sum(g, out, w.dims[0], w.dims[1], w.dims[2])
	default:
		reduceScattered(g, out, &w)
	}
}

// reduceScattered sums over several groups of axes, a block of out at a time.
func reduceScattered[T Float](g, out []T, w *walk) {
	if w.strides[0][0] == 0 {
		reduceBlock(w, 0, g[:w.total], out[:w.outputs(0)])
		return
	}
	grain := max(1, elementGrain*w.dims[0]/w.total)
	if w.dims[0] <= grain {
		reduceBlocks(w, g, out, 0, w.dims[0])
		return
	}
	shared := *w
	Parallel(w.dims[0], grain, func(lo, hi int) { reduceBlocks(&shared, g, out, lo, hi) })
}

// reduceBlocks sums blocks lo to hi along the first axis, which is kept.
func reduceBlocks[T Float](w *walk, g, out []T, lo, hi int) {
	inner, outputs := w.total/w.dims[0], w.outputs(1)
	for i := lo; i < hi; i++ {
		reduceBlock(w, 1, g[i*inner:(i+1)*inner], out[i*outputs:(i+1)*outputs])
	}
}

// outputs returns the number of elements of the first operand over the axes from axis on.
func (w *walk) outputs(axis int) int {
	n := 1
	for d := axis; d < w.rank; d++ {
		if w.strides[0][d] != 0 {
			n *= w.dims[d]
		}
	}
	return n
}

// reduceBlock sums a block of g, which has the axes from axis on.
func reduceBlock[T Float](w *walk, axis int, g, out []T) {
	memory := pools64.values.get(len(out) + tileWidth)
	sums := *memory
	clear(sums)
	addAxes(w, axis, g, sums)
	for i := range out {
		out[i] = T(sums[i])
	}
	pools64.values.put(memory)
}

// addAxes adds a block of g to sums, of which there are tileWidth more than needed.
func addAxes[T Float](w *walk, axis int, g []T, sums []float64) {
	n, stride := w.dims[axis], w.strides[0][axis]
	inner := len(g) / n
	switch last := w.rank - 1; {
	case axis == last && stride == 0:
		sums[0] += sumLine(g)
	case axis == last:
		addLines(g, 1, sums)
	case axis == last-1 && stride == 0:
		addLines(g, n, sums)
	case axis == last-1 && inner <= fewTimes:
		for i := range n {
			for _, v := range g[i*inner : (i+1)*inner] {
				sums[i] += float64(v)
			}
		}
	default:
		for i := range n {
			addAxes(w, axis+1, g[i*inner:(i+1)*inner], sums[i*stride:])
		}
	}
}

// addLines adds the lines of g to sums, of which there are tileWidth more than needed.
func addLines[T Float](g []T, lines int, sums []float64) {
	width := len(g) / lines
	for from := 0; from < width; from += tileWidth {
		addRows(g[from:], sums[from:], lines, width, min(tileWidth, width-from))
	}
}
