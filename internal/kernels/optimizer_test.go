package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// stepper makes an optimizer for n weights, with its slots.
type stepper[T Float] func(n int) func(w, g []T, t int)

func sgdSteps[T Float](lr float64) stepper[T] {
	return func(int) func(w, g []T, t int) { return func(w, g []T, _ int) { SGD(w, g, lr) } }
}

func momentumSteps[T Float](nesterov bool) stepper[T] {
	return func(n int) func(w, g []T, t int) {
		m := make([]T, n)
		return func(w, g []T, _ int) { SGDMomentum(w, g, m, 0.01, 0.9, nesterov) }
	}
}

func rmspropSteps[T Float](lr, rho, momentum, eps float64, centered bool) stepper[T] {
	return func(n int) func(w, g []T, t int) {
		v := make([]T, n)
		var m, avg []T
		if momentum > 0 {
			m = make([]T, n)
		}
		if centered {
			avg = make([]T, n)
		}
		return func(w, g []T, _ int) { RMSprop(w, g, v, m, avg, lr, rho, momentum, eps) }
	}
}

func adamSteps[T Float](lr, beta1, beta2, decay float64, amsgrad bool) stepper[T] {
	return func(n int) func(w, g []T, t int) {
		m, v := make([]T, n), make([]T, n)
		var vmax []T
		if amsgrad {
			vmax = make([]T, n)
		}
		return func(w, g []T, t int) {
			WeightDecay(w, decay, lr)
			Adam(w, g, m, v, vmax, lr, beta1, beta2, 1e-7, t)
		}
	}
}

// Weights after each of three steps: Keras 3.15.1 on TensorFlow, float32.
var optimizerCases = []struct {
	name string
	f32  stepper[float32]
	f64  stepper[float64]
	want []float64
}{
	{"SGD", sgdSteps[float32](0.01), sgdSteps[float64](0.01), []float64{0.99900001, -1.998, 0.99599999, -1.998, 0.99699998, -2.003}},
	{"SGDMomentum", momentumSteps[float32](false), momentumSteps[float64](false), []float64{0.99900001, -1.998, 0.99510002, -1.9962001, 0.99259001, -1.99958}},
	{"Nesterov", momentumSteps[float32](true), momentumSteps[float64](true), []float64{0.99809998, -1.9962, 0.99158996, -1.9945799, 0.99033093, -2.0026219}},
	{"RMSprop", rmspropSteps[float32](0.001, 0.9, 0, 1e-7, false), rmspropSteps[float64](0.001, 0.9, 0, 1e-7, false),
		[]float64{0.99683785, -1.9968377, 0.99382275, -1.9968377, 0.99482727, -1.9998131}},
	{"RMSprop momentum, large epsilon", rmspropSteps[float32](0.01, 0.5, 0.5, 1e-3, false), rmspropSteps[float64](0.01, 0.5, 0.5, 1e-3, false),
		[]float64{0.98709005, -1.9861987, 0.96701276, -1.979298, 0.96277183, -1.9896622}},
	{"RMSprop centered", rmspropSteps[float32](0.01, 0.5, 0, 1e-7, true), rmspropSteps[float64](0.01, 0.5, 0, 1e-7, true),
		[]float64{0.98000038, -1.9800001, 0.95690644, -1.9800001, 0.96295387, -1.9977473}},
	{"RMSprop momentum, centered", rmspropSteps[float32](0.001, 0.9, 0.9, 1e-7, true), rmspropSteps[float64](0.001, 0.9, 0.9, 1e-7, true),
		[]float64{0.99666685, -1.9966667, 0.99038965, -1.9936668, 0.98577827, -1.9940042}},
	{"Adam", adamSteps[float32](0.001, 0.9, 0.999, 0, false), adamSteps[float64](0.001, 0.9, 0.999, 0, false),
		[]float64{0.99900001, -1.9990001, 0.99808222, -1.99833, 0.99759853, -1.998731}},
	{"Adam that amsgrad would change", adamSteps[float32](0.1, 0.5, 0.5, 0, false), adamSteps[float64](0.1, 0.5, 0.5, 0, false),
		[]float64{0.90000015, -1.9000001, 0.80728292, -1.8422651, 0.78363961, -1.9089775}},
	{"Adam amsgrad", adamSteps[float32](0.1, 0.5, 0.5, 0, true), adamSteps[float64](0.1, 0.5, 0.5, 0, true),
		[]float64{0.90000015, -1.9000001, 0.80728292, -1.8591753, 0.78888875, -1.9258877}},
	{"AdamW", adamSteps[float32](0.001, 0.9, 0.999, 0.004, false), adamSteps[float64](0.001, 0.9, 0.999, 0.004, false),
		[]float64{0.99899602, -1.9989921, 0.99807423, -1.998314, 0.99758655, -1.9987071}},
}

var optimizerGradients = [][]float64{{0.1, -0.2}, {0.3, 0}, {-0.1, 0.5}}

func TestOptimizersAgainstKeras(t *testing.T) {
	for _, tt := range optimizerCases {
		t.Run(tt.name, func(t *testing.T) {
			w32, intact := guarded(t, []float32{1, -2})
			w64 := []float64{1, -2}
			step32, step64 := tt.f32(2), tt.f64(2)
			for s, g := range optimizerGradients {
				step32(w32, to32(g), s+1)
				step64(w64, g, s+1)
				for i, want := range tt.want[2*s : 2*s+2] {
					assert.InDelta(t, want, w32[i], 3e-7, "step %d, float32", s+1)
					assert.InDelta(t, want, w64[i], 1e-6, "step %d, float64", s+1)
				}
			}
			intact()

			n := 2*elementGrain + 5 // several pieces do what one does
			sameForAnyWorkers(t, func() []float32 {
				w, step := normalsOf[float32](1, n), tt.f32(n)
				step(w, normalsOf[float32](2, n), 1)
				step(w, normalsOf[float32](3, n), 2)
				return w
			})
			w, step := normalsOf[float32](1, n), tt.f32(n)
			step(w, normalsOf[float32](2, n), 1)
			last, alone := []float32{normalsOf[float32](1, n)[n-1]}, tt.f32(1)
			alone(last, normalsOf[float32](2, n)[n-1:], 1)
			assert.Equal(t, last[0], w[n-1])

			small := tt.f32(2)
			noAllocations(t, tt.name, func() { small(w[:2], w[2:4], 1) })
			tt.f32(0)(nil, nil, 1)
		})
	}
}

func TestVectorSteps(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		name string
		f    func(x []float32)
		want []float64
	}{
		{"ScaleInPlace", func(x []float32) { ScaleInPlace(x, -2) }, []float64{-2, 4, -6, math.NaN()}},
		{"AddScaled", func(x []float32) { AddScaled(x, []float32{1, 1, 2, 1}, 0.5) }, []float64{1.5, -1.5, 4, math.NaN()}},
		{"WeightDecay", func(x []float32) { WeightDecay(x, 0.1, 0.5) }, []float64{0.95, -1.9, 2.85, math.NaN()}},
		{"EMA", func(x []float32) { EMA(x, []float32{2, 2, 2, 2}, 0.75) }, []float64{1.25, -1, 2.75, math.NaN()}},
	} {
		x, intact := guarded(t, []float32{1, -2, 3, nan})
		tt.f(x)
		intact()
		close32(t, tt.want, x, tt.name)
	}
	sameForAnyWorkers(t, func() []float32 {
		x, y := normalsOf[float32](1, 2*elementGrain+1), normalsOf[float32](2, 2*elementGrain+1)
		ScaleInPlace(x, 1.1)
		AddScaled(x, y, 0.3)
		WeightDecay(x, 0.1, 0.1)
		EMA(x, y, 0.9)
		return x
	})
}

func BenchmarkOptimizer(b *testing.B) {
	const n = 1 << 16
	w, g, m, v := normalsOf[float32](1, n), normalsOf[float32](2, n), make([]float32, n), make([]float32, n)
	perElement(b, "SGD", n, func() { SGD(w, g, 1e-9) })
	perElement(b, "SGDMomentum", n, func() { SGDMomentum(w, g, m, 1e-9, 0.9, false) })
	perElement(b, "RMSprop", n, func() { RMSprop(w, g, v, nil, nil, 1e-9, 0.9, 0, 1e-7) })
	perElement(b, "Adam", n, func() { Adam(w, g, m, v, nil, 1e-9, 0.9, 0.999, 1e-7, 1) })
}
