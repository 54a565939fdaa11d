package data

import (
	"io"
	"slices"
	"sync"
)

// Cache remembers the elements of the first pass that reaches the end, and repeats
// them in all later ones, for every iterator of this Dataset and of those made from
// it. A pass that is left early is forgotten.
//
// Errors: an infinite Dataset, which has no end; cache before Repeat.
func (d *Dataset) Cache() *Dataset {
	next := d.then("Cache", d.cardinality)
	if d.cardinality == Infinite {
		return next.fail("expected a Dataset that ends, received an infinite one; call Cache before Repeat")
	}
	m := &memory{}
	next.open = func(s stream) pass {
		up := d.open(s)
		items, complete := m.recall()
		at := 0
		return pass{close: up.close, next: func() (item, error) {
			if complete {
				if at == len(items) {
					return item{}, io.EOF
				}
				at++
				return items[at-1], nil
			}
			it, err := up.next()
			if atEnd(err) {
				m.learn(items)
			}
			if err != nil {
				return item{}, err
			}
			for k := range it {
				it[k].shared = true
			}
			items = append(items, it)
			return it, nil
		}}
	}
	return next
}

// memory is what a Cache knows: nothing, or the items of one complete pass.
type memory struct {
	mu       sync.Mutex
	items    []item
	complete bool
}

func (m *memory) recall() ([]item, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.items, m.complete
}

// learn keeps the items of a complete pass, those of the first that comes.
func (m *memory) learn(items []item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.complete {
		m.items, m.complete = slices.Clip(items), true
	}
}
