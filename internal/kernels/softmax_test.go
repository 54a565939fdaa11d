package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

type lineKernel func(x, y []float32, outer, n, inner int)
type lineKernel64 func(x, y []float64, outer, n, inner int)
type lineGradient func(y, dy, dx []float32, outer, n, inner int)
type lineGradient64 func(y, dy, dx []float64, outer, n, inner int)

// lineFunctions are the kernels that map a line to a line. Values and gradients, for
// the rows [-2 -.5 0 .5 2] and [1 1 3 -1 .5] and dy = 1 … 10: Keras 3.15.1 on TensorFlow.
var lineFunctions = []struct {
	name     string
	value    lineKernel
	value64  lineKernel64
	slope    lineGradient
	slope64  lineGradient64
	y, dx    []float64
	smoothAt []float64 // three lines of four where it is differentiable
	needsX   bool      // the gradient does, instead of y
}{
	{"Softmax", Softmax[float32], Softmax[float64], SoftmaxGradient[float32], SoftmaxGradient[float64],
		[]float64{0.012554707, 0.056266304, 0.09276744, 0.15294765, 0.68546385, 0.098707698, 0.098707698, 0.72935671, 0.013358633, 0.059869248},
		[]float64{-0.043219574, -0.13743043, -0.133817, -0.067679279, 0.38214633, -0.18132344, -0.082615741, 0.11890435, 0.015536442, 0.12949876},
		normalsOf[float64](3, 12), false},
	{"LogSoftmax", LogSoftmax[float32], LogSoftmax[float64], LogSoftmaxGradient[float32], LogSoftmaxGradient[float64],
		[]float64{-4.3776593, -2.8776596, -2.3776596, -1.8776596, -0.3776595, -2.3155923, -2.3155923, -0.31559235, -4.3155923, -2.8155923},
		[]float64{0.81167936, 1.1560056, 1.6084884, 1.7057853, -5.2819576, 2.0516918, 3.0516918, -21.174269, 8.4656544, 7.6052303},
		normalsOf[float64](4, 12), false},
	{"Sparsemax", Sparsemax[float32], Sparsemax[float64], SparsemaxGradient[float32], SparsemaxGradient[float64],
		[]float64{0, 0, 0, 0, 1, 0, 0, 1, 0, 0}, make([]float64, 10),
		[]float64{0.1, 0.3, 0.2, -2, 1, 0.9, 0.7, 0.05, 0, 0.6, 5, 5.5}, true},
}

func TestLineFunctionsAgainstKeras(t *testing.T) {
	x := []float32{-2, -0.5, 0, 0.5, 2, 1, 1, 3, -1, 0.5}
	for _, f := range lineFunctions {
		t.Run(f.name, func(t *testing.T) {
			y, intact := guarded(t, make([]float32, len(x)))
			f.value(x, y, 2, 5, 1)
			intact()
			close32(t, f.y, y, "value")
			dx, intact := guarded(t, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
			at := y
			if f.needsX {
				at = x
			}
			f.slope(at, dx, dx, 2, 5, 1)
			intact()
			for i, w := range f.dx {
				assert.InDelta(t, w, dx[i], 1e-5, "gradient of element %d", i)
			}
		})
	}
}

// A middle axis is the last axis of the transposed array, and the gradients are
// those of finite differences.
func TestLineFunctionsOnAMiddleAxis(t *testing.T) {
	const outer, n, inner = 3, 4, 5
	for _, f := range lineFunctions {
		t.Run(f.name, func(t *testing.T) {
			x := normalsOf[float32](7, outer*n*inner)
			rows, rowsY, y, want := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
			Transpose(x, []int{outer, n, inner}, []int{0, 2, 1}, rows)
			f.value(rows, rowsY, outer*inner, n, 1)
			Transpose(rowsY, []int{outer, inner, n}, []int{0, 2, 1}, want)
			f.value(x, y, outer, n, inner)
			// Softmax of rows may have loops in assembly, see TestSoftmaxLoops.
			requireUlps(t, want, y, 4, f.name)

			at := f.smoothAt // as (1, 4, 3)
			y64, dx, dy := make([]float64, 12), make([]float64, 12), normalsOf[float64](8, 12)
			value := func(x []float64) []float64 {
				y := make([]float64, 12)
				f.value64(x, y, 1, 4, 3)
				return y
			}
			f.value64(at, y64, 1, 4, 3)
			if f.needsX {
				y64 = at
			}
			f.slope64(y64, dy, dx, 1, 4, 3)
			checkGradient(t, value, at, dy, dx)
		})
	}
}

func TestLineFunctionsAtTheEdges(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, f := range lineFunctions {
		f.value(nil, nil, 0, 5, 1) // empty, in either way
		f.value(nil, nil, 5, 0, 1)
		f.slope(nil, nil, nil, 5, 0, 1)

		y := make([]float32, 3)
		f.value([]float32{1000, 999, -inf}, y, 1, 3, 1)
		assert.False(t, math.IsNaN(float64(y[0]+y[1])), "%s: large values and −Inf are no trouble, got %v", f.name, y)
		f.value([]float32{1, nan, 2}, y, 1, 3, 1)
		for _, v := range y {
			assert.True(t, isNaN(v), "%s: NaN makes the whole line NaN, got %v", f.name, y)
		}
		sameForAnyWorkers(t, func() []float32 {
			x, dx := normalsOf[float32](1, 3*elementGrain), normalsOf[float32](2, 3*elementGrain)
			f.value(x, x, len(x)/12, 4, 3)
			f.slope(x, dx, dx, len(x)/12, 4, 3)
			return append(x, dx...)
		})
		x := make([]float32, 60)
		noAllocations(t, f.name, func() { f.value(x, x, 3, 4, 5); f.slope(x, x, x, 3, 4, 5) })
	}
}

// Keras 3.15.1 on TensorFlow, dy = 1 … 4.
func TestGLU(t *testing.T) {
	x := []float32{-2, -0.5, 0, 0.5, 1, 2, 3, -4}
	y, intact := guarded(t, make([]float32, 4))
	GLU(x, y, 2, 2, 1)
	intact()
	close32(t, []float64{-1, -0.31122968, 0.95257413, 0.03597242}, y, "value")
	dx, intact := guarded(t, make([]float32, 8))
	GLUGradient(x, []float32{1, 2, 3, 4}, dx, 2, 2, 1)
	intact()
	close32(t, []float64{0.5, 1.2449187, -0.5, -0.23500371, 2.8577223, 0.07194484, 0.13552995, 0.14130165}, dx, "gradient")

	at, dy, dx64 := normalsOf[float64](1, 24), normalsOf[float64](2, 12), make([]float64, 24)
	GLUGradient(at, dy, dx64, 2, 2, 3)
	checkGradient(t, func(x []float64) []float64 {
		y := make([]float64, 12)
		GLU(x, y, 2, 2, 3)
		return y
	}, at, dy, dx64)
	sameForAnyWorkers(t, func() []float32 {
		x, y, dx := normalsOf[float32](1, 4*elementGrain), make([]float32, 2*elementGrain), make([]float32, 4*elementGrain)
		GLU(x, y, len(y)/4, 2, 2)
		GLUGradient(x, y, dx, len(y)/4, 2, 2)
		return append(y, dx...)
	})
	noAllocations(t, "GLU", func() { GLU(x, y, 2, 2, 1) })
}

func BenchmarkSoftmax(b *testing.B) {
	onEverySetB(b, func(b *testing.B) {
		for _, width := range []int{10, 16, 128, 1024} {
			rows := 1 << 14 / width
			n := rows * width
			x, y, dx := normalsOf[float32](1, n), make([]float32, n), make([]float32, n)
			for _, f := range lineFunctions[:2] {
				name := fmt.Sprint(f.name, " of ", width)
				perElement(b, name, n, func() { f.value(x, y, rows, width, 1) })
				perElement(b, name+" gradient", n, func() { f.slope(y, x, dx, rows, width, 1) })
			}
		}
	})
}
