package kernels

// Recurrence is what the recurrent kernels have in common. Their sequences are
// time-major: (time, batch, features). A sequence of states has time+1 entries: the
// states before each step and, at the end, after the last. The first is given.
//
// A step that the mask leaves out keeps the states of its sample.
type Recurrence struct {
	Time, Batch, Units int
	// Activation and Gate (Keras's recurrent_activation) are functions of which
	// FromOutput is true.
	Activation, Gate Unary
	// Mask is (time, batch), nil for all true.
	Mask []bool
}

// FromOutput reports whether a recurrence may have f: its slope follows from its value.
func FromOutput(f Unary) bool {
	switch f {
	case Linear, ReLU, Sigmoid, Tanh:
		return true
	}
	return false
}

// slopeAt is the slope of f where its value is y.
func slopeAt[T Float](f Unary, y T) T {
	switch f {
	case ReLU:
		if y > 0 {
			return 1
		}
		return 0
	case Sigmoid:
		return y * (1 - y)
	case Tanh:
		return 1 - y*y
	}
	return 1
}

// recurrentRows is how many samples go through all steps together, on one processor.
// Fewer: tiles are not full. More: idle processors.
const recurrentRows = 16

// samples runs f for all samples, a range of them at a time. Samples do not meet in a
// recurrence, so no step has to wait for others.
func (r *Recurrence) samples(f func(lo, hi int)) { Parallel(r.Batch, recurrentRows, f) }

// off reports whether the mask leaves out step t of sample b.
func (r *Recurrence) off(t, b int) bool { return r.Mask != nil && !r.Mask[t*r.Batch+b] }

// usual reports whether the functions are those that the vector loops have.
func (r *Recurrence) usual() bool { return r.Activation == Tanh && r.Gate == Sigmoid }

// factor is the right operand of the products of all steps, packed once.
type factor[T Float] struct {
	transposed bool
	k, n, ld   int
	b          []T
	panels     *[]panel
	packed     *[]float32 // nil for portable Go
}

// newFactor prepares op(B), which is k×n, as Gemm takes it, for the samples of a
// recurrence. release gives its memory back.
func newFactor[T Float](r *Recurrence, transposed bool, k, n int, b []T, ld int) factor[T] {
	f := factor[T]{transposed: transposed, k: k, n: n, ld: ld, b: b}
	if x, ok := vectorized(b); ok {
		f.panels, f.packed = panelPool.get(ceilDiv(n, active.lanes)), pools32.values.get(active.packedLen(k, n))
		*f.panels = active.cutPanels(min(r.Batch, recurrentRows), n, (*f.panels)[:0])
		for _, p := range *f.panels {
			active.packPanel(p, transposed, k, x, ld, (*f.packed)[k*p.first:])
		}
	}
	return f
}

func (f *factor[T]) release() {
	if f.packed != nil {
		panelPool.put(f.panels)
		pools32.values.put(f.packed)
	}
}

// addTo adds A·op(B) to C, on the caller's goroutine. A is m×k.
func (f *factor[T]) addTo(m int, a []T, lda int, c []T, ldc int) {
	x, ok := vectorized(a)
	if !ok {
		gemmSerial(false, f.transposed, m, f.n, f.k, a, lda, f.b, f.ld, true, c, ldc)
		return
	}
	y, _ := vectorized(c)
	t := tileCallPool.Get().(*tileCall)
	t.outer, t.aCol, t.accumulate = 1, floatSize, true
	for p := 0; p < f.k; p += maxTerms {
		t.inner = uintptr(min(maxTerms, f.k-p))
		for _, panel := range *f.panels {
			width := panel.vectors * active.lanes
			t.b, t.bRow = &(*f.packed)[f.k*panel.first+p*width], bytes(width)
			active.column(t, panel, m, x[p:], lda, y[panel.first:], ldc)
		}
	}
	t.release()
}

// states is what moves through the steps of a recurrence of T.
type states[T Float] struct{ *Recurrence }

// rows are those of samples lo to hi at step t of a sequence, width elements each.
func (s states[T]) rows(x []T, t, lo, hi, width int) []T {
	return x[(t*s.Batch+lo)*width : (t*s.Batch+hi)*width]
}

// keep gives the samples that step t leaves out the states from before.
func (s states[T]) keep(h []T, t, lo, hi int) {
	for b := lo; b < hi && s.Mask != nil; b++ {
		if s.off(t, b) {
			copy(s.rows(h, t+1, b, b+1, s.Units), s.rows(h, t, b, b+1, s.Units))
		}
	}
}

// arrive adds the gradient by the states after step t, if there is one, to what the
// later steps gave.
func (s states[T]) arrive(dOut []T, t, lo, hi int, dh []T) {
	if dOut != nil {
		addTo(dh, s.rows(dOut, t, lo, hi, s.Units))
	}
}

// leave ends step t: dh, the gradient by the states after it, stays for samples that it
// left out, which have no gradient dz, and is used up for the others.
func (s states[T]) leave(t, lo, hi int, dh, dz []T) {
	if s.Mask == nil {
		clear(dh)
		return
	}
	width := len(dz) / (hi - lo)
	for b := range hi - lo {
		if s.off(t, lo+b) {
			clear(dz[b*width:][:width])
		} else {
			clear(dh[b*s.Units:][:s.Units])
		}
	}
}
