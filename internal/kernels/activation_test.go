package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// activationPoints avoid the kinks of all functions with their defaults.
var activationPoints = []float64{-4, -2, -0.5, 0.25, 0.75, 2, 7}

// Values and gradients at activationPoints: Keras 3.15.1 on TensorFlow, float32.
func TestUnaryAgainstKeras(t *testing.T) {
	for _, tt := range []struct {
		name   string
		f      Unary
		params Params
		y, dx  []float64
	}{
		{"Linear", Linear, DefaultParams(Linear),
			[]float64{-4, -2, -0.5, 0.25, 0.75, 2, 7},
			[]float64{1, 1, 1, 1, 1, 1, 1}},
		{"ReLU", ReLU, DefaultParams(ReLU),
			[]float64{0, 0, 0, 0.25, 0.75, 2, 7},
			[]float64{0, 0, 0, 1, 1, 1, 1}},
		{"Sigmoid", Sigmoid, DefaultParams(Sigmoid),
			[]float64{0.01798621, 0.11920292, 0.37754068, 0.56217653, 0.67917871, 0.88079709, 0.99908894},
			[]float64{0.017662706, 0.10499358, 0.23500369, 0.24613407, 0.21789498, 0.10499357, 0.00091022699}},
		{"Tanh", Tanh, DefaultParams(Tanh),
			[]float64{-0.99932927, -0.96402758, -0.46211714, 0.24491866, 0.63514894, 0.96402758, 0.99999833},
			[]float64{0.0013409853, 0.070650816, 0.78644776, 0.94001484, 0.5965858, 0.070650816, 3.3378601e-06}},
		{"Exponential", Exponential, DefaultParams(Exponential),
			[]float64{0.018315639, 0.13533528, 0.60653067, 1.2840254, 2.1170001, 7.3890562, 1096.6332},
			[]float64{0.018315639, 0.13533528, 0.60653067, 1.2840254, 2.1170002, 7.3890559, 1096.6332}},
		{"Softplus", Softplus, DefaultParams(Softplus),
			[]float64{0.018149929, 0.126928, 0.47407699, 0.82593942, 1.1368711, 2.1269281, 7.0009117},
			[]float64{0.01798621, 0.11920292, 0.37754067, 0.56217653, 0.67917871, 0.88079707, 0.99908897}},
		{"Softsign", Softsign, DefaultParams(Softsign),
			[]float64{-0.80000001, -0.66666669, -0.33333334, 0.2, 0.42857143, 0.66666669, 0.875},
			[]float64{0.039999999, 0.11111111, 0.44444446, 0.63999999, 0.32653062, 0.11111111, 0.015625}},
		{"ELU", ELU, DefaultParams(ELU),
			[]float64{-0.98168439, -0.86466473, -0.39346933, 0.25, 0.75, 2, 7},
			[]float64{0.018315613, 0.13533527, 0.60653067, 1, 1, 1, 1}},
		{"SELU", SELU, DefaultParams(SELU),
			[]float64{-1.7258986, -1.5201665, -0.69175816, 0.26267526, 0.78802574, 2.101402, 7.354907},
			[]float64{0.032200694, 0.2379328, 1.0663412, 1.050701, 1.050701, 1.050701, 1.050701}},
		{"GELU", GELU, DefaultParams(GELU),
			[]float64{-0.00012668502, -0.045500264, -0.15426877, 0.14967658, 0.58002949, 1.9544997, 7},
			[]float64{-0.00050364994, -0.085231818, 0.13250488, 0.69537336, 0.99922571, 1.0852318, 1}},
		{"SiLU", SiLU, DefaultParams(SiLU),
			[]float64{-0.07194484, -0.23840584, -0.18877034, 0.14054413, 0.50938404, 1.7615942, 6.9936228},
			[]float64{-0.052664611, -0.090784252, 0.26003881, 0.62371004, 0.84259996, 1.0907842, 1.0054606}},
		{"LeakyReLU", LeakyReLU, DefaultParams(LeakyReLU),
			[]float64{-0.80000001, -0.40000001, -0.1, 0.25, 0.75, 2, 7},
			[]float64{0.2, 0.2, 0.20000001, 1, 1, 1, 1}},
		{"ReLU6", ReLU6, DefaultParams(ReLU6),
			[]float64{0, 0, 0, 0.25, 0.75, 2, 6},
			[]float64{0, 0, 0, 1, 1, 1, 0}},
		{"HardSigmoid", HardSigmoid, DefaultParams(HardSigmoid),
			[]float64{0, 0.16666667, 0.41666666, 0.54166669, 0.625, 0.83333331, 1},
			[]float64{0, 0.16666667, 0.16666667, 0.16666667, 0.16666666, 0.16666667, 0}},
		{"HardSiLU", HardSiLU, DefaultParams(HardSiLU),
			[]float64{-0, -0.33333334, -0.20833333, 0.13541667, 0.46875, 1.6666666, 7},
			[]float64{0, -0.16666667, 0.33333333, 0.58333337, 0.75, 1.1666667, 1}},
		{"Mish", Mish, DefaultParams(Mish),
			[]float64{-0.072591737, -0.25250146, -0.22074378, 0.16957241, 0.61001837, 1.943959, 6.999989},
			[]float64{-0.053773206, -0.1083551, 0.28951069, 0.75417268, 0.9857584, 1.0693178, 1.0000201}},
		{"LogSigmoid", LogSigmoid, DefaultParams(LogSigmoid),
			[]float64{-4.0181499, -2.1269281, -0.97407699, -0.57593942, -0.38687101, -0.126928, -0.00091146649},
			[]float64{0.98201376, 0.88079709, 0.62245933, 0.4378235, 0.32082129, 0.11920292, 0.00091105121}},
		{"CELU", CELU, DefaultParams(CELU),
			[]float64{-0.98168439, -0.86466473, -0.39346933, 0.25, 0.75, 2, 7},
			[]float64{0.018315639, 0.13533528, 0.60653067, 1, 1, 1, 1}},
		{"HardTanh", HardTanh, DefaultParams(HardTanh),
			[]float64{-1, -1, -0.5, 0.25, 0.75, 1, 1},
			[]float64{0, 0, 1, 1, 1, 0, 0}},
		{"HardShrink", HardShrink, DefaultParams(HardShrink),
			[]float64{-4, -2, 0, 0, 0.75, 2, 7},
			[]float64{1, 1, 0, 0, 1, 1, 1}},
		{"SoftShrink", SoftShrink, DefaultParams(SoftShrink),
			[]float64{-3.5, -1.5, 0, 0, 0.25, 1.5, 6.5},
			[]float64{1, 1, 0, 0, 1, 1, 1}},
		{"TanhShrink", TanhShrink, DefaultParams(TanhShrink),
			[]float64{-3.0006707, -1.0359724, -0.037882864, 0.0050813407, 0.11485106, 1.0359724, 6.0000019},
			[]float64{0.99865901, 0.92934918, 0.21355224, 0.059985161, 0.4034142, 0.92934918, 0.99999666}},
		{"Squareplus", Squareplus, DefaultParams(Squareplus),
			[]float64{0.23606801, 0.41421354, 0.78077638, 1.1327822, 1.4430004, 2.4142137, 7.1400547},
			[]float64{0.05278641, 0.14644662, 0.3787322, 0.56201738, 0.67556171, 0.85355345, 0.98076194}},
		{"SparsePlus", SparsePlus, DefaultParams(SparsePlus),
			[]float64{0, 0, 0.0625, 0.390625, 0.765625, 2, 7},
			[]float64{0, 0, 0.25, 0.625, 0.875, 1, 1}},
		{"SparseSigmoid", SparseSigmoid, DefaultParams(SparseSigmoid),
			[]float64{0, 0, 0.25, 0.625, 0.875, 1, 1},
			[]float64{0, 0, 0.5, 0.5, 0.5, 0, 0}},
		{"ReLU Alpha: 0.1, Max: 1, Threshold: 0.4", ReLU, Params{Alpha: 0.1, Max: 1, Threshold: 0.4},
			[]float64{-0.44000003, -0.24000001, -0.089999996, -0.015000001, 0.75, 1, 1},
			[]float64{0.1, 0.1, 0.1, 0.1, 1, 0, 0}},
		{"ReLU Max: 1, Threshold: -3", ReLU, Params{Max: 1, Threshold: -3},
			[]float64{0, 0, 0, 0.25, 0.75, 1, 1},
			[]float64{0, 0, 0, 1, 1, 0, 0}},
		{"ReLU Max: Inf, Threshold: -3", ReLU, Params{Max: math.Inf(1), Threshold: -3},
			[]float64{0, -2, -0.5, 0.25, 0.75, 2, 7},
			[]float64{0, 1, 1, 1, 1, 1, 1}},
		{"ReLU Alpha: 0.1, Max: Inf", ReLU, Params{Alpha: 0.1, Max: math.Inf(1)},
			[]float64{-0.40000001, -0.2, -0.050000001, 0.25, 0.75, 2, 7},
			[]float64{0.1, 0.1, 0.1, 1, 1, 1, 1}},
		{"ReLU Max: 3", ReLU, Params{Max: 3},
			[]float64{0, 0, 0, 0.25, 0.75, 2, 3},
			[]float64{0, 0, 0, 1, 1, 1, 0}},
		{"LeakyReLU Alpha: 0.3", LeakyReLU, Params{Alpha: 0.3},
			[]float64{-1.2, -0.60000002, -0.15000001, 0.25, 0.75, 2, 7},
			[]float64{0.30000001, 0.30000001, 0.30000001, 1, 1, 1, 1}},
		{"ELU Alpha: 0.5", ELU, Params{Alpha: 0.5},
			[]float64{-0.49084219, -0.43233237, -0.19673467, 0.25, 0.75, 2, 7},
			[]float64{0.0091578066, 0.067667633, 0.30326533, 1, 1, 1, 1}},
		{"CELU Alpha: 0.5", CELU, Params{Alpha: 0.5},
			[]float64{-0.49983227, -0.49084219, -0.31606027, 0.25, 0.75, 2, 7},
			[]float64{0.00033546262, 0.018315639, 0.36787947, 1, 1, 1, 1}},
		{"GELUTanh", GELUTanh, Params{},
			[]float64{-7.0214272e-05, -0.045402229, -0.154286, 0.14967535, 0.57996058, 1.9545977, 7},
			[]float64{-0.00033497825, -0.086099103, 0.13263009, 0.6953541, 0.99893818, 1.0860991, 1}},
		{"HardShrink Threshold: 2", HardShrink, Params{Threshold: 2},
			[]float64{-4, 0, 0, 0, 0, 0, 7},
			[]float64{1, 0, 0, 0, 0, 0, 1}},
		{"SoftShrink Threshold: 1", SoftShrink, Params{Threshold: 1},
			[]float64{-3, -1, 0, 0, 0, 1, 6},
			[]float64{1, 1, 0, 0, 0, 1, 1}},
		{"Threshold Threshold: 0.5, Alpha: -1.5", Threshold, Params{Threshold: 0.5, Alpha: -1.5},
			[]float64{-1.5, -1.5, -1.5, -1.5, 0.75, 2, 7},
			[]float64{0, 0, 0, 0, 1, 1, 1}},
		{"Squareplus Alpha: 1", Squareplus, Params{Alpha: 1},
			[]float64{0.061552763, 0.11803401, 0.309017, 0.64038819, 1, 2.1180339, 7.0355339},
			[]float64{0.014928728, 0.05278641, 0.27639321, 0.6212678, 0.8, 0.94721357, 0.99497475}},
		{"Expm1", Expm1, Params{},
			[]float64{-0.98168439, -0.86466473, -0.39346933, 0.28402543, 1.117, 6.3890562, 1095.6332},
			[]float64{0.018315639, 0.13533528, 0.60653067, 1.2840254, 2.1170002, 7.3890559, 1096.6332}},
		{"Square", Square, Params{},
			[]float64{16, 4, 0.25, 0.0625, 0.5625, 4, 49},
			[]float64{-8, -4, -1, 0.5, 1.5, 4, 14}},
		{"Abs", Abs, Params{},
			[]float64{4, 2, 0.5, 0.25, 0.75, 2, 7},
			[]float64{-1, -1, -1, 1, 1, 1, 1}},
		{"Neg", Neg, Params{},
			[]float64{4, 2, 0.5, -0.25, -0.75, -2, -7},
			[]float64{-1, -1, -1, -1, -1, -1, -1}},
		{"Sign", Sign, Params{},
			[]float64{-1, -1, -1, 1, 1, 1, 1},
			[]float64{0, 0, 0, 0, 0, 0, 0}},
		{"Reciprocal", Reciprocal, Params{},
			[]float64{-0.25, -0.5, -2, 4, 1.3333334, 0.5, 0.14285715},
			[]float64{-0.0625, -0.25, -4, -16, -1.7777779, -0.25, -0.020408164}},
		{"Sin", Sin, Params{},
			[]float64{0.7568025, -0.90929741, -0.47942555, 0.24740396, 0.68163878, 0.90929741, 0.65698659},
			[]float64{-0.65364361, -0.41614684, 0.87758255, 0.96891242, 0.73168888, -0.41614683, 0.75390223}},
		{"Cos", Cos, Params{},
			[]float64{-0.65364361, -0.41614684, 0.87758255, 0.96891242, 0.73168886, -0.41614684, 0.75390226},
			[]float64{-0.7568025, 0.90929741, 0.47942555, -0.24740396, -0.68163877, -0.90929739, -0.65698658}},
		{"Erf", Erf, Params{},
			[]float64{-1, -0.99532235, -0.52049989, 0.27632642, 0.71115565, 0.99532235, 1},
			[]float64{1.2698236e-07, 0.020666987, 0.87878259, 1.0600142, 0.64293113, 0.020666987, 5.9159633e-22}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			checkUnary(t, tt.f, tt.params, activationPoints, tt.y, tt.dx)
		})
	}
}

// The functions that are defined for positive numbers only, at such (same source).
func TestUnaryOfPositiveAgainstKeras(t *testing.T) {
	x := []float64{0.01, 0.25, 1, 2, 9, 100, 0.001}
	for _, tt := range []struct {
		name  string
		f     Unary
		y, dx []float64
	}{
		{"Log", Log, []float64{-4.6051702, -1.3862944, 0, 0.69314718, 2.1972246, 4.6051702, -6.9077554},
			[]float64{100, 4, 1, 0.5, 0.11111112, 0.0099999998, 999.99993}},
		{"Log1p", Log1p, []float64{0.0099503305, 0.22314355, 0.69314718, 1.0986123, 2.3025851, 4.6151204, 0.00099950039},
			[]float64{0.99009901, 0.80000001, 0.5, 0.33333334, 0.1, 0.0099009896, 0.99900096}},
		{"Sqrt", Sqrt, []float64{0.1, 0.5, 1, 1.4142135, 3, 10, 0.031622779},
			[]float64{5, 1, 0.5, 0.35355338, 0.16666666, 0.050000002, 15.811387}},
		{"Rsqrt", Rsqrt, []float64{10, 2, 1, 0.70710677, 0.33333334, 0.1, 31.622774},
			[]float64{-500, -4, -0.5, -0.17677668, -0.018518521, -0.00050000004, -15811.384}},
	} {
		t.Run(tt.name, func(t *testing.T) { checkUnary(t, tt.f, Params{}, x, tt.y, tt.dx) })
	}
}

func checkUnary(t *testing.T, f Unary, p Params, x, wantY, wantDX []float64) {
	t.Helper()
	x32 := to32(x)
	y32, intact := guarded(t, make([]float32, len(x)))
	Apply(f, p, x32, y32)
	intact()
	close32(t, wantY, y32, "float32 value")
	dx32, intact := guarded(t, make([]float32, len(x)))
	fill(dx32, 2)
	Gradient(f, p, x32, y32, dx32, dx32) // dx over dy
	intact()
	y, dx := make([]float64, len(x)), make([]float64, len(x))
	Apply(f, p, x, y)
	close32(t, wantY, y, "float64 value")
	dy := normalsOf[float64](uint64(f), len(x))
	Gradient(f, p, x, y, dy, dx)
	for i, w := range wantDX {
		close32(t, []float64{2 * w, w * dy[i]}, []float64{float64(dx32[i]), dx[i]}, "gradient, float32 and float64")
	}
	if f != HardShrink && f != SoftShrink { // which have kinks at some of the points
		checkGradient(t, func(x []float64) []float64 {
			y := make([]float64, len(x))
			Apply(f, p, x, y)
			return y
		}, x, dy, dx)
	}
}

// Keras 3.15.1: ties to even, and gradient 0.
func TestRounding(t *testing.T) {
	x := []float32{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -1.2}
	y, dx := make([]float32, len(x)), make([]float32, len(x))
	for _, tt := range []struct {
		f    Unary
		want []float64
	}{
		{Floor, []float64{-3, -2, -1, 0, 1, 2, -2}},
		{Ceil, []float64{-2, -1, 0, 1, 2, 3, -1}},
		{Round, []float64{-2, -2, 0, 0, 2, 2, -1}},
	} {
		Apply(tt.f, Params{}, x, y)
		close32(t, tt.want, y, "rounded")
		fill(dx, 1)
		Gradient(tt.f, Params{}, x, y, x, dx)
		assert.Equal(t, make([]float32, len(x)), dx)
	}
}

// The edges of the domain, of Keras 3.15.1 on TensorFlow where the reason does not
// say otherwise.
func TestUnaryAtTheEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, tt := range []struct {
		reason   string
		f        Unary
		x, y, dx float64
	}{
		{"NaN passes through, its gradient does not", ReLU, nan, nan, 0},
		{"0·(−∞) must not appear", ReLU, -inf, 0, 0},
		{"unbounded above", ReLU, inf, inf, 1},
		{"0 belongs to the else branch", ReLU, 0, 0, 0},
		{"0 belongs to the else branch", LeakyReLU, 0, 0, 0.2},
		{"NaN passes through", ReLU6, nan, nan, 0},
		{"both bounds are flat", ReLU6, 6, 6, 0},
		{"both bounds are flat", ReLU6, 0, 0, 0},
		{"both bounds pass, as in clip", HardTanh, 1, 1, 1},
		{"both bounds pass, as in clip", HardTanh, -1, -1, 1},
		{"both bounds are flat", HardSigmoid, 3, 1, 0},
		{"e^−x overflows float32 and float64", Sigmoid, -1000, 0, 0},
		{"saturates", Sigmoid, inf, 1, 0},
		{"NaN passes through", Sigmoid, nan, nan, nan},
		{"e^x overflows", Softplus, 1000, 1000, 1},
		{"saturates", Softplus, -inf, 0, 0},
		{"keeps its digits where ln(1+e^x) has none", Softplus, -30, 9.3576e-14, 9.3576e-14},
		{"keeps its digits", LogSigmoid, 40, -4.248e-18, 4.248e-18},
		{"linear at the far end", LogSigmoid, -1000, -1000, 1},
		{"saturates", Tanh, -inf, -1, 0},
		{"NaN passes through", Tanh, nan, nan, nan},
		{"saturates", ELU, -inf, -1, 0},
		{"NaN passes through", SELU, nan, nan, nan},
		{"no cancellation in 1+erf", GELU, -10, -7.6198530e-23, -7.7698e-22},
		{"0·∞", SiLU, -inf, nan, nan},
		{"0·∞", GELU, -inf, nan, nan},
		{"e^x overflows", Mish, 1000, 1000, 1},
		{"e^x underflows", Mish, -100, 0, 0},
		{"comparison with NaN fails, as in Keras", HardShrink, nan, 0, 0},
		{"comparison with NaN fails, as in Keras", SoftShrink, nan, 0, 0},
		{"strict at the threshold", HardShrink, 0.5, 0, 0},
		{"no cancellation for negative x (½·4/(√(x²+4)−x))", Squareplus, -1e8, 1e-8, 1e-16},
		{"1 belongs to the linear part", SparsePlus, 1, 1, 1},
		{"0 has sign 0", Sign, 0, 0, 0},
		{"NaN has no sign", Sign, nan, nan, 0},
		{"its gradient at 0 is 0", Abs, 0, 0, 0},
		{"pole", Log, 0, -inf, inf},
		{"outside the domain", Log, -1, nan, -1},
		{"steep at 0", Sqrt, 0, 0, inf},
		{"overflow", Exponential, 1000, inf, inf},
		{"denormal result", Exponential, -100, 3.7835e-44, 3.7835e-44},
	} {
		check := func(y, dx float64, what string) {
			for _, c := range []struct{ got, want float64 }{{y, tt.y}, {dx, tt.dx}} {
				if math.IsNaN(c.want) || math.IsInf(c.want, 0) {
					assert.True(t, same(c.want, c.got), "function %d of %v, %s: %s: want %v, got %v", tt.f, tt.x, what, tt.reason, c.want, c.got)
					continue
				}
				assert.InDelta(t, c.want, c.got, 2e-2*math.Abs(c.want)+1e-39, "function %d of %v, %s: %s", tt.f, tt.x, what, tt.reason)
			}
		}
		p := DefaultParams(tt.f)
		x64, y64, dx64 := []float64{tt.x}, make([]float64, 1), []float64{1}
		Apply(tt.f, p, x64, y64)
		Gradient(tt.f, p, x64, y64, dx64, dx64)
		check(y64[0], dx64[0], "float64")
		x32, y32, dx32 := []float32{float32(tt.x)}, make([]float32, 1), []float32{1}
		Apply(tt.f, p, x32, y32)
		Gradient(tt.f, p, x32, y32, dx32, dx32)
		check(float64(y32[0]), float64(dx32[0]), "float32")
	}
}

// ReLU with all its arguments; Keras 3.15.1 where the reason does not say otherwise.
func TestReLUAtItsThreshold(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		reason string
		params Params
		x, y   float64
	}{
		{"strict: θ itself is below", Params{Alpha: 0.1, Max: 1, Threshold: 0.5}, 0.5, 0},
		{"strict, without a bound", Params{Max: inf, Threshold: 0.5}, 0.5, 0},
		{"unbounded below", Params{Alpha: 0.1, Max: 1, Threshold: 0.5}, -inf, -inf},
		{"0·(−∞) must not appear", Params{Max: inf, Threshold: -1}, -inf, 0},
		{"0·(−∞) must not appear", Params{Max: 1, Threshold: 0.5}, -inf, 0},
		{"NaN is not hidden (Keras gives 0 here, NaN with a slope)", Params{Max: inf, Threshold: -1}, math.NaN(), math.NaN()},
		{"NaN is not hidden", Params{Alpha: 0.1, Max: 1, Threshold: 0.5}, math.NaN(), math.NaN()},
	} {
		y := make([]float64, 1)
		Apply(ReLU, tt.params, []float64{tt.x}, y)
		assert.True(t, same(tt.y, y[0]), "%s: want %v, got %v", tt.reason, tt.y, y[0])
	}
}

// An infinite gradient must not leak into the dead half: Inf·0 is NaN.
func TestReLUGradientOfInfinity(t *testing.T) {
	dx := []float32{float32(math.Inf(1)), float32(math.Inf(1))}
	Gradient(ReLU, DefaultParams(ReLU), []float32{-1, 1}, []float32{0, 1}, dx, dx)
	assert.Equal(t, []float32{0, float32(math.Inf(1))}, dx)
}

func TestLeakyReLUWithoutSlopeIsReLU(t *testing.T) {
	y := make([]float32, 3)
	Apply(LeakyReLU, Params{}, []float32{float32(math.Inf(-1)), -1, 2}, y)
	assert.Equal(t, []float32{0, 0, 2}, y)
}

func TestTanhIsAccurate(t *testing.T) {
	for _, v := range []float64{1e-300, 1e-9, 1e-4, 0.00999, 0.01, 0.01001, 0.1, 0.625, 1, 5, 20, 1000} {
		assert.InEpsilon(t, math.Tanh(v), tanh(v), 1e-13, "tanh %v", v)
		assert.InEpsilon(t, -math.Tanh(v), tanh(-v), 1e-13, "tanh %v", -v)
	}
}

func TestUnaryOnAnyLength(t *testing.T) {
	for _, n := range []int{0, 1, 3, 31, elementGrain, elementGrain + 1, 3*elementGrain + 7} {
		x := normalsOf[float32](1, n)
		y, intact := guarded(t, make([]float32, n))
		Apply(SiLU, Params{}, x, y)
		intact()
		dx, intact := guarded(t, make([]float32, n))
		Gradient(SiLU, Params{}, x, y, x, dx)
		intact()
		for _, i := range []int{0, n / 2, n - 1} {
			if i >= 0 && i < n {
				v := float64(x[i])
				s := 1 / (1 + math.Exp(-v))
				assert.InDelta(t, v*s, y[i], 1e-6)
				assert.InDelta(t, v*(s+v*s*(1-s)), dx[i], 1e-6)
			}
		}
	}
	sameForAnyWorkers(t, func() []float32 {
		x := normalsOf[float32](1, 3*elementGrain+7)
		Apply(Mish, Params{}, x, x)
		return x
	})
}

func TestUnaryPanicsOnAnUnknownFunction(t *testing.T) {
	one := []float32{1}
	require.PanicsWithValue(t, "kernels: unknown unary function 200", func() { Apply(200, Params{}, one, one) })
	require.PanicsWithValue(t, "kernels: unknown unary function 200", func() { Gradient(200, Params{}, one, one, one, one) })
}

func TestUnaryDoesNotAllocate(t *testing.T) {
	x := make([]float32, 100)
	for f := Linear; f <= Round; f++ {
		noAllocations(t, "Apply", func() { Apply(f, DefaultParams(f), x, x) })
		noAllocations(t, "Gradient", func() { Gradient(f, DefaultParams(f), x, x, x, x) })
	}
}

func BenchmarkUnary(b *testing.B) {
	const n = 1 << 16
	x, y, dx := normalsOf[float32](1, n), make([]float32, n), make([]float32, n)
	for name, f := range map[string]Unary{"ReLU": ReLU, "LeakyReLU": LeakyReLU, "Sigmoid": Sigmoid, "Tanh": Tanh, "GELU": GELU, "SiLU": SiLU, "Softplus": Softplus} {
		p := DefaultParams(f)
		perElement(b, name, n, func() { Apply(f, p, x, y) })
		perElement(b, name+"Gradient", n, func() { Gradient(f, p, x, y, x, dx) })
	}
}
