package kernels

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A helper without a job looks for one for glance before it lets other goroutines have
// the processor, and ends after some glances in vain; the next job then starts another.
// Waking a thread takes longer than most kernels, on a virtual machine longer than a small
// model's prediction, so a helper should outlast what lies between two of them.
const (
	glance  = 10 * time.Microsecond
	glances = 50
)

// helper is a goroutine that works on the jobs of others.
type helper struct {
	// job is what it is to begin: nil for nothing, busy while it works.
	job atomic.Pointer[job]
}

var busy = new(job)

// helpers are those that exist.
type helpers struct {
	mu    sync.Mutex
	idle  []*helper
	count int
}

var team helpers

// hire returns an idle helper, or a new one unless there are enough; else nil.
func (t *helpers) hire() *helper {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.idle); n > 0 {
		h := t.idle[n-1]
		t.idle = t.idle[:n-1]
		return h
	}
	if t.count >= runtime.GOMAXPROCS(0)-1 {
		return nil
	}
	t.count++
	h := new(helper)
	go h.run()
	return h
}

// dismiss ends the work of a helper on a job, and waits for it if it began.
func (t *helpers) dismiss(h *helper, j *job) {
	if !h.job.CompareAndSwap(j, nil) {
		for i := 1; h.job.Load() != nil; i++ {
			if i%1024 == 0 {
				runtime.Gosched() // it may have lost its processor
			}
		}
	}
	t.mu.Lock()
	t.idle = append(t.idle, h)
	t.mu.Unlock()
}

// retire reports whether a helper may end: not if it has just been hired.
func (t *helpers) retire(h *helper) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.idle, h)
	if i < 0 {
		return false
	}
	t.idle = slices.Delete(t.idle, i, i+1)
	t.count--
	return true
}

func (h *helper) run() {
	for vain := 1; vain < glances || !team.retire(h); vain++ {
		if h.work() {
			vain = 0
		}
		runtime.Gosched()
	}
}

// work does all jobs that come in, each within a glance of the last, and reports whether
// there was one.
func (h *helper) work() (any bool) {
	for since := time.Now(); time.Since(since) < glance; {
		for range 256 {
			if j := h.job.Load(); j != nil && h.job.CompareAndSwap(j, busy) {
				j.work()
				h.job.Store(nil)
				any, since = true, time.Now()
			}
		}
	}
	return any
}
