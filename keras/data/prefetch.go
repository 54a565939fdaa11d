package data

import "sync"

// Prefetch makes up to n elements ahead of the reader, in a goroutine of its own, so
// that the pipeline works while the model does; n above 65536 counts as 65536. The goroutine starts with the first
// Next and ends with the Dataset, with an error, or with Iterator.Close.
//
// Errors: n < 1.
func (d *Dataset) Prefetch(n int) *Dataset {
	next := d.then("Prefetch", d.cardinality)
	if n < 1 {
		return next.fail("expected at least 1 element, received %d", n)
	}
	next.open = func(s stream) pass {
		p := prefetching{
			up:   d.open(s),
			made: make(chan made, min(n, maxAhead)-1), // one more is in the goroutine's hands
			stop: make(chan struct{}),
		}
		return pass{next: p.next, close: p.close}
	}
	return next
}

// maxAhead bounds what Prefetch makes room for, whatever it is asked.
const maxAhead = 1 << 16

// prefetching is a pass of Prefetch.
type prefetching struct {
	up      pass
	start   sync.Once
	made    chan made
	stop    chan struct{}
	running sync.WaitGroup
	end     error
}

type made struct {
	item item
	err  error
}

func (p *prefetching) next() (item, error) {
	if p.end != nil {
		return item{}, p.end
	}
	p.start.Do(func() { p.running.Go(p.work) })
	m := <-p.made
	p.end = m.err
	return m.item, m.err
}

func (p *prefetching) work() {
	for {
		it, err := p.up.next()
		select {
		case p.made <- made{it, err}:
		case <-p.stop:
			return
		}
		if err != nil {
			return
		}
	}
}

func (p *prefetching) close() {
	close(p.stop)
	p.running.Wait()
	p.up.close()
}
