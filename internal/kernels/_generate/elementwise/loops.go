package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// unroll is enough for loops that wait for memory.
const unroll = 2

// params are the constants of a loop, each in all lanes of a vector.
type params = map[string]vec

// each writes a loop over arrays of equal length with constants:
//
//	func(arrays *float32, n int, params float32)
func (g *generator) each(slot, arrays, constants string, body func(s *streams, p params)) {
	g.loop(slot, arrays, constants, unroll, body)
}

// loop is each with its own number of vectors in a round.
func (g *generator) loop(slot, arrays, constants string, vectors int, body func(s *streams, p params)) {
	signature := "(" + arrays + " *float32, n int"
	if constants != "" {
		signature += ", " + constants + " float32"
	}
	g.begin(slot, signature+")")
	bases := g.pointers(split(arrays)...)
	n := g.Load(g.Param("n"), g.GP64())
	p := g.broadcasts(constants)
	g.walk("", bases, n, vectors, func(s *streams) { body(s, p) })
	g.end()
}

// broadcasts fills vectors with parameters.
func (g *generator) broadcasts(names string) params {
	p := params{}
	for _, name := range split(names) {
		p[name] = g.broadcast(name)
	}
	return p
}

// split returns the names in "a, b".
func split(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' })
}

// pointers loads parameters.
func (g *generator) pointers(names ...string) map[string]reg.Register {
	bases := map[string]reg.Register{}
	for _, name := range names {
		bases[name] = g.Load(g.Param(name), g.GP64())
	}
	return bases
}

func (g *generator) binaries() {
	for _, f := range []struct {
		name string
		do   func(a, b operand.Op) vec
	}{{"Add", g.add}, {"Sub", g.sub}, {"Mul", g.mul}, {"Div", g.div}, {"Maximum", g.larger}, {"Minimum", g.smaller}, {"Leak", g.leak}} {
		slot := "[" + f.name + "]"
		g.each("same"+slot, "out, a, b", "", func(s *streams, _ params) {
			a := s.get("a")
			s.set("out", f.do(a, s.get("b")))
		})
		g.each("right"+slot, "out, a", "b", func(s *streams, p params) { s.set("out", f.do(s.get("a"), p["b"])) })
		g.each("left"+slot, "out, b", "a", func(s *streams, p params) { s.set("out", f.do(p["a"], s.get("b"))) })
		g.rows("rows"+slot, f.do)
		g.columns("columns"+slot, f.do)
	}
}

// leak returns a where that is positive, and a·b elsewhere.
func (g *generator) leak(a, b operand.Op) vec {
	v := g.in(a)
	return g.choose(greater, v, g.number(0), v, g.mul(v, b))
}

// rows repeats b for each row of a.
func (g *generator) rows(slot string, do func(a, b operand.Op) vec) {
	g.eachRow(slot, "out, a, b", "out, a", func(bases map[string]reg.Register, width reg.Register) {
		g.walk("row", bases, width, unroll, func(s *streams) {
			a := s.get("a")
			s.set("out", do(a, s.get("b")))
		})
	})
}

// columns repeats an element of b along each row of a.
func (g *generator) columns(slot string, do func(a, b operand.Op) vec) {
	g.eachRow(slot, "out, a, b", "out, a", func(bases map[string]reg.Register, width reg.Register) {
		b := g.vector()
		g.VBROADCASTSS(operand.Mem{Base: bases["b"]}, b)
		g.walk("row", bases, width, unroll, func(s *streams) { s.set("out", do(s.get("a"), b)) })
		g.ADDQ(operand.U32(floatSize), bases["b"])
	})
}

// eachRow writes a loop over the rows of some of its arrays.
func (g *generator) eachRow(slot, arrays, ofRows string, row func(bases map[string]reg.Register, width reg.Register)) {
	g.begin(slot, "("+arrays+" *float32, rows, width int)")
	bases := g.pointers(split(arrays)...)
	rows, width := g.Load(g.Param("rows"), g.GP64()), g.Load(g.Param("width"), g.GP64())
	g.Label("rows")
	row(bases, width)
	for _, name := range split(ofRows) {
		g.LEAQ(operand.Mem{Base: bases[name], Index: width, Scale: floatSize}, bases[name])
	}
	g.DECQ(rows)
	g.JNZ(operand.LabelRef("rows"))
	g.end()
}

// fromBytes widens whole vectors.
func (g *generator) fromBytes() {
	g.begin("fromBytes", "(y *float32, x *uint8, n int)")
	y, x, n := g.Load(g.Param("y"), g.GP64()), g.Load(g.Param("x"), g.GP64()), g.Load(g.Param("n"), g.GP64())
	g.Label("vectors")
	g.CMPQ(n, operand.U32(g.Lanes))
	g.JLT(operand.LabelRef("done"))
	v := g.vector()
	g.VPMOVZXBD(operand.Mem{Base: x}, v)
	g.VCVTDQ2PS(v, v)
	g.VMOVUPS(v, operand.Mem{Base: y})
	g.ADDQ(operand.U32(g.Lanes), x)
	g.ADDQ(operand.U32(g.Lanes*floatSize), y)
	g.SUBQ(operand.U32(g.Lanes), n)
	g.JMP(operand.LabelRef("vectors"))
	g.Label("done")
	g.end()
}

// columnSums keeps the sums of vectors of columns in registers while it walks down the
// rows: as many additions at once as one has to wait for. Products of two float32 are
// exact in float64.
func (g *generator) columnSums() {
	g.downColumns("columnSums", "sums", "x", "", func(sum, wide []vec, _ params) {
		g.VADDPD(wide[0], sum[0], sum[0])
	})
	g.downColumns("columnProducts", "sums, products", "x, y", "", func(sum, wide []vec, _ params) {
		g.VADDPD(wide[0], sum[0], sum[0])
		g.VFMADD231PD(wide[0], wide[1], sum[1])
	})
	g.downColumns("columnNormalized", "sums, products", "x, y", "mean, scale", func(sum, wide []vec, p params) {
		g.VADDPD(wide[0], sum[0], sum[0])
		g.VSUBPD(p["mean"], wide[1], wide[1])
		g.VMULPD(p["scale"], wide[1], wide[1])
		g.VFMADD231PD(wide[0], wide[1], sum[1])
	})
}

// downColumns writes a loop that walks down the columns of arrays and adds to sums, of
// which each column has one for each name; numbers of each row lie side by side:
//
//	func(sums *float64, arrays *float32, numbers *float64, rows, stride, width int)
func (g *generator) downColumns(slot, sums, arrays, numbers string, add func(sum, wide []vec, p params)) {
	signature := "(" + sums + " *float64, " + arrays + " *float32, "
	if numbers != "" {
		signature += "numbers *float64, "
	}
	g.begin(slot, signature+"rows, stride, width int)")
	names, from := split(sums), split(arrays)
	bases := g.pointers(append(names, from...)...)
	rows, stride, width := g.Load(g.Param("rows"), g.GP64()), g.Load(g.Param("stride"), g.GP64()), g.Load(g.Param("width"), g.GP64())
	g.SHLQ(operand.U8(2), stride)
	columns := g.Lanes / 2 // float64 in a vector
	sum := func(name string, vector int) operand.Mem {
		return operand.Mem{Base: bases[name], Disp: vector * columns * wideSize}
	}
	down := func(label string, vectors int, mask *tailMask) {
		acc := make([][]vec, vectors)
		wideMask := g.wideMask(mask)
		for i := range acc {
			for _, name := range names {
				acc[i] = append(acc[i], g.loadWide(sum(name, i), wideMask))
			}
		}
		offset, left, number := g.GP64(), g.GP64(), g.GP64()
		g.XORQ(offset, offset)
		g.MOVQ(rows, left)
		if numbers != "" {
			g.Load(g.Param("numbers"), number)
		}
		g.Label(label)
		p := params{}
		for i, name := range split(numbers) {
			p[name] = g.vector()
			g.VBROADCASTSD(operand.Mem{Base: number, Disp: i * wideSize}, p[name])
		}
		for i := range acc {
			var wide []vec
			for _, name := range from {
				wide = append(wide, g.widened(operand.Mem{Base: bases[name], Index: offset, Scale: 1, Disp: i * columns * floatSize}, mask))
			}
			add(acc[i], wide, p)
		}
		if numbers != "" {
			g.ADDQ(operand.U32(len(p)*wideSize), number)
		}
		g.ADDQ(stride, offset)
		g.DECQ(left)
		g.JNZ(operand.LabelRef(label))
		for i := range acc {
			for k, name := range names {
				g.storeWide(acc[i][k], sum(name, i), wideMask)
			}
		}
	}
	for _, vectors := range []int{4, 1} {
		here, next := fmt.Sprint("by", vectors), fmt.Sprint("below", vectors)
		g.Label(here)
		g.CMPQ(width, operand.U32(vectors*columns))
		g.JLT(operand.LabelRef(next))
		down(fmt.Sprint("down", vectors), vectors, nil)
		for _, name := range names {
			g.ADDQ(operand.U32(vectors*columns*wideSize), bases[name])
		}
		for _, name := range from {
			g.ADDQ(operand.U32(vectors*columns*floatSize), bases[name])
		}
		g.SUBQ(operand.U32(vectors*columns), width)
		g.JMP(operand.LabelRef(here))
		g.Label(next)
	}
	g.TESTQ(width, width)
	g.JZ(operand.LabelRef("done"))
	down("downRest", 1, g.tail(width))
	g.Label("done")
	g.end()
}

// widened reads half a vector, through a mask if there is one, in float64.
func (g *generator) widened(from operand.Mem, mask *tailMask) vec {
	wide := g.vector()
	switch {
	case mask == nil:
		g.VCVTPS2PD(from, wide)
	case g.avx512:
		g.VCVTPS2PD_Z(from, mask.Register, wide)
	default:
		narrow := g.XMM()
		g.VMASKMOVPS(from, mask.Register.(vec).AsX(), narrow)
		g.VCVTPS2PD(narrow, wide)
	}
	return wide
}

// wideMask is the first half of a mask, for float64.
func (g *generator) wideMask(mask *tailMask) *tailMask {
	if mask == nil || g.avx512 {
		return mask
	}
	wide := g.YMM()
	g.VPMOVSXDQ(mask.Register.(vec).AsX(), wide)
	return &tailMask{wide}
}

// loadWide and storeWide are load and store for float64.
func (g *generator) loadWide(at operand.Mem, mask *tailMask) vec {
	d := g.vector()
	switch {
	case mask == nil:
		g.VMOVUPD(at, d)
	case g.avx512:
		g.VMOVUPD_Z(at, mask.Register, d)
	default:
		g.VMASKMOVPD(at, mask.Register, d)
	}
	return d
}

func (g *generator) storeWide(v vec, at operand.Mem, mask *tailMask) {
	switch {
	case mask == nil:
		g.VMOVUPD(v, at)
	case g.avx512:
		g.VMOVUPD(v, mask.Register, at)
	default:
		g.VMASKMOVPD(v, mask.Register, at)
	}
}
