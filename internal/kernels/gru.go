package kernels

// GRU computes, for each step t, with the gates z, r and the candidate g of x[t],
//
//	z, r   = gate(z + h[t]·Uz), gate(r + h[t]·Ur)
//	g      = activation(g + (r*h[t])·Ug)
//	h[t+1] = z*h[t] + (1-z)*g
//
// (Cho et al. 2014). x (time, batch, 3·units) is what the step gets from outside, and becomes
// the gates; h (time+1, batch, units) are the states, recurrent (units, 3·units) is Uz, Ur
// and Ug side by side. reset (time, batch, units) becomes r*h.
func GRU[T Float](r Recurrence, recurrent, x, h, reset []T) {
	n, s := r.Units, states[T]{&r}
	uzr, ug := newFactor(&r, false, n, 2*n, recurrent, 3*n), newFactor(&r, false, n, n, recurrent[2*n:], 3*n)
	r.samples(func(lo, hi int) {
		plain, gate := DefaultParams(r.Activation), DefaultParams(r.Gate)
		for t := range r.Time {
			in := s.rows(x, t, lo, hi, 3*n)
			uzr.addTo(hi-lo, s.rows(h, t, lo, hi, n), n, in, 3*n)
			for b := lo; b < hi; b++ {
				g, before, rh := s.rows(x, t, b, b+1, 3*n), s.rows(h, t, b, b+1, n), s.rows(reset, t, b, b+1, n)
				apply(r.Gate, gate, g[:2*n], g[:2*n])
				combine(Mul, g[n:2*n], before, rh)
			}
			ug.addTo(hi-lo, s.rows(reset, t, lo, hi, n), n, in[2*n:], 3*n)
			for b := lo; b < hi; b++ {
				g, before, after := s.rows(x, t, b, b+1, 3*n), s.rows(h, t, b, b+1, n), s.rows(h, t+1, b, b+1, n)
				apply(r.Activation, plain, g[2*n:], g[2*n:])
				combine(Sub, before, g[2*n:], after) // z·h + (1-z)·g is g + z·(h-g)
				combine(Mul, g[:n], after, after)
				combine(Add, g[2*n:], after, after)
			}
			s.keep(h, t, lo, hi)
		}
	})
	uzr.release()
	ug.release()
}

// GRUGradient goes back through the steps of GRU. gates is what became of x. dOut (time,
// batch, units; nil for zeros) is the gradient by the states after each step, dh (batch,
// units) that by the last; dh becomes the gradient by the first state, dx that by x.
func GRUGradient[T Float](r Recurrence, recurrent, gates, h, dOut, dh, dx []T) {
	n, s := r.Units, states[T]{&r}
	uzr, ug := newFactor(&r, true, 2*n, n, recurrent, 3*n), newFactor(&r, true, n, n, recurrent[2*n:], 3*n)
	r.samples(func(lo, hi int) {
		size := (hi - lo) * n
		memory := poolsOf[T]().values.get(2*size + n)
		d, dReset, past, byReset := dh[lo*n:hi*n], (*memory)[:size], (*memory)[size:2*size], (*memory)[2*size:]
		for t := r.Time - 1; t >= 0; t-- {
			s.arrive(dOut, t, lo, hi, d)
			out := s.rows(dx, t, lo, hi, 3*n)
			for b := lo; b < hi; b++ {
				gruCandidateBack(&r, s.rows(gates, t, b, b+1, 3*n), s.rows(h, t, b, b+1, n), dh[b*n:][:n], past[(b-lo)*n:][:n], s.rows(dx, t, b, b+1, 3*n))
			}
			clear(dReset)
			ug.addTo(hi-lo, out[2*n:], 3*n, dReset, n)
			for b := lo; b < hi; b++ {
				at := (b - lo) * n
				gruResetBack(&r, s.rows(gates, t, b, b+1, 3*n), s.rows(h, t, b, b+1, n), dReset[at:][:n], s.rows(dx, t, b, b+1, 3*n), byReset)
				addTo(past[at:][:n], byReset)
			}
			s.leave(t, lo, hi, d, out)
			for b := range hi - lo {
				if !r.off(t, lo+b) {
					copy(d[b*n:][:n], past[b*n:])
				}
			}
			uzr.addTo(hi-lo, out, 3*n, d, n)
		}
		poolsOf[T]().values.put(memory)
	})
	uzr.release()
	ug.release()
}

// GRUResetAfter is GRU with the reset gate after the product, and a bias for it:
//
//	a      = h[t]·recurrent + bias
//	z, r   = gate(z + az), gate(r + ar)
//	g      = activation(g + r*ag)
//	h[t+1] = z*h[t] + (1-z)*g
//
// product (time, batch, 3·units) becomes a. bias may be nil.
func GRUResetAfter[T Float](r Recurrence, recurrent, bias, x, product, h []T) {
	n, s := r.Units, states[T]{&r}
	u := newFactor(&r, false, n, 3*n, recurrent, 3*n)
	r.samples(func(lo, hi int) {
		for t := range r.Time {
			a := s.rows(product, t, lo, hi, 3*n)
			if bias == nil {
				clear(a)
			}
			fillRows(bias, a)
			u.addTo(hi-lo, s.rows(h, t, lo, hi, n), n, a, 3*n)
			for b := lo; b < hi; b++ {
				gruStep(&r, s.rows(x, t, b, b+1, 3*n), s.rows(product, t, b, b+1, 3*n), s.rows(h, t, b, b+1, n), s.rows(h, t+1, b, b+1, n))
			}
			s.keep(h, t, lo, hi)
		}
	})
	u.release()
}

func gruStep[T Float](r *Recurrence, x, a, before, h []T) {
	n := r.Units
	if l := loopsFor[T](); l != nil && r.usual() && n > 0 {
		l.gru(first(x), first(x[n:]), first(x[2*n:]), first(a), first(a[n:]), first(a[2*n:]), first(before), first(h), n)
		return
	}
	for j, v := range a[:2*n] {
		x[j] += v
	}
	apply(r.Gate, DefaultParams(r.Gate), x[:2*n], x[:2*n])
	for j, v := range a[2*n:] {
		x[2*n+j] += x[n+j] * v
	}
	apply(r.Activation, DefaultParams(r.Activation), x[2*n:], x[2*n:])
	for j, z := range x[:n] {
		h[j] = z*before[j] + (1-z)*x[2*n+j]
	}
}

// GRUResetAfterGradient goes back through the steps of GRUResetAfter, as GRUGradient does
// through those of GRU; dProduct is the gradient by a.
func GRUResetAfterGradient[T Float](r Recurrence, recurrent, gates, product, h, dOut, dh, dx, dProduct []T) {
	n, s := r.Units, states[T]{&r}
	u := newFactor(&r, true, 3*n, n, recurrent, 3*n)
	r.samples(func(lo, hi int) {
		d := dh[lo*n : hi*n]
		memory := poolsOf[T]().values.get((hi - lo) * n) // what goes by z past the step
		for t := r.Time - 1; t >= 0; t-- {
			s.arrive(dOut, t, lo, hi, d)
			past := *memory
			for b := lo; b < hi; b++ {
				gruBack(&r, s.rows(gates, t, b, b+1, 3*n), s.rows(product, t, b, b+1, 3*n), s.rows(h, t, b, b+1, n),
					dh[b*n:][:n], past[(b-lo)*n:][:n], s.rows(dx, t, b, b+1, 3*n), s.rows(dProduct, t, b, b+1, 3*n))
			}
			da := s.rows(dProduct, t, lo, hi, 3*n)
			s.leave(t, lo, hi, d, s.rows(dx, t, lo, hi, 3*n))
			for b := range hi - lo {
				if r.off(t, lo+b) {
					clear(da[b*3*n:][:3*n])
				} else {
					copy(d[b*n:][:n], past[b*n:])
				}
			}
			u.addTo(hi-lo, da, 3*n, d, n)
		}
		poolsOf[T]().values.put(memory)
	})
	u.release()
}

// gruBack computes dx and da of a step, and past, what the gradient by the state before
// it has but for the product.
func gruBack[T Float](r *Recurrence, g, a, before, dh, past, dx, da []T) {
	n := r.Units
	gruCandidateBack(r, g, before, dh, past, dx)
	gruResetBack(r, g, a[2*n:], dx[2*n:], dx, da[2*n:])
	copy(da[:2*n], dx)
}

// gruCandidateBack computes what dx has by z and the candidate, and past, what the gradient
// by the state before has by z.
func gruCandidateBack[T Float](r *Recurrence, g, before, dh, past, dx []T) {
	n := r.Units
	if l := loopsFor[T](); l != nil && r.usual() && n > 0 {
		l.gruCandidate(first(g), first(g[2*n:]), first(before), first(dh), first(past), first(dx), first(dx[2*n:]), n)
		return
	}
	for j := range n {
		z, cand, d := g[j], g[2*n+j], dh[j]
		past[j] = d * z
		dx[j] = d * (before[j] - cand) * slopeAt(r.Gate, z)
		dx[2*n+j] = d * (1 - z) * slopeAt(r.Activation, cand)
	}
}

// gruResetBack computes what dx has by r, and da, the gradient by a, from d, that by r*a.
func gruResetBack[T Float](r *Recurrence, g, a, d, dx, da []T) {
	n := r.Units
	if l := loopsFor[T](); l != nil && r.usual() && n > 0 {
		l.gruReset(first(g[n:]), first(a), first(d), first(dx[n:]), first(da), n)
		return
	}
	for j := range n {
		v := g[n+j]
		dx[n+j] = d[j] * a[j] * slopeAt(r.Gate, v)
		da[j] = d[j] * v
	}
}
