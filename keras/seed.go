package keras

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/gokeras/gokeras/internal/kernels"
)

// seeds is the source of every seed that nobody gave: initializers, random
// layers and shuffling draw theirs from it.
var seeds = struct {
	sync.Mutex
	key  uint64
	next uint64
}{key: randomKey()}

func randomKey() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.LittleEndian.Uint64(b[:])
}

// SetRandomSeed makes all random numbers that follow repeatable: initial
// weights, dropout and the order of samples. Without it every run differs.
func SetRandomSeed(seed int64) {
	seeds.Lock()
	defer seeds.Unlock()
	seeds.key, seeds.next = kernels.Mix(uint64(seed), 0), 0
}

// NextSeed draws a seed from the source that SetRandomSeed sets.
func NextSeed() uint64 {
	seeds.Lock()
	defer seeds.Unlock()
	seeds.next++
	return kernels.Mix(seeds.key, seeds.next)
}

// SeedGenerator gives the keys of one random stream, one after the other, as
// Keras's SeedGenerator does. It is safe for concurrent use.
type SeedGenerator struct {
	seed    uint64
	counter atomic.Uint64
}

// NewSeedGenerator starts the stream of a seed.
func NewSeedGenerator(seed uint64) *SeedGenerator { return &SeedGenerator{seed: seed} }

// Next is the next key. A layer's maths takes its keys through Trace.Keys.
func (g *SeedGenerator) Next() uint64 { return kernels.Mix(g.seed, g.counter.Add(1)) }
