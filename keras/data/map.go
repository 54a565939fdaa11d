package data

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// How far Map reads ahead to keep all cores busy. The window starts at one element
// and doubles, so that who takes one pays for one. More elements would only cost
// memory: 64 tiny ones already outweigh the start of the workers. More bytes would
// fall out of the cache before they are used; larger elements go one to a core.
const (
	maxWindow      = 64
	maxWindowBytes = 8 << 20
)

// Map applies f to every element, in order; see MapX for what the three have in common.
func (d *Dataset) Map(f func(Element) (Element, error)) *Dataset {
	if f == nil {
		return d.then("Map", Unknown).fail("expected a function, received nil")
	}
	return d.mapItems("Map", func(it item) (item, error) {
		e, err := f(it.own().element())
		if err != nil {
			return item{}, err
		}
		return sharedItem(e)
	})
}

// MapX applies f to the X of every element, which must be a single tensor.
//
// Functions run on several cores at once and a little ahead of the reader, their
// results keep the order of the elements. So f must be safe for concurrent use, and
// one that draws from the global seed is not reproducible: draw in FromFunc instead.
// f may write to its argument. An error or a panic in f ends the iteration with an
// error that names the stage and the element.
//
// Errors: f is nil; at iteration, an X that is a List, a Dict or nil.
func (d *Dataset) MapX(f func(x *tensor.Dense) (*tensor.Dense, error)) *Dataset {
	return d.mapField("MapX", fieldX, f)
}

// MapY applies f to the Y of every element, which must be a single tensor;
// see MapX for what the three have in common.
func (d *Dataset) MapY(f func(y *tensor.Dense) (*tensor.Dense, error)) *Dataset {
	return d.mapField("MapY", fieldY, f)
}

func (d *Dataset) mapField(name string, k int, f func(*tensor.Dense) (*tensor.Dense, error)) *Dataset {
	if f == nil {
		return d.then(name, Unknown).fail("expected a function, received nil")
	}
	return d.mapItems(name, func(it item) (item, error) {
		t, ok := it[k].own().(*tensor.Dense)
		if !ok {
			return item{}, errors.Errorf("expected %s to be a *tensor.Dense, received %T; use Map", fieldName(k), it[k].value)
		}
		t, err := f(t)
		if err != nil {
			return item{}, err
		}
		if t == nil {
			return item{}, errors.New("expected a tensor or an error, received nil and nil")
		}
		it[k] = field{t, true}
		return it, nil
	})
}

func (d *Dataset) mapItems(name string, f func(item) (item, error)) *Dataset {
	next := d.then(name, d.cardinality)
	next.open = func(s stream) pass {
		m := mapping{stage: next, up: d.open(s), f: f, window: 1}
		return pass{next: m.next, close: m.up.close}
	}
	return next
}

// mapping is a pass of Map. It works on a window of elements at a time, and its
// goroutines end before next returns, so that none is left behind.
type mapping struct {
	stage  *Dataset
	up     pass
	f      func(item) (item, error)
	window int // the number of elements to read next time

	items []item  // the window
	errs  []error // of f, on each of them
	at    int     // the next to hand out
	count int     // handed out before this window
	end   error   // of up, when it ended
}

func (m *mapping) next() (item, error) {
	if m.at == len(m.items) {
		m.fill()
		if len(m.items) == 0 {
			return item{}, m.end
		}
	}
	i := m.at
	if m.errs[i] != nil {
		return item{}, m.stage.elementError(m.count+i, m.errs[i])
	}
	out := m.items[i]
	m.items[i] = item{} // the reader may drop it before the window is done
	m.at++
	return out, nil
}

// fill reads a window and applies f to it.
func (m *mapping) fill() {
	m.count += len(m.items)
	m.items, m.at = m.items[:0], 0
	workers := runtime.GOMAXPROCS(0)
	for len(m.items) < m.window && m.end == nil {
		it, err := m.up.next()
		if err != nil {
			m.end = err
			break
		}
		m.items = append(m.items, it)
	}
	if len(m.items) == 0 {
		return
	}
	m.window = min(2*m.window, maxWindow, max(workers, maxWindowBytes/m.items[0].bytes()))

	m.errs = make([]error, len(m.items))
	var taken atomic.Int64
	work := func() {
		for i := int(taken.Add(1)) - 1; i < len(m.items); i = int(taken.Add(1)) - 1 {
			m.errs[i] = recovered(func() (err error) {
				m.items[i], err = m.f(m.items[i])
				return err
			})
		}
	}
	var others sync.WaitGroup
	for range min(workers, len(m.items)) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}

// bytes returns the size of the item's elements in memory, at least 1.
func (i item) bytes() int {
	n := 1
	for _, f := range i {
		leaves, _, _ := Leaves(f.value) // items were checked when they were made
		for _, t := range leaves {
			n += size(t.Shape()) * int(t.Dtype().Size())
		}
	}
	return n
}
