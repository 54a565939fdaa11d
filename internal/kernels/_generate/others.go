package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var (
	zmm = []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}
	ymm = []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}
)

// peak writes a loop of nothing but multiply-additions, which benchmarks compare with.
func (g *generator) peak(set isa) {
	g.begin(set.Name+"Peak", "func(n int)")
	sums := g.constant("peakFMAs")
	n := g.Load(g.Param("n"), reg.RAX)
	regs := ymm
	if set.avx512 {
		regs = zmm
	}
	for _, r := range regs[:sums+2] {
		if set.avx512 {
			g.VPXORD(r, r, r)
		} else {
			g.VXORPS(r, r, r)
		}
	}
	g.Label("round")
	for i := range sums {
		g.VFMADD231PS(regs[sums], regs[sums+1], regs[i])
	}
	g.DECQ(n)
	g.JNZ(operand.LabelRef("round"))
	g.VZEROUPPER()
	g.RET()
}

// transpose writes avx2Transpose: pairs of rows, then of pairs, then of halves of
// registers change places.
func (g *generator) transpose() {
	g.begin("avx2Transpose", "func(dst *float32, dstRow uintptr, src *float32, srcRow uintptr, n int)")
	dst := g.Load(g.Param("dst"), reg.RDI)
	dstRow := g.Load(g.Param("dstRow"), reg.RSI)
	src := g.Load(g.Param("src"), reg.RAX)
	srcRow := g.Load(g.Param("srcRow"), reg.RCX)
	n := g.Load(g.Param("n"), reg.RDX)
	y := ymm
	g.Label("block")
	g.MOVQ(src, reg.RBX)
	for i := range 8 {
		g.VMOVUPS(operand.Mem{Base: reg.RBX}, y[i])
		if i < 7 {
			g.ADDQ(srcRow, reg.RBX)
		}
	}
	for i := 0; i < 8; i += 2 {
		g.VUNPCKLPS(y[i+1], y[i], y[8+i])
		g.VUNPCKHPS(y[i+1], y[i], y[8+i+1])
	}
	for i := 0; i < 8; i += 4 {
		g.VUNPCKLPD(y[8+i+2], y[8+i], y[i])
		g.VUNPCKHPD(y[8+i+2], y[8+i], y[i+1])
		g.VUNPCKLPD(y[8+i+3], y[8+i+1], y[i+2])
		g.VUNPCKHPD(y[8+i+3], y[8+i+1], y[i+3])
	}
	for i := range 4 {
		g.VPERM2F128(operand.Imm(0x20), y[4+i], y[i], y[8+i])
		g.VPERM2F128(operand.Imm(0x31), y[4+i], y[i], y[12+i])
	}
	for i := range 8 {
		g.VMOVUPS(y[8+i], operand.Mem{Base: dst})
		g.ADDQ(dstRow, dst)
	}
	g.ADDQ(operand.Imm(8*4), src)
	g.DECQ(n)
	g.JNZ(operand.LabelRef("block"))
	g.VZEROUPPER()
	g.RET()
}

// copyBlocks writes avx2Copy.
func (g *generator) copyBlocks() {
	g.begin("avx2Copy", "func(dst *float32, dstRow uintptr, src *float32, srcRow uintptr, rows, n int)")
	dst := g.Load(g.Param("dst"), reg.RDI)
	dstRow := g.Load(g.Param("dstRow"), reg.RSI)
	src := g.Load(g.Param("src"), reg.RAX)
	srcRow := g.Load(g.Param("srcRow"), reg.RCX)
	rows := g.Load(g.Param("rows"), reg.RDX)
	n := g.Load(g.Param("n"), reg.R8)
	g.SHLQ(operand.Imm(5), n)
	g.Label("row")
	g.MOVQ(n, reg.RBX)
	g.Label("block")
	g.VMOVUPS(operand.Mem{Base: reg.RAX, Index: reg.RBX, Scale: 1, Disp: -32}, reg.Y0)
	g.VMOVUPS(reg.Y0, operand.Mem{Base: reg.RDI, Index: reg.RBX, Scale: 1, Disp: -32})
	g.SUBQ(operand.Imm(32), reg.RBX)
	g.JNZ(operand.LabelRef("block"))
	g.ADDQ(srcRow, src)
	g.ADDQ(dstRow, dst)
	g.DECQ(rows)
	g.JNZ(operand.LabelRef("row"))
	g.VZEROUPPER()
	g.RET()
}
