package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rounding says what the results of an elementwise kernel are.
type rounding uint8

const (
	exact  rounding = iota // the bits of the loops in Go
	ofSums                 // likewise; but compiled for GOAMD64=v3, Go rounds x*y+z once
	near                   // close, for which there is TestUnaryAccuracy: every element has the bits that it has alone
)

// elementCase is an elementwise kernel on arrays of equal length, of which it may
// change any.
type elementCase struct {
	name   string
	arrays int
	rounding
	run func(v [][]float32)
}

func elementCases() []elementCase {
	var cases []elementCase
	unary := func(what string, f Unary, p Params) {
		value, slope := exact, exact
		if _, ok := unaryBounds[f]; ok {
			value, slope = near, near
		} else if f == HardSiLU {
			slope = ofSums
		}
		name := fmt.Sprint("function ", f, what)
		cases = append(cases,
			elementCase{name, 2, value, func(v [][]float32) { Apply(f, p, v[0], v[1]) }},
			elementCase{name + " in place", 1, value, func(v [][]float32) { Apply(f, p, v[0], v[0]) }},
			elementCase{name + " gradient", 4, slope, func(v [][]float32) { Gradient(f, p, v[0], v[1], v[2], v[3]) }},
			elementCase{name + " gradient in place", 3, slope, func(v [][]float32) { Gradient(f, p, v[0], v[1], v[2], v[2]) }})
	}
	for f := Linear; f <= Round; f++ {
		unary("", f, DefaultParams(f))
	}
	none := math.Inf(1)
	unary(" with a bound", ReLU, Params{Max: 1.5})
	unary(" that clips all", ReLU, Params{Max: 0})
	unary(" with a threshold", ReLU, Params{Threshold: 0.5, Max: none})
	unary(" with a bound and a negative threshold", ReLU, Params{Threshold: -0.5, Max: 1})
	unary(" with a slope", ReLU, Params{Alpha: 0.1, Max: none})
	unary(" with a slope, a bound and a threshold", ReLU, Params{Alpha: 0.1, Max: 3, Threshold: 0.5})
	unary(" with a slope, a bound and a negative threshold", ReLU, Params{Alpha: 0.1, Max: 3, Threshold: -0.5})
	unary(" with a slope and a negative threshold", ReLU, Params{Alpha: 0.1, Max: none, Threshold: -0.5})
	unary(" without a slope", LeakyReLU, Params{})
	unary(" with constants", Threshold, Params{Alpha: -2, Threshold: 0.7})
	unary(" with a negative threshold", SoftShrink, Params{Threshold: -0.5})
	unary(" with a negative threshold", HardShrink, Params{Threshold: -0.5})
	for f, name := range []string{"add", "sub", "mul", "div", "maximum", "minimum", "leak"} {
		f := Binary(f)
		cases = append(cases,
			elementCase{name, 3, exact, func(v [][]float32) { n := []int{len(v[0])}; Broadcast(f, v[0], n, v[1], n, v[2], n) }},
			elementCase{name + " in place", 2, exact, func(v [][]float32) { n := []int{len(v[0])}; Broadcast(f, v[0], n, v[1], n, v[1], n) }},
			elementCase{name + " of a scalar", 2, exact, func(v [][]float32) {
				n := []int{len(v[0])}
				Broadcast(f, v[0], n, []float32{-1.7}, nil, v[1], n)
			}},
			elementCase{name + " to a scalar", 2, exact, func(v [][]float32) {
				n := []int{len(v[0])}
				Broadcast(f, []float32{-1.7}, nil, v[0], n, v[1], n)
			}},
			elementCase{name + " gradient", 5, exact, func(v [][]float32) {
				n := []int{len(v[0])}
				BroadcastGradient(f, v[0], n, v[1], n, v[2], v[3], v[4], n)
			}},
			elementCase{name + " gradient of a scalar", 3, exact, func(v [][]float32) {
				n := []int{len(v[0])}
				BroadcastGradient(f, v[0], n, []float32{-1.7}, nil, v[1], nil, v[2], n)
			}})
	}
	return append(cases,
		elementCase{"Scale", 2, ofSums, func(v [][]float32) { Scale(v[0], v[1], 0.3, -0.7) }},
		elementCase{"ScaleInPlace", 1, exact, func(v [][]float32) { ScaleInPlace(v[0], 0.3) }},
		elementCase{"AddScaled", 2, ofSums, func(v [][]float32) { AddScaled(v[0], v[1], 0.3) }},
		elementCase{"SGD", 2, ofSums, func(v [][]float32) { SGD(v[0], v[1], 0.01) }},
		elementCase{"WeightDecay", 1, ofSums, func(v [][]float32) { WeightDecay(v[0], 0.1, 0.01) }},
		elementCase{"EMA", 2, ofSums, func(v [][]float32) { EMA(v[0], v[1], 0.99) }},
		elementCase{"SGDMomentum", 3, ofSums, func(v [][]float32) { SGDMomentum(v[0], v[1], v[2], 0.01, 0.9, false) }},
		elementCase{"SGDMomentum, Nesterov", 3, ofSums, func(v [][]float32) { SGDMomentum(v[0], v[1], v[2], 0.01, 0.9, true) }},
		elementCase{"RMSprop", 3, ofSums, func(v [][]float32) { RMSprop(v[0], v[1], v[2], nil, nil, 0.001, 0.9, 0, 1e-7) }},
		elementCase{"RMSprop, momentum", 4, ofSums, func(v [][]float32) { RMSprop(v[0], v[1], v[2], v[3], nil, 0.001, 0.9, 0.5, 1e-7) }},
		elementCase{"RMSprop, centered", 4, ofSums, func(v [][]float32) { RMSprop(v[0], v[1], v[2], nil, v[3], 0.001, 0.9, 0, 1e-7) }},
		elementCase{"RMSprop, momentum, centered", 5, ofSums, func(v [][]float32) { RMSprop(v[0], v[1], v[2], v[3], v[4], 0.001, 0.9, 0.5, 1e-7) }},
		elementCase{"Adam", 4, ofSums, func(v [][]float32) { Adam(v[0], v[1], v[2], v[3], nil, 0.001, 0.9, 0.999, 1e-7, 3) }},
		elementCase{"Adam, amsgrad", 5, ofSums, func(v [][]float32) { Adam(v[0], v[1], v[2], v[3], v[4], 0.001, 0.9, 0.999, 1e-7, 3) }},
		elementCase{"Clip", 2, exact, func(v [][]float32) { Clip(v[0], v[1], -1, 2) }},
		elementCase{"ClipGradient", 3, exact, func(v [][]float32) { ClipGradient(v[0], v[1], v[2], -1, 2) }},
		elementCase{"DropoutMask", 1, exact, func(v [][]float32) { DropoutMask(5, 0.3, v[0]) }},
		elementCase{"Dropout", 3, exact, func(v [][]float32) { Dropout(5, 0.3, v[0], v[1], v[2]) }},
		elementCase{"Max of all", 2, exact, func(v [][]float32) { reduceAll(v, Max[float32]) }},
		elementCase{"Min of all", 2, exact, func(v [][]float32) { reduceAll(v, Min[float32]) }},
	)
}

// reduceAll writes the reduction of the first array to the second.
func reduceAll(v [][]float32, f func(x, y []float32, outer, n, inner int)) {
	y := make([]float32, 1)
	f(v[0], y, 1, len(v[0]), 1)
	fill(v[1], y[0])
}

// fuses says whether this program rounds x*y+z once.
func fuses() bool { return multiplyAdd(1+0x1p-23, 1+0x1p-23, -(1+0x1p-22)) != 0 }

//go:noinline
func multiplyAdd(x, y, z float32) float32 { return x*y + z }

// specials are where float32 functions go wrong.
var specials = []float32{
	0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-130, -0x1p-127, 0x1p-126, math.MaxFloat32, -math.MaxFloat32,
	1, -1, 0.5, 6, 88.5, 89, 90, -87.4, -95, -103.5, -104, -105, 9.5, -10.5, 1e-4,
}

// fillElements writes normal numbers, and every fifth time a special one.
func fillElements(rng *rand.Rand, x []float32) {
	for i := range x {
		x[i] = float32(rng.NormFloat64() * 3)
		if rng.IntN(5) == 0 {
			x[i] = specials[rng.IntN(len(specials))]
		}
	}
}

// requireUlps wants got to be within ulps units in the last place of want; 0 is
// equality, in which −0 is not 0 and NaN is NaN.
func requireUlps(t tester, want, got []float32, ulps int, what string) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		if distance := ulpDistance(w, got[i]); distance > ulps {
			t.Fatalf("%s: element %d of %d: want %v (%#x), got %v (%#x): %d units in the last place", what, i, len(want),
				w, math.Float32bits(w), got[i], math.Float32bits(got[i]), distance)
		}
	}
}

// ulpDistance counts the numbers from a to b; NaN is far from all but NaN.
func ulpDistance(a, b float32) int {
	if isNaN(a) || isNaN(b) {
		if isNaN(a) && isNaN(b) {
			return 0
		}
		return math.MaxInt
	}
	order := func(v float32) int {
		if bits := int(math.Float32bits(v)); bits < 1<<31 {
			return bits
		} else {
			return 1<<31 - 1 - bits // −0 is one below 0
		}
	}
	return max(order(a)-order(b), order(b)-order(a))
}

// onPortable runs f with the loops in Go.
func onPortable(f func()) {
	defer func(s *instructionSet) { active = s }(active)
	active = instructionSets[len(instructionSets)-1]
	f()
}

// eachAlone runs f for each element of the arrays.
func eachAlone(v [][]float32, f func(v [][]float32)) {
	one := make([][]float32, len(v))
	for i := range v[0] {
		for k := range v {
			one[k] = v[k][i : i+1 : i+1]
		}
		f(one)
	}
}

// TestElementLoops compares on arrays that end, or begin, at a page that must not be
// touched; those that end there have every alignment.
func TestElementLoops(t *testing.T) {
	const longest = 70
	var memory [5][2][]float32
	for i := range memory {
		memory[i][0], memory[i][1] = guardPages(t, longest)
	}
	onEverySet(t, func(t *testing.T) {
		for _, c := range elementCases() {
			if c.rounding == ofSums && fuses() {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(1, 2))
				check := func(v [][]float32, intact func()) {
					want := make([][]float32, len(v))
					for i := range v {
						fillElements(rng, v[i])
						want[i] = append([]float32(nil), v[i]...)
					}
					if c.rounding == near {
						eachAlone(want, c.run)
					} else {
						onPortable(func() { c.run(want) })
					}
					c.run(v)
					for i := range v {
						requireUlps(t, want[i], v[i], 0, fmt.Sprint("array ", i))
					}
					intact()
				}
				v := make([][]float32, c.arrays)
				for n := range longest + 1 {
					for side := range 2 {
						for i := range v {
							all := memory[i][side]
							v[i] = all[:n:n]
							if side == 0 {
								v[i] = all[len(all)-n:]
							}
						}
						check(v, func() {})
					}
				}
				for _, n := range []int{1000, elementGrain, 3*elementGrain + 7} {
					intact := make([]func(), c.arrays)
					for i := range v {
						v[i], intact[i] = guarded(t, make([]float32, n))
					}
					check(v, func() {
						for _, f := range intact {
							f()
						}
					})
				}
			})
		}
	})
}

// unaryBounds are the functions of which float32 loops only come close to the numbers
// of float64, and how close, in units in the last place. What a gradient computes from
// the output is as good as that; slope is 0 for these.
var unaryBounds = map[Unary]struct{ value, slope float64 }{
	Exponential: {1, 0}, Expm1: {1.5, 1.5}, Sigmoid: {2, 0}, Tanh: {2.5, 0},
	Softplus: {2.5, 2}, LogSigmoid: {2.5, 2.5}, ELU: {1.5, 1}, SELU: {2.5, 3}, CELU: {2.5, 2},
	SiLU: {3, 4}, GELU: {6, 5}, GELUTanh: {3, 5}, Mish: {4, 5}, Squareplus: {3, 5},
	Log: {1, 0.5}, Log1p: {2, 1.5}, Rsqrt: {1.5, 0}, Erf: {3, 3}, Sin: {0.5, 0.5}, Cos: {0.5, 0.5}, TanhShrink: {0.5, 0.5},
}

// gated are the functions x·gate(x). Their gate has few digits where it is denormal; and
// near a zero of the derivative, which is gate(x)+x·gate'(x), the gate says how large the
// terms are.
var gated = map[Unary]bool{SiLU: true, GELU: true, GELUTanh: true, Mish: true}

// TestUnaryAccuracy compares with float64 over the whole range of float32.
func TestUnaryAccuracy(t *testing.T) {
	step := uint32(9973) // a prime: all exponents, all kinds of last bits
	if testing.Short() {
		step *= 31
	}
	var x []float32
	for bits := uint32(0); bits < 0x7f800000; bits += step {
		v := math.Float32frombits(bits)
		x = append(x, v, -v)
	}
	x = append(x, specials...)
	for v := float32(-110); v < 100; v += 0.00317 {
		x = append(x, v)
	}
	n := len(x)
	y, dy, dx := make([]float32, n), make([]float32, n), make([]float32, n)
	x64, y64, dy64, dx64 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i, v := range x {
		dy[i] = float32(1 - 2*(i%2))
		x64[i], dy64[i] = float64(v), float64(dy[i])
	}
	onEverySet(t, func(t *testing.T) {
		for f, bounds := range unaryBounds {
			p := DefaultParams(f)
			if f == CELU {
				p.Alpha = 1.25 // division by 1 is exact
			}
			Apply(f, p, x64, y64)
			Gradient(f, p, x64, y64, dy64, dx64)
			Apply(f, p, x, y)
			Gradient(f, p, x, y, dy, dx)
			size := func(i int, want float64) float64 { return want }
			slopeSize := size
			if gated[f] {
				size = func(_ int, want float64) float64 { return max(math.Abs(want), 0x1p-119) }
				slopeSize = func(i int, want float64) float64 {
					return math.Abs(want) + math.Abs(dy64[i]*y64[i]/x64[i]) + 0x1p-119
				}
			}
			requireWithin(t, x, y64, y, bounds.value, size, fmt.Sprint("function ", f))
			if bounds.slope != 0 {
				requireWithin(t, x, dx64, dx, bounds.slope, slopeSize, fmt.Sprint("gradient of function ", f))
			}
		}
	})
}

// requireWithin wants got to be want, but for a bound in units in the last place of
// a number of its size.
func requireWithin(t *testing.T, x []float32, want []float64, got []float32, bound float64, size func(i int, want float64) float64, what string) {
	t.Helper()
	worst, at := 0.0, float32(0)
	for i, w := range want {
		if isNaN(w) || math.IsInf(float64(float32(w)), 0) {
			require.True(t, same(float64(float32(w)), float64(got[i])), "%s of %v: want %v, got %v", what, x[i], w, got[i])
			continue
		}
		if e := math.Abs(float64(got[i])-w) / ulpOf(size(i, w)); e > worst || isNaN(e) {
			worst, at = e, x[i]
		}
	}
	t.Logf("%s: at most %.3f units in the last place, at %v", what, worst, at)
	assert.LessOrEqual(t, worst, bound, "%s of %v", what, at)
}

// ulpOf is the distance of the float32 numbers around v.
func ulpOf(v float64) float64 {
	_, e := math.Frexp(v)
	return math.Ldexp(1, max(e-24, -149))
}

func TestBroadcastLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	shapes := [][3][]int{ // a, b, out
		{{elementGrain, 7}, {7}, {elementGrain, 7}}, // pieces begin within rows
		{{7}, {elementGrain, 7}, {elementGrain, 7}},
		{{elementGrain, 7}, {elementGrain, 1}, {elementGrain, 7}},
		{{3, 20000}, {20000}, {3, 20000}}, // rows longer than pieces
		{{3, 20000}, {3, 1}, {3, 20000}},
		{{5, 1}, {5, 33}, {5, 33}},
		{{5, 33}, {5, 1}, {5, 33}},
		{{4, 1, 19}, {1, 6, 19}, {4, 6, 19}},
		{{4, 6, 19}, {4, 1, 19}, {4, 6, 19}},
		{{1, 9}, {8, 1}, {8, 9}},
		{{2, 1, 3, 1}, {1, 5, 1, 17}, {2, 5, 3, 17}},
		{{1}, {1, 1}, {1, 1}},
	}
	for width := 1; width <= 40; width++ {
		for _, rows := range []int{1, 2, 5} {
			all, row, column := []int{rows, width}, []int{width}, []int{rows, 1}
			shapes = append(shapes, [3][]int{all, row, all}, [3][]int{row, all, all}, [3][]int{all, column, all}, [3][]int{column, all, all})
		}
	}
	onEverySet(t, func(t *testing.T) {
		for _, s := range shapes {
			for f := Add; f <= Pow; f++ {
				compareBroadcast(t, f, s[0], s[1], s[2], rng)
			}
		}
	})
}

// compareBroadcast compares Broadcast and its gradient with the loops in Go.
func compareBroadcast(t tester, f Binary, aShape, bShape, shape []int, rng *rand.Rand) {
	a, _ := guardPages(t, volume(aShape))
	b, _ := guardPages(t, volume(bShape))
	dy, _ := guardPages(t, volume(shape))
	fillElements(rng, a)
	fillElements(rng, b)
	fillElements(rng, dy)
	var want [3][]float32
	for i := range want {
		want[i] = make([]float32, len(dy))
	}
	run := func(out, da, db []float32) {
		Broadcast(f, a, aShape, b, bShape, out, shape)
		BroadcastGradient(f, a, aShape, b, bShape, dy, da, db, shape)
	}
	onPortable(func() { run(want[0], want[1], want[2]) })
	out, intact := guarded(t, make([]float32, len(dy)))
	da, intactA := guarded(t, make([]float32, len(dy)))
	db, intactB := guarded(t, make([]float32, len(dy)))
	run(out, da, db)
	for i, got := range [][]float32{out, da, db} {
		requireUlps(t, want[i], got, 0, fmt.Sprint("function ", f, " of shapes ", aShape, bShape, ": ", []string{"value", "da", "db"}[i]))
	}
	intact()
	intactA()
	intactB()
}

func TestSumLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	type view struct{ outer, n, inner int }
	views := []view{{1, 5000, 16}, {1, 700, 64}, {2, 300, 130}, {1, 20000, 2}, {3, 0, 4}, {1, 3, elementGrain + 5}}
	for inner := 2; inner <= 70; inner++ {
		views = append(views, view{1, 1, inner}, view{2, 7, inner})
	}
	memory, _ := guardPages(t, 20000*64)
	onEverySet(t, func(t *testing.T) {
		for _, v := range views {
			size := v.outer * v.n * v.inner
			x := memory[len(memory)-size:]
			fillElements(rng, x)
			for _, f := range []struct {
				name string
				do   func(x, y []float32, outer, n, inner int)
			}{{"Sum", Sum[float32]}, {"Mean", Mean[float32]}} {
				want := make([]float32, v.outer*v.inner)
				onPortable(func() { f.do(x, want, v.outer, v.n, v.inner) })
				got, intact := guarded(t, make([]float32, v.outer*v.inner))
				f.do(x, got, v.outer, v.n, v.inner)
				requireUlps(t, want, got, 0, fmt.Sprint(f.name, v))
				intact()
			}
		}
	})
}

// TestLineSums allows what float64 loses by another order.
func TestLineSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	const longest = 3*elementGrain + 7
	xs, _ := guardPages(t, longest)
	ys, _ := guardPages(t, longest)
	onEverySet(t, func(t *testing.T) {
		for _, n := range append(upTo(150), 1000, elementGrain, longest) {
			x, y := xs[longest-n:], ys[longest-n:]
			for _, special := range append([]float32{1}, specials...) {
				for i := range x {
					x[i], y[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
				}
				x[rng.IntN(n)] = special
				var sum, dot, size, dotSize float64
				for i, v := range x {
					product := float64(v) * float64(y[i])
					sum += float64(v)
					dot += product
					size += math.Abs(float64(v))
					dotSize += math.Abs(product)
				}
				check := func(want, got, size float64, what string) {
					if math.IsInf(size, 0) || isNaN(size) {
						require.True(t, same(want, got), "%s of %d: want %v, got %v", what, n, want, got)
						return
					}
					require.InDelta(t, want, got, 1e-15*math.Sqrt(float64(n))*size, "%s of %d", what, n)
				}
				check(sum, SumAll(x), size, "SumAll")
				check(dot, Dot(x, y), dotSize, "Dot")
				row := make([]float32, 1)
				Sum(x, row, 1, n, 1)
				require.InDelta(t, 0, ulpDistance(float32(SumAll(x)), row[0]), 1, "Sum of %d", n)
			}
		}
	})
}

func TestExtremumGradientLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	onEverySet(t, func(t *testing.T) {
		for _, inner := range append(upTo(140), elementGrain+3) {
			compareExtremumGradient(t, 2, 5, inner, rng)
		}
	})
}

// compareExtremumGradient compares with the loops in Go.
func compareExtremumGradient(t tester, outer, n, inner int, rng *rand.Rand) {
	x, _ := guardPages(t, outer*n*inner)
	y, _ := guardPages(t, outer*inner)
	dy, _ := guardPages(t, outer*inner)
	Normal(1, 0, 1, dy)
	want := make([]float32, len(x))
	fillTies(rng, x)
	onPortable(func() {
		Max(x, y, outer, n, inner)
		ExtremumGradient(x, y, dy, want, outer, n, inner)
	})
	dx, intact := guarded(t, make([]float32, len(x)))
	ExtremumGradient(x, y, dy, dx, outer, n, inner)
	requireUlps(t, want, dx, 0, fmt.Sprint("lines of ", inner))
	intact()
}

// fillTies writes numbers of which many are equal, and NaN.
func fillTies(rng *rand.Rand, x []float32) {
	for i := range x {
		if x[i] = float32(rng.IntN(7)); x[i] == 6 {
			x[i] = float32(math.NaN())
		}
	}
}

func TestArgMaxLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	onEverySet(t, func(t *testing.T) {
		for _, n := range append(upTo(70), 2*elementGrain+5) {
			for range 20 {
				compareArgMax(t, 3, n, 1, rng)
			}
		}
	})
}

// compareArgMax compares with the loops in Go.
func compareArgMax(t tester, outer, n, inner int, rng *rand.Rand) {
	x, _ := guardPages(t, outer*n*inner)
	fillTies(rng, x)
	want, got := make([]int, outer*inner), make([]int, outer*inner)
	onPortable(func() { ArgMax(x, want, outer, n, inner) })
	ArgMax(x, got, outer, n, inner)
	require.Equal(t, want, got, "lines of %d", n)
}

func TestCastBytesLoop(t *testing.T) {
	ending, _ := guardPages(t, elementGrain)
	memory := unsafe.Slice((*uint8)(unsafe.Pointer(&ending[0])), len(ending)*floatSize)
	for i := range memory {
		memory[i] = uint8(i * 7)
	}
	onEverySet(t, func(t *testing.T) {
		for n := range 71 {
			checkCastBytes(t, memory[len(memory)-n:])
		}
		checkCastBytes(t, memory)
		require.Error(t, Cast(memory[:3], make([]float32, 4)), "lengths differ")
	})
}

func checkCastBytes(t *testing.T, src []uint8) {
	t.Helper()
	dst, intact := guarded(t, make([]float32, len(src)))
	require.NoError(t, Cast(src, dst))
	for i, v := range src {
		if dst[i] != float32(v) {
			t.Fatalf("element %d of %d: want %d, got %v", i, len(src), v, dst[i])
		}
	}
	intact()
}

// TestSoftmaxLoops allows the roundings that the loops in Go do not make, or make in
// float64: of e^x, of sums and of quotients. The sums of dy in
// gradients grow like the root of the width.
func TestSoftmaxLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	onEverySet(t, func(t *testing.T) {
		for _, n := range append(upTo(70), 1000, elementGrain, 2*elementGrain+5) {
			ending, _ := guardPages(t, 3*n)
			dy, _ := guardPages(t, 3*n)
			for _, special := range append([]float32{1}, specials...) {
				for _, f := range lineFunctions[:2] {
					what := fmt.Sprint(f.name, ": lines of ", n, " with ", special)
					for i := range ending {
						ending[i], dy[i] = float32(rng.NormFloat64()*4), float32(rng.NormFloat64())
					}
					ending[rng.IntN(n)] = special // in the first of three lines
					want, wantDX := make([]float32, len(ending)), make([]float32, len(ending))
					onPortable(func() { f.value(ending, want, 3, n, 1); f.slope(want, dy, wantDX, 3, n, 1) })
					got, intact := guarded(t, make([]float32, len(ending)))
					f.value(ending, got, 3, n, 1)
					requireUlps(t, want, got, 6, what)
					intact()
					f.value(ending, ending, 3, n, 1)
					requireUlps(t, got, ending, 0, "in place")
					copy(ending, want)
					dx, intact := guarded(t, dy)
					f.slope(ending, dx, dx, 3, n, 1) // over dy
					for i, w := range wantDX {
						if bound := 4 * ulpOf(math.Abs(float64(w))+4*math.Sqrt(float64(n))); !same(float64(w), float64(dx[i])) &&
							!(math.Abs(float64(w)-float64(dx[i])) <= bound) {
							t.Fatalf("%s: gradient of element %d: want %v, got %v", what, i, w, dx[i])
						}
					}
					intact()
				}
				if n > 70 {
					break
				}
			}
		}
	})
}

// upTo returns 1, 2, …, n.
func upTo(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i + 1
	}
	return s
}

func TestElementLoopsAllocateNothing(t *testing.T) {
	x, y := normalsOf[float32](1, 1000), make([]float32, 1000)
	bias, sums := make([]float32, 10), make([]float32, 10)
	onEverySet(t, func(t *testing.T) {
		noAllocations(t, "relu", func() { Apply(ReLU, DefaultParams(ReLU), x, y) })
		noAllocations(t, "bias", func() { Broadcast(Add, x, []int{100, 10}, bias, []int{10}, y, []int{100, 10}) })
		noAllocations(t, "gradient of mul", func() {
			BroadcastGradient(Mul, x, []int{100, 10}, bias, []int{10}, y, y, nil, []int{100, 10})
		})
		noAllocations(t, "Dropout", func() { Dropout(1, 0.5, x, y, y) })
		noAllocations(t, "Adam", func() { Adam(y, x, y, y, nil, 1e-3, 0.9, 0.999, 1e-7, 1) })
		noAllocations(t, "Sum", func() { Sum(x, sums, 1, 100, 10) })
		noAllocations(t, "Softmax", func() { Softmax(x, y, 100, 10, 1) })
	})
}

func BenchmarkElementLoops(b *testing.B) {
	const n = elementGrain // in the second-level cache, and on one processor
	v := make([][]float32, 5)
	for i := range v {
		v[i] = normalsOf[float32](uint64(i), n)
	}
	positive := make([]float32, n)
	Apply(Square, DefaultParams(Square), v[3], positive)
	v[3] = positive
	bytes, out, index := make([]uint8, n), make([]float32, n), make([]int, n)
	onEverySetB(b, func(b *testing.B) {
		unary := func(name string, f Unary) {
			p := DefaultParams(f)
			perElement(b, name, n, func() { Apply(f, p, v[0], out) })
			perElement(b, name+" gradient", n, func() { Gradient(f, p, v[0], v[1], v[2], out) })
		}
		unary("relu", ReLU)
		unary("sigmoid", Sigmoid)
		unary("tanh", Tanh)
		unary("exp", Exponential)
		all := []int{n}
		perElement(b, "add", n, func() { Broadcast(Add, v[0], all, v[1], all, out, all) })
		perElement(b, "mul by a scalar", n, func() { Broadcast(Mul, v[0], all, v[1], nil, out, all) })
		for _, width := range []int{10, 16, 128} {
			rows := []int{n / width, width}
			perElement(b, fmt.Sprint("bias of ", width), volume(rows), func() { Broadcast(Add, v[0], rows, v[1], rows[1:], out, rows) })
			perElement(b, fmt.Sprint("factors of rows of ", width), volume(rows), func() { Broadcast(Mul, v[0], rows, v[1], []int{rows[0], 1}, out, rows) })
			perElement(b, fmt.Sprint("bias gradient of ", width), volume(rows), func() { Sum(v[0], out, 1, rows[0], width) })
		}
		perElement(b, "bytes", n, func() { _ = Cast(bytes, out) })
		perElement(b, "AddScaled", n, func() { AddScaled(out, v[0], 1e-9) })
		perElement(b, "RMSprop", n, func() { RMSprop(v[0], v[1], v[3], nil, nil, 1e-9, 0.9, 0, 1e-7) })
		perElement(b, "Adam", n, func() { Adam(v[0], v[1], v[2], v[3], nil, 1e-9, 0.9, 0.999, 1e-7, 3) })
		perElement(b, "AMSGrad", n, func() { Adam(v[0], v[1], v[2], v[3], v[3], 1e-9, 0.9, 0.999, 1e-7, 3) })
		perElement(b, "RMSprop, momentum, centered", n, func() { RMSprop(v[0], v[1], v[3], v[2], out, 1e-9, 0.9, 0.5, 1) })
		perElement(b, "clip", n, func() { Clip(v[0], out, -1, 1) })
		perElement(b, "Scale", n, func() { Scale(v[0], out, 0.5, 1) })
		perElement(b, "maximum", n, func() { Broadcast(Maximum, v[0], all, v[1], all, out, all) })
		perElement(b, "maximum gradient", n, func() { BroadcastGradient(Maximum, v[0], all, v[1], all, v[2], out, v[4], all) })
		perElement(b, "mul gradient", n, func() { BroadcastGradient(Mul, v[0], all, v[1], all, v[2], out, v[4], all) })
		perElement(b, "clip gradient", n, func() { ClipGradient(v[0], v[1], out, -1, 1) })
		perElement(b, "DropoutMask", n, func() { DropoutMask(1, 0.5, out) })
		perElement(b, "Dropout", n, func() { Dropout(1, 0.5, v[0], v[1], out) })
		perElement(b, "sum of all", n, func() { SumAll(v[0]) })
		perElement(b, "dot", n, func() { Dot(v[0], v[1]) })
		for _, width := range []int{10, 128} {
			rows := n / width
			perElement(b, fmt.Sprint("sums of rows of ", width), rows*width, func() { Sum(v[0], out, rows, width, 1) })
			perElement(b, fmt.Sprint("maxima of rows of ", width), rows*width, func() { Max(v[0], out, rows, width, 1) })
			perElement(b, fmt.Sprint("maxima of columns, of ", width), rows*width, func() { Max(v[0], out, 1, rows, width) })
			perElement(b, fmt.Sprint("gradient of maxima of columns, of ", width), rows*width, func() { ExtremumGradient(v[0], v[1], v[2], out, 1, rows, width) })
			perElement(b, fmt.Sprint("argmax of rows of ", width), rows*width, func() { ArgMax(v[0], index, rows, width, 1) })
			perElement(b, fmt.Sprint("sum gradient of columns, of ", width), rows*width, func() { SumGradient(v[0], out, 1, rows, width, 0.5) })
		}
		perElement(b, "EMA", n, func() { EMA(out, v[0], 0.99) })
		perElement(b, "softmax of 10", n/10*10, func() { Softmax(v[0], out, n/10, 10, 1) })
		perElement(b, "softmax of 128", n, func() { Softmax(v[0], out, n/128, 128, 1) })
	})
}
