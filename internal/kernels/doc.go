// Package kernels holds the numeric loops: slices in, slices out.
//
// A kernel knows neither layers nor graphs. Every kernel works on float32 and
// float64, checks nothing that its contract says the caller has checked, writes
// only the slices named as outputs, allocates nothing in steady state, and gives
// the same bits for any number of workers: work that is split is split into
// pieces that do not depend on GOMAXPROCS, and partial results are combined in
// a fixed order.
package kernels

// Float is what the kernels compute in.
type Float interface{ float32 | float64 }
