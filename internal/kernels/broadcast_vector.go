package kernels

// broadcast is broadcastPiece for the functions up to Leak.
func (l *elementLoops) broadcast(f Binary, w *walk, a, b, out []float32, lo, hi int) {
	width := w.dims[w.rank-1]
	operands := [2][]float32{a, b}
	repeated, ofRows := l.ofRows(f, w)
	for lo < hi {
		n, at := min(w.run(lo), hi-lo), w.offsets(lo)
		if rows := min((hi-lo)/width, maxRows); ofRows != nil && n == width {
			n = rows * width
			end := w.offsets(lo + n - 1)[repeated] + 1
			ofRows(first(out[lo:lo+n]), first(operands[1-repeated][lo:lo+n]), first(operands[repeated][at[repeated]:end]), rows, width)
			lo += n
			continue
		}
		to := first(out[lo : lo+n])
		switch {
		case w.step[0] == 0:
			l.left[f](to, first(b[at[1]:at[1]+n]), n, a[at[0]])
		case w.step[1] == 0:
			l.right[f](to, first(a[at[0]:at[0]+n]), n, b[at[1]])
		default:
			l.same[f](to, first(a[at[0]:at[0]+n]), first(b[at[1]:at[1]+n]), n)
		}
		lo += n
	}
}

// commutes reports whether f(a, b) is f(b, a).
func (f Binary) commutes() bool { return f == Add || f == Mul || f == Maximum || f == Minimum }

// ofRows returns the loop for several rows of a walk, if there is one, and the number
// of the operand that is repeated: it is a row, or has an element for each row.
func (l *elementLoops) ofRows(f Binary, w *walk) (repeated int, loop func(out, a, b *float32, rows, width int)) {
	for _, k := range []int{1, 0} {
		switch {
		case k == 0 && !f.commutes(), !w.strided(1-k, w.dims[1], 1):
		case w.strided(k, 0, 1):
			return k, l.rows[f]
		case w.strided(k, 1, 0):
			return k, l.columns[f]
		}
	}
	return 0, nil
}

// strided says whether the walk has two axes, and an operand these strides along them.
func (w *walk) strided(operand, rows, columns int) bool {
	return w.rank == 2 && w.strides[operand][0] == rows && w.strides[operand][1] == columns
}
