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
// sums, a row of B, an element of A, and for AVX2 the mask of the last columns. Up to
// 14 rows of A are addressed by four bases and one or three row steps.
type tileKernel struct {
	*generator
	isa
	height, vectors int
	args            gotypes.Component

	aRow, aRow3, aCol, bRow reg.GPPhysical
	a                       []reg.GPPhysical
	b, inner, outer, aRun   reg.GPPhysical
	aTile, cTile, tilesLeft operand.Mem
}

func (g *generator) tile(set isa, height, vectors int) {
	g.begin(fmt.Sprintf("%sTile%dx%d", set.Name, height, vectors), "func(args *tileArgs)")
	k := &tileKernel{
		generator: g, isa: set, height: height, vectors: vectors,
		aRow: reg.RSI, aRow3: reg.RDX, aCol: reg.RCX, bRow: reg.R8,
		a: []reg.GPPhysical{reg.RAX, reg.RBX, reg.R11, reg.R12}[:(height+3)/4],
		b: reg.R9, inner: reg.R10, outer: reg.R15, aRun: reg.R13,
		aTile: g.AllocLocal(8), cTile: g.AllocLocal(8), tilesLeft: g.AllocLocal(8),
	}
	k.args = g.Param("args").Dereference(g.Load(g.Param("args"), reg.RDI))
	k.prepare()
	g.Label("tile")
	for i := range height * vectors {
		k.clear(k.reg(i))
	}
	k.ifNot("whole", func() { g.CMPQ(k.field("last"), operand.U8(k.Lanes)) }, g.JEQ, func() {
		k.terms("part", true)
		g.JMP(operand.LabelRef("store"))
	})
	k.terms("all", false)
	g.Label("store")
	k.store()
	k.next()
	g.VZEROUPPER()
	g.RET()
}

// field is where a field of the arguments lies.
func (k *tileKernel) field(name string) operand.Mem {
	f, err := k.args.Field(name).Resolve()
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

// vector is the j-th vector of a row.
func (k *tileKernel) vector(row reg.Register, j int) operand.Mem {
	return operand.Mem{Base: row, Disp: j * k.Lanes * k.constant("floatSize")}
}

// load reads the j-th vector of a row, the last one masked if asked for.
func (k *tileKernel) load(row reg.Register, j int, masked bool, to reg.VecPhysical) {
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

// prepare loads what all tiles have in common.
func (k *tileKernel) prepare() {
	k.MOVQ(k.field("last"), reg.RCX)
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
	k.MOVQ(k.field("aRow"), k.aRow)
	k.LEAQ(operand.Mem{Base: k.aRow, Index: k.aRow, Scale: 2}, k.aRow3)
	k.MOVQ(k.field("aCol"), k.aCol)
	k.MOVQ(k.field("bRow"), k.bRow)
	for _, c := range []struct {
		from string
		to   operand.Mem
	}{{"a", k.aTile}, {"c", k.cTile}, {"tiles", k.tilesLeft}} {
		k.MOVQ(k.field(c.from), reg.RAX)
		k.MOVQ(reg.RAX, c.to)
	}
}

// aElement is row i of the current column of A.
func (k *tileKernel) aElement(i int) operand.Mem {
	m := operand.Mem{Base: k.a[i/4]}
	switch i % 4 {
	case 1:
		m.Index, m.Scale = k.aRow, 1
	case 2:
		m.Index, m.Scale = k.aRow, 2
	case 3:
		m.Index, m.Scale = k.aRow3, 1
	}
	return m
}

// terms adds all products of a tile.
func (k *tileKernel) terms(label string, masked bool) {
	k.MOVQ(k.aTile, k.aRun)
	k.MOVQ(k.field("b"), k.b)
	k.MOVQ(k.field("outer"), k.outer)
	k.Label(label + "_outer")
	k.MOVQ(k.aRun, k.a[0])
	for q := 1; q < len(k.a); q++ {
		k.LEAQ(operand.Mem{Base: k.a[q-1], Index: k.aRow, Scale: 4}, k.a[q])
	}
	k.MOVQ(k.field("inner"), k.inner)
	k.Label(label + "_inner")
	for j := range k.vectors {
		k.load(k.b, j, masked, k.bVec(j))
	}
	for i := range k.height {
		if k.avx512 && k.vectors == 1 {
			k.VFMADD231PS_BCST(k.aElement(i), k.bVec(0), k.sum(i, 0))
			continue
		}
		k.VBROADCASTSS(k.aElement(i), k.temp())
		for j := range k.vectors {
			k.VFMADD231PS(k.temp(), k.bVec(j), k.sum(i, j))
		}
	}
	for _, a := range k.a {
		k.ADDQ(k.aCol, a)
	}
	k.ADDQ(k.bRow, k.b)
	k.DECQ(k.inner)
	k.JNZ(operand.LabelRef(label + "_inner"))
	k.ADDQ(k.field("aOuter"), k.aRun)
	k.ADDQ(k.field("bSkip"), k.b)
	k.DECQ(k.outer)
	k.JNZ(operand.LabelRef(label + "_outer"))
}

// store adds bias and C where they are wanted and writes the tile.
func (k *tileKernel) store() {
	row, step := k.a[0], k.bRow // of C; B's is loaded again for the next tile
	k.MOVQ(k.field("bias"), row)
	k.ifNot("unbiased", func() { k.TESTQ(row, row) }, k.JZ, func() {
		for j := range k.vectors {
			k.load(row, j, true, k.temp())
			for i := range k.height {
				k.VADDPS(k.temp(), k.sum(i, j), k.sum(i, j))
			}
		}
	})
	k.MOVQ(k.field("cRow"), step)
	k.MOVQ(k.cTile, row)
	k.ifNot("fresh", func() { k.CMPB(k.field("accumulate"), operand.U8(0)) }, k.JEQ, func() {
		k.rows(row, step, func(i, j int) {
			k.load(row, j, true, k.temp())
			k.VADDPS(k.temp(), k.sum(i, j), k.sum(i, j))
		})
		k.MOVQ(k.cTile, row)
	})
	k.rows(row, step, func(i, j int) {
		switch masked := j == k.vectors-1; {
		case masked && k.avx512:
			k.VMOVUPS(k.sum(i, j), reg.K1, k.vector(row, j))
		case masked:
			k.VMASKMOVPS(k.sum(i, j), k.mask(), k.vector(row, j))
		default:
			k.VMOVUPS(k.sum(i, j), k.vector(row, j))
		}
	})
	k.MOVQ(k.field("bRow"), k.bRow)
}

// rows calls f for all vectors of a tile of C, with row at each row in turn.
func (k *tileKernel) rows(row, step reg.Register, f func(i, j int)) {
	for i := range k.height {
		for j := range k.vectors {
			f(i, j)
		}
		if i < k.height-1 {
			k.ADDQ(step, row)
		}
	}
}

// next moves on to the next tile, if there is one. The arguments stay as they are:
// they hold pointers, which must never point past the end of an object.
func (k *tileKernel) next() {
	for _, c := range []struct {
		step string
		of   operand.Mem
	}{{"aTile", k.aTile}, {"cTile", k.cTile}} {
		k.MOVQ(k.field(c.step), reg.RAX)
		k.ADDQ(reg.RAX, c.of)
	}
	k.DECQ(k.tilesLeft)
	k.JNZ(operand.LabelRef("tile"))
}
