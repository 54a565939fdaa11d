package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// weightedSums keeps the sums of up to four vectors of columns in registers while it
// walks down the rows of x. A band is three words.
func (g *generator) weightedSums() {
	g.begin("weightedSums", "(y, x, weights *float32, bands *int, rows, width, stride int)")
	bases := g.pointers("y")
	bands, width, stride := g.Load(g.Param("bands"), g.GP64()), g.Load(g.Param("width"), g.GP64()), g.Load(g.Param("stride"), g.GP64())
	g.SHLQ(operand.U8(2), stride)
	word := func(i int) operand.Mem { return operand.Mem{Base: bands, Disp: 8 * i} }
	origin := g.GP64()

	g.Label("row")
	g.MOVQ(word(0), origin)
	g.IMULQ(stride, origin)
	g.ADDQ(g.param("x"), origin)
	g.rounds("columns", bases, width, 4, func(s *streams, vectors int) {
		label := fmt.Sprint("terms", vectors)
		if s.mask != nil {
			label = "termsRest"
		}
		sums := make([]vec, vectors)
		for i := range sums {
			sums[i] = g.zero()
		}
		at, weight, left := g.GP64(), g.GP64(), g.GP64()
		g.LEAQ(operand.Mem{Base: origin, Index: s.offset, Scale: 1}, at)
		g.MOVQ(word(2), weight)
		g.SHLQ(operand.U8(2), weight)
		g.ADDQ(g.param("weights"), weight)
		g.MOVQ(word(1), left)
		g.Label(label)
		g.DECQ(left)
		g.JLT(operand.LabelRef(label + "Done"))
		w := g.vector()
		g.VBROADCASTSS(operand.Mem{Base: weight}, w)
		for i, sum := range sums {
			x := s.load(operand.Mem{Base: at, Disp: i * g.Lanes * floatSize}, s.mask)
			g.VADDPS(g.mul(w, x), sum, sum)
		}
		g.ADDQ(stride, at)
		g.ADDQ(operand.U32(floatSize), weight)
		g.JMP(operand.LabelRef(label))
		g.Label(label + "Done")
		for s.vector = range sums {
			s.set("y", sums[s.vector])
		}
		s.vector = 0
	})
	g.ADDQ(stride, bases["y"])
	g.ADDQ(operand.U32(3*8), bands)
	g.DECQ(g.param("rows"))
	g.JNZ(operand.LabelRef("row"))
	g.end()
}
