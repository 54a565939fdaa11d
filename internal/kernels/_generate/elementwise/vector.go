package main

import (
	"fmt"
	"slices"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const floatSize, wideSize = 4, 8 // bytes of a float32 and of a float64

// instruction is a method of build.Context.
type instruction = func(...operand.Op)

func (g *generator) vector() vec {
	if g.avx512 {
		return g.ZMM()
	}
	return g.YMM()
}

// vec is a vector in a register.
type vec = reg.VecVirtual

// in loads an operand that is in memory.
func (g *generator) in(a operand.Op) vec {
	if v, ok := a.(vec); ok {
		return v
	}
	d := g.vector()
	g.VMOVUPS(a, d)
	return d
}

// do returns a op b. The assembler wants operands from right to left.
func (g *generator) do(op instruction, a, b operand.Op) vec {
	left, d := g.in(a), g.vector()
	op(b, left, d)
	return d
}

func (g *generator) add(a, b operand.Op) vec { return g.do(g.VADDPS, a, b) }
func (g *generator) sub(a, b operand.Op) vec { return g.do(g.VSUBPS, a, b) }
func (g *generator) mul(a, b operand.Op) vec { return g.do(g.VMULPS, a, b) }
func (g *generator) div(a, b operand.Op) vec { return g.do(g.VDIVPS, a, b) }

// min and max are b if one is NaN, or if both are zeros.
func (g *generator) min(a, b operand.Op) vec { return g.do(g.VMINPS, a, b) }
func (g *generator) max(a, b operand.Op) vec { return g.do(g.VMAXPS, a, b) }

// and, or and xor work on bits; AVX-512F has them only as integer instructions.
func (g *generator) and(a, b operand.Op) vec { return g.do(g.either(g.VPANDD, g.VANDPS), a, b) }
func (g *generator) or(a, b operand.Op) vec  { return g.do(g.either(g.VPORD, g.VORPS), a, b) }
func (g *generator) xor(a, b operand.Op) vec { return g.do(g.either(g.VPXORD, g.VXORPS), a, b) }

func (g *generator) either(avx512, avx2 instruction) instruction {
	if g.avx512 {
		return avx512
	}
	return avx2
}

func (g *generator) abs(a operand.Op) vec { return g.and(a, g.magnitude()) }
func (g *generator) neg(a operand.Op) vec { return g.xor(a, g.sign()) }

func (g *generator) sqrt(a vec) vec {
	d := g.vector()
	g.VSQRTPS(a, d)
	return d
}

// mulAdd returns a·b+c, mulSub a·b−c and negMulAdd c−a·b, each rounded once.
func (g *generator) mulAdd(a vec, b, c operand.Op) vec {
	return g.fused(g.VFMADD213PS, g.VFMADD231PS, a, b, c)
}

func (g *generator) mulSub(a vec, b, c operand.Op) vec {
	return g.fused(g.VFMSUB213PS, g.VFMSUB231PS, a, b, c)
}

func (g *generator) negMulAdd(a vec, b, c operand.Op) vec {
	return g.fused(g.VFNMADD213PS, g.VFNMADD231PS, a, b, c)
}

// fused takes the form in which the operand in memory, if there is one, may be.
func (g *generator) fused(intoFactor, intoSum instruction, a vec, b, c operand.Op) vec {
	d := g.vector()
	if factor, ok := b.(vec); ok {
		g.VMOVAPS(a, d)
		intoFactor(c, factor, d)
		return d
	}
	g.VMOVUPS(c, d)
	intoSum(b, a, d)
	return d
}

// polynomial returns c[0]+c[1]·x+c[2]·x²+…
func (g *generator) polynomial(x vec, c []float64) vec {
	d := g.in(g.number(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		g.VFMADD213PS(g.number(c[i]), x, d)
	}
	return d
}

// round rounds to whole numbers in one of the modes of VROUNDPS.
func (g *generator) round(mode uint64, a vec) vec {
	d := g.vector()
	if g.avx512 {
		g.VRNDSCALEPS(operand.Imm(mode), a, d)
	} else {
		g.VROUNDPS(operand.Imm(mode), a, d)
	}
	return d
}

func (g *generator) zero() vec {
	d := g.vector()
	if g.avx512 {
		g.VPXORD(d, d, d)
	} else {
		g.VXORPS(d, d, d)
	}
	return d
}

// Relations of floats: predicates of comparisons. Those with a not in front, and
// unordered, hold for NaN; none traps.
const (
	equal           = 0x00
	unordered       = 0x03
	notEqual        = 0x04
	ordered         = 0x07
	less            = 0x11
	lessEqual       = 0x12
	notLess         = 0x15
	notLessEqual    = 0x16
	notGreaterEqual = 0x19
	notGreater      = 0x1a
	greaterEqual    = 0x1d
	greater         = 0x1e
)

// where returns v where a has the relation to b, and 0 elsewhere.
func (g *generator) where(relation int, a vec, b operand.Op, v operand.Op) vec {
	d := g.vector()
	if g.avx512 {
		k := g.K()
		g.VCMPPS(operand.Imm(uint64(relation)), b, a, k)
		g.VMOVUPS_Z(v, k, d)
	} else {
		g.VCMPPS(operand.Imm(uint64(relation)), b, a, d)
		g.VANDPS(v, d, d)
	}
	return d
}

// choose returns yes where a has the relation to b, and no elsewhere.
func (g *generator) choose(relation int, a vec, b, yes, no operand.Op) vec {
	rest, d := g.in(no), g.vector()
	if g.avx512 {
		k := g.K()
		g.VCMPPS(operand.Imm(uint64(relation)), b, a, k)
		g.VBLENDMPS(yes, rest, k, d)
	} else {
		k := g.vector()
		g.VCMPPS(operand.Imm(uint64(relation)), b, a, k)
		g.VBLENDVPS(k, yes, rest, d)
	}
	return d
}

// param is where a parameter lies.
func (g *generator) param(name string) operand.Mem {
	p, err := g.Param(name).Resolve()
	check(err)
	return p.Addr
}

// broadcast fills a vector with a parameter.
func (g *generator) broadcast(name string) vec {
	d := g.vector()
	g.VBROADCASTSS(g.param(name), d)
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
	g.LEAQ(tableAt(lanesTable, 8*floatSize), at)
	g.MOVQ(n, back)
	g.SHLQ(operand.U8(2), back)
	g.SUBQ(back, at)
	g.VMOVUPS(operand.Mem{Base: at}, y)
	return &tailMask{y}
}

// load reads a vector, through a mask if there is one: nothing is read, and 0 comes
// from, where it is closed.
func (g *generator) load(at operand.Mem, mask *tailMask) vec {
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

func (g *generator) store(v vec, at operand.Mem, mask *tailMask) {
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

func (s *streams) get(name string) vec    { return s.load(s.at(name), s.mask) }
func (s *streams) set(name string, v vec) { s.store(v, s.at(name), s.mask) }

// walk writes the loop over the streams, a vector at a time, as rounds does.
func (g *generator) walk(label string, bases map[string]reg.Register, n reg.Register, unroll int, body func(s *streams)) {
	g.rounds(label, bases, n, unroll, func(s *streams, vectors int) {
		g.interleave(vectors, func(vector int) {
			s.vector = vector
			body(s)
		})
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

// interleave writes what write does for 0 to n-1, without labels in it, with the
// instructions in turn: a processor looks ahead only so far for those that need not wait.
func (g *generator) interleave(n int, write func(i int)) {
	file, err := g.Result()
	check(err)
	functions := file.Functions()
	f := functions[len(functions)-1]
	before := len(f.Nodes)
	parts := make([][]ir.Node, n)
	for i := range parts {
		from := len(f.Nodes)
		write(i)
		parts[i] = slices.Clone(f.Nodes[from:])
	}
	f.Nodes = f.Nodes[:before]
	for k := range parts[0] {
		for _, part := range parts {
			f.Nodes = append(f.Nodes, part[k])
		}
	}
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
