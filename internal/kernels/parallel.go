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
func Parallel(n, grain int, f func(lo, hi int)) {
	if n <= 0 {
		return
	}
	grain = max(grain, 1)
	workers := min(runtime.GOMAXPROCS(0), ceilDiv(n, grain))
	if workers == 1 {
		for lo := 0; lo < n; lo += grain {
			f(lo, min(lo+grain, n))
		}
		return
	}
	s := parallelCalls.Get().(*parallelCall)
	s.f, s.n, s.grain = f, n, grain
	s.next.Store(0)
	s.helpers.Add(workers - 1)
	for range workers - 1 {
		go s.help()
	}
	s.work()
	s.helpers.Wait()
	failure := s.failure.Swap(nil)
	s.f = nil
	parallelCalls.Put(s)
	if failure != nil {
		panic(*failure)
	}
}

// parallelCall is the state of one call of Parallel.
type parallelCall struct {
	f        func(lo, hi int)
	n, grain int
	next     atomic.Int64 // the first piece that nobody has taken
	helpers  sync.WaitGroup
	failure  atomic.Pointer[any]
}

var parallelCalls = sync.Pool{New: func() any { return new(parallelCall) }}

func (s *parallelCall) help() {
	defer s.helpers.Done()
	s.work()
}

// work runs pieces until none is left, or f panics.
func (s *parallelCall) work() {
	defer func() {
		if r := recover(); r != nil {
			s.fail(r)
		}
	}()
	for {
		lo := (int(s.next.Add(1)) - 1) * s.grain
		if lo >= s.n {
			return
		}
		s.f(lo, min(lo+s.grain, s.n))
	}
}

// fail keeps the first panic for the caller.
func (s *parallelCall) fail(r any) { s.failure.CompareAndSwap(nil, &r) }
