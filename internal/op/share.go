package op

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Share lets the Ops of a graph write into memory of results that nobody reads any
// more. It is for a graph that is complete and will always run in the same order;
// keep are the nodes whose values are read after a run.
//
// Memory is dealt out while the graph runs for the first time, when each Op counts
// off those of its inputs that it is the last to read. In later runs every Op has
// what it had in the first. An Op whose result goes to a foreign Op, which may hand
// the same memory on, keeps its memory to itself, and so does one with Spec.Keeps.
func Share(g *gorgonia.ExprGraph, keep gorgonia.Nodes) {
	shared := &arena{}
	for _, n := range g.AllNodes() {
		if o, ok := n.Op().(*Op); ok {
			o.arena = shared
			o.readers = make([]int, len(o.spec.Outputs))
			for i := range o.readers {
				if o.spec.Keeps { // the Op's own next run is a reader
					o.readers[i]++
				}
			}
		}
	}
	for _, n := range g.AllNodes() {
		if _, ok := n.Op().(*pick); ok {
			continue // it hands on another output than that of its input node
		}
		o, own := n.Op().(*Op)
		for _, c := range Children(n) {
			from := sourceOf(c)
			from.addReader() // a foreign one never counts itself off
			if own {
				o.sources = append(o.sources, from)
			}
		}
	}
	for _, n := range keep {
		sourceOf(n).addReader()
	}
}

// source is an output of an Op of this package; the zero source is any other value.
type source struct {
	op     *Op
	output int
}

func sourceOf(n *gorgonia.Node) source {
	switch o := n.Op().(type) {
	case *Op:
		return source{o, 0}
	case *pick:
		return source{o.from, o.index}
	}
	return source{}
}

func (s source) addReader() {
	if s.op != nil {
		s.op.readers[s.output]++
	}
}

// settle ends an Op's first run: what it was the last to read is free.
func (o *Op) settle() {
	o.settled = true
	for i, from := range o.sources {
		if from.op == nil {
			continue
		}
		from.op.readers[from.output]--
		if from.op.readers[from.output] == 0 && !(o.inherits && i == 0) {
			o.arena.put(from.op.out[from.output])
		}
	}
}

// inherit takes over the memory of the first input, if the Op may write there and is
// the only one who reads it.
func (o *Op) inherit() (memory any, ok bool) {
	if !o.spec.InPlace || len(o.sources) == 0 {
		return nil, false
	}
	from := o.sources[0]
	if from.op == nil || from.op.readers[from.output] != 1 || o.in[0].Dtype != o.spec.Outputs[0].Dtype {
		return nil, false
	}
	o.inherits = true
	return from.op.out[from.output], true
}

// arena holds memory that is free.
type arena struct {
	f32 free[float32]
	f64 free[float64]
}

// free are slices of one type, the smallest first.
type free[T any] [][]T

// take gives the smallest slice that has n elements, cut to them, or a new one.
func (f *free[T]) take(n int) []T {
	for i, s := range *f {
		if cap(s) >= n {
			*f = slices.Delete(*f, i, i+1)
			return s[:n]
		}
	}
	return make([]T, n)
}

func (f *free[T]) put(s []T) {
	i := 0
	for i < len(*f) && cap((*f)[i]) < cap(s) {
		i++
	}
	*f = slices.Insert(*f, i, s)
}

// memory is n elements of a type, or nil for types that are not shared.
func (a *arena) memory(dt tensor.Dtype, n int) any {
	switch dt {
	case tensor.Float32:
		return a.f32.take(n)
	case tensor.Float64:
		return a.f64.take(n)
	}
	return nil
}

func (a *arena) put(memory any) {
	switch s := memory.(type) {
	case []float32:
		a.f32.put(s)
	case []float64:
		a.f64.put(s)
	}
}
