// Package kernels holds the numeric loops: slices in, slices out.
//
// A kernel knows neither layers nor graphs. Every kernel works on float32 and
// float64, checks nothing that its contract says the caller has checked, writes
// only the slices named as outputs, allocates nothing in steady state, and gives
// the same bits for any number of workers: work that is split is split into
// pieces that do not depend on GOMAXPROCS, and partial results are combined in
// a fixed order.
//
// Matrix products, convolutions and most elementwise kernels of float32 run in assembly
// where the processor has AVX2 or AVX-512. What belongs together:
//
//	gemm.go, conv.go                     the exported functions: contracts and checks
//	gemm_generic.go, conv.go             portable Go, for all numbers and processors
//	gemm_vector.go, conv_vector*.go      float32 in tiles: blocks, packing, pieces
//	winograd*.go                         3×3 convolutions with fewer multiplications
//	gemm_tile.go                         what a tile kernel in assembly computes
//	gemm_amd64.s, gemm_amd64.go          the tile kernels, written by _generate
//	elementwise.go                       what an elementwise loop in assembly computes
//	elementwise_amd64.*                  these loops, written by _generate/elementwise
//	activation_vector.go, …              float32 by such loops
//	isa.go, isa_*.go                     the table of instruction sets
//
// The environment variable GOKERAS_KERNELS, read once at the start, chooses an entry
// of the table: portable, avx2 or avx512. A name that is unknown, or that this
// processor cannot run, chooses portable. Without it the fastest entry is taken.
package kernels

// Float is what the kernels compute in.
type Float interface{ float32 | float64 }
