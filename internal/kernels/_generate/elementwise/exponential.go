package main

import (
	"fmt"
	"log"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// constants are vectors in memory.
type constants struct {
	vectors operand.Mem
	offsets map[string]int
	lanes   operand.Mem // 8 words of ones, then 8 of zeros
}

// exp(x) is 2ⁿ·e^r with n the integer nearest to x/ln 2. n·ln2High is exact, so that
// r = x−n·ln2High−n·ln2Low is rounded once.
const (
	ln2High  = 355.0 / 512
	ln2Low   = math.Ln2 - ln2High
	expTerms = 6 // of the polynomial for (e^r−1−r)/r²

	expHigh = 89   // above: +Inf
	expLow  = -104 // below: 0
	tanhTop = 10   // above: 1
)

func (g *generator) writeConstants() {
	c := &g.constants
	c.vectors = g.StaticGlobal("elementConstants")
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	c.offsets = map[string]int{}
	size := 0
	put := func(name string, word operand.U32) {
		c.offsets[name] = size
		for range 16 {
			g.AppendDatum(word)
			size += floatSize
		}
	}
	putFloat := func(name string, v float64) { put(name, operand.U32(math.Float32bits(float32(v)))) }
	putFloat("zero", 0)
	putFloat("one", 1)
	putFloat("two", 2)
	putFloat("minusTwo", -2)
	putFloat("log2e", math.Log2E)
	putFloat("ln2High", ln2High)
	putFloat("ln2Low", ln2Low)
	putFloat("expHigh", expHigh)
	putFloat("expLow", expLow)
	putFloat("tanhTop", tanhTop)
	putFloat("minusInf", math.Inf(-1))
	putFloat("inf", math.Inf(1))
	putFloat("nan", math.NaN())
	for i, v := range expPolynomial() {
		putFloat(coefficient(i), v)
	}
	put("bias", 127)
	put("sign", 1<<31)
	put("magnitude", 1<<31-1)
	c.lanes = g.StaticGlobal("elementLanes")
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 16 {
		word := operand.U32(0)
		if i < 8 {
			word = ^operand.U32(0)
		}
		g.AppendDatum(word)
	}
}

func coefficient(i int) string { return fmt.Sprint("c", i) }

func (c *constants) at(name string) operand.Mem {
	offset, ok := c.offsets[name]
	if !ok {
		log.Fatal("no constant ", name)
	}
	return c.vectors.Offset(offset)
}

// constant loads a constant.
func (g *generator) constant(name string) reg.VecVirtual {
	d := g.vector()
	g.VMOVUPS(g.constants.at(name), d)
	return d
}

// expPolynomial interpolates (e^r−1−r)/r² at the Chebyshev nodes of |r| ≤ ½·ln 2,
// which comes close to the smallest possible error. Newton's divided differences
// are multiplied out.
func expPolynomial() []float64 {
	f := func(r float64) (sum float64) { // Σ r^k/(k+2)!
		for k := 25; k >= 0; k-- {
			sum = sum*r/float64(k+3) + 1
		}
		return sum / 2
	}
	var nodes, differences [expTerms]float64
	for i := range nodes {
		nodes[i] = math.Ln2 / 2 * math.Cos(math.Pi*(float64(i)+0.5)/expTerms)
		differences[i] = f(nodes[i])
	}
	for order := 1; order < expTerms; order++ {
		for i := expTerms - 1; i >= order; i-- {
			differences[i] = (differences[i] - differences[i-1]) / (nodes[i] - nodes[i-order])
		}
	}
	p := make([]float64, expTerms)
	for i := expTerms - 1; i >= 0; i-- { // p = p·(r−node) + difference
		for j := expTerms - 1; j > 0; j-- {
			p[j] = p[j-1] - nodes[i]*p[j]
		}
		p[0] = differences[i] - nodes[i]*p[0]
	}
	return p
}

// reduced returns n and e^r−1 of x = n·ln 2 + r.
func (g *generator) reduced(x reg.VecVirtual) (n, t reg.VecVirtual) {
	n = g.mul(x, g.constants.at("log2e"))
	const nearest = 8 // and no exception
	if g.avx512 {
		g.VRNDSCALEPS(operand.Imm(nearest), n, n)
	} else {
		g.VROUNDPS(operand.Imm(nearest), n, n)
	}
	r := g.vector()
	g.VMOVAPS(x, r)
	g.VFNMADD231PS(g.constants.at("ln2High"), n, r)
	g.VFNMADD231PS(g.constants.at("ln2Low"), n, r)
	q := g.constant(coefficient(expTerms - 1))
	for i := expTerms - 2; i >= 0; i-- {
		g.VFMADD213PS(g.constants.at(coefficient(i)), r, q)
	}
	square := g.mul(r, r)
	g.VFMADD213PS(r, square, q)
	return n, q
}

// power returns 2ⁿ for whole n from -126 to 127.
func (g *generator) power(whole reg.VecVirtual) reg.VecVirtual {
	d := g.do(g.VPADDD, whole, g.constants.at("bias"))
	g.VPSLLD(operand.Imm(23), d, d)
	return d
}

// exp is within 1 unit in the last place of eˣ, also where that is denormal. It
// needs x ≤ expHigh.
func (g *generator) exp(x reg.VecVirtual) reg.VecVirtual {
	// The maximum is its right operand if one is NaN.
	x = g.do(g.VMAXPS, g.constant("expLow"), x)
	n, t := g.reduced(x)
	e := g.add(t, g.constants.at("one"))
	if g.avx512 {
		return g.do(g.VSCALEFPS, e, n)
	}
	// 2ⁿ may be denormal or too large, its halves are not. The first product is exact.
	whole, half := g.vector(), g.vector()
	g.VCVTPS2DQ(n, whole)
	g.VPSRAD(operand.Imm(1), whole, half)
	rest := g.do(g.VPSUBD, whole, half)
	return g.mul(g.mul(e, g.power(half)), g.power(rest))
}

// expBounded is exp for any x.
func (g *generator) expBounded(x reg.VecVirtual) reg.VecVirtual {
	return g.exp(g.do(g.VMINPS, g.constant("expHigh"), x))
}

// ratio returns top/(c+v), for a constant c ≥ |v|, rounded as if the sum were exact.
func (g *generator) ratio(top reg.VecVirtual, c string, v reg.VecVirtual) reg.VecVirtual {
	sum := g.add(v, g.constants.at(c))
	lost := g.sub(v, g.sub(sum, g.constants.at(c))) // by rounding the sum
	inverse, off := g.vector(), g.constant("one")
	if g.avx512 {
		g.VRCP14PS(sum, inverse)
	} else {
		g.VRCPPS(sum, inverse)
	}
	g.VFNMADD231PS(sum, inverse, off)
	g.VFMADD231PS(off, inverse, inverse)
	y := g.mul(top, inverse)
	rest := g.vector()
	g.VMOVAPS(top, rest)
	g.VFNMADD231PS(sum, y, rest)
	g.VFNMADD231PS(lost, y, rest)
	g.VFMADD231PS(rest, inverse, y)
	return y
}

func (g *generator) exponentials() {
	g.each("exp", "y, x", "", func(s *streams, _ params) { s.set("y", g.expBounded(s.get("x"))) })
	// With t = e^−|x| neither 1/(1+t), for x ≥ 0, nor t/(1+t) overflows.
	g.each("sigmoid", "y, x", "", func(s *streams, _ params) {
		x := s.get("x")
		t := g.exp(g.or(x, g.constants.at("sign")))
		top := g.vector()
		g.choose(func(k reg.Register) { g.VCMPPS(operand.Imm(less), g.constants.at("zero"), x, k) }, t, g.constant("one"), top)
		s.set("y", g.ratio(top, "one", t))
	})
	// |tanh x| is −e/(2+e) with e = e^(−2|x|)−1 = 2ⁿ·t+(2ⁿ−1), which keeps its digits
	// near 0.
	g.each("tanh", "y, x", "", func(s *streams, _ params) {
		x := s.get("x")
		size := g.do(g.VMINPS, g.constant("tanhTop"), g.and(x, g.constants.at("magnitude")))
		n, t := g.reduced(g.mul(size, g.constants.at("minusTwo")))
		whole := g.vector()
		g.VCVTPS2DQ(n, whole)
		scale := g.power(whole)
		e := g.sub(scale, g.constants.at("one"))
		g.VFMADD231PS(scale, t, e)
		y := g.ratio(e, "two", e)
		s.set("y", g.or(g.and(y, g.constants.at("magnitude")), g.and(x, g.constants.at("sign"))))
	})
	g.expSum()
	g.maximum()
}

// expSum adds in as many sums as a vector has lanes, in float64.
func (g *generator) expSum() {
	g.begin("expSum", "(y, x *float32, n int, shift float32) float64")
	bases := g.pointers("y", "x")
	n := g.Load(g.Param("n"), g.GP64())
	shift := g.broadcast("shift")
	low, high := g.zero(), g.zero()
	g.walk("", bases, n, 1, func(s *streams) {
		e := g.expBounded(g.sub(s.get("x"), shift))
		s.set("y", e)
		switch {
		case s.mask != nil && g.avx512:
			g.VMOVAPS_Z(e, s.mask.Register, e)
		case s.mask != nil:
			g.VANDPS(s.mask.Register, e, e)
		}
		wide, upper := g.vector(), g.vector()
		if g.avx512 {
			g.VCVTPS2PD(e.AsY(), wide)
			g.VEXTRACTF64X4(operand.Imm(1), e, upper.AsY())
			g.VCVTPS2PD(upper.AsY(), upper)
		} else {
			g.VCVTPS2PD(e.AsX(), wide)
			g.VEXTRACTF128(operand.Imm(1), e, upper.AsX())
			g.VCVTPS2PD(upper.AsX(), upper)
		}
		g.VADDPD(wide, low, low)
		g.VADDPD(upper, high, high)
	})
	g.VADDPD(high, low, low)
	part := g.vector()
	if g.avx512 {
		g.VEXTRACTF64X4(operand.Imm(1), low, part.AsY())
		g.VADDPD(part.AsY(), low.AsY(), low.AsY())
	}
	g.VEXTRACTF128(operand.Imm(1), low.AsY(), part.AsX())
	g.VADDPD(part.AsX(), low.AsX(), low.AsX())
	g.VUNPCKHPD(low.AsX(), low.AsX(), part.AsX())
	g.VADDSD(part.AsX(), low.AsX(), low.AsX())
	g.VMOVSD(low.AsX(), g.result())
	g.end()
}

// maximum keeps the greatest of each lane, then joins lanes that change places.
func (g *generator) maximum() {
	g.begin("maximum", "(x *float32, n int) float32")
	bases := g.pointers("x")
	n := g.Load(g.Param("n"), g.GP64())
	top, least := g.vector(), g.constant("minusInf")
	g.VMOVAPS(least, top)
	join := func(v reg.VecVirtual) { g.VMAXPS(top, v, top) } // top if v is NaN
	g.walk("", bases, n, 1, func(s *streams) {
		v := s.get("x")
		if s.mask != nil {
			if g.avx512 {
				g.VBLENDMPS(v, least, s.mask.Register, v)
			} else {
				g.VBLENDVPS(s.mask.Register, v, least, v)
			}
		}
		join(v)
	})
	for _, swap := range []uint64{0b01_00_11_10, 0b10_11_00_01} {
		v := g.vector()
		g.VPERMILPS(operand.Imm(swap), top, v)
		join(v)
	}
	if g.avx512 {
		for _, swap := range []uint64{0b01_00_11_10, 0b10_11_00_01} {
			v := g.vector()
			g.VSHUFF32X4(operand.Imm(swap), top, top, v)
			join(v)
		}
	} else {
		v := g.vector()
		g.VPERM2F128(operand.Imm(1), top, top, v)
		join(v)
	}
	g.VMOVSS(top.AsX(), g.result())
	g.end()
}
