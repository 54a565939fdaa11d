package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const floatSize = 4

// instruction is a method of build.Context.
type instruction = func(...operand.Op)

func (g *generator) vector() reg.VecVirtual {
	if g.avx512 {
		return g.ZMM()
	}
	return g.YMM()
}

// do returns a op b. The assembler wants operands from right to left; only b may be in memory.
func (g *generator) do(op instruction, a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	d := g.vector()
	op(b, a, d)
	return d
}

func (g *generator) add(a reg.VecVirtual, b operand.Op) reg.VecVirtual { return g.do(g.VADDPS, a, b) }
func (g *generator) sub(a reg.VecVirtual, b operand.Op) reg.VecVirtual { return g.do(g.VSUBPS, a, b) }
func (g *generator) mul(a reg.VecVirtual, b operand.Op) reg.VecVirtual { return g.do(g.VMULPS, a, b) }
func (g *generator) div(a reg.VecVirtual, b operand.Op) reg.VecVirtual { return g.do(g.VDIVPS, a, b) }

// and and or work on bits; AVX-512F has them only as integer instructions.
func (g *generator) and(a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	if g.avx512 {
		return g.do(g.VPANDD, a, b)
	}
	return g.do(g.VANDPS, a, b)
}

func (g *generator) or(a reg.VecVirtual, b operand.Op) reg.VecVirtual {
	if g.avx512 {
		return g.do(g.VPORD, a, b)
	}
	return g.do(g.VORPS, a, b)
}

func (g *generator) sqrt(a reg.VecVirtual) reg.VecVirtual {
	d := g.vector()
	g.VSQRTPS(a, d)
	return d
}

func (g *generator) zero() reg.VecVirtual {
	d := g.vector()
	if g.avx512 {
		g.VPXORD(d, d, d)
	} else {
		g.VXORPS(d, d, d)
	}
	return d
}

// Predicates of comparisons. Those that begin with not, and unordered, are true for
// NaN, the others false; none traps.
const (
	notLessEqual    = 0x16
	notGreaterEqual = 0x19
	greater         = 0x1e
	greaterEqual    = 0x1d
	less            = 0x11
	lessEqual       = 0x12
	equal           = 0x00
	unordered       = 0x03
	isOrdered       = 0x07
)

// where returns v where a has the relation to b, and 0 elsewhere.
func (g *generator) where(relation int, a reg.VecVirtual, b operand.Op, v reg.VecVirtual) reg.VecVirtual {
	d := g.vector()
	if g.avx512 {
		k := g.K()
		g.VCMPPS(operand.Imm(uint64(relation)), b, a, k)
		g.VMOVAPS_Z(v, k, d)
	} else {
		g.VCMPPS(operand.Imm(uint64(relation)), b, a, d)
		g.VANDPS(v, d, d)
	}
	return d
}

// choose sets d to a in the lanes for which compare sets its register, else to b.
func (g *generator) choose(compare func(k reg.Register), a, b, d reg.VecVirtual) {
	if g.avx512 {
		k := g.K()
		compare(k)
		g.VBLENDMPS(a, b, k, d)
	} else {
		k := g.vector()
		compare(k)
		g.VBLENDVPS(k, a, b, d)
	}
}

// broadcast fills a vector with a parameter.
func (g *generator) broadcast(param string) reg.VecVirtual {
	p, err := g.Param(param).Resolve()
	check(err)
	d := g.vector()
	g.VBROADCASTSS(p.Addr, d)
	return d
}

// tailMask lets through the first lanes of a vector.
type tailMask struct{ reg.Register }

// tail is the mask for n lanes, n < Lanes.
func (g *generator) tail(n reg.Register) *tailMask {
	if g.avx512 {
		ones, k := g.GP32(), g.K()
		g.MOVQ(n, reg.RCX)
		g.MOVL(operand.U32(1), ones)
		g.SHLL(reg.CL, ones)
		g.DECL(ones)
		g.KMOVW(ones, k)
		return &tailMask{k}
	}
	at, back, y := g.GP64(), g.GP64(), g.YMM()
	g.LEAQ(g.constants.lanes.Offset(8*floatSize), at)
	g.MOVQ(n, back)
	g.SHLQ(operand.U8(2), back)
	g.SUBQ(back, at)
	g.VMOVUPS(operand.Mem{Base: at}, y)
	return &tailMask{y}
}

// load reads a vector, through a mask if there is one: nothing is read, and 0 comes
// from, where it is closed.
func (g *generator) load(at operand.Mem, mask *tailMask) reg.VecVirtual {
	d := g.vector()
	switch {
	case mask == nil:
		g.VMOVUPS(at, d)
	case g.avx512:
		g.VMOVUPS_Z(at, mask.Register, d)
	default:
		g.VMASKMOVPS(at, mask.Register, d)
	}
	return d
}

func (g *generator) store(v reg.VecVirtual, at operand.Mem, mask *tailMask) {
	switch {
	case mask == nil:
		g.VMOVUPS(v, at)
	case g.avx512:
		g.VMOVUPS(v, mask.Register, at)
	default:
		g.VMASKMOVPS(v, mask.Register, at)
	}
}

// streams are arrays of n elements that a loop walks together.
type streams struct {
	*generator
	bases  map[string]reg.Register
	offset reg.Register
	vector int // of the current round
	mask   *tailMask
}

func (s *streams) at(name string) operand.Mem {
	return operand.Mem{Base: s.bases[name], Index: s.offset, Scale: 1, Disp: s.vector * s.Lanes * floatSize}
}

func (s *streams) get(name string) reg.VecVirtual    { return s.load(s.at(name), s.mask) }
func (s *streams) set(name string, v reg.VecVirtual) { s.store(v, s.at(name), s.mask) }

// walk writes the loop over the streams, a vector at a time, as rounds does.
func (g *generator) walk(label string, bases map[string]reg.Register, n reg.Register, unroll int, body func(s *streams)) {
	g.rounds(label, bases, n, unroll, func(s *streams, vectors int) {
		for s.vector = range vectors {
			body(s)
		}
		s.vector = 0
	})
}

// rounds writes the loop over the streams: rounds of unroll vectors, single vectors,
// and the rest through a mask. label makes its labels unique.
func (g *generator) rounds(label string, bases map[string]reg.Register, n reg.Register, unroll int, round func(s *streams, vectors int)) {
	s := &streams{generator: g, bases: bases, offset: g.GP64()}
	left := g.GP64()
	g.MOVQ(n, left)
	g.XORQ(s.offset, s.offset)
	rounds := []int{unroll, 1}
	if unroll == 1 {
		rounds = rounds[1:]
	}
	for _, vectors := range rounds {
		here, next := fmt.Sprint(label, "By", vectors), fmt.Sprint(label, "Below", vectors)
		g.Label(here)
		g.CMPQ(left, operand.U32(vectors*g.Lanes))
		g.JLT(operand.LabelRef(next))
		round(s, vectors)
		g.ADDQ(operand.U32(vectors*g.Lanes*floatSize), s.offset)
		g.SUBQ(operand.U32(vectors*g.Lanes), left)
		g.JMP(operand.LabelRef(here))
		g.Label(next)
	}
	g.TESTQ(left, left)
	g.JZ(operand.LabelRef(label + "Done"))
	s.mask = g.tail(left)
	round(s, 1)
	g.Label(label + "Done")
}

// result is where the result goes.
func (g *generator) result() operand.Mem {
	r, err := g.ReturnIndex(0).Resolve()
	check(err)
	return r.Addr
}

// end finishes a function.
func (g *generator) end() {
	g.VZEROUPPER()
	g.RET()
}
