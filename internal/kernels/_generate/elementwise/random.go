package main

import (
	"slices"

	"github.com/mmcloughlin/avo/operand"
)

// The constants of SplitMix64.
const (
	golden     = 0x9e3779b97f4a7c15
	multiplier = 0xbf58476d1ce4e5b9
	finisher   = 0x94d049bb133111eb
)

// dropoutMask hashes the counters of a vector in two halves. They hold the elements
// that the joining of the halves brings into order.
func (g *generator) dropoutMask() {
	halves := [2][]uint64{{0, 1, 4, 5}, {2, 3, 6, 7}}
	if g.avx512 {
		halves = [2][]uint64{{0, 1, 2, 3, 4, 5, 6, 7}, {8, 9, 10, 11, 12, 13, 14, 15}}
	}
	var multiples []operand.U64
	for _, i := range slices.Concat(halves[:]...) {
		multiples = append(multiples, operand.U64(i*golden))
	}
	table := g.Name + "Counters"
	writeTable(g, table, multiples)
	g.begin("dropoutMask", "(mask *float32, n int, counter uint64, least int, scale float32)")
	bases := g.pointers("mask")
	n := g.Load(g.Param("n"), g.GP64())
	first, step := g.vector(), g.words(uint64(g.Lanes)*golden)
	g.VPBROADCASTQ(g.param("counter"), first)
	var counters [2]vec
	for i := range counters {
		counters[i] = g.do(g.VPADDQ, first, tableAt(table, i*g.Lanes*floatSize))
	}
	h := hash{g, g.factor(multiplier), g.factor(finisher)}
	below := g.vector() // the greatest number that is dropped
	least := g.Load(g.Param("least"), g.GP64())
	g.DECQ(least)
	g.VMOVQ(least, below.AsX())
	g.VPBROADCASTQ(below.AsX(), below)
	scale := g.broadcast("scale")
	g.walk("", bases, n, 1, func(s *streams) {
		var bits [2]vec
		for i, c := range counters {
			bits[i] = h.of(c)
			g.VPSRLQ(operand.Imm(11), bits[i], bits[i])
			g.VPADDQ(step, c, c)
		}
		d := g.vector()
		if g.avx512 {
			low, high := g.K(), g.K()
			g.VPCMPGTQ(below, bits[0], low)
			g.VPCMPGTQ(below, bits[1], high)
			g.KUNPCKBW(low, high, low)
			g.VMOVAPS_Z(scale, low, d)
		} else {
			g.VPCMPGTQ(below, bits[0], bits[0])
			g.VPCMPGTQ(below, bits[1], bits[1])
			g.VSHUFPS(operand.Imm(0b10_00_10_00), bits[1], bits[0], d)
			g.VANDPS(scale, d, d)
		}
		s.set("mask", d)
	})
	g.end()
}

// words repeats 64 bits.
func (g *generator) words(v uint64) vec {
	r, d := g.GP64(), g.vector()
	g.MOVQ(operand.U64(v), r)
	g.VMOVQ(r, d.AsX())
	g.VPBROADCASTQ(d.AsX(), d)
	return d
}

// factor is a constant of 64 bits, and its upper half.
type factor struct{ low, high vec }

func (g *generator) factor(v uint64) factor { return factor{g.words(v), g.words(v >> 32)} }

// hash is the function of that name in package kernels.
type hash struct {
	*generator
	multiplier, finisher factor
}

func (h hash) of(x vec) vec {
	x = h.times(h.mixed(x, 30), h.multiplier)
	x = h.times(h.mixed(x, 27), h.finisher)
	return h.mixed(x, 31)
}

// mixed returns x ^ x>>shift.
func (h hash) mixed(x vec, shift uint64) vec {
	d := h.vector()
	h.VPSRLQ(operand.Imm(shift), x, d)
	if h.avx512 {
		h.VPXORQ(x, d, d)
	} else {
		h.VPXOR(x, d, d)
	}
	return d
}

// times multiplies modulo 2⁶⁴, in products of 32 bits.
func (h hash) times(x vec, f factor) vec {
	upper := h.vector()
	h.VPSRLQ(operand.Imm(32), x, upper)
	cross := h.do(h.VPADDQ, h.do(h.VPMULUDQ, upper, f.low), h.do(h.VPMULUDQ, x, f.high))
	h.VPSLLQ(operand.Imm(32), cross, cross)
	return h.do(h.VPADDQ, cross, h.do(h.VPMULUDQ, x, f.low))
}
