package keras_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/keras"
)

func draw(n int, next func() uint64) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		out[i] = next()
	}
	return out
}

func distinct(values ...[]uint64) int {
	seen := map[uint64]bool{}
	for _, list := range values {
		for _, v := range list {
			seen[v] = true
		}
	}
	return len(seen)
}

func TestSetRandomSeed(t *testing.T) {
	keras.SetRandomSeed(42)
	first := draw(100, keras.NextSeed)
	keras.SetRandomSeed(42)
	assert.Equal(t, first, draw(100, keras.NextSeed), "repeatable")
	keras.SetRandomSeed(43)
	other := draw(100, keras.NextSeed)
	keras.SetRandomSeed(-42)
	negative := draw(100, keras.NextSeed)
	assert.Equal(t, 300, distinct(first, other, negative), "neighbours have nothing in common")
}

func TestSeedGenerator(t *testing.T) {
	a, b, c := keras.NewSeedGenerator(1), keras.NewSeedGenerator(1), keras.NewSeedGenerator(2)
	first := draw(100, a.Next)
	assert.Equal(t, first, draw(100, b.Next))
	assert.Equal(t, 200, distinct(first, draw(100, c.Next)))

	shared, lists := keras.NewSeedGenerator(1), make([][]uint64, 4)
	var wg sync.WaitGroup
	for i := range lists {
		wg.Go(func() { lists[i] = draw(25, shared.Next) })
	}
	wg.Wait()
	assert.Equal(t, 100, distinct(lists...))
	assert.Subset(t, first, lists[0], "the same keys, in whatever order")
}
