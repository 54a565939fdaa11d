package main

import (
	"math"
	"slices"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

// constants are the numbers that functions asked for, each in all lanes of the widest
// vector: operands in memory, which cost no register.
type constants struct {
	words []uint32
	index map[uint32]int
}

const widest = 16 // lanes

// The tables.
const (
	constantsTable = "elementConstants"
	lanesTable     = "elementLanes"    // 8 words of ones, then 8 of zeros
	ordinalsTable  = "elementOrdinals" // 0, 1, …, 15
)

// word is a vector of words.
func (g *generator) word(w uint32) operand.Mem {
	c := &g.constants
	i, ok := c.index[w]
	if !ok {
		i = len(c.words)
		c.words = append(c.words, w)
		c.index[w] = i
	}
	return tableAt(constantsTable, i*widest*floatSize)
}

// number is a vector of v, rounded to float32.
func (g *generator) number(v float64) operand.Mem { return g.word(math.Float32bits(float32(v))) }

// sign and magnitude are the bits of a float32.
func (g *generator) sign() operand.Mem      { return g.word(1 << 31) }
func (g *generator) magnitude() operand.Mem { return g.word(1<<31 - 1) }

// ordinals are the numbers of the lanes.
func ordinals() operand.Mem { return tableAt(ordinalsTable, 0) }

// writeConstants comes last, when all are known.
func (g *generator) writeConstants() {
	var words []operand.U32
	for _, w := range g.constants.words {
		words = append(words, slices.Repeat([]operand.U32{operand.U32(w)}, widest)...)
	}
	writeTable(g, constantsTable, words)
	half := widest / 2
	writeTable(g, lanesTable, append(slices.Repeat([]operand.U32{math.MaxUint32}, half), make([]operand.U32, half)...))
	numbers := make([]operand.U32, widest)
	for i := range numbers {
		numbers[i] = operand.U32(i)
	}
	writeTable(g, ordinalsTable, numbers)
}

func writeTable[C operand.Constant](g *generator, name string, constants []C) {
	g.StaticGlobal(name)
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for _, c := range constants {
		g.AppendDatum(c)
	}
}

// tableAt is where a table lies, and so many bytes on. It may be written later.
func tableAt(name string, bytes int) operand.Mem {
	return operand.NewDataAddr(operand.NewStaticSymbol(name), bytes)
}
