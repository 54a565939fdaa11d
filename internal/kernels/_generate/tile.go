package main

import (
	"fmt"
	"go/types"
	"log"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// generator writes functions of the package whose types contract has.
type generator struct {
	*build.Context
	contract *types.Package
	masks    operand.Mem // 8 words of ones, then 8 of zeros
}

// begin starts a function.
func (g *generator) begin(name, signature string) {
	g.Function(name)
	g.Attributes(attr.NOSPLIT)
	s, err := gotypes.ParseSignatureInPackage(g.contract, signature)
	check(err)
	g.Signature(s)
}

func (g *generator) columnMasks() {
	g.masks = g.StaticGlobal("columnMasks")
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 16 {
		word := operand.U32(0)
		if i < 8 {
			word = ^operand.U32(0)
		}
		g.AppendDatum(word)
	}
}

// tileKernel writes one kernel. Vector registers are, in this order: height×vectors
// sums, a row of B, an element of A, and for AVX2 the mask of the last columns. Each
// row of A has a base, which points behind an inner run; the index of a term counts
// up from below 0 and ends at 0.
type tileKernel struct {
	*generator
	isa
	height, vectors int

	a          []reg.GPPhysical
	index, b   reg.GPPhysical
	aCol, bRow operand.Op // registers, as long as there are any

	rows, tilesLeft, outerLeft, start operand.Mem
}

// general are the registers that a kernel may use.
var general = []reg.GPPhysical{
	reg.RAX, reg.RCX, reg.RDX, reg.RBX, reg.RSI, reg.RDI, reg.R8,
	reg.R9, reg.R10, reg.R11, reg.R12, reg.R13, reg.R15, reg.R14,
}

func (g *generator) tile(set isa, height, vectors int) {
	g.begin(fmt.Sprintf("%sTile%dx%d", set.Name, height, vectors), "func(args *tileArgs)")
	k := &tileKernel{
		generator: g, isa: set, height: height, vectors: vectors,
		a: general[:height], index: general[height], b: general[height+1],
		rows: g.AllocLocal(8), tilesLeft: g.AllocLocal(8), outerLeft: g.AllocLocal(8), start: g.AllocLocal(8),
	}
	if free := general[height+2:]; len(free) >= 2 {
		k.aCol, k.bRow = free[0], free[1]
	} else {
		k.aCol, k.bRow = g.AllocLocal(8), g.AllocLocal(8)
	}
	k.prepare()
	k.ifNot("whole", func() { k.CMPQ(k.field(reg.RDI, "last"), operand.U8(k.Lanes)) }, k.JEQ, func() {
		k.tiles("part", true)
	})
	k.tiles("all", false)
}

// args loads the address of the arguments.
func (k *tileKernel) args(to reg.Register) reg.Register { return k.Load(k.Param("args"), to) }

// field is where a field of the arguments lies, whose address is in a register.
func (k *tileKernel) field(args reg.Register, name string) operand.Mem {
	f, err := k.Param("args").Dereference(args).Field(name).Resolve()
	if err != nil {
		log.Fatal(name, ": ", err)
	}
	return f.Addr
}

func (k *tileKernel) reg(i int) reg.VecPhysical {
	if k.avx512 {
		return zmm[i]
	}
	return ymm[i]
}

func (k *tileKernel) sum(i, j int) reg.VecPhysical { return k.reg(i*k.vectors + j) }
func (k *tileKernel) bVec(j int) reg.VecPhysical   { return k.reg(k.height*k.vectors + j) }
func (k *tileKernel) temp() reg.VecPhysical        { return k.reg(k.height*k.vectors + k.vectors) }
func (k *tileKernel) mask() reg.VecPhysical        { return reg.Y15 }

func (k *tileKernel) clear(v reg.VecPhysical) {
	if k.avx512 {
		k.VPXORD(v, v, v)
	} else {
		k.VXORPS(v, v, v)
	}
}

// vector moves a place in memory on by j vectors.
func (k *tileKernel) vector(m operand.Mem, j int) operand.Mem {
	return m.Offset(j * k.Lanes * k.constant("floatSize"))
}

// load reads the j-th vector of a row, the last one masked if asked for.
func (k *tileKernel) load(row operand.Mem, j int, masked bool, to reg.VecPhysical) {
	switch masked = masked && j == k.vectors-1; {
	case masked && k.avx512:
		k.VMOVUPS_Z(k.vector(row, j), reg.K1, to)
	case masked:
		k.VMASKMOVPS(k.vector(row, j), k.mask(), to)
	default:
		k.VMOVUPS(k.vector(row, j), to)
	}
}

// ifNot runs body unless the jump that follows the comparison is taken.
func (k *tileKernel) ifNot(label string, compare func(), jump func(operand.Op), body func()) {
	compare()
	jump(operand.LabelRef(label))
	body()
	k.Label(label)
}

// prepare makes what all tiles have in common, and leaves the arguments' address in DI.
func (k *tileKernel) prepare() {
	args := k.args(reg.RDI)
	k.MOVQ(k.field(args, "last"), reg.RCX)
	if k.avx512 {
		k.MOVL(operand.U32(1), reg.EAX)
		k.SHLL(reg.CL, reg.EAX)
		k.DECL(reg.EAX)
		k.KMOVW(reg.EAX, reg.K1)
	} else {
		k.LEAQ(k.masks.Offset(8*4), reg.RAX)
		k.SHLQ(operand.U8(2), reg.RCX)
		k.SUBQ(reg.RCX, reg.RAX)
		k.VMOVUPS(operand.Mem{Base: reg.RAX}, k.mask())
	}
	k.copyField(args, "rows", k.rows, reg.RAX)
	k.copyField(args, "tiles", k.tilesLeft, reg.RAX)
	k.MOVQ(k.field(args, "inner"), reg.RAX)
	k.IMULQ(k.field(args, "aCol"), reg.RAX)
	k.NEGQ(reg.RAX)
	k.MOVQ(reg.RAX, k.start)
}

// copyField loads a field into a register, or by way of one into memory.
func (k *tileKernel) copyField(args reg.Register, name string, to operand.Op, by reg.Register) {
	if operand.IsRegister(to) {
		k.MOVQ(k.field(args, name), to)
		return
	}
	k.MOVQ(k.field(args, name), by)
	k.MOVQ(by, to)
}

// tiles makes all tiles and returns.
func (k *tileKernel) tiles(label string, masked bool) {
	k.Label(label)
	k.terms(label, masked)
	k.store(label, masked)
	k.ADDQ(operand.U32(k.height*k.rowSize()), k.rows)
	k.DECQ(k.tilesLeft)
	k.JNZ(operand.LabelRef(label))
	k.VZEROUPPER()
	k.RET()
}

// rowSize is the size of a row in the table.
func (k *tileKernel) rowSize() int { return k.sizeOf("tileRow") }

// terms adds all products of a tile.
func (k *tileKernel) terms(label string, masked bool) {
	args := k.args(k.b)
	k.MOVQ(k.rows, k.index)
	for i, a := range k.a {
		k.MOVQ(operand.Mem{Base: k.index, Disp: i * k.rowSize()}, a)
	}
	k.MOVQ(k.field(args, "a"), k.index)
	k.SUBQ(k.start, k.index)
	for _, a := range k.a {
		k.ADDQ(k.index, a)
	}
	k.copyField(args, "aCol", k.aCol, k.index)
	k.copyField(args, "bRow", k.bRow, k.index)
	k.copyField(args, "outer", k.outerLeft, k.index)
	k.MOVQ(k.field(args, "b"), k.b)
	for i := range k.height * k.vectors {
		k.clear(k.reg(i))
	}
	k.Label(label + "_outer")
	k.MOVQ(k.start, k.index)
	k.Label(label + "_inner")
	for j := range k.vectors {
		k.load(operand.Mem{Base: k.b}, j, masked, k.bVec(j))
	}
	for i, a := range k.a {
		element := operand.Mem{Base: a, Index: k.index, Scale: 1}
		if k.Channels {
			k.channels(i, element, masked)
			continue
		}
		if k.avx512 && k.vectors == 1 {
			k.VFMADD231PS_BCST(element, k.bVec(0), k.sum(i, 0))
			continue
		}
		k.VBROADCASTSS(element, k.temp())
		for j := range k.vectors {
			k.VFMADD231PS(k.temp(), k.bVec(j), k.sum(i, j))
		}
	}
	k.ADDQ(k.bRow, k.b)
	k.ADDQ(k.aCol, k.index)
	k.JNZ(operand.LabelRef(label + "_inner"))
	k.ifNot(label+"_sums", func() { k.DECQ(k.outerLeft) }, k.JZ, func() {
		args := k.args(k.index)
		k.ADDQ(k.field(args, "bSkip"), k.b)
		k.MOVQ(k.field(args, "aOuter"), k.index)
		for _, a := range k.a {
			k.ADDQ(k.index, a)
		}
		k.JMP(operand.LabelRef(label + "_outer"))
	})
}

// store adds bias and C and cuts off what is negative, where that is wanted, and writes
// the tile.
func (k *tileKernel) store(label string, masked bool) {
	args, base := k.args(reg.RDI), reg.RDX
	bias := operand.Mem{Base: reg.RAX}
	k.MOVQ(k.field(args, "bias"), bias.Base)
	k.ifNot(label+"_unbiased", func() { k.TESTQ(bias.Base, bias.Base) }, k.JZ, func() {
		for j := range k.vectors {
			k.load(bias, j, masked, k.temp())
			for i := range k.height {
				k.VADDPS(k.temp(), k.sum(i, j), k.sum(i, j))
			}
		}
	})
	k.MOVQ(k.field(args, "c"), base)
	k.MOVQ(k.rows, reg.RSI)
	k.ifNot(label+"_fresh", func() { k.CMPB(k.field(args, "accumulate"), operand.U8(0)) }, k.JEQ, func() {
		k.eachRow(base, func(i int, row operand.Mem) {
			for j := range k.vectors {
				k.load(row, j, masked, k.temp())
				k.VADDPS(k.temp(), k.sum(i, j), k.sum(i, j))
			}
		})
	})
	k.ifNot(label+"_linear", func() { k.CMPB(k.field(args, "relu"), operand.U8(0)) }, k.JEQ, func() {
		k.clear(k.temp())
		for i := range k.height * k.vectors {
			k.VADDPS(k.temp(), k.reg(i), k.reg(i)) // −0 becomes 0
			k.VMAXPS(k.reg(i), k.temp(), k.reg(i)) // of 0 and a NaN the second one: the NaN stays
		}
	})
	k.eachRow(base, func(i int, row operand.Mem) {
		for j := range k.vectors {
			switch {
			case !masked || j < k.vectors-1:
				k.VMOVUPS(k.sum(i, j), k.vector(row, j))
			case k.avx512:
				k.VMOVUPS(k.sum(i, j), reg.K1, k.vector(row, j))
			}
		}
	})
	if masked && !k.avx512 {
		k.storeLast(label, args, base)
	}
}

// storeLast writes the last vectors of AVX2 in pieces of 4, 2 and 1 columns, as their
// number says in binary: VMASKMOVPS would do it at once, but takes some processors
// longer than all the rest.
func (k *tileKernel) storeLast(label string, args, base reg.Register) {
	last := k.vectors - 1
	for _, piece := range []struct {
		columns int
		store   func(fromTo ...operand.Op)
		next    func(sum reg.VecPhysical)
	}{
		{4, k.VMOVUPS, func(sum reg.VecPhysical) { k.VEXTRACTF128(operand.Imm(1), sum, sum.AsX()) }},
		{2, k.VMOVLPS, func(sum reg.VecPhysical) { k.VPERMILPD(operand.Imm(1), sum.AsX(), sum.AsX()) }},
		{1, k.VMOVSS, func(reg.VecPhysical) {}},
	} {
		k.ifNot(fmt.Sprint(label, "_without", piece.columns), func() {
			k.TESTB(operand.U8(piece.columns), k.field(args, "last"))
		}, k.JZ, func() {
			k.eachRow(base, func(i int, row operand.Mem) {
				sum := k.sum(i, last)
				piece.store(sum.AsX(), k.vector(row, last))
				piece.next(sum)
			})
			k.ADDQ(operand.U8(piece.columns*k.constant("floatSize")), base)
		})
	}
}

// eachRow calls f for each row of C. The table of rows is in SI.
func (k *tileKernel) eachRow(base reg.Register, f func(i int, row operand.Mem)) {
	for i := range k.height {
		k.MOVQ(operand.Mem{Base: reg.RSI, Disp: i*k.rowSize() + k.rowSize()/2}, reg.RAX)
		f(i, operand.Mem{Base: base, Index: reg.RAX, Scale: 1})
	}
}
