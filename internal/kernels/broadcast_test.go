package kernels

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var broadcasts = []struct {
	reason string
	a, b   []int
	out    []int // nil: they do not fit
}{
	{"equal", []int{2, 3}, []int{2, 3}, []int{2, 3}},
	{"a scalar on the right", []int{2, 3}, nil, []int{2, 3}},
	{"a scalar on the left", nil, []int{4}, []int{4}},
	{"two scalars", nil, nil, nil},
	{"a bias", []int{4, 3}, []int{3}, []int{4, 3}},
	{"a column", []int{4, 3}, []int{4, 1}, []int{4, 3}},
	{"both are repeated", []int{4, 1}, []int{1, 5}, []int{4, 5}},
	{"both are repeated, of different rank", []int{4, 1, 2}, []int{3, 1}, []int{4, 3, 2}},
	{"two separate groups of axes", []int{2, 3, 4, 5}, []int{1, 3, 1, 5}, []int{2, 3, 4, 5}},
	{"axes of length 1 everywhere", []int{1, 2, 1, 3}, []int{2, 1, 1}, []int{1, 2, 1, 3}},
	{"an axis in the middle", []int{2, 3, 4}, []int{2, 1, 4}, []int{2, 3, 4}},
	{"longer than a block", []int{3, 1300}, []int{3, 1}, []int{3, 1300}},
	{"empty", []int{0, 3}, []int{3}, []int{0, 3}},
	{"empty against 1", []int{2, 0}, []int{2, 1}, []int{2, 0}},
	{"several pieces, torn within a line", []int{40, 1001}, []int{1001}, []int{40, 1001}},
}

func TestBroadcastShape(t *testing.T) {
	for _, tt := range broadcasts {
		for _, swap := range []bool{false, true} {
			a, b := tt.a, tt.b
			if swap {
				a, b = b, a
			}
			shape, ok := BroadcastShape(a, b)
			assert.True(t, ok, tt.reason)
			assert.Equal(t, tt.out, shape, tt.reason)
		}
	}
	for _, bad := range [][2][]int{{{2, 3}, {2}}, {{2}, {3}}, {{2, 3}, {4, 2, 4}}, {{0}, {2}}} {
		_, ok := BroadcastShape(bad[0], bad[1])
		assert.False(t, ok, "%v", bad)
	}
	a := []int{1, 3}
	shape, _ := BroadcastShape(a, []int{2, 1})
	assert.Equal(t, []int{2, 3}, shape)
	assert.Equal(t, []int{1, 3}, a, "the arguments stay")
}

// naiveIndex is the index in an array of the given shape of element i of out.
func naiveIndex(i int, out, shape []int) (at int) {
	stride := 1
	for d := 1; d <= len(out); d++ {
		n := out[len(out)-d]
		k := i % n
		i /= n
		if d <= len(shape) {
			if shape[len(shape)-d] != 1 {
				at += k * stride
			}
			stride *= shape[len(shape)-d]
		}
	}
	return at
}

type binary struct {
	f Binary
	g func(a, b float64) float64
}

var binaries = map[string]binary{
	"Add":     {Add, func(a, b float64) float64 { return a + b }},
	"Sub":     {Sub, func(a, b float64) float64 { return a - b }},
	"Mul":     {Mul, func(a, b float64) float64 { return a * b }},
	"Div":     {Div, func(a, b float64) float64 { return a / b }},
	"Maximum": {Maximum, math.Max},
	"Minimum": {Minimum, math.Min},
	"Leak":    {Leak, func(a, b float64) float64 { return max(a, 0) + b*min(a, 0) }},
	"Pow":     {Pow, math.Pow},
}

func TestBroadcastIsItsLoop(t *testing.T) {
	for name, op := range binaries {
		for _, tt := range broadcasts {
			op.check(t, tt.a, tt.b, tt.out, name+", "+tt.reason)
		}
	}
	one := []float32{1}
	require.PanicsWithValue(t, "kernels: unknown binary function 99", func() { Broadcast(99, one, nil, one, nil, one, nil) })
	require.PanicsWithValue(t, "kernels: unknown binary function 99", func() { BroadcastGradient(99, one, nil, one, nil, one, one, nil, nil) })
}

// check compares with the loop.
func (op binary) check(t tester, aShape, bShape, shape []int, what string) {
	a, b := positive(1, volume(aShape)), positive(2, volume(bShape))
	out, intact := guarded(t, make([]float64, volume(shape)))
	Broadcast(op.f, a, aShape, b, bShape, out, shape)
	intact()
	for i, got := range out {
		if want := op.g(a[naiveIndex(i, shape, aShape)], b[naiveIndex(i, shape, bShape)]); want != got {
			t.Fatalf("%s: element %d: want %v, got %v", what, i, want, got)
		}
	}
}

// checkReduceTo compares with the loop.
func checkReduceTo(t tester, g []float32, shape, outShape []int) {
	want := make([]float64, volume(outShape))
	for i, v := range g {
		want[naiveIndex(i, shape, outShape)] += float64(v)
	}
	out, intact := guarded(t, make([]float32, len(want)))
	ReduceTo(g, shape, out, outShape)
	intact()
	requireClose(t, fmt.Sprint(shape, " to ", outShape), want, out, 1e-6*float64(len(g)+1))
}

func FuzzBroadcast(f *testing.F) { fuzz(f, anyBroadcast) }

func anyBroadcast(t *rapid.T) {
	rank := rapid.IntRange(0, 5).Draw(t, "rank")
	total := 1
	var a, b []int
	for range rank {
		n := rapid.IntRange(0, min(70, 3*elementGrain/max(total, 1))).Draw(t, "axis")
		total *= n
		axes := rapid.SampledFrom([][2]int{{n, n}, {1, n}, {n, 1}}).Draw(t, "axes of both")
		a, b = append(a, axes[0]), append(b, axes[1])
	}
	a, b = a[leadingOnes(t, a):], b[leadingOnes(t, b):]
	shape, ok := BroadcastShape(a, b)
	require.True(t, ok)
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(binaries))).Draw(t, "function")
	binaries[name].check(t, a, b, shape, name)
	compareBroadcast(t, binaries[name].f, a, b, shape, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "elements"), 1)))
	g, _ := guardPages(t, volume(shape))
	Normal(3, 0, 1, g)
	checkReduceTo(t, g, shape, a)
	checkReduceTo(t, g, shape, b)
}

// leadingOnes draws how many axes of length 1, with which a shape begins, to leave out.
func leadingOnes(t *rapid.T, shape []int) int {
	ones := slices.IndexFunc(shape, func(n int) bool { return n != 1 })
	if ones < 0 {
		ones = len(shape)
	}
	return rapid.IntRange(0, ones).Draw(t, "axes left out")
}

// positive numbers of at least 0.1, for powers.
func positive(key uint64, n int) []float64 {
	x := make([]float64, n)
	Uniform(key, 0.1, 2, x)
	return x
}

func TestBroadcastGradientAndReduceTo(t *testing.T) {
	for name, op := range binaries {
		for _, tt := range broadcasts[:11] {
			a, b, dy := positive(1, volume(tt.a)), positive(2, volume(tt.b)), normalsOf[float64](3, volume(tt.out))
			da, intactA := guarded(t, make([]float64, len(dy)))
			db, intactB := guarded(t, make([]float64, len(dy)))
			BroadcastGradient(op.f, a, tt.a, b, tt.b, dy, da, db, tt.out)
			intactA()
			intactB()
			dA, intactA := guarded(t, make([]float64, len(a)))
			dB, intactB := guarded(t, make([]float64, len(b)))
			ReduceTo(da, tt.out, dA, tt.a)
			ReduceTo(db, tt.out, dB, tt.b)
			intactA()
			intactB()
			value := func(a, b []float64) []float64 {
				out := make([]float64, len(dy))
				Broadcast(op.f, a, tt.a, b, tt.b, out, tt.out)
				return out
			}
			t.Run(name+" "+tt.reason, func(t *testing.T) {
				checkGradient(t, func(a []float64) []float64 { return value(a, b) }, a, dy, dA)
				checkGradient(t, func(b []float64) []float64 { return value(a, b) }, b, dy, dB)
			})

			alone := make([]float64, len(dy))
			BroadcastGradient(op.f, a, tt.a, b, tt.b, dy, nil, alone, tt.out)
			assert.Equal(t, append([]float64{}, db...), alone, "without da")
			BroadcastGradient(op.f, a, tt.a, b, tt.b, dy, alone, nil, tt.out)
			assert.Equal(t, append([]float64{}, da...), alone, "without db")
		}
	}
}

// TensorFlow 2 (tf.maximum and its kin under a GradientTape), but where the reason says otherwise.
func TestBinaryAtTheEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, tt := range []struct {
		reason          string
		f               Binary
		a, b, y, da, db float64
	}{
		{"a tie goes to the first", Maximum, 2, 2, 2, 1, 0},
		{"a tie goes to the first", Minimum, 2, 2, 2, 1, 0},
		{"NaN passes through, its gradient goes to the second", Maximum, nan, 1, nan, 0, 1},
		{"NaN passes through, its gradient goes to the second", Minimum, 1, nan, nan, 0, 1},
		{"a positive number stays", Leak, 3, 0.5, 3, 1, 0},
		{"a negative one shrinks", Leak, -2, 0.5, -1, 0.5, -2},
		{"the slope at 0 is 0, as in Keras's PReLU", Leak, 0, 0.5, 0, 0, 0},
		{"NaN passes through, its gradient is 0 and NaN, as in Keras's PReLU", Leak, nan, 0.5, nan, 0, nan},
		{"nothing of what is infinite", Leak, -inf, 0, nan, 0, -inf},
		{"zero to a power", Pow, 0, 2, 0, 0, 0},
		{"a negative base has no logarithm", Pow, -2, 2, 4, -4, 0},
		{"a negative base to a fraction", Pow, -8, 1.0 / 3, nan, nan, nan},
		{"x⁰ is flat, where TensorFlow gives 0·∞", Pow, 0, 0, 1, 0, 0},
		{"pole", Pow, 0, -1, inf, -inf, 0},
		{"pole", Div, 1, 0, inf, inf, -inf},
		{"sign of a zero", Div, 1, math.Copysign(0, -1), -inf, -inf, -inf},
		{"infinite", Div, inf, 2, inf, 0.5, -inf},
		{"undefined", Div, 0, 0, nan, inf, nan},
	} {
		y, da, db := []float64{0}, []float64{0}, []float64{0}
		Broadcast(tt.f, []float64{tt.a}, nil, []float64{tt.b}, nil, y, nil)
		BroadcastGradient(tt.f, []float64{tt.a}, nil, []float64{tt.b}, nil, []float64{1}, da, db, nil)
		assert.True(t, same(tt.y, y[0]), "%s: value: want %v, got %v", tt.reason, tt.y, y[0])
		if tt.f != Pow || tt.b != 1.0/3 {
			assert.True(t, same(tt.da, da[0]), "%s: da: want %v, got %v", tt.reason, tt.da, da[0])
			assert.True(t, same(tt.db, db[0]), "%s: db: want %v, got %v", tt.reason, tt.db, db[0])
		}
	}
}

func TestReduceToOfNothingIsZero(t *testing.T) {
	out := []float32{1, 2, 3}
	ReduceTo(nil, []int{0, 3}, out, []int{3})
	assert.Equal(t, make([]float32, 3), out)
}

// A repeated −0 after a 0 must not be taken for it.
func TestBroadcastTellsZerosApart(t *testing.T) {
	out := make([]float64, 4)
	Broadcast(Div, []float64{1, 1, 1, 1}, []int{2, 2}, []float64{0, math.Copysign(0, -1)}, []int{2, 1}, out, []int{2, 2})
	inf := math.Inf(1)
	assert.Equal(t, []float64{inf, inf, -inf, -inf}, out)
}

func TestBroadcastForAnyWorkers(t *testing.T) {
	const rows, cols = 40, 1001
	x := normalsOf[float32](1, rows*cols)
	sameForAnyWorkers(t, func() []float32 {
		out := make([]float32, len(x))
		Broadcast(Mul, x, []int{rows, cols}, x[:cols], []int{cols}, out, []int{rows, cols})
		BroadcastGradient(Div, x, []int{rows, cols}, x[:rows], []int{rows, 1}, out, out, nil, []int{rows, cols})
		bias := make([]float32, cols)
		ReduceTo(out, []int{rows, cols}, bias, []int{cols})
		return append(out, bias...)
	})
	a, b := x[:12], x[:3]
	out, bias := make([]float32, 12), make([]float32, 3)
	noAllocations(t, "Broadcast", func() {
		Broadcast(Add, a, []int{4, 3}, b, []int{3}, out, []int{4, 3})
		BroadcastGradient(Mul, a, []int{4, 3}, b, []int{3}, out, out, nil, []int{4, 3})
		ReduceTo(out, []int{4, 3}, bias, []int{3})
		ReduceTo(out, []int{2, 2, 3}, bias, []int{1, 1, 3})
	})
}

func BenchmarkBroadcast(b *testing.B) {
	const n = 1 << 16
	x, y := normalsOf[float32](1, n), make([]float32, n)
	perElement(b, "equal", n, func() { Broadcast(Add, x, []int{n}, x, []int{n}, y, []int{n}) })
	perElement(b, "scalar", n, func() { Broadcast(Mul, x, []int{n}, x[:1], nil, y, []int{n}) })
	perElement(b, "bias 16", n, func() { Broadcast(Add, x, []int{n / 16, 16}, x[:16], []int{16}, y, []int{n / 16, 16}) })
	perElement(b, "bias 512", n, func() { Broadcast(Add, x, []int{n / 512, 512}, x[:512], []int{512}, y, []int{n / 512, 512}) })
	perElement(b, "column", n, func() { Broadcast(Mul, x, []int{n / 512, 512}, x[:n/512], []int{n / 512, 1}, y, []int{n / 512, 512}) })
}
