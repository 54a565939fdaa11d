// Package op is the base of every numeric Op that Gorgonia executes for this
// project: identity, buffers, differentiation and error handling are written
// once, here, so that an Op is only its shape, its loop and its gradient.
//
// An Op made here
//   - has a hash of its own, so that Gorgonia never merges two of them;
//   - owns its output buffers, made on the first run and written on each run,
//     and never writes to an input;
//   - turns a panic into an error that names the layer it was made for;
//   - says which inputs get a gradient: none that only data lead to.
package op

import (
	"fmt"
	"hash"
	"slices"
	"sync/atomic"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Output is the shape and element type of one result of an Op. A shape without
// axes is a scalar.
type Output struct {
	Shape tensor.Shape
	Dtype tensor.Dtype
}

// Like is the Output that has the shape and type of a node.
func Like(n *gorgonia.Node) Output { return Output{n.Shape(), n.Dtype()} }

// Run computes an Op: in holds the inputs' elements as slices ([]float32,
// []uint8, …, of length 1 for a scalar), out the slices to fill. Every element of
// out must be written; inputs must not be.
type Run func(in, out []any) error

// Grad draws the gradient of an Op: nodes for the inputs, nil for an input
// whose wants is false, from the inputs, the output and the gradient of the output.
type Grad func(in gorgonia.Nodes, out, grad *gorgonia.Node, wants []bool) gorgonia.Nodes

// Grads is Grad for an Op of several outputs: grads has nil for an output that the
// cost does not depend on.
type Grads func(in, outs, grads gorgonia.Nodes, wants []bool) gorgonia.Nodes

// Spec is what is particular to one Op.
type Spec struct {
	Name    string
	Outputs []Output // at least one; the first is the node that Apply returns
	Run     Run
	Grad    Grad  // by the first output alone
	Grads   Grads // by all outputs. Neither: not differentiable
	// Constant names inputs that never get a gradient (labels, masks, weights of samples).
	Constant []int
	// InPlace: Run may be given the first input's memory as the first output's.
	InPlace bool
	// Keeps: Run finds its outputs as it left them in the last run, 0 before the first.
	Keeps bool
}

// ids numbers the Ops, for their hashes.
var ids atomic.Uint32

// unique is what all Ops here tell Gorgonia: nothing is shared, nothing is overwritten.
type unique struct{ id uint32 }

func newUnique() unique { return unique{ids.Add(1)} }

// ReturnsPtr is false: the result has a register of its own.
func (u unique) ReturnsPtr() bool { return false }

// CallsExtern is false: no memory is made before the run.
func (u unique) CallsExtern() bool { return false }

// OverwritesInput is -1: none.
func (u unique) OverwritesInput() int { return -1 }

// WriteHash writes what no other Op writes.
func (u unique) WriteHash(h hash.Hash) { _, _ = fmt.Fprintf(h, "gokeras#%d", u.id) }

// Hashcode is the Op's number: equal for no two Ops.
func (u unique) Hashcode() uint32 { return u.id }

// Op is an Op of this project, as Gorgonia sees it.
type Op struct {
	unique
	spec  Spec
	label string
	in    []Output
	diff  []bool

	values []gorgonia.Value // of the last run, to keep slices of unchanged inputs
	slices []any
	bufs   []gorgonia.Value
	out    []any

	// Where memory is shared (Share): who made the inputs, how many will still read each
	// output in the first run, whether that run is over, and whether the first output has
	// taken the first input's memory.
	arena    *arena
	sources  []source
	readers  []int
	settled  bool
	inherits bool

	carries int // for a carrier: the output whose gradient is its input
}

var (
	_ gorgonia.SDOp = (*Op)(nil)
	_ gorgonia.SDOp = (*pick)(nil)
	_ gorgonia.SDOp = (*detached)(nil)
)

// Apply adds an Op to the graph of its inputs and returns the node of its first output.
// It panics with an error where Gorgonia refuses it.
func Apply(spec Spec, inputs ...*gorgonia.Node) *gorgonia.Node { return ApplyAll(spec, inputs...)[0] }

// maxElements bounds an output: what no memory holds would end the process.
const maxElements = 1 << 34

// ApplyAll is Apply for an Op with several outputs. With Spec.Grads all are
// differentiable, otherwise the first is.
func ApplyAll(spec Spec, inputs ...*gorgonia.Node) gorgonia.Nodes {
	if spec.Grads != nil {
		return applySeveral(spec, inputs)
	}
	o := New(spec, inputs...)
	first := apply(o, inputs...)
	return append(gorgonia.Nodes{first}, picks(o, first)...)
}

// New makes an Op for inputs without adding it to their graph.
func New(spec Spec, inputs ...*gorgonia.Node) *Op {
	o := &Op{
		unique: newUnique(), spec: spec,
		in: make([]Output, len(inputs)), diff: make([]bool, len(inputs)),
		values: make([]gorgonia.Value, len(inputs)), slices: make([]any, len(inputs)),
	}
	for i, n := range inputs {
		if n == nil {
			panic(errors.Errorf("%s: input %d is nil", spec.Name, i))
		}
		o.in[i] = Like(n)
		o.diff[i] = spec.Grad != nil && Differentiable(n)
	}
	for _, i := range spec.Constant {
		o.diff[i] = false
	}
	for _, out := range spec.Outputs {
		size := 1.0 // a product of ints may overflow
		for _, d := range out.Shape {
			size *= float64(d)
		}
		if size > maxElements {
			panic(errors.Errorf("%s: expected an output of at most %d elements, received shape %v", spec.Name, maxElements, out.Shape))
		}
	}
	return o
}

func apply(o gorgonia.Op, inputs ...*gorgonia.Node) *gorgonia.Node {
	n, err := gorgonia.ApplyOp(o, inputs...)
	if err != nil {
		panic(err)
	}
	return n
}

// Differentiable reports whether a gradient can flow through a node: it is an
// input of the graph, or made of one by Ops that have gradients.
func Differentiable(n *gorgonia.Node) bool { return differentiable(n, map[*gorgonia.Node]bool{}) }

// differentiable leaves out what seen has: nothing differentiable was found there.
func differentiable(n *gorgonia.Node, seen map[*gorgonia.Node]bool) bool {
	if seen[n] {
		return false
	}
	seen[n] = true
	switch o := n.Op().(type) {
	case nil:
		return true
	case *Op:
		return slices.Contains(o.diff, true)
	case gorgonia.SDOp:
		wants := Wants(n)
		for i, c := range Children(n) {
			if i < len(wants) && wants[i] && differentiable(c, seen) {
				return true
			}
		}
	}
	return false
}

// Wants says which inputs of a node get a gradient from it.
func Wants(n *gorgonia.Node) []bool {
	if o, ok := n.Op().(gorgonia.SDOp); ok {
		return o.DiffWRT(n.Graph().From(n.ID()).Len())
	}
	return nil
}

// Children are the inputs of a node, in order.
func Children(n *gorgonia.Node) gorgonia.Nodes {
	var children gorgonia.Nodes
	for it := n.Graph().From(n.ID()); it.Next(); {
		children = append(children, it.Node().(*gorgonia.Node))
	}
	return children
}

// Own reports whether a node is the result of an Op of this package.
func Own(n *gorgonia.Node) bool {
	switch n.Op().(type) {
	case *Op, *pick, *detached:
		return true
	}
	return false
}

// SetLabel says for which layer the Op of a node was made; its errors say so too,
// and so do those of its gradient. The first label stays.
func SetLabel(n *gorgonia.Node, label string) {
	if o, ok := n.Op().(*Op); ok && o.label == "" {
		o.label = label
	}
}

// SpecOf gives the Spec and the inputs of a node that an Op of this package made.
func SpecOf(n *gorgonia.Node) (spec Spec, inputs gorgonia.Nodes, ok bool) {
	o, ok := n.Op().(*Op)
	if !ok {
		return Spec{}, nil, false
	}
	return o.spec, Children(n), true
}

func typeOf(o Output) hm.Type {
	if o.Shape.Dims() == 0 {
		return o.Dtype
	}
	return gorgonia.TensorType{Dims: o.Shape.Dims(), Of: o.Dtype}
}

// Type is made anew on each call: Gorgonia gives function types back to a pool.
func (o *Op) Type() hm.Type {
	types := make([]hm.Type, 0, len(o.in)+1)
	for _, in := range o.in {
		types = append(types, typeOf(in))
	}
	return hm.NewFnType(append(types, typeOf(o.spec.Outputs[0]))...)
}

// Arity is the number of inputs.
func (o *Op) Arity() int { return len(o.in) }

// InferShape gives the shape, which is known when the Op is made.
func (o *Op) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return o.spec.Outputs[0].Shape.Clone(), nil
}

// String is the Op's name.
func (o *Op) String() string { return o.spec.Name }

// DiffWRT says which inputs get a gradient.
func (o *Op) DiffWRT(int) []bool { return o.diff }

// SymDiff draws the gradients of the inputs that get one.
func (o *Op) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (grads gorgonia.Nodes, err error) {
	defer func() {
		if r := recover(); r != nil {
			grads, err = nil, o.failed(r)
		}
	}()
	before := len(out.Graph().AllNodes())
	grads = o.spec.Grad(in, out, grad, o.diff)
	for _, n := range out.Graph().AllNodes()[before:] {
		SetLabel(n, o.label)
	}
	for i, wanted := range o.diff {
		if !wanted {
			grads[i] = nil
		}
	}
	return grads, nil
}

// Do runs the Op and returns its first buffer.
func (o *Op) Do(inputs ...gorgonia.Value) (v gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, o.failed(r)
		}
	}()
	if o.bufs == nil {
		o.allocate()
	}
	for i, in := range inputs {
		o.load(i, in)
	}
	if err := o.spec.Run(o.slices, o.out); err != nil {
		return nil, o.failed(err)
	}
	if o.arena != nil && !o.settled {
		o.settle()
	}
	return o.bufs[0], nil
}

func (o *Op) allocate() {
	for i, out := range o.spec.Outputs {
		buf := o.buffer(i, out)
		o.bufs, o.out = append(o.bufs, buf), append(o.out, elements(buf))
	}
}

// buffer is the memory of an output, new or shared.
func (o *Op) buffer(i int, out Output) gorgonia.Value {
	if out.Shape.Dims() == 0 {
		return newScalar(out.Dtype)
	}
	if o.arena != nil && !o.spec.Keeps {
		memory, ok := any(nil), false
		if i == 0 {
			memory, ok = o.inherit()
		}
		if !ok {
			memory = o.arena.memory(out.Dtype, out.Shape.TotalSize())
		}
		if memory != nil {
			return tensor.New(tensor.WithShape(out.Shape...), tensor.WithBacking(memory))
		}
	}
	return tensor.New(tensor.Of(out.Dtype), tensor.WithShape(out.Shape...))
}

// load keeps the slice of an input between runs as long as it is the same
// value: making it allocates.
func (o *Op) load(i int, in gorgonia.Value) {
	if o.values[i] == in {
		return
	}
	if v, ok := in.(*tensor.Dense); ok && v.RequiresIterator() { // a copy, of this run only
		o.values[i], o.slices[i] = nil, elements(v.Materialize().(*tensor.Dense))
		return
	}
	o.values[i], o.slices[i] = in, elements(in)
}

// Failure is an error of a running Op: for which layer it was made, and why it failed.
type Failure struct {
	Label string // "dense_1 (Dense)", empty where unknown
	Op    string
	Cause error
}

// Error is the text.
func (f *Failure) Error() string {
	if f.Label == "" {
		return f.Op + ": " + f.Cause.Error()
	}
	return f.Label + ": " + f.Op + ": " + f.Cause.Error()
}

// Unwrap is the cause.
func (f *Failure) Unwrap() error { return f.Cause }

func (o *Op) failed(cause any) error { return Failed(o.label, o.spec.Name, cause) }

// Failed makes a Failure of an error, or of what a panic carried.
func Failed(label, name string, cause any) error {
	err, ok := cause.(error)
	if !ok {
		err = errors.Errorf("%v", cause)
	}
	return &Failure{label, name, err}
}

// applySeveral adds an Op that is differentiated by all its outputs. Gorgonia knows
// Ops of one output only, with one gradient: so the Op's own output is a token, a
// scalar that nobody reads, and the outputs are picked from it. The gradient of a pick
// is again a token, of a carrier that has the real one for its input. When the tokens
// have come together at the Op, their carriers say what arrived.
func applySeveral(spec Spec, inputs gorgonia.Nodes) gorgonia.Nodes {
	run, grads := spec.Run, spec.Grads
	var outs gorgonia.Nodes
	spec.Run = func(in, out []any) error { return run(in, out[1:]) }
	spec.Grad = func(in gorgonia.Nodes, _, token *gorgonia.Node, wants []bool) gorgonia.Nodes {
		arrived := make(gorgonia.Nodes, len(outs))
		unpack(token, arrived)
		return grads(in, outs, arrived, wants)
	}
	spec.Outputs = append([]Output{{Dtype: tensor.Float32}}, spec.Outputs...)
	o := New(spec, inputs...)
	outs = picks(o, apply(o, inputs...))
	return outs
}

// picks are the outputs of an applied Op but for the first.
func picks(o *Op, first *gorgonia.Node) gorgonia.Nodes {
	nodes := make(gorgonia.Nodes, len(o.spec.Outputs)-1)
	for i := range nodes {
		nodes[i] = apply(&pick{newUnique(), o, i + 1}, first)
	}
	return nodes
}

// carrier makes the token for the gradient of an output.
func carrier(output int, grad *gorgonia.Node) *gorgonia.Node {
	o := New(Spec{
		Name:    "gradient of an output",
		Outputs: []Output{{Dtype: tensor.Float32}},
		Run:     func(_, _ []any) error { return nil },
	}, grad)
	o.carries = output
	return apply(o, grad)
}

// unpack finds the gradients in a sum of tokens.
func unpack(token *gorgonia.Node, grads gorgonia.Nodes) {
	if o, ok := token.Op().(*Op); ok && o.carries > 0 {
		grads[o.carries-1] = Children(token)[0]
		return
	}
	for _, t := range Children(token) {
		unpack(t, grads)
	}
}

// pick hands on an output of an Op, which that Op has filled before.
type pick struct {
	unique
	from  *Op
	index int
}

func (p *pick) Arity() int { return 1 }

// DiffWRT is true where the Op is differentiated by this output.
func (p *pick) DiffWRT(int) []bool {
	return []bool{p.from.spec.Grads != nil && slices.Contains(p.from.diff, true)}
}

// SymDiff hands the gradient to the Op.
func (p *pick) SymDiff(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	return gorgonia.Nodes{carrier(p.index, grad)}, nil
}

func (p *pick) Type() hm.Type {
	return hm.NewFnType(typeOf(p.from.spec.Outputs[0]), typeOf(p.from.spec.Outputs[p.index]))
}

func (p *pick) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return p.from.spec.Outputs[p.index].Shape.Clone(), nil
}

func (p *pick) Do(...gorgonia.Value) (gorgonia.Value, error) { return p.from.bufs[p.index], nil }

func (p *pick) String() string { return fmt.Sprintf("%s[%d]", p.from.spec.Name, p.index) }

// Detach is x without a gradient: data, and weights that are not trained. It copies nothing.
func Detach(x *gorgonia.Node) *gorgonia.Node {
	return apply(&detached{newUnique(), Like(x)}, x)
}

type detached struct {
	unique
	in Output
}

func (d *detached) Arity() int { return 1 }

func (d *detached) DiffWRT(int) []bool { return []bool{false} }

func (d *detached) SymDiff(gorgonia.Nodes, *gorgonia.Node, *gorgonia.Node) (gorgonia.Nodes, error) {
	return gorgonia.Nodes{nil}, nil
}

func (d *detached) Type() hm.Type { return hm.NewFnType(typeOf(d.in), typeOf(d.in)) }

func (d *detached) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return d.in.Shape.Clone(), nil
}

func (d *detached) Do(in ...gorgonia.Value) (gorgonia.Value, error) { return in[0], nil }

func (d *detached) String() string { return "detach" }
