package datasets

import (
	"math"
	"math/bits"

	"github.com/pkg/errors"
	"gonum.org/v1/gonum/mathext/prng"
)

// kerasSeed is the seed with which Keras shuffles unless told otherwise.
const kerasSeed = 113

// shuffler brings samples into the order that Python Keras gives them: it is
// numpy.random.RandomState of a seed.
type shuffler struct{ random *prng.MT19937 }

func newShuffler(seed int64) (*shuffler, error) {
	if seed < 0 || seed > math.MaxUint32 {
		return nil, errors.Errorf("expected a seed from 0 to 2**32 - 1, received %d", seed)
	}
	s := &shuffler{prng.NewMT19937()}
	s.random.Seed(uint64(seed))
	return s, nil
}

// order returns 0 … n-1 as RandomState.shuffle leaves them (numpy/random/mtrand.pyx,
// _shuffle_raw).
func (s *shuffler) order(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := s.upTo(uint32(i))
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// upTo returns a number from 0 to high: random bits, drawn again until they are not
// above it (numpy/random/src/distributions/distributions.c, random_interval).
func (s *shuffler) upTo(high uint32) uint32 {
	mask := uint32(1)<<bits.Len32(high) - 1
	for {
		if v := s.random.Uint32() & mask; v <= high {
			return v
		}
	}
}
