package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// The functions of this file take and return vectors. What is said about their
// accuracy is in units in the last place of the result; NaN gives NaN.

// fit interpolates f at the Chebyshev nodes of [low, high], which comes close to the
// smallest possible error, and returns the coefficients of the polynomial. Newton's
// divided differences are multiplied out.
func fit(f func(x float64) float64, low, high float64, terms int) []float64 {
	nodes, differences := make([]float64, terms), make([]float64, terms)
	for i := range nodes {
		nodes[i] = (low+high)/2 + (high-low)/2*math.Cos(math.Pi*(float64(i)+0.5)/float64(terms))
		differences[i] = f(nodes[i])
	}
	for order := 1; order < terms; order++ {
		for i := terms - 1; i >= order; i-- {
			differences[i] = (differences[i] - differences[i-1]) / (nodes[i] - nodes[i-order])
		}
	}
	p := make([]float64, terms)
	for i := terms - 1; i >= 0; i-- { // p = p·(x−node) + difference
		for j := terms - 1; j > 0; j-- {
			p[j] = p[j-1] - nodes[i]*p[j]
		}
		p[0] = differences[i] - nodes[i]*p[0]
	}
	return p
}

// series returns the sum of coefficient(k)·x^k.
func series(x float64, coefficient func(k float64) float64) (sum float64) {
	for k := 60.0; k >= 0; k-- {
		sum = sum*x + coefficient(k)
	}
	return sum
}

// The polynomials. Each leaves out the first terms of its function, which are added
// in an order that keeps their digits.
var (
	// (e^r−1−r)/r², for |r| ≤ ½·ln 2
	expPolynomial = fit(func(r float64) float64 {
		return series(r, func(k float64) float64 { return 1 / math.Gamma(k+3) })
	}, -math.Ln2/2, math.Ln2/2, 6)

	// (ln(1+f)−f+f²/2)/f³, for 1+f from √½ to √2
	logPolynomial = fit(func(f float64) float64 {
		return series(-f, func(k float64) float64 { return 1 / (k + 3) })
	}, math.Sqrt2/2-1, math.Sqrt2-1, 9)

	// (2·artanh(s)−2s)/s³, for w = s² ≤ 1/9
	artanhPolynomial = fit(func(w float64) float64 {
		return series(w, func(k float64) float64 { return 2 / (2*k + 3) })
	}, 0, 1.0/9, 5)

	// erf(x)/x, for w = x² ≤ 1
	erfPolynomial = fit(func(w float64) float64 {
		return 2 / math.SqrtPi * series(-w, func(k float64) float64 { return 1 / (math.Gamma(k+1) * (2*k + 1)) })
	}, 0, 1, 7)

	// Φ(−a)·e^(a²/2)/u, where u = 1/(a+tailShift), of 1−2·tailShift·u, for 0 ≤ a ≤ tailEnd
	tailPolynomial = fit(func(v float64) float64 {
		u := (1 - v) / (2 * tailShift)
		a := 1/u - tailShift
		return 0.5 * math.Erfc(a/math.Sqrt2) * math.Exp(a*a/2) / u
	}, -1, 1-2*tailShift/(tailEnd+tailShift), 11)
)

const (
	tailShift = 3.0 // so that all terms have the size of the sum, or less
	tailEnd   = 15.0

	// ln 2 in two parts, of which a multiple of the first is exact
	ln2High = 355.0 / 512
	ln2Low  = math.Ln2 - ln2High

	expLow   = -104 // e^x is 0 from here down
	expHigh  = 89   // and +Inf from here up
	expm1Low = -20  // e^x−1 is −1 from here down

	roundToWhole = 3 << 22 // x + this is rounded to a whole number, in the last bits
	exponentBias = 127
)

// reduced writes x+rest as n·ln 2+r and returns n, the word n+bias in the last 9 bits
// of each lane, and e^r−1. rest may be nil.
func (g *generator) reduced(x, rest vec, bias float64) (n, biased, t vec) {
	biased = g.mulAdd(x, g.number(math.Log2E), g.number(roundToWhole+bias))
	n = g.sub(biased, g.number(roundToWhole+bias))
	r := g.negMulAdd(n, g.number(ln2High), x)
	r = g.negMulAdd(n, g.number(ln2Low), r)
	if rest != nil {
		r = g.add(r, rest)
	}
	q := g.polynomial(r, expPolynomial)
	return n, biased, g.mulAdd(g.mul(r, r), q, r)
}

// power returns 2^k for words k+exponentBias in the last bits.
func (g *generator) power(biased vec) vec {
	d := g.vector()
	g.VPSLLD(operand.Imm(23), biased, d)
	return d
}

// exp is within 1 unit of eˣ for x ≤ 40, also where that is denormal.
func (g *generator) exp(x vec) vec { return g.expOfSum(x, nil) }

// expOfSum is exp of x+rest, as if the sum were exact. rest is about as large as the
// last digit of x, or nil.
func (g *generator) expOfSum(x, rest vec) vec {
	const up = 64 // 2^(n+up) is neither denormal nor too large
	n, biased, t := g.reduced(g.max(g.number(expLow), x), rest, exponentBias+up)
	e := g.add(t, g.number(1))
	if g.avx512 {
		return g.do(g.VSCALEFPS, e, n)
	}
	return g.mul(g.mul(e, g.power(biased)), g.number(math.Ldexp(1, -up)))
}

// expOfAny is exp without its condition.
func (g *generator) expOfAny(x vec) vec {
	x = g.min(g.number(expHigh), x)
	if g.avx512 {
		return g.exp(x)
	}
	const up = 64
	_, biased, t := g.reduced(g.max(g.number(expLow), x), nil, exponentBias)
	half := g.power(g.do(g.VPADDD, biased, g.choose(less, x, g.number(0), g.word(up), g.word(-up&math.MaxUint32))))
	rest := g.choose(less, x, g.number(0), g.number(math.Ldexp(1, -up)), g.number(math.Ldexp(1, up)))
	return g.mul(g.mul(g.add(t, g.number(1)), half), rest)
}

// halfExpm1 is within 1 unit of (eˣ−1)/2, for x ≤ expHigh.
func (g *generator) halfExpm1(x vec) vec {
	_, biased, t := g.reduced(g.max(g.number(expm1Low), x), nil, exponentBias-1)
	half := g.power(biased)
	return g.mulAdd(half, t, g.sub(half, g.number(0.5)))
}

// sigmoid is within 2 units.
func (g *generator) sigmoid(x vec) vec {
	t := g.expOfMinus(x)
	return g.div(g.choose(less, x, g.number(0), t, g.number(1)), g.add(t, g.number(1)))
}

// expOfMinus is e^−|x|.
func (g *generator) expOfMinus(x vec) vec { return g.exp(g.or(x, g.sign())) }

// tanh is within 2 units. With h = (e^(−2|x|)−1)/2 it is ∓h/(1+h), which keeps its
// digits near 0.
func (g *generator) tanh(x vec) vec {
	h := g.halfExpm1(g.mul(g.abs(x), g.number(-2)))
	y := g.div(h, g.add(h, g.number(1)))
	return g.or(g.abs(y), g.and(x, g.sign()))
}

// log1pOfExp is ln(1+e^−|x|), within 2 units: 2·artanh s with s = t/(2+t) is ln(1+t).
func (g *generator) log1pOfExp(x vec) vec {
	t := g.expOfMinus(x)
	s := g.div(t, g.add(t, g.number(2)))
	w := g.mul(s, s)
	q := g.polynomial(w, artanhPolynomial)
	return g.mulAdd(g.mul(s, w), q, g.add(s, s))
}

// log is within 1 unit.
func (g *generator) log(x vec) vec {
	const up = 25
	least := g.number(0x1p-126) // but for denormal numbers, which have no exponent
	shift := g.where(less, x, least, g.number(up))
	scaled := g.choose(less, x, least, g.mul(x, g.number(1<<up)), x)
	return g.endsOfLog(x, g.logOfNormal(scaled, shift))
}

// logOfNormal is ln(x·2^−shift). shift may be nil.
func (g *generator) logOfNormal(x, shift vec) vec {
	root := g.word(math.Float32bits(math.Sqrt2 / 2))
	exponent, n, mantissa := g.vector(), g.vector(), g.vector()
	g.VPSRAD(operand.Imm(23), g.do(g.VPSUBD, x, root), exponent)
	g.VPSLLD(operand.Imm(23), exponent, mantissa)
	g.VPSUBD(mantissa, x, mantissa)
	g.VCVTDQ2PS(exponent, n)
	if shift != nil {
		n = g.sub(n, shift)
	}
	f := g.sub(mantissa, g.number(1))
	q := g.polynomial(f, logPolynomial)
	q = g.mulSub(f, q, g.number(0.5))
	rest := g.mul(g.mul(f, f), q)
	rest = g.mulAdd(n, g.number(ln2Low), rest)
	return g.mulAdd(n, g.number(ln2High), g.add(f, rest))
}

// endsOfLog puts y right where the logarithm of x is no number.
func (g *generator) endsOfLog(x, y vec) vec {
	none := g.choose(equal, x, g.number(0), g.number(math.Inf(-1)), g.number(math.NaN()))
	y = g.choose(greater, x, g.number(0), y, none)
	return g.choose(equal, x, g.number(math.Inf(1)), x, y)
}

// log1p is within 2 units: ln u + c/u where 1+x is u+c.
func (g *generator) log1p(x vec) vec {
	u := g.add(x, g.number(1))
	most, least := g.max(x, g.number(1)), g.min(x, g.number(1))
	c := g.sub(least, g.sub(u, most))
	return g.endsOfLog(u, g.add(g.logOfNormal(u, nil), g.div(c, u)))
}

// normalTail returns m and e with m·e = Φ(−|x|), for the normal distribution Φ; e is
// e^(−x²/2).
func (g *generator) normalTail(x vec) (m, e vec) {
	a := g.min(g.number(tailEnd), g.abs(x))
	e = g.expOfSum(g.product(g.mul(a, g.number(-0.5)), a))
	u := g.div(g.number(1), g.add(a, g.number(tailShift)))
	v := g.negMulAdd(u, g.number(2*tailShift), g.number(1))
	return g.mul(u, g.polynomial(v, tailPolynomial)), e
}

// erf is within 2 units: an odd polynomial below 1, 1−2·Φ(−√2|x|) above.
func (g *generator) erf(x vec) vec {
	near := g.mul(x, g.polynomial(g.mul(x, x), erfPolynomial))
	m, e := g.normalTail(g.mul(x, g.number(math.Sqrt2)))
	far := g.sub(g.number(1), g.mul(g.add(m, m), e))
	far = g.or(far, g.and(x, g.sign()))
	return g.choose(less, g.abs(x), g.number(1), near, far)
}

// signOf is −1 or 1, and x itself for 0 and NaN.
func (g *generator) signOf(x vec) vec {
	zero := g.number(0)
	return g.choose(less, x, zero, g.number(-1), g.choose(greater, x, zero, g.number(1), x))
}

// product returns a·b as a sum: high, and what its rounding lost.
func (g *generator) product(a, b vec) (high, low vec) {
	high = g.mul(a, b)
	return high, g.mulSub(a, b, high)
}

// The tanh form of GELU is x·σ(w) with w = x·(geluLinear+geluCubic·x²), 2√(2/π)·(x+0.044715·x³).
const (
	geluLinear = 1.59576912160573071175978423973752
	geluCubic  = 0.044715 * geluLinear
	geluEnd    = 12 // σ(−w) is 0 from here up
)

func lost(v float64) float64 { return v - float64(float32(v)) }

// geluExp returns −min(|x|, geluEnd) and e^−|w|. The exponent has twice the digits of
// a float32: an error in it would be one of the result's, a hundred times as large.
func (g *generator) geluExp(x vec) (minus, t vec) {
	a := g.or(g.min(g.number(geluEnd), g.abs(x)), g.sign())
	v, vLow := g.product(a, a)
	s, sLow := g.product(v, g.in(g.number(geluCubic)))
	sLow = g.mulAdd(v, g.number(lost(geluCubic)), sLow)
	sLow = g.mulAdd(vLow, g.number(geluCubic), sLow)
	linear := g.in(g.number(geluLinear))
	p := g.add(s, linear)
	low := g.sub(g.min(s, linear), g.sub(p, g.max(s, linear)))
	low = g.add(low, g.add(sLow, g.number(lost(geluLinear))))
	w, wLow := g.product(a, p)
	return a, g.expOfSum(w, g.mulAdd(a, low, wLow))
}
