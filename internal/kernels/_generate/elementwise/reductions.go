package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// larger and smaller are Go's max and min: NaN if an operand is, and −0 is less than
// 0. VMAXPS is its right operand for two zeros, so that its results for both orders
// differ in their sign only, which larger clears and smaller sets.
func (g *generator) larger(a, b operand.Op) vec {
	return g.extreme(g.VMAXPS, g.and, a, b)
}

func (g *generator) smaller(a, b operand.Op) vec {
	return g.extreme(g.VMINPS, g.or, a, b)
}

func (g *generator) extreme(op instruction, join func(a, b operand.Op) vec, a, b operand.Op) vec {
	left, right := g.in(a), g.in(b)
	d := join(g.do(op, left, right), g.do(op, right, left))
	return g.choose(unordered, left, right, g.number(math.NaN()), d)
}

func (g *generator) reductions() {
	g.lineSum("sum", "x", func(s *streams, half int, acc vec) {
		g.VADDPD(s.wide("x", half), acc, acc)
	})
	// Products of two float32 are exact in float64.
	g.lineSum("dot", "x, y", func(s *streams, half int, acc vec) {
		g.VFMADD231PD(s.wide("x", half), s.wide("y", half), acc)
	})
	g.fold("greatest", math.Inf(-1), g.larger)
	g.fold("least", math.Inf(1), g.smaller)
	g.fold("greatestNumber", math.Inf(-1), func(a, b operand.Op) vec { return g.max(b, a) }) // a is a number
	g.each("countEqual", "count, a, b", "", func(s *streams, _ params) {
		one := g.where(equal, s.get("a"), s.get("b"), g.number(1))
		s.set("count", g.add(s.get("count"), one))
	})
	g.each("whereEqual", "y, a, b, v, w", "", func(s *streams, _ params) {
		a, b := s.get("a"), s.get("b")
		s.set("y", g.choose(equal, a, b, s.get("v"), s.get("w")))
	})
}

// lineSum adds up in float64, in eight vectors.
func (g *generator) lineSum(slot, arrays string, add func(s *streams, half int, acc vec)) {
	const unroll = 4
	g.begin(slot, "("+arrays+" *float32, n int) float64")
	bases := g.pointers(split(arrays)...)
	n := g.Load(g.Param("n"), g.GP64())
	acc := make([]vec, 2*unroll)
	for i := range acc {
		acc[i] = g.zero()
	}
	g.walk("", bases, n, unroll, func(s *streams) {
		for half := range 2 {
			add(s, half, acc[2*s.vector+half])
		}
	})
	g.VMOVSD(g.sum64(acc), g.result())
	g.end()
}

// wide returns a half of the current vector of an array, in float64.
func (s *streams) wide(name string, half int) vec {
	if s.mask == nil {
		d := s.generator.vector()
		s.VCVTPS2PD(s.at(name).Offset(half*s.Lanes/2*floatSize), d)
		return d
	}
	return s.half(s.get(name), half)
}

// half returns a half of a vector in float64: 0 is the lower one.
func (g *generator) half(v vec, i int) vec {
	d := g.vector()
	switch {
	case i == 0 && g.avx512:
		g.VCVTPS2PD(v.AsY(), d)
	case i == 0:
		g.VCVTPS2PD(v.AsX(), d)
	case g.avx512:
		g.VEXTRACTF64X4(operand.Imm(1), v, d.AsY())
		g.VCVTPS2PD(d.AsY(), d)
	default:
		g.VEXTRACTF128(operand.Imm(1), v, d.AsX())
		g.VCVTPS2PD(d.AsX(), d)
	}
	return d
}

// sum64 adds all lanes of vectors of float64, and changes them.
func (g *generator) sum64(v []vec) reg.Register {
	for n := len(v) / 2; n > 0; n /= 2 {
		for i := range n {
			g.VADDPD(v[i+n], v[i], v[i])
		}
	}
	sum, part := v[0], g.vector()
	if g.avx512 {
		g.VEXTRACTF64X4(operand.Imm(1), sum, part.AsY())
		g.VADDPD(part.AsY(), sum.AsY(), sum.AsY())
	}
	g.VEXTRACTF128(operand.Imm(1), sum.AsY(), part.AsX())
	g.VADDPD(part.AsX(), sum.AsX(), sum.AsX())
	g.VUNPCKHPD(sum.AsX(), sum.AsX(), part.AsX())
	g.VADDSD(part.AsX(), sum.AsX(), sum.AsX())
	return sum.AsX()
}

// fold joins the elements of an array, and start, by an extremum.
func (g *generator) fold(slot string, start float64, join func(a, b operand.Op) vec) {
	const unroll = 4
	g.begin(slot, "(x *float32, n int) float32")
	bases := g.pointers("x")
	n := g.Load(g.Param("n"), g.GP64())
	acc := make([]vec, unroll)
	for i := range acc {
		acc[i] = g.in(g.number(start))
	}
	g.walk("", bases, n, unroll, func(s *streams) {
		v, a := s.get("x"), acc[s.vector]
		if s.mask != nil {
			v = g.fill(s.mask, v, g.number(start))
		}
		g.VMOVAPS(join(a, v), a)
	})
	g.VMOVSS(g.acrossLanes(join, g.tree(join, acc)).AsX(), g.result())
	g.end()
}

// fill replaces the lanes that a mask closes.
func (g *generator) fill(mask *tailMask, v vec, with operand.Op) vec {
	rest, d := g.in(with), g.vector()
	if g.avx512 {
		g.VBLENDMPS(v, rest, mask.Register, d)
	} else {
		g.VBLENDVPS(mask.Register, v, rest, d)
	}
	return d
}

// tree joins vectors in pairs.
func (g *generator) tree(join func(a, b operand.Op) vec, v []vec) vec {
	if len(v) == 1 {
		return v[0]
	}
	half := len(v) / 2
	return join(g.tree(join, v[:half]), g.tree(join, v[half:]))
}

// acrossLanes joins the lanes of a vector, which change places; all have the result.
func (g *generator) acrossLanes(join func(a, b operand.Op) vec, v vec) vec {
	neighbours, pairs := uint64(0b10_11_00_01), uint64(0b01_00_11_10)
	for _, order := range []uint64{pairs, neighbours} {
		swapped := g.vector()
		g.VPERMILPS(operand.Imm(order), v, swapped)
		v = join(v, swapped)
	}
	if !g.avx512 {
		swapped := g.vector()
		g.VPERM2F128(operand.Imm(1), v, v, swapped)
		return join(v, swapped)
	}
	for _, order := range []uint64{pairs, neighbours} {
		swapped := g.vector()
		g.VSHUFF32X4(operand.Imm(order), v, v, swapped)
		v = join(v, swapped)
	}
	return v
}

func (g *generator) binaryGradients() {
	gradient := func(f string, do func(a, b, dy vec) (da, db vec)) {
		g.each("gradients["+f+"]", "da, db, a, b, dy", "", func(s *streams, _ params) {
			da, db := do(s.get("a"), s.get("b"), s.get("dy"))
			s.set("da", da)
			s.set("db", db)
		})
	}
	gradient("Mul", func(a, b, dy vec) (da, db vec) { return g.mul(dy, b), g.mul(dy, a) })
	gradient("Div", func(a, b, dy vec) (da, db vec) {
		return g.div(dy, b), g.mul(g.neg(dy), g.div(g.div(a, b), b))
	})
	gradient("Maximum", func(a, b, dy vec) (da, db vec) {
		return g.where(greaterEqual, a, b, dy), g.where(notGreaterEqual, a, b, dy)
	})
	gradient("Minimum", func(a, b, dy vec) (da, db vec) {
		return g.where(lessEqual, a, b, dy), g.where(notLessEqual, a, b, dy)
	})
	gradient("Leak", func(a, b, dy vec) (da, db vec) {
		zero := g.number(0)
		below := g.where(less, a, zero, g.mul(dy, b))
		return g.choose(greater, a, zero, dy, below), g.mul(dy, g.min(zero, a))
	})
	g.each("clip", "y, x", "low, high", func(s *streams, p params) {
		s.set("y", g.min(p["high"], g.max(p["low"], s.get("x"))))
	})
	g.each("passWithin", "dx, x, dy", "low, high", func(s *streams, p params) {
		x := s.get("x")
		above := g.where(notLess, x, p["low"], s.get("dy"))
		s.set("dx", g.where(notGreater, x, p["high"], above))
	})
	g.each("scale", "y, x", "factor, offset", func(s *streams, p params) {
		s.set("y", g.add(g.mul(s.get("x"), p["factor"]), p["offset"]))
	})
}
