package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recurrentCase is a recurrence with inputs and with gradients by its states.
type recurrentCase[T Float] struct {
	Recurrence
	recurrent, bias, x, h, c []T // h and c are those before the first step
	dOut, dh, dc             []T

	memory func(n int) []T // for what is written
}

// kind is a recurrent kernel: how many gates it has, and the states after each step
// (time, batch, units) as the loop in its comment gives them for one sample.
type kind[T Float] struct {
	name  string
	gates int
	naive func(r *Recurrence, u, bias, x, h, c []float64) (nextH, nextC []float64)
	run   func(k *recurrentCase[T]) *recurrentResult[T]
}

// recurrentResult has the states after each step, and the gradients.
type recurrentResult[T Float] struct{ h, c, du, dBias, dx, dh, dc []T }

func at(f Unary, x float64) float64 {
	switch f {
	case Sigmoid:
		return 1 / (1 + math.Exp(-x))
	case Tanh:
		return math.Tanh(x)
	case ReLU:
		return max(0, x)
	}
	return x
}

// through is h·U[:, from:to] for one sample.
func through(h, u []float64, width, from, to int) []float64 {
	out := make([]float64, to-from)
	for j := range out {
		for p, v := range h {
			out[j] += v * u[p*width+from+j]
		}
	}
	return out
}

func kinds[T Float]() []kind[T] {
	return []kind[T]{
		{"SimpleRNN", 1, func(r *Recurrence, u, _, x, h, c []float64) (nextH, nextC []float64) {
			for j, v := range through(h, u, r.Units, 0, r.Units) {
				nextH = append(nextH, at(r.Activation, x[j]+v))
			}
			return nextH, c
		}, func(k *recurrentCase[T]) *recurrentResult[T] {
			h := k.sequence(k.h)
			SimpleRNN(k.Recurrence, k.recurrent, k.copyOf(k.x, 0), h)
			res := k.result(h, k.sequence(k.c))
			SimpleRNNGradient(k.Recurrence, k.recurrent, h, k.dOut, res.dh, res.dx)
			res.du = k.product(h, res.dx, k.Units)
			return res
		}},
		{"LSTM", 4, func(r *Recurrence, u, _, x, h, c []float64) (nextH, nextC []float64) {
			n := r.Units
			a := through(h, u, 4*n, 0, 4*n)
			for j := range n {
				i, f := at(r.Gate, x[j]+a[j]), at(r.Gate, x[n+j]+a[n+j])
				g, o := at(r.Activation, x[2*n+j]+a[2*n+j]), at(r.Gate, x[3*n+j]+a[3*n+j])
				nextC = append(nextC, f*c[j]+i*g)
				nextH = append(nextH, o*at(r.Activation, nextC[j]))
			}
			return nextH, nextC
		}, func(k *recurrentCase[T]) *recurrentResult[T] {
			h, c, gates := k.sequence(k.h), k.sequence(k.c), k.copyOf(k.x, 0)
			LSTM(k.Recurrence, k.recurrent, gates, h, c)
			res := k.result(h, c)
			LSTMGradient(k.Recurrence, k.recurrent, gates, c, k.dOut, res.dh, res.dc, res.dx)
			res.du = k.product(h, res.dx, 4*k.Units)
			return res
		}},
		{"GRU", 3, func(r *Recurrence, u, _, x, h, c []float64) (nextH, nextC []float64) {
			n := r.Units
			a := through(h, u, 3*n, 0, 2*n)
			reset := make([]float64, n)
			for j := range n {
				reset[j] = at(r.Gate, x[n+j]+a[n+j]) * h[j]
			}
			for j, v := range through(reset, u, 3*n, 2*n, 3*n) {
				z := at(r.Gate, x[j]+a[j])
				nextH = append(nextH, z*h[j]+(1-z)*at(r.Activation, x[2*n+j]+v))
			}
			return nextH, c
		}, func(k *recurrentCase[T]) *recurrentResult[T] {
			n := k.Units
			h, gates, reset := k.sequence(k.h), k.copyOf(k.x, 0), k.memory(k.Time*k.Batch*n)
			GRU(k.Recurrence, k.recurrent, gates, h, reset)
			res := k.result(h, k.sequence(k.c))
			GRUGradient(k.Recurrence, k.recurrent, gates, h, k.dOut, res.dh, res.dx)
			res.du = make([]T, n*3*n)
			rows := k.Time * k.Batch
			Gemm(true, false, n, 2*n, rows, h, n, res.dx, 3*n, false, res.du, 3*n)
			Gemm(true, false, n, n, rows, reset, n, res.dx[2*n:], 3*n, false, res.du[2*n:], 3*n)
			return res
		}},
		{"GRUResetAfter", 3, func(r *Recurrence, u, bias, x, h, c []float64) (nextH, nextC []float64) {
			n := r.Units
			a := through(h, u, 3*n, 0, 3*n)
			for j := range bias {
				a[j] += bias[j]
			}
			for j := range n {
				z, v := at(r.Gate, x[j]+a[j]), at(r.Gate, x[n+j]+a[n+j])
				nextH = append(nextH, z*h[j]+(1-z)*at(r.Activation, x[2*n+j]+v*a[2*n+j]))
			}
			return nextH, c
		}, func(k *recurrentCase[T]) *recurrentResult[T] {
			h, gates := k.sequence(k.h), k.copyOf(k.x, 0)
			product, dProduct := k.copyOf(normalsOf[T](99, len(k.x)), 0), k.memory(len(k.x)) // of any content
			GRUResetAfter(k.Recurrence, k.recurrent, k.bias, gates, product, h)
			res := k.result(h, k.sequence(k.c))
			GRUResetAfterGradient(k.Recurrence, k.recurrent, gates, product, h, k.dOut, res.dh, res.dx, dProduct)
			res.du = k.product(h, dProduct, 3*k.Units)
			res.dBias = make([]T, 3*k.Units)
			for i, v := range dProduct {
				res.dBias[i%len(res.dBias)] += v
			}
			return res
		}},
	}
}

// sequence has room for the states of all steps, and begins with h.
func (k *recurrentCase[T]) sequence(h []T) []T {
	return k.copyOf(h, k.Time*k.Batch*k.Units)
}

// copyOf is x in memory of the case, and zeros after it.
func (k *recurrentCase[T]) copyOf(x []T, zeros int) []T {
	y := k.memory(len(x) + zeros)
	copy(y, x)
	return y
}

func (k *recurrentCase[T]) result(h, c []T) *recurrentResult[T] {
	first := k.Batch * k.Units
	return &recurrentResult[T]{
		h: h[first:], c: c[first:], dx: k.memory(len(k.x)), dh: k.copyOf(k.dh, 0), dc: k.copyOf(k.dc, 0),
	}
}

// product is the gradient by the recurrent weights: of what comes of h times them.
func (k *recurrentCase[T]) product(h, dz []T, width int) []T {
	du := make([]T, k.Units*width)
	Gemm(true, false, k.Units, width, k.Time*k.Batch, h, k.Units, dz, width, false, du, width)
	return du
}

func newRecurrentCase[T Float](r Recurrence, gates int, key uint64, masked bool) *recurrentCase[T] {
	n := r.Units
	some := func(count int) []T {
		key++
		return normalsOf[T](key, count)
	}
	k := &recurrentCase[T]{Recurrence: r, recurrent: some(n * gates * n), bias: some(gates * n), x: some(r.Time * r.Batch * gates * n),
		h: some(r.Batch * n), c: some(r.Batch * n), dOut: some(r.Time * r.Batch * n), dh: some(r.Batch * n), dc: some(r.Batch * n),
		memory: func(n int) []T { return make([]T, n) }}
	if masked {
		for i := range r.Time * r.Batch {
			k.Mask = append(k.Mask, (i*i+i/3)%3 != 0)
		}
	}
	return k
}

func (k *recurrentCase[T]) String() string {
	return fmt.Sprintf("%d steps, batch %d, %d units, functions %d and %d, masked %v", k.Time, k.Batch, k.Units, k.Activation, k.Gate, k.Mask != nil)
}

// naive runs the loop in float64.
func (f kind[T]) statesOf(k *recurrentCase[float64]) (h, c []float64) {
	n := k.Units
	beforeH, beforeC := k.h, k.c
	for t := range k.Time {
		var nextH, nextC []float64
		for b := range k.Batch {
			hb, cb := beforeH[b*n:][:n], beforeC[b*n:][:n]
			if k.Mask == nil || k.Mask[t*k.Batch+b] {
				i := (t*k.Batch + b) * f.gates * n
				hb, cb = f.naive(&k.Recurrence, k.recurrent, k.bias, k.x[i:][:f.gates*n], hb, cb)
			}
			nextH, nextC = append(nextH, hb...), append(nextC, cb...)
		}
		h, c, beforeH, beforeC = append(h, nextH...), append(c, nextC...), nextH, nextC
	}
	return h, c
}

// TestRecurrencesAgainstLoops: the states are those of the loop, in float64 and on every set.
func TestRecurrencesAgainstLoops(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for i, f := range kinds[float64]() {
			for _, r := range []Recurrence{
				{1, 1, 1, Tanh, Sigmoid, nil}, {3, 2, 5, Tanh, Sigmoid, nil}, {5, 1, 8, Tanh, Sigmoid, nil}, {4, 33, 19, Tanh, Sigmoid, nil}, {2, 16, 40, Tanh, Sigmoid, nil},
				{3, 5, 7, Sigmoid, Tanh, nil}, {3, 3, 4, Linear, Sigmoid, nil}, {3, 3, 9, ReLU, ReLU, nil},
			} {
				for _, masked := range []bool{false, true} {
					k := newRecurrentCase[float64](r, f.gates, 7, masked)
					scaleSlice(k.recurrent, 0.3) // so that what ReLU and Linear give does not grow
					h, c := f.statesOf(k)
					got := f.run(k)
					requireClose(t, f.name+" h, "+k.String(), h, got.h, 1e-12)
					narrow := kinds[float32]()[i].run(k.narrow(t))
					requireClose(t, f.name+" h in float32, "+k.String(), h, narrow.h, 1e-5)
					if f.name == "LSTM" {
						requireClose(t, f.name+" c, "+k.String(), c, got.c, 1e-12)
						requireClose(t, f.name+" c in float32, "+k.String(), c, narrow.c, 1e-5)
					}
					for name, pair := range map[string][2]any{
						"du": {got.du, narrow.du}, "dx": {got.dx, narrow.dx}, "dh": {got.dh, narrow.dh}, "dc": {got.dc, narrow.dc}, "dBias": {got.dBias, narrow.dBias},
					} {
						requireClose(t, f.name+" "+name+" in float32, "+k.String(), pair[0].([]float64), pair[1].([]float32), 1e-4)
					}
				}
			}
		}
	})
}

func scaleSlice(x []float64, a float64) {
	for i := range x {
		x[i] *= a
	}
}

// narrow is the case in float32, on arrays that end at a page that must not be touched.
func (k *recurrentCase[T]) narrow(t *testing.T) *recurrentCase[float32] {
	memory := func(n int) []float32 {
		ending, _ := guardPages(t, n)
		return ending
	}
	f := func(x []T) []float32 {
		y := memory(len(x))
		for i, v := range x {
			y[i] = float32(v)
		}
		return y
	}
	return &recurrentCase[float32]{k.Recurrence, f(k.recurrent), f(k.bias), f(k.x), f(k.h), f(k.c), f(k.dOut), f(k.dh), f(k.dc), memory}
}

// TestRecurrencesGradients: the gradients are those of finite differences.
func TestRecurrencesGradients(t *testing.T) {
	for _, f := range kinds[float64]() {
		for _, masked := range []bool{false, true} {
			for _, functions := range [][2]Unary{{Tanh, Sigmoid}, {Linear, Tanh}} {
				t.Run(fmt.Sprint(f.name, masked, functions), func(t *testing.T) {
					k := newRecurrentCase[float64](Recurrence{4, 3, 2, functions[0], functions[1], nil}, f.gates, 3, masked)
					res := f.run(k)
					last := len(k.dOut) - len(k.dh)
					cost := func() float64 {
						h, c := f.statesOf(k)
						sum := Dot(h, k.dOut) + Dot(h[last:], k.dh)
						if f.name == "LSTM" {
							sum += Dot(c[last:], k.dc)
						}
						return sum
					}
					grads := map[string][2][]float64{"u": {k.recurrent, res.du}, "x": {k.x, res.dx}, "h": {k.h, res.dh}}
					if f.name == "LSTM" {
						grads["c"] = [2][]float64{k.c, res.dc}
					}
					if res.dBias != nil {
						grads["bias"] = [2][]float64{k.bias, res.dBias}
					}
					for name, g := range grads {
						require.Len(t, g[1], len(g[0]), name)
						for i, v := range g[0] {
							const step = 1e-6
							g[0][i] = v + step
							up := cost()
							g[0][i] = v - step
							down := cost()
							g[0][i] = v
							assert.InDelta(t, (up-down)/(2*step), g[1][i], 1e-6*max(1, math.Abs(g[1][i])), "%s %d", name, i)
						}
					}
				})
			}
		}
	}
}

// TestGRUWithoutBias: nil stands for zeros.
func TestGRUWithoutBias(t *testing.T) {
	for _, f := range kinds[float64]()[3:] {
		k := newRecurrentCase[float64](Recurrence{3, 2, 3, Tanh, Sigmoid, nil}, f.gates, 3, false)
		k.bias = nil
		h, _ := f.statesOf(k)
		requireClose(t, f.name, h, f.run(k).h, 1e-12)
	}
}

// TestRecurrencesWithoutOutputGradients: nil stands for zeros.
func TestRecurrencesWithoutOutputGradients(t *testing.T) {
	for _, f := range kinds[float64]() {
		k := newRecurrentCase[float64](Recurrence{3, 2, 3, Tanh, Sigmoid, nil}, f.gates, 3, false)
		clear(k.dOut)
		want := f.run(k)
		k.dOut = nil
		assert.Equal(t, want.dx, f.run(k).dx, f.name)
	}
}

func TestRecurrencesSameBitsForAnyWorkers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, f := range kinds[float32]() {
			k := newRecurrentCase[float32](Recurrence{5, 50, 24, Tanh, Sigmoid, nil}, f.gates, 3, true)
			sameForAnyWorkers(t, func() []float32 {
				r := f.run(k)
				return append(append(append(append([]float32{}, r.h...), r.dx...), r.dh...), r.du...)
			})
		}
	})
}

func BenchmarkRecurrence(b *testing.B) {
	onEverySetB(b, func(b *testing.B) {
		for _, size := range []Recurrence{{12, 32, 128, Tanh, Sigmoid, nil}, {100, 32, 32, Tanh, Sigmoid, nil}, {50, 1, 64, Tanh, Sigmoid, nil}, {20, 64, 512, Tanh, Sigmoid, nil}} {
			n, rows := size.Units, size.Time*size.Batch
			steps := work(rows, n, n)
			x := normalsOf[float32](1, rows*4*n)
			u := normalsOf[float32](2, n*4*n)
			h, c, other := make([]float32, rows*n+size.Batch*n), make([]float32, rows*n+size.Batch*n), make([]float32, rows*4*n)
			dh, dc, more := make([]float32, size.Batch*n), make([]float32, size.Batch*n), make([]float32, rows*6*n)
			for i := range u {
				u[i] /= float32(n)
			}
			run := func(name string, gates float64, f func()) {
				b.Run(fmt.Sprintf("%s/%dx%dx%d", name, size.Time, size.Batch, n), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						f()
					}
					reportGFLOPS(b, gates*steps)
				})
			}
			run("LSTM", 4, func() { LSTM(size, u, x, h, c) })
			run("LSTM gradient", 4, func() { LSTMGradient(size, u, x, c, h[:rows*n], dh, dc, other) })
			run("GRU", 3, func() { GRUResetAfter(size, u[:n*3*n], nil, x[:rows*3*n], other[:rows*3*n], h) })
			run("GRU gradient", 3, func() {
				GRUResetAfterGradient(size, u[:n*3*n], x[:rows*3*n], other[:rows*3*n], h[:rows*n], h[:rows*n], dh, more[:rows*3*n], more[rows*3*n:])
			})
			run("GRU, reset before", 3, func() { GRU(size, u[:n*3*n], x[:rows*3*n], h, other[:rows*n]) })
			run("GRU, reset before, gradient", 3, func() { GRUGradient(size, u[:n*3*n], x[:rows*3*n], h[:rows*n], h[:rows*n], dh, more[:rows*3*n]) })
			run("SimpleRNN", 1, func() { SimpleRNN(size, u[:n*n], x[:rows*n], h) })
		}
	})
}
