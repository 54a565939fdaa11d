package hdf5

import (
	"math"
	"math/bits"
)

const (
	maxRank   = 32
	unlimited = uint64(math.MaxUint64) // how far an axis may grow
)

// dataspace is the shape of a dataset or attribute.
type dataspace struct {
	shape  []int    // nil: there are no elements, not even a scalar; empty: a scalar
	limits []uint64 // how far each axis may grow
}

// decodeDataspace reads a dataspace message (IV.A.2.b).
func decodeDataspace(c cursor) (s dataspace, err error) {
	version := c.version(1, 2)
	rank, flags := int(c.uint(1)), byte(c.uint(1))
	null := false
	if version == 1 {
		c.bytes(5)
	} else {
		null = c.uint(1) == 2
	}
	if rank > maxRank {
		c.fail(ErrFormat, "expected a rank of at most %d, received %d", maxRank, rank)
	}
	if c.err != nil || null {
		return s, c.err
	}
	s.shape, s.limits = make([]int, rank), make([]uint64, rank)
	for i := range s.shape {
		d := c.length()
		if d > math.MaxInt {
			c.fail(ErrFormat, "axis %d: expected a length of at most %d, received %d", i, math.MaxInt, d)
		}
		s.shape[i], s.limits[i] = int(d), d
	}
	if flags&1 != 0 {
		for i := range s.limits {
			n := c.length()
			if n == undefined>>(64-8*c.f.lengthSize) {
				n = unlimited
			}
			s.limits[i] = max(n, s.limits[i])
		}
	}
	if _, ok := s.bytes(1); !ok {
		c.fail(ErrFormat, "expected less than 2⁶³ elements, received shape %d", s.shape)
	}
	return s, c.err
}

// elements is their number.
func (s dataspace) elements() int {
	n, _ := s.bytes(1)
	return int(n)
}

// bytes is the size of the elements, of the given size each, and whether it can be said in 63 bits.
func (s dataspace) bytes(size int) (uint64, bool) {
	if s.shape == nil {
		return 0, true
	}
	n, over := uint64(size), uint64(0)
	for _, d := range s.shape {
		if d == 0 {
			return 0, true
		}
		var high uint64
		high, n = bits.Mul64(n, uint64(d))
		over |= high | n>>63
	}
	return n, over == 0
}

// encode is a dataspace message of version 1.
func (s dataspace) encode(e *encoder) {
	e.u8(1, byte(len(s.shape)), 0, 0)
	e.u32(0)
	for _, d := range s.shape {
		e.u64(uint64(d))
	}
}
