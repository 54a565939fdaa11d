package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// shortRow is the number of vectors of a row that the loops over short rows keep in
// registers.
const shortRow = 4

func (g *generator) softmax() {
	g.softmaxRows()
	g.expSumRows()
	g.softmaxGradientRows()
	g.expSum()
	g.each("logSoftmaxGradient", "dx, y, dy", "sum", func(s *streams, p params) {
		e := g.exp(s.get("y"))
		s.set("dx", g.negMulAdd(e, p["sum"], s.get("dy")))
	})
}

// softmaxRows divides by the sum of the exponentials.
func (g *generator) softmaxRows() {
	g.begin("softmaxRows", "(y, x *float32, rows, width int)")
	y := g.Load(g.Param("y"), g.GP64())
	g.shortRows(func(width reg.Register, last *tailMask, x []vec) {
		e, _ := g.exponentials(x, last)
		sum := g.acrossLanes(g.add, g.tree(g.add, e))
		for i := range e {
			at, mask := g.ofRow(y, i, len(e), last)
			g.store(g.div(e[i], sum), at, mask)
		}
		g.LEAQ(operand.Mem{Base: y, Index: width, Scale: floatSize}, y)
	})
}

// expSumRows adds in float64.
func (g *generator) expSumRows() {
	g.begin("expSumRows", "(tops *float32, sums *float64, x *float32, rows, width int)")
	tops, sums := g.Load(g.Param("tops"), g.GP64()), g.Load(g.Param("sums"), g.GP64())
	g.shortRows(func(_ reg.Register, last *tailMask, x []vec) {
		e, top := g.exponentials(x, last)
		g.VMOVSS(top.AsX(), operand.Mem{Base: tops})
		var halves []vec
		for _, v := range e {
			halves = append(halves, g.half(v, 0), g.half(v, 1))
		}
		for len(halves) > 2 {
			n := len(halves)
			g.VADDPD(halves[n-1], halves[n-3], halves[n-3])
			g.VADDPD(halves[n-2], halves[n-4], halves[n-4])
			halves = halves[:n-2]
		}
		g.VMOVSD(g.sum64(halves), operand.Mem{Base: sums})
		g.ADDQ(operand.U32(floatSize), tops)
		g.ADDQ(operand.U32(2*floatSize), sums)
	})
}

// exponentials returns exp(x-top) and top, the greatest element, in all lanes; 0 where
// the mask of the last vector is closed. NaN gets from its own exponential into a sum.
func (g *generator) exponentials(x []vec, last *tailMask) (e []vec, top vec) {
	n := len(x) - 1
	x[n] = g.fill(last, x[n], g.number(math.Inf(-1)))
	top = g.acrossLanes(g.max, g.tree(g.max, x))
	for _, v := range x {
		e = append(e, g.exp(g.sub(v, top)))
	}
	return e, top
}

// shortRows writes a loop over the rows of x for each number of vectors in a row, of
// which last is the mask of the last one, and ends the function.
func (g *generator) shortRows(row func(width reg.Register, last *tailMask, x []vec)) {
	x := g.Load(g.Param("x"), g.GP64())
	rows, width := g.Load(g.Param("rows"), g.GP64()), g.Load(g.Param("width"), g.GP64())
	for vectors := 1; vectors <= shortRow; vectors++ {
		here, next := fmt.Sprint("rowOf", vectors), fmt.Sprint("above", vectors)
		if vectors < shortRow {
			g.CMPQ(width, operand.U32(vectors*g.Lanes))
			g.JGT(operand.LabelRef(next))
		}
		rest := g.GP64()
		g.LEAQ(operand.Mem{Base: width, Disp: -(vectors - 1) * g.Lanes}, rest)
		last := g.tail(rest)
		g.Label(here)
		v := make([]vec, vectors)
		for i := range v {
			v[i] = g.load(g.ofRow(x, i, vectors, last))
		}
		row(width, last, v)
		g.LEAQ(operand.Mem{Base: x, Index: width, Scale: floatSize}, x)
		g.DECQ(rows)
		g.JNZ(operand.LabelRef(here))
		g.JMP(operand.LabelRef("done"))
		if vectors < shortRow {
			g.Label(next)
		}
	}
	g.Label("done")
	g.end()
}

// ofRow is where vector i of n lies in a row, and its mask.
func (g *generator) ofRow(row reg.Register, i, n int, last *tailMask) (operand.Mem, *tailMask) {
	at := operand.Mem{Base: row, Disp: i * g.Lanes * floatSize}
	if i == n-1 {
		return at, last
	}
	return at, nil
}

// softmaxGradientRows adds exact products in float64.
func (g *generator) softmaxGradientRows() {
	g.eachRow("softmaxGradientRows", "dx, y, dy", "dx, y, dy", func(bases map[string]reg.Register, width reg.Register) {
		sums := []vec{g.zero(), g.zero()}
		g.walk("sum", bases, width, 1, func(s *streams) {
			y, dy := s.get("y"), s.get("dy")
			for i, sum := range sums {
				g.VFMADD231PD(g.half(y, i), g.half(dy, i), sum)
			}
		})
		sum, mean := g.sum64(sums), g.vector()
		g.VCVTSD2SS(sum, sum, sum)
		g.VBROADCASTSS(sum, mean)
		g.walk("row", bases, width, 1, func(s *streams) {
			y := s.get("y")
			s.set("dx", g.mul(y, g.sub(s.get("dy"), mean)))
		})
	})
}

// expSum adds in as many sums as a vector has lanes, in float64.
func (g *generator) expSum() {
	g.begin("expSum", "(y, x *float32, n int, shift float32) float64")
	bases := g.pointers("y", "x")
	n := g.Load(g.Param("n"), g.GP64())
	shift := g.broadcast("shift")
	sums := []vec{g.zero(), g.zero()}
	g.walk("", bases, n, 1, func(s *streams) {
		e := g.exp(g.sub(s.get("x"), shift))
		s.set("y", e)
		if s.mask != nil {
			e = g.fill(s.mask, e, g.number(0))
		}
		for i, sum := range sums {
			g.VADDPD(g.half(e, i), sum, sum)
		}
	})
	g.VMOVSD(g.sum64(sums), g.result())
	g.end()
}
