package kernels

import (
	"math"
	"math/bits"
)

// The generators are counter-based: element i depends on the key and on i, never on
// the elements before it, so that any number of workers gives the same numbers.
// The hash is the output function of SplitMix64 (Steele, Lea and Flood 2014),
// which turns a counter in steps of the golden ratio into numbers that pass
// BigCrush.

const (
	golden   = 0x9e3779b97f4a7c15 // ⌊2⁶⁴/φ⌋, odd
	unitStep = 1.0 / (1 << 53)
)

func hash(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Mix derives a key from a key and a number: of a layer, of a step, of a weight.
// Keys that differ in either give unrelated streams.
func Mix(key, n uint64) uint64 { return hash(hash(key+golden) + (n+1)*golden) }

// A stream is a key, prepared so that the counters of neighbouring keys do not
// run into each other.
type stream uint64

func newStream(key uint64) stream { return stream(hash(key ^ 0xd1b54a32d192ed03)) }

// at returns 64 random bits, number i of the stream.
func (s stream) at(i uint64) uint64 { return hash(s.counter(i)) }

func (s stream) counter(i uint64) uint64 { return uint64(s) + (i+1)*golden }

// unit returns number i as a uniform one in [0, 1), a multiple of 2⁻⁵³.
func (s stream) unit(i uint64) float64 { return float64(s.at(i)>>11) * unitStep }

// normals returns the two standard normal numbers that Box and Muller's transform
// (1958) makes of numbers i and i+1.
func (s stream) normals(i uint64) (a, b float64) {
	radius := math.Sqrt(-2 * math.Log(1-s.unit(i))) // 1-u is never 0
	sin, cos := math.Sincos(2 * math.Pi * s.unit(i+1))
	return radius * cos, radius * sin
}

// A generator fills a piece of an array that begins at index at. It is a type
// parameter of eachPiece and not a func, because a func would be allocated at each call.
type generator[T Float] interface{ fill(piece []T, at int) }

// eachPiece fills out, in pieces that begin at even indices.
func eachPiece[T Float, G generator[T]](out []T, g G) {
	if len(out) <= elementGrain {
		g.fill(out, 0)
		return
	}
	Parallel(len(out), elementGrain, func(lo, hi int) { g.fill(out[lo:hi], lo) })
}

// Uniform fills out with numbers from [lo, hi). out is all lo if hi = lo.
func Uniform[T Float](key uint64, lo, hi float64, out []T) {
	eachPiece(out, uniform[T]{newStream(key), lo, hi - lo, max(below(T(hi)), T(lo))})
}

type uniform[T Float] struct {
	stream
	lo, width float64
	top       T // the greatest result: a sum may be rounded up to hi
}

func (u uniform[T]) fill(piece []T, at int) {
	for i := range piece {
		piece[i] = min(T(u.lo+u.width*u.unit(uint64(at+i))), u.top)
	}
}

// below returns the greatest number under v.
func below[T Float](v T) T {
	switch v := any(v).(type) {
	case float32:
		return T(math.Nextafter32(v, float32(math.Inf(-1))))
	default:
		return T(math.Nextafter(v.(float64), math.Inf(-1)))
	}
}

// Normal fills out with normal numbers of the given mean and standard deviation.
func Normal[T Float](key uint64, mean, std float64, out []T) {
	eachPiece(out, normal[T]{newStream(key), mean, std})
}

type normal[T Float] struct {
	stream
	mean, std float64
}

// fill makes pairs; at is even, so that none is torn.
func (n normal[T]) fill(piece []T, at int) {
	for i := 0; i < len(piece); i += 2 {
		a, b := n.normals(uint64(at + i))
		piece[i] = T(n.mean + n.std*a)
		if i+1 < len(piece) {
			piece[i+1] = T(n.mean + n.std*b)
		}
	}
}

// TruncatedNormal fills out with normal numbers of which those farther than 2·std
// from the mean are drawn again. std is that of the untruncated distribution, as
// in Keras; that of the result is 0.87962566 std.
func TruncatedNormal[T Float](key uint64, mean, std float64, out []T) {
	eachPiece(out, truncated[T]{newStream(key), mean, std})
}

type truncated[T Float] normal[T]

func (n truncated[T]) fill(piece []T, at int) {
	for i := range piece {
		piece[i] = T(n.mean + n.std*truncatedNormal(stream(n.at(uint64(at+i)))))
	}
}

// truncatedNormal returns the first number of a stream that is within ±2.
func truncatedNormal(s stream) float64 {
	for i := uint64(0); ; i += 2 {
		a, b := s.normals(i)
		if math.Abs(a) <= 2 {
			return a
		}
		if math.Abs(b) <= 2 {
			return b
		}
	}
}

// DropoutMask fills mask with 1/(1-rate) where an element is kept and 0 where it is
// dropped, which happens with probability rate. Rate 0 or less keeps and rate 1
// or more drops all.
func DropoutMask[T Float](key uint64, rate float64, mask []T) {
	if rate <= 0 || rate >= 1 {
		fill(mask, choose[T](rate <= 0, 1, 0))
		return
	}
	eachPiece(mask, newDropout[T](key, rate))
}

// newDropout needs a rate above 0 and below 1. A multiple of 2⁻⁵³ is at least the rate
// if it is at least the next such multiple.
func newDropout[T Float](key uint64, rate float64) dropout[T] {
	return dropout[T]{newStream(key), uint64(math.Ceil(rate / unitStep)), T(1 / (1 - rate))}
}

// Dropout computes y = mask*x for a DropoutMask of its own.
func Dropout[T Float](key uint64, rate float64, x, mask, y []T) {
	if rate <= 0 || rate >= 1 {
		DropoutMask(key, rate, mask)
		combine(Mul, x, mask, y)
		return
	}
	d := newDropout[T](key, rate)
	if len(x) <= elementGrain {
		d.drop(x, mask, y, 0)
		return
	}
	Parallel(len(x), elementGrain, func(lo, hi int) { d.drop(x[lo:hi], mask[lo:hi], y[lo:hi], lo) })
}

// drop multiplies while the mask is in the cache.
func (d dropout[T]) drop(x, mask, y []T, at int) {
	d.fill(mask, at)
	combine(Mul, x, mask, y)
}

type dropout[T Float] struct {
	stream
	least uint64 // of the 53 random bits of what is kept
	scale T
}

func (d dropout[T]) fill(piece []T, at int) {
	if l := loopsFor[T](); l != nil {
		l.dropoutMask(first(piece), len(piece), d.counter(uint64(at)), int(d.least), float32(d.scale))
		return
	}
	for i := range piece {
		piece[i] = choose(d.at(uint64(at+i))>>11 >= d.least, d.scale, 0)
	}
}

// Permutation returns the numbers 0 to n-1 in random order (Fisher and Yates).
func Permutation(key uint64, n int) []int {
	s := newStream(key)
	order := make([]int, n)
	for i := range order {
		// The high word of bits·(i+1) is uniform in [0, i], but for less than i/2⁶⁴.
		j, _ := bits.Mul64(s.at(uint64(i)), uint64(i+1))
		order[i] = order[j]
		order[j] = i
	}
	return order
}
