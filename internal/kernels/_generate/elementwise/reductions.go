package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// larger and smaller are Go's max and min: NaN if an operand is, and −0 is less than
// 0. VMAXPS is its right operand for two zeros, so that its results for both orders
// differ in their sign only, which larger clears and smaller sets.
func (g *generator) larger(a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	return g.extreme(g.VMAXPS, g.and, a, b)
}

func (g *generator) smaller(a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	return g.extreme(g.VMINPS, g.or, a, b)
}

func (g *generator) extreme(op instruction, join func(reg.VecVirtual, operand.Op) reg.VecVirtual, a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	right, ok := b.(reg.VecVirtual)
	if !ok {
		right = g.vector()
		g.VMOVUPS(b, right)
	}
	d := join(g.do(op, a, right), g.do(op, right, a))
	if g.avx512 {
		k := g.K()
		g.VCMPPS(operand.Imm(unordered), right, a, k)
		g.VBLENDMPS(g.constants.at("nan"), d, k, d)
		return d
	}
	nan := g.vector()
	g.VCMPPS(operand.Imm(unordered), right, a, nan)
	return g.or(d, nan)
}

func (g *generator) reductions() {
	g.lineSum("sum", "x", func(s *streams, half int, acc reg.VecVirtual) {
		g.VADDPD(s.wide("x", half), acc, acc)
	})
	// Products of two float32 are exact in float64.
	g.lineSum("dot", "x, y", func(s *streams, half int, acc reg.VecVirtual) {
		g.VFMADD231PD(s.wide("x", half), s.wide("y", half), acc)
	})
	g.fold("greatest", "minusInf", g.larger)
	g.fold("least", "inf", g.smaller)
	g.each("countEqual", "count, a, b", "", func(s *streams, _ params) {
		one := g.where(equal, s.get("a"), s.get("b"), g.constant("one"))
		s.set("count", g.add(s.get("count"), one))
	})
	g.each("whereEqual", "y, a, b, v, w", "", func(s *streams, _ params) {
		a, b := s.get("a"), s.get("b")
		y := g.vector()
		g.choose(func(k reg.Register) { g.VCMPPS(operand.Imm(equal), b, a, k) }, s.get("v"), s.get("w"), y)
		s.set("y", y)
	})
}

// lineSum adds up in float64, in eight vectors.
func (g *generator) lineSum(slot, arrays string, add func(s *streams, half int, acc reg.VecVirtual)) {
	const unroll = 4
	g.begin(slot, "("+arrays+" *float32, n int) float64")
	bases := g.pointers(split(arrays)...)
	n := g.Load(g.Param("n"), g.GP64())
	var acc [2 * unroll]reg.VecVirtual
	for i := range acc {
		acc[i] = g.zero()
	}
	g.walk("", bases, n, unroll, func(s *streams) {
		for half := range 2 {
			add(s, half, acc[2*s.vector+half])
		}
	})
	for n := len(acc) / 2; n > 0; n /= 2 {
		for i := range n {
			g.VADDPD(acc[i+n], acc[i], acc[i])
		}
	}
	sum, part := acc[0], g.vector()
	if g.avx512 {
		g.VEXTRACTF64X4(operand.Imm(1), sum, part.AsY())
		g.VADDPD(part.AsY(), sum.AsY(), sum.AsY())
	}
	g.VEXTRACTF128(operand.Imm(1), sum.AsY(), part.AsX())
	g.VADDPD(part.AsX(), sum.AsX(), sum.AsX())
	g.VUNPCKHPD(sum.AsX(), sum.AsX(), part.AsX())
	g.VADDSD(part.AsX(), sum.AsX(), sum.AsX())
	g.VMOVSD(sum.AsX(), g.result())
	g.end()
}

// wide returns a half of the current vector of an array, as float64.
func (s *streams) wide(name string, half int) reg.VecVirtual {
	d := s.generator.vector()
	if s.mask == nil {
		s.VCVTPS2PD(s.at(name).Offset(half*s.Lanes/2*floatSize), d)
		return d
	}
	v := s.get(name)
	switch {
	case s.avx512 && half == 1:
		s.VEXTRACTF64X4(operand.Imm(1), v, d.AsY())
		s.VCVTPS2PD(d.AsY(), d)
	case s.avx512:
		s.VCVTPS2PD(v.AsY(), d)
	case half == 1:
		s.VEXTRACTF128(operand.Imm(1), v, d.AsX())
		s.VCVTPS2PD(d.AsX(), d)
	default:
		s.VCVTPS2PD(v.AsX(), d)
	}
	return d
}

// fold joins the elements of an array, and start, by an extremum.
func (g *generator) fold(slot, start string, join func(a reg.VecVirtual, b operand.Op) reg.VecVirtual) {
	const unroll = 4
	g.begin(slot, "(x *float32, n int) float32")
	bases := g.pointers("x")
	n := g.Load(g.Param("n"), g.GP64())
	var acc [unroll]reg.VecVirtual
	for i := range acc {
		acc[i] = g.constant(start)
	}
	g.walk("", bases, n, unroll, func(s *streams) {
		v, a := s.get("x"), acc[s.vector]
		if s.mask != nil {
			closed := g.constant(start)
			if g.avx512 {
				g.VBLENDMPS(v, closed, s.mask.Register, v)
			} else {
				g.VBLENDVPS(s.mask.Register, v, closed, v)
			}
		}
		g.VMOVAPS(join(a, v), a)
	})
	all := join(join(acc[0], acc[1]), join(acc[2], acc[3]))
	for _, v := range g.swaps() {
		other := g.vector()
		v(all, other)
		all = join(all, other)
	}
	g.VMOVSS(all.AsX(), g.result())
	g.end()
}

// swaps exchange lanes: after a join with each, in turn, all lanes are equal.
func (g *generator) swaps() []func(v, d reg.VecVirtual) {
	swaps := []func(v, d reg.VecVirtual){
		func(v, d reg.VecVirtual) { g.VPERMILPS(operand.Imm(0b01_00_11_10), v, d) },
		func(v, d reg.VecVirtual) { g.VPERMILPS(operand.Imm(0b10_11_00_01), v, d) },
	}
	if g.avx512 {
		return append(swaps,
			func(v, d reg.VecVirtual) { g.VSHUFF32X4(operand.Imm(0b01_00_11_10), v, v, d) },
			func(v, d reg.VecVirtual) { g.VSHUFF32X4(operand.Imm(0b10_11_00_01), v, v, d) })
	}
	return append(swaps, func(v, d reg.VecVirtual) { g.VPERM2F128(operand.Imm(1), v, v, d) })
}

func (g *generator) binaryGradients() {
	gradient := func(f string, do func(a, b, dy reg.VecVirtual) (da, db reg.VecVirtual)) {
		g.each("gradients["+f+"]", "da, db, a, b, dy", "", func(s *streams, _ params) {
			da, db := do(s.get("a"), s.get("b"), s.get("dy"))
			s.set("da", da)
			s.set("db", db)
		})
	}
	gradient("Mul", func(a, b, dy reg.VecVirtual) (da, db reg.VecVirtual) { return g.mul(dy, b), g.mul(dy, a) })
	gradient("Div", func(a, b, dy reg.VecVirtual) (da, db reg.VecVirtual) {
		return g.div(dy, b), g.mul(g.negative(dy), g.div(g.div(a, b), b))
	})
	gradient("Maximum", func(a, b, dy reg.VecVirtual) (da, db reg.VecVirtual) {
		return g.where(greaterEqual, a, b, dy), g.where(notGreaterEqual, a, b, dy)
	})
	gradient("Minimum", func(a, b, dy reg.VecVirtual) (da, db reg.VecVirtual) {
		return g.where(lessEqual, a, b, dy), g.where(notLessEqual, a, b, dy)
	})
	g.each("passWithin", "dx, x, dy", "low, high", func(s *streams, p params) {
		x := s.get("x")
		above := g.where(greaterEqual, x, p["low"], s.get("dy"))
		s.set("dx", g.where(lessEqual, x, p["high"], above))
	})
	g.each("scale", "y, x", "factor, offset", func(s *streams, p params) {
		s.set("y", g.add(g.mul(s.get("x"), p["factor"]), p["offset"]))
	})
}

// negative changes the sign.
func (g *generator) negative(v reg.VecVirtual) reg.VecVirtual {
	sign := g.constants.at("sign")
	if g.avx512 {
		return g.do(g.VPXORD, v, sign)
	}
	return g.do(g.VXORPS, v, sign)
}
