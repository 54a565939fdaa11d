package kernels

import "testing"

// convLSTMCase is a ConvLSTM, and the LSTM that has all pixels of a sample as units: a
// convolution is a product with a matrix of its taps.
type convLSTMCase[T Float] struct {
	g       ConvGeometry
	samples int
	*recurrentCase[T]
}

func newConvLSTMCase[T Float](time, samples, filters int, size, kernel []int, masked bool) *convLSTMCase[T] {
	ones := make([]int, len(size))
	for i := range ones {
		ones[i] = 1
	}
	g := geometryFor(samples, filters, 4*filters, 1, size, kernel, ones, ones, "same")
	pixels := sizeOf(size)
	k := newRecurrentCase[T](Recurrence{time, samples * pixels, filters, Tanh, Sigmoid, nil}, 4, 9, false)
	k.recurrent = normalsOf[T](5, sizeOf(kernel)*filters*4*filters)
	for i := 0; masked && i < time*samples; i++ {
		for range pixels {
			k.Mask = append(k.Mask, i%3 != 1)
		}
	}
	return &convLSTMCase[T]{g, samples, k}
}

func (k *convLSTMCase[T]) run() *recurrentResult[T] {
	x, h, c := k.copyOf(k.x, 0), k.sequence(k.h), k.sequence(k.c)
	ConvLSTM(k.Recurrence, k.g, k.recurrent, x, h, c)
	res := k.result(h, c)
	ConvLSTMGradient(k.Recurrence, k.g, k.recurrent, x, c, k.dOut, res.dh, res.dc, res.dx)
	return res
}

// matrix is the LSTM. Its gates are those of all pixels, one kind after the other.
func (k *convLSTMCase[T]) matrix() *recurrentCase[T] {
	pixels, f := sizeOf(k.g.In), k.Units
	n := pixels * f
	m := *k.recurrentCase
	m.Recurrence = Recurrence{k.Time, k.samples, n, k.Activation, k.Gate, nil}
	for i := 0; i < len(k.Mask); i += pixels {
		m.Mask = append(m.Mask, k.Mask[i])
	}
	m.x = k.gatesOf(k.x, true)
	m.recurrent = make([]T, n*4*n)
	one := k.g
	one.Batch = 1
	for i := range n { // what a unit of h adds to the gates
		h, z := make([]T, n), make([]T, 4*n)
		h[i] = 1
		Conv(one, h, k.recurrent, nil, false, z)
		copy(m.recurrent[i*4*n:], (&convLSTMCase[T]{one, 1, k.recurrentCase}).gatesOf(z, true))
	}
	return &m
}

// gatesOf moves gates from pixels to kinds, or back.
func (k *convLSTMCase[T]) gatesOf(x []T, toKinds bool) []T {
	pixels, f := sizeOf(k.g.In), k.Units
	y := make([]T, len(x))
	for row := range len(x) / (pixels * 4 * f) {
		for p := range pixels {
			for gate := range 4 {
				byPixel, byKind := ((row*pixels+p)*4+gate)*f, ((row*4+gate)*pixels+p)*f
				if toKinds {
					copy(y[byKind:][:f], x[byPixel:])
				} else {
					copy(y[byPixel:][:f], x[byKind:])
				}
			}
		}
	}
	return y
}

// TestConvLSTMIsAnLSTM: states and gradients are those of the LSTM with the convolution's
// matrix, in float64 and, to its rounding, in float32 on every set.
func TestConvLSTMIsAnLSTM(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, tt := range []struct {
			time, samples, filters int
			size, kernel           []int
		}{
			{1, 1, 1, []int{1}, []int{1}}, {3, 2, 3, []int{4}, []int{3}}, {4, 3, 9, []int{3, 5}, []int{3, 2}}, {2, 1, 2, []int{2, 3, 2}, []int{2, 3, 1}},
		} {
			for _, masked := range []bool{false, true} {
				k := newConvLSTMCase[float64](tt.time, tt.samples, tt.filters, tt.size, tt.kernel, masked)
				got, m := k.run(), k.matrix()
				want := kinds[float64]()[1].run(m)
				requireClose(t, "h, "+k.String(), want.h, got.h, 1e-12)
				requireClose(t, "c, "+k.String(), want.c, got.c, 1e-12)
				requireClose(t, "dh, "+k.String(), want.dh, got.dh, 1e-12)
				requireClose(t, "dc, "+k.String(), want.dc, got.dc, 1e-12)
				requireClose(t, "dx, "+k.String(), k.gatesOf(want.dx, false), got.dx, 1e-12)

				narrow := (&convLSTMCase[float32]{k.g, k.samples, k.narrow(t)}).run()
				requireClose(t, "h in float32, "+k.String(), got.h, narrow.h, 1e-5)
				requireClose(t, "dx in float32, "+k.String(), got.dx, narrow.dx, 1e-4)
				requireClose(t, "dh in float32, "+k.String(), got.dh, narrow.dh, 1e-4)
			}
		}
	})
}

func TestConvLSTMSameBitsForAnyWorkers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		k := newConvLSTMCase[float32](3, 5, 16, []int{19, 17}, []int{3, 3}, true)
		sameForAnyWorkers(t, func() []float32 {
			r := k.run()
			return append(append(append([]float32{}, r.h...), r.dx...), r.dh...)
		})
	})
}

func BenchmarkConvLSTM(b *testing.B) {
	onEverySetB(b, func(b *testing.B) {
		k := newConvLSTMCase[float32](10, 8, 32, []int{32, 32}, []int{3, 3}, false)
		x, h, c := k.copyOf(k.x, 0), k.sequence(k.h), k.sequence(k.c)
		dx, dh, dc := make([]float32, len(x)), make([]float32, len(k.h)), make([]float32, len(k.c))
		sums := work(k.Time*k.Batch, 4*k.Units, 9*k.Units)
		b.Run("forward", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ConvLSTM(k.Recurrence, k.g, k.recurrent, x, h, c)
			}
			reportGFLOPS(b, sums)
		})
		b.Run("gradient", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ConvLSTMGradient(k.Recurrence, k.g, k.recurrent, x, c, nil, dh, dc, dx)
			}
			reportGFLOPS(b, sums)
		})
	})
}
