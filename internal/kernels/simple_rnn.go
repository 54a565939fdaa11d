package kernels

// SimpleRNN computes, for each step t,
//
//	h[t+1] = activation(x[t] + h[t]·recurrent)
//
// x (time, batch, units) is what the step gets from outside, h (time+1, batch, units) the
// states, recurrent (units, units). x is changed.
func SimpleRNN[T Float](r Recurrence, recurrent, x, h []T) {
	n, plain, s := r.Units, DefaultParams(r.Activation), states[T]{&r}
	u := newFactor(&r, false, n, n, recurrent, n)
	r.samples(func(lo, hi int) {
		for t := range r.Time {
			in := s.rows(x, t, lo, hi, n)
			u.addTo(hi-lo, s.rows(h, t, lo, hi, n), n, in, n)
			apply(r.Activation, plain, in, s.rows(h, t+1, lo, hi, n))
			s.keep(h, t, lo, hi)
		}
	})
	u.release()
}

// SimpleRNNGradient goes back through the steps of SimpleRNN. dOut (time, batch, units;
// nil for zeros) is the gradient by the states after each step, dh (batch, units) that by
// the last; dh becomes the gradient by the first state, dx that by x.
func SimpleRNNGradient[T Float](r Recurrence, recurrent, h, dOut, dh, dx []T) {
	n, plain, s := r.Units, DefaultParams(r.Activation), states[T]{&r}
	u := newFactor(&r, true, n, n, recurrent, n)
	r.samples(func(lo, hi int) {
		d := dh[lo*n : hi*n]
		for t := r.Time - 1; t >= 0; t-- {
			s.arrive(dOut, t, lo, hi, d)
			after, dz := s.rows(h, t+1, lo, hi, n), s.rows(dx, t, lo, hi, n)
			gradient(r.Activation, plain, after, after, d, dz)
			s.leave(t, lo, hi, d, dz)
			u.addTo(hi-lo, dz, n, d, n)
		}
	})
	u.release()
}
