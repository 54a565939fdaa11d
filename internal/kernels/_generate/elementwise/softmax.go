package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// shortRow is the number of vectors of a row that softmaxRows keeps in registers.
const shortRow = 4

func (g *generator) softmax() {
	g.softmaxRows()
	g.softmaxGradientRows()
	g.expSum()
	g.each("logSoftmax", "y, x", "top, logSum", func(s *streams, p params) {
		s.set("y", g.sub(g.sub(s.get("x"), p["top"]), p["logSum"]))
	})
	g.each("logSoftmaxGradient", "dx, y, dy", "sum", func(s *streams, p params) {
		e := g.exp(s.get("y"))
		s.set("dx", g.negMulAdd(e, p["sum"], s.get("dy")))
	})
}

// softmaxRows has a loop over rows for each number of vectors in a row.
func (g *generator) softmaxRows() {
	g.begin("softmaxRows", "(y, x *float32, rows, width int)")
	y, x := g.Load(g.Param("y"), g.GP64()), g.Load(g.Param("x"), g.GP64())
	rows, width := g.Load(g.Param("rows"), g.GP64()), g.Load(g.Param("width"), g.GP64())
	size := g.GP64()
	g.MOVQ(width, size)
	g.SHLQ(operand.U8(2), size)
	for vectors := 1; vectors <= shortRow; vectors++ {
		row, next := fmt.Sprint("rowOf", vectors), fmt.Sprint("above", vectors)
		if vectors < shortRow {
			g.CMPQ(width, operand.U32(vectors*g.Lanes))
			g.JGT(operand.LabelRef(next))
		}
		rest := g.GP64()
		g.LEAQ(operand.Mem{Base: width, Disp: -(vectors - 1) * g.Lanes}, rest)
		last := g.tail(rest)
		at := func(base reg.Register, i int) (operand.Mem, *tailMask) {
			m := operand.Mem{Base: base, Disp: i * g.Lanes * floatSize}
			if i == vectors-1 {
				return m, last
			}
			return m, nil
		}
		g.Label(row)
		v := make([]vec, vectors)
		for i := range v {
			v[i] = g.load(at(x, i))
		}
		v[vectors-1] = g.fill(last, v[vectors-1], g.number(math.Inf(-1)))
		// NaN gets from its own exponential into the sum, and from there everywhere.
		top := g.acrossLanes(g.max, g.tree(g.max, v))
		for i := range v {
			v[i] = g.exp(g.sub(v[i], top))
		}
		sum := g.acrossLanes(g.add, g.tree(g.add, v))
		for i := range v {
			m, mask := at(y, i)
			g.store(g.div(v[i], sum), m, mask)
		}
		g.ADDQ(size, x)
		g.ADDQ(size, y)
		g.DECQ(rows)
		g.JNZ(operand.LabelRef(row))
		g.JMP(operand.LabelRef("done"))
		if vectors < shortRow {
			g.Label(next)
		}
	}
	g.Label("done")
	g.end()
}

// softmaxGradientRows adds exact products in float64.
func (g *generator) softmaxGradientRows() {
	g.begin("softmaxGradientRows", "(dx, y, dy *float32, rows, width int)")
	bases := g.pointers("dx", "y", "dy")
	rows, width := g.Load(g.Param("rows"), g.GP64()), g.Load(g.Param("width"), g.GP64())
	size := g.GP64()
	g.MOVQ(width, size)
	g.SHLQ(operand.U8(2), size)
	g.Label("row")
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
	for _, base := range []string{"dx", "y", "dy"} {
		g.ADDQ(size, bases[base])
	}
	g.DECQ(rows)
	g.JNZ(operand.LabelRef("row"))
	g.end()
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
