package main

import (
	"math"
	"strings"
)

// unary writes a loop with the constants of kernels.Params, of which it uses some.
func (g *generator) unary(slot, arrays, constants string, body func(s *streams, p params)) {
	g.begin(slot, "("+arrays+" *float32, n int, alpha, threshold, high float32)")
	bases := g.pointers(strings.Split(arrays, ", ")...)
	n := g.Load(g.Param("n"), g.GP64())
	p := g.broadcasts(constants)
	g.walk("", bases, n, unroll, func(s *streams) { body(s, p) })
	g.end()
}

// value writes a function y = f(x).
func (g *generator) value(name, constants string, f func(x vec, p params) vec) {
	g.unary("value["+name+"]", "y, x", constants, func(s *streams, p params) { s.set("y", f(s.get("x"), p)) })
}

// slope writes a gradient dx = dy·f(v) where v is x or y.
func (g *generator) slope(name, from, constants string, f func(v vec, p params) vec) {
	g.unary("gradient["+name+"]", "dx, x, y, dy", constants, func(s *streams, p params) {
		d := f(s.get(from), p)
		s.set("dx", g.mul(s.get("dy"), d))
	})
}

// pass writes a gradient that is dy where f keeps it, and 0 elsewhere.
func (g *generator) pass(name, constants string, f func(x, dy vec, p params) vec) {
	g.unary("gradient["+name+"]", "dx, x, y, dy", constants, func(s *streams, p params) {
		x := s.get("x")
		s.set("dx", f(x, s.get("dy"), p))
	})
}

// Constants of SELU (Klambauer et al. 2017), in the digits of Keras.
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

func (g *generator) activations() {
	zero, one := g.number(0), g.number(1)

	g.value("ReLU", "threshold, high", func(x vec, p params) vec {
		// What is not ≤ θ stays: NaN too, but not −0.
		return g.min(p["high"], g.where(notLessEqual, x, p["threshold"], x))
	})
	g.pass("ReLU", "threshold, high", func(x, dy vec, p params) vec {
		return g.where(notGreaterEqual, x, p["high"], g.where(greater, x, p["threshold"], dy))
	})
	g.value("LeakyReLU", "alpha, threshold, high", func(x vec, p params) vec {
		return g.choose(greater, x, p["threshold"], g.min(p["high"], x), g.mul(g.sub(x, p["threshold"]), p["alpha"]))
	})
	g.slope("LeakyReLU", "x", "alpha, threshold, high", func(x vec, p params) vec {
		return g.choose(greater, x, p["threshold"], g.where(notGreaterEqual, x, p["high"], one), p["alpha"])
	})

	g.value("Sigmoid", "", func(x vec, _ params) vec { return g.sigmoid(x) })
	g.slope("Sigmoid", "y", "", func(y vec, _ params) vec { return g.mul(y, g.sub(one, y)) })
	g.value("Tanh", "", func(x vec, _ params) vec { return g.tanh(x) })
	g.slope("Tanh", "y", "", func(y vec, _ params) vec { return g.sub(one, g.mul(y, y)) })
	g.value("Exponential", "", func(x vec, _ params) vec { return g.expOfAny(x) })
	g.slope("Exponential", "y", "", func(y vec, _ params) vec { return y })
	g.value("Expm1", "", func(x vec, _ params) vec {
		half := g.halfExpm1(g.min(g.number(expHigh), x))
		return g.add(half, half)
	})
	g.slope("Expm1", "x", "", func(x vec, _ params) vec { return g.expOfAny(x) })

	g.value("Softplus", "", func(x vec, _ params) vec { return g.add(g.log1pOfExp(x), g.max(x, zero)) })
	g.slope("Softplus", "x", "", func(x vec, _ params) vec { return g.sigmoid(x) })
	g.value("LogSigmoid", "", func(x vec, _ params) vec { return g.sub(g.min(x, zero), g.log1pOfExp(x)) })
	g.slope("LogSigmoid", "x", "", func(x vec, _ params) vec { return g.sigmoid(g.neg(x)) })
	g.value("Softsign", "", func(x vec, _ params) vec { return g.div(x, g.add(g.abs(x), one)) })
	g.slope("Softsign", "x", "", func(x vec, _ params) vec {
		d := g.add(g.abs(x), one)
		return g.div(one, g.mul(d, d))
	})

	g.value("ELU", "alpha", func(x vec, p params) vec {
		half := g.halfExpm1(g.min(zero, x))
		return g.choose(greater, x, zero, x, g.mul(g.add(half, half), p["alpha"]))
	})
	g.slope("ELU", "x", "alpha", func(x vec, p params) vec {
		return g.choose(greater, x, zero, one, g.mul(g.exp(g.min(zero, x)), p["alpha"]))
	})
	g.value("SELU", "", func(x vec, _ params) vec {
		below := g.mul(g.halfExpm1(g.min(zero, x)), g.number(2*seluScale*seluAlpha))
		return g.choose(greater, x, zero, g.mul(x, g.number(seluScale)), below)
	})
	g.slope("SELU", "x", "", func(x vec, _ params) vec {
		below := g.mul(g.exp(g.min(zero, x)), g.number(seluScale*seluAlpha))
		return g.choose(greater, x, zero, g.number(seluScale), below)
	})
	g.value("CELU", "alpha", func(x vec, p params) vec {
		half := g.halfExpm1(g.div(g.min(zero, x), p["alpha"]))
		return g.mulAdd(g.add(half, half), p["alpha"], g.max(x, zero))
	})
	g.slope("CELU", "x", "alpha", func(x vec, p params) vec {
		below := g.max(g.mul(p["alpha"], g.number(expLow-1)), g.min(zero, x))
		quotient := g.div(below, p["alpha"])
		rest := g.div(g.negMulAdd(quotient, p["alpha"], below), p["alpha"])
		return g.expOfSum(quotient, rest)
	})

	g.gates()
	g.piecewise()
	g.mathematics()
}

// gates writes the functions f(x) = x·gate(x) whose gate rises from 0 to 1, and
// gate(−x) = 1−gate(x); so f'(−x) = 1−f'(x).
func (g *generator) gates() {
	zero, one := g.number(0), g.number(1)
	reflected := func(x, below vec) vec {
		return g.choose(less, x, zero, below, g.sub(one, below))
	}
	// With t = e^−w this is σ(−w)−w'·|x|·σ(w)·σ(−w), given s = w'·|x|·t.
	sigmoidBelow := func(t, s vec) vec {
		all := g.add(t, one)
		return g.div(g.mulSub(t, all, s), g.mul(all, all))
	}
	g.value("SiLU", "", func(x vec, _ params) vec { return g.mul(x, g.sigmoid(x)) })
	g.slope("SiLU", "x", "", func(x vec, _ params) vec {
		t := g.expOfMinus(x)
		return reflected(x, sigmoidBelow(t, g.mul(t, g.abs(x))))
	})
	g.value("GELUTanh", "", func(x vec, _ params) vec {
		_, t := g.geluExp(x)
		gate := g.div(g.choose(less, x, zero, t, one), g.add(t, one))
		return g.mul(x, gate)
	})
	g.slope("GELUTanh", "x", "", func(x vec, _ params) vec {
		minus, t := g.geluExp(x)
		rise := g.mulAdd(g.mul(minus, minus), g.number(3*geluCubic), g.number(geluLinear))
		return reflected(x, sigmoidBelow(t, g.mul(g.mul(t, g.abs(x)), rise)))
	})
	g.value("GELU", "", func(x vec, _ params) vec {
		m, e := g.normalTail(x)
		return g.mul(x, reflected(x, g.mul(m, e)))
	})
	g.slope("GELU", "x", "", func(x vec, _ params) vec {
		m, e := g.normalTail(x)
		density := g.number(1 / math.Sqrt(2*math.Pi))
		return reflected(x, g.mul(e, g.negMulAdd(g.abs(x), density, m)))
	})

	// tanh(ln(1+e)) is n/(n+2) with n = e(e+2), and 1 from mishEnd up. The slope is
	// (n(n+2)+4x·e(1+e))/(n+2)².
	const mishEnd = 20
	parts := func(x vec) (e, n, n2 vec) {
		e = g.exp(x)
		n = g.mul(e, g.add(e, g.number(2)))
		return e, n, g.add(n, g.number(2))
	}
	g.value("Mish", "", func(x vec, _ params) vec {
		_, n, n2 := parts(g.min(g.number(mishEnd), x))
		return g.mul(x, g.div(n, n2))
	})
	g.slope("Mish", "x", "", func(x vec, _ params) vec {
		x = g.min(g.number(mishEnd), x)
		e, n, n2 := parts(x)
		rise := g.mul(g.mul(e, x), g.mul(g.add(e, one), g.number(4)))
		return g.div(g.mulAdd(n, n2, rise), g.mul(n2, n2))
	})
}

// piecewise writes what is made of straight lines, and Squareplus.
func (g *generator) piecewise() {
	zero, one := g.number(0), g.number(1)
	clip := func(v vec, low, high float64) vec { return g.max(g.number(low), g.min(g.number(high), v)) }
	hardSigmoid := func(x vec) vec {
		return clip(g.add(g.div(x, g.number(6)), g.number(0.5)), 0, 1)
	}
	hardSigmoidSlope := func(x vec) vec {
		return g.where(less, g.abs(x), g.number(3), g.number(1.0/6))
	}
	g.value("HardSigmoid", "", func(x vec, _ params) vec { return hardSigmoid(x) })
	g.slope("HardSigmoid", "x", "", func(x vec, _ params) vec { return hardSigmoidSlope(x) })
	g.value("HardSiLU", "", func(x vec, _ params) vec { return g.mul(x, hardSigmoid(x)) })
	g.slope("HardSiLU", "x", "", func(x vec, _ params) vec {
		return g.add(hardSigmoid(x), g.mul(x, hardSigmoidSlope(x)))
	})
	g.value("HardTanh", "", func(x vec, _ params) vec { return clip(x, -1, 1) })
	g.pass("HardTanh", "", func(x, dy vec, _ params) vec { return g.where(lessEqual, g.abs(x), one, dy) })

	g.value("HardShrink", "threshold", func(x vec, p params) vec { return g.where(greater, g.abs(x), p["threshold"], x) })
	shrunk := func(x, dy vec, p params) vec { return g.where(greater, g.abs(x), p["threshold"], dy) }
	g.pass("HardShrink", "threshold", shrunk)
	g.value("SoftShrink", "threshold", func(x vec, p params) vec {
		below := g.where(less, x, g.neg(p["threshold"]), g.add(x, p["threshold"]))
		return g.choose(greater, x, p["threshold"], g.sub(x, p["threshold"]), below)
	})
	g.pass("SoftShrink", "threshold", shrunk)
	g.value("Threshold", "alpha, threshold", func(x vec, p params) vec {
		return g.choose(greater, x, p["threshold"], x, p["alpha"])
	})
	g.pass("Threshold", "threshold", func(x, dy vec, p params) vec { return g.where(greater, x, p["threshold"], dy) })

	// ¼(x+1)² between −1 and 1
	middle := func(x vec) vec { return g.max(zero, g.add(x, one)) }
	g.value("SparsePlus", "", func(x vec, _ params) vec {
		v := middle(x)
		return g.choose(greaterEqual, x, one, x, g.mul(g.mul(v, v), g.number(0.25)))
	})
	sparseSigmoid := func(x vec) vec { return clip(g.mul(g.add(x, one), g.number(0.5)), 0, 1) }
	g.slope("SparsePlus", "x", "", func(x vec, _ params) vec { return sparseSigmoid(x) })
	g.value("SparseSigmoid", "", func(x vec, _ params) vec { return sparseSigmoid(x) })
	g.slope("SparseSigmoid", "x", "", func(x vec, _ params) vec { return g.where(less, g.abs(x), one, g.number(0.5)) })

	// ½(x+√(x²+b)), and ½b/(√(x²+b)−x) where that would be a difference. A square that
	// would overflow is not needed.
	squareplus := func(x vec, p params) (y, root vec) {
		size := g.abs(x)
		small := g.min(g.number(0x1p60), size)
		root = g.max(g.sqrt(g.mulAdd(small, small, p["alpha"])), size)
		half := g.mul(g.number(0.5), root)
		half = g.mulAdd(size, g.number(0.5), half)
		below := g.div(g.mul(p["alpha"], g.number(0.25)), half)
		return g.choose(less, x, zero, below, half), root
	}
	g.value("Squareplus", "alpha", func(x vec, p params) vec {
		y, _ := squareplus(x, p)
		return y
	})
	g.slope("Squareplus", "x", "alpha", func(x vec, p params) vec { return g.div(squareplus(x, p)) })
}

// mathematics writes the functions of keras.ops.
func (g *generator) mathematics() {
	one := g.number(1)
	g.value("Log", "", func(x vec, _ params) vec { return g.log(x) })
	g.slope("Log", "x", "", func(x vec, _ params) vec { return g.div(one, x) })
	g.value("Log1p", "", func(x vec, _ params) vec { return g.log1p(x) })
	g.slope("Log1p", "x", "", func(x vec, _ params) vec { return g.div(one, g.add(x, one)) })
	g.value("Erf", "", func(x vec, _ params) vec { return g.erf(x) })
	g.slope("Erf", "x", "", func(x vec, _ params) vec {
		a := g.min(g.number(tailEnd), g.abs(x))
		return g.mul(g.expOfSum(g.product(g.neg(a), a)), g.number(2/math.SqrtPi))
	})

	g.value("Sqrt", "", func(x vec, _ params) vec { return g.sqrt(x) })
	g.slope("Sqrt", "y", "", func(y vec, _ params) vec { return g.div(g.number(0.5), y) })
	g.value("Rsqrt", "", func(x vec, _ params) vec { return g.div(one, g.sqrt(x)) })
	g.slope("Rsqrt", "y", "", func(y vec, _ params) vec {
		return g.mul(g.mul(g.mul(y, g.number(-0.5)), y), y)
	})
	g.value("Square", "", func(x vec, _ params) vec { return g.mul(x, x) })
	g.slope("Square", "x", "", func(x vec, _ params) vec { return g.add(x, x) })
	g.value("Abs", "", func(x vec, _ params) vec { return g.abs(x) })
	g.slope("Abs", "x", "", func(x vec, _ params) vec { return g.signOf(x) })
	g.value("Neg", "", func(x vec, _ params) vec { return g.neg(x) })
	g.slope("Neg", "x", "", func(vec, params) vec { return g.in(g.number(-1)) })
	g.value("Sign", "", func(x vec, _ params) vec { return g.signOf(x) })
	g.value("Reciprocal", "", func(x vec, _ params) vec { return g.div(one, x) })
	g.slope("Reciprocal", "y", "", func(y vec, _ params) vec { return g.mul(g.neg(y), y) })
	const floor, ceil, nearest = 9, 10, 8 // and no exception
	g.value("Floor", "", func(x vec, _ params) vec { return g.round(floor, x) })
	g.value("Ceil", "", func(x vec, _ params) vec { return g.round(ceil, x) })
	g.value("Round", "", func(x vec, _ params) vec { return g.round(nearest, x) })
}
