package kernels

// ConvLSTM is LSTM with a convolution of h in the place of the product, over pixels as
// channels last has them: each of them is a sample of the Recurrence, and has a row of the
// mask. The convolution g must keep the number of pixels, so that (Shi et al. 2015)
//
//	z[t] = x[t] + h[t]∗recurrent
func ConvLSTM[T Float](r Recurrence, g ConvGeometry, recurrent, x, h, c []T) {
	n, s := r.Units, states[T]{&r}
	product := poolsOf[T]().values.get(r.Batch * 4 * n)
	t := 0
	step := func(lo, hi int) {
		addTo(s.rows(x, t, lo, hi, 4*n), (*product)[lo*4*n:hi*4*n])
		for b := lo; b < hi; b++ {
			lstmStep(&r, s.rows(x, t, b, b+1, 4*n), s.rows(c, t, b, b+1, n), s.rows(c, t+1, b, b+1, n), s.rows(h, t+1, b, b+1, n))
		}
		s.keep(h, t, lo, hi)
		s.keep(c, t, lo, hi)
	}
	for ; t < r.Time; t++ {
		Conv(g, s.rows(h, t, 0, r.Batch, n), recurrent, nil, false, *product)
		r.pixels(step)
	}
	poolsOf[T]().values.put(product)
}

// ConvLSTMGradient goes back through the steps of ConvLSTM, as LSTMGradient does.
func ConvLSTMGradient[T Float](r Recurrence, g ConvGeometry, recurrent, gates, c, dOut, dh, dc, dx []T) {
	n, s := r.Units, states[T]{&r}
	product := poolsOf[T]().values.get(r.Batch * n)
	t := r.Time - 1
	back := func(lo, hi int) {
		s.arrive(dOut, t, lo, hi, dh[lo*n:hi*n])
		for b := lo; b < hi; b++ {
			if !r.off(t, b) {
				lstmBack(&r, s.rows(gates, t, b, b+1, 4*n), s.rows(c, t, b, b+1, n), s.rows(c, t+1, b, b+1, n),
					dh[b*n:][:n], dc[b*n:][:n], s.rows(dx, t, b, b+1, 4*n))
			}
		}
		s.leave(t, lo, hi, dh[lo*n:hi*n], s.rows(dx, t, lo, hi, 4*n))
	}
	for ; t >= 0; t-- {
		r.pixels(back)
		ConvGradInput(g, recurrent, s.rows(dx, t, 0, r.Batch, 4*n), *product)
		AddScaled(dh, *product, 1)
	}
	poolsOf[T]().values.put(product)
}

// pixels runs f for all pixels, a range of them at a time.
func (r *Recurrence) pixels(f func(lo, hi int)) {
	Parallel(r.Batch, max(1, elementGrain/max(4*r.Units, 1)), f)
}
