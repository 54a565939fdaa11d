package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestParallelPieces(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, test := range []struct {
		n, grain int
		want     map[int]int // lo to hi
		reason   string
	}{
		{0, 4, map[int]int{}, "nothing to do"},
		{-3, 4, map[int]int{}, "a negative count is none"},
		{3, 4, map[int]int{0: 3}, "one piece"},
		{8, 4, map[int]int{0: 4, 4: 8}, "whole pieces"},
		{9, 4, map[int]int{0: 4, 4: 8, 8: 9}, "a shorter last piece"},
		{2, 0, map[int]int{0: 1, 1: 2}, "a grain below 1 is 1"},
	} {
		for _, workers := range []int{1, 2, 5} {
			previous := runtime.GOMAXPROCS(workers)
			var mu sync.Mutex
			got := map[int]int{}
			Parallel(test.n, test.grain, func(lo, hi int) {
				mu.Lock()
				defer mu.Unlock()
				_, twice := got[lo]
				assert.False(t, twice, "piece %d came twice", lo)
				got[lo] = hi
			})
			runtime.GOMAXPROCS(previous)
			assert.Equal(t, test.want, got, "%s, on %d workers", test.reason, workers)
		}
	}
}

func TestParallelPanicReachesCaller(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, workers := range []int{1, 4} {
		previous := runtime.GOMAXPROCS(workers)
		assert.PanicsWithValue(t, "piece 5", func() {
			Parallel(8, 1, func(lo, _ int) {
				if lo == 5 {
					panic("piece 5")
				}
			})
		})
		var calls atomic.Int64
		require.NotPanics(t, func() { Parallel(8, 1, func(_, _ int) { calls.Add(1) }) }, "the next call starts afresh")
		assert.EqualValues(t, 8, calls.Load())
		runtime.GOMAXPROCS(previous)
	}
}

func TestParallelNests(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var sum atomic.Int64
	Parallel(10, 1, func(i, _ int) {
		Parallel(10, 3, func(lo, hi int) {
			for j := lo; j < hi; j++ {
				sum.Add(int64(10*i + j))
			}
		})
	})
	assert.EqualValues(t, 99*100/2, sum.Load())
}

// Many callers at once share the helpers, which end when there is nothing to do.
func TestHelpersAreSharedAndEnd(t *testing.T) {
	const workers, callers, calls, pieces = 3, 16, 200, 7
	exist := func() int {
		team.mu.Lock()
		defer team.mu.Unlock()
		return team.count
	}
	nobody := func() bool { return exist() == 0 }
	require.Eventually(t, nobody, 5*time.Second, time.Millisecond, "helpers of what ran before")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	var running, most, total atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range calls {
				Parallel(pieces, 1, func(_, _ int) {
					n := running.Add(1)
					for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
					}
					total.Add(1)
					running.Add(-1)
				})
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, callers*calls*pieces, total.Load())
	assert.LessOrEqual(t, most.Load(), int64(callers+workers-1))
	assert.LessOrEqual(t, exist(), workers-1)
	assert.Eventually(t, nobody, 5*time.Second, time.Millisecond)
}

func BenchmarkParallel(b *testing.B) {
	f := func(_, _ int) {}
	b.ReportAllocs()
	for b.Loop() {
		Parallel(16, 1, f)
	}
}
