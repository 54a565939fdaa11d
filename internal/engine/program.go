package engine

import (
	"slices"
	"sync"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// Drawing is what a program computes.
type Drawing struct {
	Outputs []*gorgonia.Node
	// Masks are those of the first outputs, nil for an output without one.
	Masks []*gorgonia.Node
	// Cost is a scalar to differentiate by the trainable variables; nil for none.
	Cost *gorgonia.Node
}

// Draw writes a program: from nodes that are fed to what it computes.
type Draw func(t *keras.Trace, in []*gorgonia.Node) (Drawing, error)

// Program is a compiled graph with its own memory. It shares nothing but the
// variables with other programs, and runs one step at a time.
type Program struct {
	machine   *machine
	feeds     []feed
	outputs   []*gorgonia.Node
	masks     []*gorgonia.Node
	cost      *gorgonia.Node
	variables []*keras.Variable // with a gradient
	gradients []*gorgonia.Node
	reads     []*keras.Variable // all, in the order of locking
	updates   []keras.Update
}

// building lets one goroutine at a time use Gorgonia's graph functions, which
// share constants and counters.
var building sync.Mutex

// Build compiles what draw draws on inputs of the given shapes and types.
func Build(feeds []op.Output, training bool, draw Draw) (*Program, error) {
	return build(keras.NewTrace(gorgonia.NewGraph(), training), feeds, draw)
}

// build is Build on a trace, which is new.
func build(t *keras.Trace, feeds []op.Output, draw Draw) (p *Program, err error) {
	building.Lock()
	defer building.Unlock()
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, op.Failed("", "graph", r)
		}
	}()
	g := t.Graph()
	p = &Program{feeds: make([]feed, len(feeds))}
	in := make([]*gorgonia.Node, len(feeds))
	for i, f := range feeds {
		n := t.Input("input", f.Shape, f.Dtype)
		p.feeds[i], in[i] = feed{Output: f, node: n}, op.Detach(n)
	}
	d, err := draw(t, in)
	if err != nil {
		return nil, err
	}
	p.outputs, p.masks, p.cost, p.updates = d.Outputs, d.Masks, d.Cost, t.Updates()
	p.reads = keras.LockOrder(t.Variables())
	if d.Cost != nil {
		if err := p.differentiate(t); err != nil {
			return nil, err
		}
	}
	if err := guard(g, t.Label); err != nil {
		return nil, err
	}
	op.Share(g, p.read())
	p.machine = newMachine(g)
	return p, nil
}

// read are the nodes whose values are read after a run.
func (p *Program) read() gorgonia.Nodes {
	nodes := append(slices.Clone(p.outputs), p.gradients...)
	if p.cost != nil {
		nodes = append(nodes, p.cost)
	}
	for _, m := range p.masks {
		if m != nil {
			nodes = append(nodes, m)
		}
	}
	for _, u := range p.updates {
		nodes = append(nodes, u.Node)
	}
	return nodes
}

// differentiate adds the gradient of the cost by each trainable variable that it depends on.
func (p *Program) differentiate(t *keras.Trace) error {
	reached := map[*gorgonia.Node]bool{}
	var walk func(n *gorgonia.Node)
	walk = func(n *gorgonia.Node) {
		if reached[n] {
			return
		}
		reached[n] = true
		wants := op.Wants(n)
		for i, c := range op.Children(n) {
			if i < len(wants) && wants[i] {
				walk(c)
			}
		}
	}
	walk(p.cost)
	var by gorgonia.Nodes
	for _, v := range t.Variables() {
		if n := t.Leaf(v); v.Trainable() && reached[n] {
			by = append(by, n)
			p.variables = append(p.variables, v)
		}
	}
	if len(by) == 0 {
		return nil
	}
	before := len(p.cost.Graph().AllNodes())
	var err error
	if p.gradients, err = gorgonia.Grad(p.cost, by...); err != nil {
		return errors.Wrap(err, "differentiating")
	}
	for _, n := range p.cost.Graph().AllNodes()[before:] {
		if err := ownSum(n); err != nil {
			return err
		}
	}
	return nil
}

// ownSum replaces the Op with which Gorgonia adds up the gradients of a node that is
// used several times: its own takes new memory for each sum in each step.
func ownSum(n *gorgonia.Node) error {
	if op.Own(n) || n.Op() == nil || n.Op().String() != "+ false" {
		return nil
	}
	terms := op.Children(n)
	shape := n.Shape()
	if !terms[0].Shape().Eq(shape) || !terms[1].Shape().Eq(shape) || !op.IsFloat(n.Dtype()) {
		return nil
	}
	return setOp(n, op.New(op.Spec{
		Name:    "sum of gradients",
		Outputs: []op.Output{op.Like(n)},
		Run:     op.ByType(n.Dtype(), runAdd[float32](shape), runAdd[float64](shape)),
		InPlace: true,
	}, terms...))
}

func runAdd[T kernels.Float](shape tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.Broadcast(kernels.Add, in[0].([]T), shape, in[1].([]T), shape, out[0].([]T), shape)
		return nil
	}
}

// Run computes the program on data, which is cast to the types of its inputs and
// has their sizes. The data may be read until the next run. Nothing else may run the program until Results are read.
func (p *Program) Run(data []*tensor.Dense) error {
	for i, d := range data {
		if err := p.feeds[i].set(d); err != nil {
			return errors.Wrapf(err, "input %d", i)
		}
	}
	keras.RLock(p.reads)
	defer keras.RUnlock(p.reads)
	return p.run()
}

// run is Run where the feeds are set and the variables are locked.
func (p *Program) run() error {
	if err := p.machine.run(); err != nil {
		return &keras.Error{Kind: keras.ErrRun, Cause: failure(err)}
	}
	return nil
}

// failure finds the Op's own words in an error of Gorgonia's machine.
func failure(err error) error {
	for e := err; e != nil; {
		switch x := e.(type) {
		case *op.Failure:
			return x
		case interface{ Err() error }:
			e = x.Err()
		case interface{ Unwrap() error }:
			e = x.Unwrap()
		case interface{ Cause() error }:
			e = x.Cause()
		default:
			return err
		}
	}
	return err
}

// Outputs is the number of outputs.
func (p *Program) Outputs() int { return len(p.outputs) }

// Output is the value of output i after a run, a tensor or a scalar's one
// element. It is the program's memory, and valid until the next run.
func (p *Program) Output(i int) gorgonia.Value { return p.outputs[i].Value() }

// Mask is the value of the mask of output i after a run, nil without one; the program's
// memory.
func (p *Program) Mask(i int) *tensor.Dense {
	if i >= len(p.masks) || p.masks[i] == nil {
		return nil
	}
	return p.masks[i].Value().(*tensor.Dense)
}

// Cost is the cost of the last run.
func (p *Program) Cost() float64 { return Scalar(p.cost.Value()) }

// Scalar is the number that a scalar value holds.
func Scalar(v gorgonia.Value) float64 {
	switch x := v.(type) {
	case *gorgonia.F32:
		return float64(*x)
	case *gorgonia.F64:
		return float64(*x)
	case *tensor.Dense:
		switch d := x.Data().(type) {
		case []float32:
			return float64(d[0])
		case []float64:
			return d[0]
		case float32:
			return float64(d)
		case float64:
			return d
		}
	}
	panic(errors.Errorf("expected a scalar, received %T", v))
}

// Variables are those with a gradient.
func (p *Program) Variables() []*keras.Variable { return p.variables }

// Gradient is that of variable i after a run: the program's memory.
func (p *Program) Gradient(i int) *tensor.Dense { return p.gradients[i].Value().(*tensor.Dense) }

// Commit writes the new values of variables that layers asked for (Trace.Update, Carry).
func (p *Program) Commit() error {
	for _, u := range p.updates {
		v, ok := u.Node.Value().(*tensor.Dense)
		if !ok { // of shape ()
			v = tensor.New(tensor.FromScalar(u.Node.Value().Data()))
		}
		if err := u.Variable.Assign(v); err != nil {
			return err
		}
	}
	return nil
}

// Graph draws on inputs of the given shapes and types, for somebody who goes on with the
// graph: nothing is differentiated or compiled, and gradients flow to the inputs.
func Graph(feeds []op.Output, draw Draw) (t *keras.Trace, in gorgonia.Nodes, d Drawing, err error) {
	building.Lock()
	defer building.Unlock()
	defer func() {
		if r := recover(); r != nil {
			err = op.Failed("", "graph", r)
		}
	}()
	t = keras.NewTrace(gorgonia.NewGraph(), false)
	for _, f := range feeds {
		in = append(in, t.Input("input", f.Shape, f.Dtype))
	}
	d, err = draw(t, in)
	return t, in, d, err
}
