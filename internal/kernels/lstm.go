package kernels

// LSTM computes, for each step t, with the gates i, f, g, o of z[t] = x[t] + h[t]·recurrent,
//
//	i, f, o = gate(i), gate(f), gate(o);  g = activation(g)
//	c[t+1]  = f*c[t] + i*g
//	h[t+1]  = o*activation(c[t+1])
//
// (Hochreiter and Schmidhuber 1997; Gers et al. 2000). x (time, batch, 4·units) is what the
// step gets from outside, and becomes the gates; h and c (time+1, batch, units) are the
// states; recurrent is (units, 4·units).
func LSTM[T Float](r Recurrence, recurrent, x, h, c []T) {
	n, s := r.Units, states[T]{&r}
	u := newFactor(&r, false, n, 4*n, recurrent, 4*n)
	r.samples(func(lo, hi int) {
		for t := range r.Time {
			u.addTo(hi-lo, s.rows(h, t, lo, hi, n), n, s.rows(x, t, lo, hi, 4*n), 4*n)
			for b := lo; b < hi; b++ {
				lstmStep(&r, s.rows(x, t, b, b+1, 4*n), s.rows(c, t, b, b+1, n), s.rows(c, t+1, b, b+1, n), s.rows(h, t+1, b, b+1, n))
			}
			s.keep(h, t, lo, hi)
			s.keep(c, t, lo, hi)
		}
	})
	u.release()
}

func lstmStep[T Float](r *Recurrence, z, before, c, h []T) {
	n := r.Units
	if l := loopsFor[T](); l != nil && r.usual() && n > 0 {
		l.lstm(first(z), first(z[n:]), first(z[2*n:]), first(z[3*n:]), first(before), first(c), first(h), n)
		return
	}
	plain, gate := DefaultParams(r.Activation), DefaultParams(r.Gate)
	apply(r.Gate, gate, z[:2*n], z[:2*n])
	apply(r.Activation, plain, z[2*n:3*n], z[2*n:3*n])
	apply(r.Gate, gate, z[3*n:], z[3*n:])
	for j := range n {
		c[j] = z[n+j]*before[j] + z[j]*z[2*n+j]
	}
	apply(r.Activation, plain, c, h)
	for j := range n {
		h[j] *= z[3*n+j]
	}
}

// LSTMGradient goes back through the steps of LSTM. gates is what became of x. dOut (time,
// batch, units; nil for zeros) is the gradient by h after each step, dh and dc (batch, units)
// those by the last states; they become the gradients by the first, dx that by x.
func LSTMGradient[T Float](r Recurrence, recurrent, gates, c, dOut, dh, dc, dx []T) {
	n, s := r.Units, states[T]{&r}
	u := newFactor(&r, true, 4*n, n, recurrent, 4*n)
	r.samples(func(lo, hi int) {
		d := dh[lo*n : hi*n]
		for t := r.Time - 1; t >= 0; t-- {
			s.arrive(dOut, t, lo, hi, d)
			dz := s.rows(dx, t, lo, hi, 4*n)
			for b := lo; b < hi; b++ {
				if !r.off(t, b) {
					lstmBack(&r, s.rows(gates, t, b, b+1, 4*n), s.rows(c, t, b, b+1, n), s.rows(c, t+1, b, b+1, n),
						dh[b*n:][:n], dc[b*n:][:n], s.rows(dx, t, b, b+1, 4*n))
				}
			}
			s.leave(t, lo, hi, d, dz)
			u.addTo(hi-lo, dz, 4*n, d, n)
		}
	})
	u.release()
}

func lstmBack[T Float](r *Recurrence, z, before, c, dh, dc, dz []T) {
	n := r.Units
	if l := loopsFor[T](); l != nil && r.usual() && n > 0 {
		l.lstmOutput(first(z[3*n:]), first(c), first(dh), first(dc), first(dz[3*n:]), n)
		l.lstmGates(first(z), first(z[n:]), first(z[2*n:]), first(before), first(dc), first(dz), first(dz[n:]), first(dz[2*n:]), n)
		return
	}
	a := poolsOf[T]().values.get(n)
	apply(r.Activation, DefaultParams(r.Activation), c, *a)
	for j, a := range *a {
		i, f, g, o := z[j], z[n+j], z[2*n+j], z[3*n+j]
		d := dc[j] + dh[j]*o*slopeAt(r.Activation, a)
		dz[j] = d * g * slopeAt(r.Gate, i)
		dz[n+j] = d * before[j] * slopeAt(r.Gate, f)
		dz[2*n+j] = d * i * slopeAt(r.Activation, g)
		dz[3*n+j] = dh[j] * a * slopeAt(r.Gate, o)
		dc[j] = d * f
	}
	poolsOf[T]().values.put(a)
}
