package kernels

import (
	"math/bits"
	"sync"
)

// panelWidth is the number of columns in a packed panel of a Gemm's right operand.
const panelWidth = 4

// pools holds the scratch memory of the kernels that compute in T.
type pools[T Float] struct {
	values scratchPool[T]
	panels scratchPool[[panelWidth]T]
}

var (
	pools32 pools[float32]
	pools64 pools[float64]

	tablePool scratchPool[tileRow]
	panelPool scratchPool[panel]
)

func poolsOf[T Float]() *pools[T] {
	if p, ok := any(&pools32).(*pools[T]); ok {
		return p
	}
	return any(&pools64).(*pools[T])
}

// scratchPool hands out slices for the time of one kernel call. There is one
// sync.Pool for each power of two, so that a request is never met with a slice
// that is too small, nor with one more than twice as large as needed.
type scratchPool[E any] struct{ classes [bits.UintSize + 1]sync.Pool }

// get returns n elements of any content. The result goes back with put.
func (p *scratchPool[E]) get(n int) *[]E {
	class := bits.Len(uint(max(n, 1) - 1))
	s, ok := p.classes[class].Get().(*[]E)
	if !ok {
		s = new([]E)
		*s = make([]E, 1<<class)
	}
	*s = (*s)[:n]
	return s
}

func (p *scratchPool[E]) put(s *[]E) {
	p.classes[bits.Len(uint(cap(*s)-1))].Put(s)
}
