package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Parallel calls f(lo, hi) for consecutive pieces of [0, n), each of grain
// elements but for a shorter last one, on up to GOMAXPROCS goroutines, and
// returns when all are done. The pieces depend on n and grain alone, so a kernel
// whose pieces write disjoint outputs gives the same bits for any number of
// workers. One piece, or one processor, runs on the caller's goroutine. A panic
// in f reaches the caller.
//
// Helpers are shared by all callers, and there are fewer than GOMAXPROCS. The caller
// never waits for one to start: it works itself, and takes back what nobody began.
func Parallel(n, grain int, f func(lo, hi int)) { parallel(n, grain, pieces(f)) }

// computer is what Parallel calls. A pointer that is one takes no memory to be handed
// over, other than a function that keeps it.
type computer interface{ compute(lo, hi int) }

type pieces func(lo, hi int)

func (f pieces) compute(lo, hi int) { f(lo, hi) }

// parallel is Parallel for a computer.
func parallel(n, grain int, c computer) {
	if n <= 0 {
		return
	}
	grain = max(grain, 1)
	helpers := min(runtime.GOMAXPROCS(0), ceilDiv(n, grain)) - 1
	if helpers == 0 {
		for lo := 0; lo < n; lo += grain {
			c.compute(lo, min(lo+grain, n))
		}
		return
	}
	j := jobs.Get().(*job)
	j.computer, j.n, j.grain = c, n, grain
	j.next.Store(0)
	for range helpers {
		h := team.hire()
		if h == nil {
			break
		}
		j.helpers = append(j.helpers, h)
		h.job.Store(j)
	}
	j.work()
	for _, h := range j.helpers {
		team.dismiss(h, j)
	}
	j.helpers = j.helpers[:0]
	failure := j.failure.Swap(nil)
	j.computer = nil
	jobs.Put(j)
	if failure != nil {
		panic(*failure)
	}
}

// job is one call of Parallel.
type job struct {
	computer
	n, grain int
	next     atomic.Int64 // the first piece that nobody has taken
	helpers  []*helper
	failure  atomic.Pointer[any]
}

var jobs = sync.Pool{New: func() any { return new(job) }}

// work runs pieces until none is left, or f panics.
func (j *job) work() {
	defer func() {
		if r := recover(); r != nil {
			j.fail(r)
		}
	}()
	for {
		lo := (int(j.next.Add(1)) - 1) * j.grain
		if lo >= j.n {
			return
		}
		j.compute(lo, min(lo+j.grain, j.n))
	}
}

// fail keeps the first panic for the caller.
func (j *job) fail(r any) { j.failure.CompareAndSwap(nil, &r) }
