package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// normalizations writes the loops of batch and layer normalization, without float32
// multiply-additions, which would round once where the loops in Go round twice.
func (g *generator) normalizations() {
	normalized := func(x, mean, scale, offset vec) vec { return g.add(g.mul(g.sub(x, mean), scale), offset) }
	g.each("normalize", "y, x", "mean, scale, offset", func(s *streams, p params) {
		s.set("y", normalized(s.get("x"), p["mean"], p["scale"], p["offset"]))
	})
	g.eachRow("normalizeColumns", "y, x, mean, scale, offset", "y, x", func(bases map[string]reg.Register, width reg.Register) {
		g.walk("row", bases, width, unroll, func(s *streams) {
			s.set("y", normalized(s.get("x"), s.get("mean"), s.get("scale"), s.get("offset")))
		})
	})
	g.withNumbers("normalizeRows", "y, x, gamma, beta", "y, x", "mean, scale", func(s *streams, p params) {
		s.set("y", g.add(g.mul(g.mul(g.sub(s.get("x"), p["mean"]), p["scale"]), s.get("gamma")), s.get("beta")))
	})

	gradient := func(dy, x, mean, a, b, c vec) vec { return g.add(g.mul(dy, a), normalized(x, mean, b, c)) }
	g.each("normalizeGradient", "dx, dy, x", "mean, a, b, c", func(s *streams, p params) {
		s.set("dx", gradient(s.get("dy"), s.get("x"), p["mean"], p["a"], p["b"], p["c"]))
	})
	g.eachRow("normalizeColumnsGradient", "dx, dy, x, mean, a, b, c", "dx, dy, x", func(bases map[string]reg.Register, width reg.Register) {
		g.walk("row", bases, width, unroll, func(s *streams) {
			s.set("dx", gradient(s.get("dy"), s.get("x"), s.get("mean"), s.get("a"), s.get("b"), s.get("c")))
		})
	})
	g.withNumbers("normalizeRowsGradient", "dx, dy, x, gamma", "dx, dy, x", "mean, a, b, c", func(s *streams, p params) {
		s.set("dx", gradient(g.mul(s.get("dy"), s.get("gamma")), s.get("x"), p["mean"], p["a"], p["b"], p["c"]))
	})

	g.rowSums("rowSquares", "x", "x", func(s *streams) (u, v vec) {
		x := s.get("x")
		return x, x
	})
	g.rowSums("rowProducts", "x, y, gamma", "x, y", func(s *streams) (u, v vec) {
		return g.mul(s.get("x"), s.get("gamma")), s.get("y")
	})
}

// withNumbers writes a loop over the rows of some arrays, with numbers of each row, which
// lie side by side:
//
//	func(arrays, numbers *float32, rows, width int)
func (g *generator) withNumbers(slot, arrays, ofRows, numbers string, body func(s *streams, p params)) {
	g.eachRow(slot, arrays+", numbers", ofRows, func(bases map[string]reg.Register, width reg.Register) {
		p := params{}
		for i, name := range split(numbers) {
			p[name] = g.vector()
			g.VBROADCASTSS(operand.Mem{Base: bases["numbers"], Disp: i * floatSize}, p[name])
		}
		g.walk("row", bases, width, unroll, func(s *streams) { body(s, p) })
		g.ADDQ(operand.U32(len(p)*floatSize), bases["numbers"])
	})
}

// rowSums writes a loop over the rows of some arrays that adds to the sums of each row
// Σ u, and to its products Σ u·v:
//
//	func(sums, products *float64, arrays *float32, rows, width int)
func (g *generator) rowSums(slot, arrays, ofRows string, terms func(s *streams) (u, v vec)) {
	g.begin(slot, "(sums, products *float64, "+arrays+" *float32, rows, width int)")
	bases := g.pointers(split("sums, products, " + arrays)...)
	rows, width := g.Load(g.Param("rows"), g.GP64()), g.Load(g.Param("width"), g.GP64())
	sums, products := make([]vec, 2*unroll), make([]vec, 2*unroll)
	g.Label("rows")
	for i := range sums {
		sums[i], products[i] = g.zero(), g.zero()
	}
	g.walk("row", bases, width, unroll, func(s *streams) {
		u, v := terms(s)
		for half := range 2 {
			i, wide := 2*s.vector+half, g.half(u, half)
			other := wide
			if v != u {
				other = g.half(v, half)
			}
			g.VADDPD(wide, sums[i], sums[i])
			g.VFMADD231PD(wide, other, products[i])
		}
	})
	add := func(acc []vec, name string) {
		total, at := g.sum64(acc), operand.Mem{Base: bases[name]}
		g.VADDSD(at, total, total)
		g.VMOVSD(total, at)
		g.ADDQ(operand.U32(wideSize), bases[name])
	}
	add(sums, "sums")
	add(products, "products")
	for _, name := range split(ofRows) {
		g.LEAQ(operand.Mem{Base: bases[name], Index: width, Scale: floatSize}, bases[name])
	}
	g.DECQ(rows)
	g.JNZ(operand.LabelRef("rows"))
	g.end()
}
