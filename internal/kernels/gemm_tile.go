package kernels

// This file imports nothing: _generate type-checks it alone and takes the
// constants and the layout of the types from here.

const (
	// maxVectors and maxHeight bound the tiles of all instruction sets.
	maxVectors, maxHeight = 6, 12
	floatSize             = 4
	// peakFMAs is the number of multiply-additions in a round of a peak loop: it
	// covers the latency of two units.
	peakFMAs = 12
)

// tileArgs says what a tile kernel computes. A kernel of a given height and number
// of vectors makes tiles of C, each of the next height rows in a table:
//
//	columns := (vectors-1)*lanes + last
//	for range tiles {
//		for _, row := range rows[:height] {
//			for j := range columns {
//				sum := 0
//				for o := range outer {
//					for p := range inner {
//						sum = fma(a[row.a + o*aOuter + p*aCol], b[o*(inner*bRow+bSkip) + p*bRow + j], sum)
//					}
//				}
//				if bias != nil {
//					sum += bias[j]
//				}
//				if accumulate {
//					sum += c[row.c + j]
//				}
//				if relu && !(sum > 0) && sum is a number {
//					sum = 0
//				}
//				c[row.c + j] = sum
//			}
//		}
//		rows = rows[height:]
//	}
//
// All steps are in bytes. The two loops over terms are what makes a convolution
// implicit: the elements of an image that an output reads are outer runs of inner
// elements. The table does the rest: rows may lie anywhere. Every element of C is one
// chain of fused multiply-additions whatever the shape of the tile, so all assembly
// kernels give the same bits.
//
// A kernel of channels multiplies each column with its own element of A: in its loop A
// is a[row.a + o*aOuter + p*aCol + j].
//
// Nothing is checked: inner, outer, tiles and last are at least 1, aCol is not 0.
// Exactly the elements in the loop are read and written.
type tileArgs struct {
	a, b, c, bias       *float32
	rows                *tileRow
	aCol, aOuter        uintptr
	bRow, bSkip         uintptr
	inner, outer, tiles uintptr
	last                uintptr // columns of the last vector, 1 to lanes
	accumulate, relu    bool
}

// tileRow is where a row of A and of C begins, in bytes from a and c.
type tileRow struct{ a, c uintptr }
