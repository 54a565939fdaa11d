package kernels

// This file imports nothing: _generate type-checks it alone and takes the
// constants and the layout of tileArgs from here.

const (
	// maxVectors and maxHeight bound the tiles of all instruction sets.
	maxVectors, maxHeight = 3, 14
	floatSize             = 4
	// peakFMAs is the number of multiply-additions in a round of a peak loop: it
	// covers the latency of two units.
	peakFMAs = 12
)

// tileArgs says what a tile kernel computes. A kernel of a given height and number
// of vectors makes tiles of C, one above the other:
//
//	columns := (vectors-1)*lanes + last
//	for t := range tiles {
//		for i := range height {
//			for j := range columns {
//				sum := 0
//				for o := range outer {
//					for p := range inner {
//						sum = fma(a[t*aTile + i*aRow + o*aOuter + p*aCol], b[o*(inner*bRow+bSkip) + p*bRow + j], sum)
//					}
//				}
//				if bias != nil {
//					sum += bias[j]
//				}
//				if accumulate {
//					sum += c[t*cTile + i*cRow + j]
//				}
//				c[t*cTile + i*cRow + j] = sum
//			}
//		}
//	}
//
// All steps are in bytes. The two loops over terms are what makes a convolution
// implicit: the elements of an image that an output reads are outer runs of inner
// elements. Every element of C is one chain of fused multiply-additions whatever
// the shape of the tile, so all assembly kernels give the same bits.
//
// Nothing is checked: inner, outer, tiles and last are at least 1. Exactly the
// elements in the loop are read and written.
type tileArgs struct {
	a, b, c, bias             *float32
	aRow, aCol, aOuter, aTile uintptr
	bRow, bSkip               uintptr
	cRow, cTile               uintptr
	inner, outer, tiles       uintptr
	last                      uintptr // columns of the last vector, 1 to lanes
	accumulate                bool
}
