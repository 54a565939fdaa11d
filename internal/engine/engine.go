// Package engine turns what layers write into programs that run: it traces them
// into a Gorgonia graph, has Gorgonia differentiate it, compiles it for
// Gorgonia's TapeMachine, and keeps the programs.
//
// Graphs are static, so there is one program for each mode and each set of input
// shapes and types. All share the memory of the variables. A program runs one
// step at a time; when several goroutines want the same one, each gets a copy.
package engine

import (
	"runtime"
	"strconv"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/gokeras/gokeras/internal/op"
)

// programs is how many kinds of program (mode and shapes) are kept. Data with
// batches of one size need two (the last batch is short) for each of fit, evaluate
// and predict. Why not more: a program holds the activations of its batch.
const programs = 16

// Engine keeps programs. It is safe for concurrent use. The zero value is ready.
type Engine struct {
	mu    sync.Mutex
	kinds *simplelru.LRU[string, *kind]
}

// kind holds the idle programs of one mode and one set of shapes.
type kind struct{ idle []*Program }

// Lease is a program in use. Release gives it back.
type Lease struct {
	*Program
	engine *Engine
	kind   *kind
}

// Acquire gives a program of a mode for inputs of the given shapes and types, one
// that nobody else uses. mode must name everything else that draw depends on.
func (e *Engine) Acquire(mode string, feeds []op.Output, training bool, draw Draw) (*Lease, error) {
	key := signature(mode, feeds)
	e.mu.Lock()
	if e.kinds == nil {
		e.kinds, _ = simplelru.NewLRU[string, *kind](programs, nil) // fails for a size below 1 only
	}
	k, ok := e.kinds.Get(key)
	if !ok {
		k = &kind{}
		e.kinds.Add(key, k)
	}
	if n := len(k.idle); n > 0 {
		p := k.idle[n-1]
		k.idle = k.idle[:n-1]
		e.mu.Unlock()
		return &Lease{p, e, k}, nil
	}
	e.mu.Unlock()
	p, err := Build(feeds, training, draw)
	if err != nil {
		return nil, err
	}
	return &Lease{p, e, k}, nil
}

// Release gives the program back. Its outputs are no longer valid.
func (l *Lease) Release() {
	l.engine.mu.Lock()
	defer l.engine.mu.Unlock()
	if len(l.kind.idle) < runtime.GOMAXPROCS(0) {
		l.kind.idle = append(l.kind.idle, l.Program)
	}
}

// Clear forgets all programs.
func (e *Engine) Clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kinds = nil
}

func signature(mode string, feeds []op.Output) string {
	key := append(make([]byte, 0, 128), mode...)
	for _, f := range feeds {
		key = append(append(key, '|'), f.Dtype.Name()...)
		for _, d := range f.Shape {
			key = strconv.AppendInt(append(key, ' '), int64(d), 10)
		}
	}
	return string(key)
}
