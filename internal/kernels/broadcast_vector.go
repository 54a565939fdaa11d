package kernels

// broadcast is broadcastPiece for the functions up to Leak.
func (l *elementLoops) broadcast(f Binary, w *walk, a, b, out []float32, lo, hi int) {
	width := w.dims[w.rank-1]
	row := w.repeatedRow()
	byRows := row == 1 || row == 0 && f.commutes()
	full, repeated := a, b
	if row == 0 {
		full, repeated = b, a
	}
	for lo < hi {
		n := min(w.run(lo), hi-lo)
		if rows := (hi - lo) / width; byRows && n == width {
			n = rows * width
			l.rows[f](first(out[lo:lo+n]), first(full[lo:lo+n]), first(repeated[:width]), rows, width)
			lo += n
			continue
		}
		at, to := w.offsets(lo), first(out[lo:lo+n])
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

// repeatedRow returns the number of the operand that is a row, repeated for each of
// the other's rows; -1 if the walk is not of this kind.
func (w *walk) repeatedRow() int {
	for k := range w.strides {
		if w.rank == 2 && w.strides[k][0] == 0 && w.step[k] == 1 && w.strides[1-k][0] == w.dims[1] && w.step[1-k] == 1 {
			return k
		}
	}
	return -1
}
