package data

import (
	"io"
	"math/rand/v2"
)

// Shuffle puts the elements into random order, another one in each pass. As in
// tf.data, it keeps a buffer of elements, gives a random one of them and fills its
// place with the next; an element comes at most buffer places too early, and only a
// buffer of at least the Dataset's length gives all orders the same chance.
//
// With a seed the orders depend on it alone: those of the first iterator, of its
// rounds of Repeat, of the second iterator, and so on. Without one each iterator
// draws its seed from the global seed.
//
// Errors: buffer < 1; more than one seed.
func (d *Dataset) Shuffle(buffer int, seed ...int64) *Dataset {
	next := d.then("Shuffle", d.cardinality)
	switch {
	case buffer < 1:
		return next.fail("expected a buffer of at least 1 element, received %d", buffer)
	case len(seed) > 1:
		return next.fail("expected one seed, received %d", len(seed))
	}
	next.shuffled = d.shuffled || len(seed) == 0
	next.open = func(s stream) pass {
		up := d.open(s.child(0))
		random := s.rand(seed)
		var waiting []item
		ended := false
		return pass{close: up.close, next: func() (item, error) {
			for len(waiting) < buffer && !ended {
				it, err := up.next()
				if atEnd(err) {
					ended = true
					break
				}
				if err != nil {
					return item{}, err
				}
				waiting = append(waiting, it)
			}
			last := len(waiting) - 1
			if last < 0 {
				return item{}, io.EOF
			}
			i := random.IntN(len(waiting))
			out := waiting[i]
			waiting[i] = waiting[last]
			waiting[last] = item{}
			waiting = waiting[:last]
			return out, nil
		}}
	}
	return next
}

// stream is where the random numbers of a pass come from. It depends on the place
// of the pass in the pipeline and on nothing that runs beside it, so that Prefetch
// changes no order.
type stream struct {
	global uint64 // drawn from the global seed, one for an iterator
	run    uint64 // the number of the iterator
	path   uint64 // rounds of Repeat and sides of Zip on the way down
}

// child returns the stream of branch i.
func (s stream) child(i uint64) stream {
	s.path = mix(s.path ^ mix(i+1))
	return s
}

func (s stream) rand(seed []int64) *rand.Rand {
	if len(seed) == 0 {
		return rand.New(rand.NewPCG(s.global, s.path))
	}
	return rand.New(rand.NewPCG(uint64(seed[0]), s.path^mix(s.run)))
}

// mix scatters neighbouring numbers: the finalizer of SplitMix64 (Steele, Lea and
// Flood, "Fast splittable pseudorandom number generators", 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
