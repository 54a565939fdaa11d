package keras

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gokeras/gokeras/internal/op"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Trace is a Gorgonia graph in the making: what a layer's Call writes its maths
// into. Its methods, and the functions of keras/ops, panic with an error where
// shapes do not fit; whoever traces a layer turns that into an ordinary error that
// names the layer.
type Trace struct {
	// Training is true in a graph that trains.
	Training bool

	graph   *gorgonia.ExprGraph
	vars    map[*Variable]*gorgonia.Node
	leaves  map[*Variable]*gorgonia.Node
	used    []*Variable
	masks   map[*gorgonia.Node]*gorgonia.Node
	labels  map[*gorgonia.Node]string
	losses  []Loss
	updates []Update
	built   []*Base
	first   map[*Base][]Shape // the input shapes of each layer's first call
	order   []*Base           // of these calls
	frame   *frame
	names   int
	keys    func(*SeedGenerator) func() uint64
}

// frame is one layer call in progress.
type frame struct {
	outer *frame
	layer Layer
	path  string
	masks []*gorgonia.Node
	deaf  bool // to masks that come with the inputs
	named map[string]any
}

// recursive reports whether the layer is running already.
func (f *frame) recursive() bool {
	for o := f.outer; o != nil; o = o.outer {
		if o.layer == f.layer {
			return true
		}
	}
	return false
}

// Loss is a term of the total loss: Scale times a scalar node.
type Loss struct {
	Node  *gorgonia.Node
	Scale float64
}

// Update is a new value of a variable, written after the run and before the optimizer's step.
type Update struct {
	Variable *Variable
	Node     *gorgonia.Node
}

// NewTrace starts a trace in a graph.
func NewTrace(g *gorgonia.ExprGraph, training bool) *Trace {
	return &Trace{
		Training: training, graph: g,
		vars:   map[*Variable]*gorgonia.Node{},
		leaves: map[*Variable]*gorgonia.Node{},
		masks:  map[*gorgonia.Node]*gorgonia.Node{},
		labels: map[*gorgonia.Node]string{},
		first:  map[*Base][]Shape{},
	}
}

// Fork starts a trace in another graph that goes on inside the layer call that is
// running: for maths that a graph of its own computes. keys stands in for Trace.Keys.
func (t *Trace) Fork(g *gorgonia.ExprGraph, keys func(*SeedGenerator) func() uint64) *Trace {
	f := NewTrace(g, t.Training)
	f.frame, f.keys = t.frame, keys
	return f
}

// Keys is what gives a random Op its key in each run: the generator's Next, unless a
// graph runs twice for one result and must draw the same numbers.
func (t *Trace) Keys(seeds *SeedGenerator) func() uint64 {
	if t.keys != nil {
		return t.keys(seeds)
	}
	return seeds.Next
}

// Graph is the Gorgonia graph.
func (t *Trace) Graph() *gorgonia.ExprGraph { return t.graph }

// unique makes a node name that no other node has: Gorgonia merges nodes of one name.
func (t *Trace) unique(name string) string {
	t.names++
	return fmt.Sprintf("%s#%d", name, t.names)
}

// Input makes a node that is fed, of a shape and type.
func (t *Trace) Input(name string, shape tensor.Shape, dt tensor.Dtype) *gorgonia.Node {
	if shape.Dims() == 0 {
		return gorgonia.NewScalar(t.graph, dt, gorgonia.WithName(t.unique(name)))
	}
	return gorgonia.NewTensor(t.graph, dt, shape.Dims(), gorgonia.WithShape(shape...), gorgonia.WithName(t.unique(name)))
}

// Var is the node of a variable; nil for nil. Nodes of one variable are one node.
func (t *Trace) Var(v *Variable) *gorgonia.Node {
	if v == nil {
		return nil
	}
	n, ok := t.vars[v]
	if !ok {
		n = t.Leaf(v)
		if !v.Trainable() {
			n = op.Detach(n)
		}
		if v.scalar {
			n = op.Reshape(n, tensor.Shape{})
		}
		t.vars[v] = n
		t.used = append(t.used, v)
	}
	return n
}

// Leaf is the node that has a variable's memory: what a cost is differentiated by.
func (t *Trace) Leaf(v *Variable) *gorgonia.Node {
	n, ok := t.leaves[v]
	if !ok {
		s := v.value.Shape()
		n = gorgonia.NewTensor(t.graph, v.DType(), s.Dims(), gorgonia.WithShape(s...),
			gorgonia.WithValue(v.shared()), gorgonia.WithName(t.unique(v.path)))
		t.leaves[v] = n
	}
	return n
}

// running is the layer call in progress.
func (t *Trace) running() *frame {
	if t.frame == nil {
		panic(Fault(ErrState, "expected to be called inside a layer's Call"))
	}
	return t.frame
}

// Weight is the node of the running layer's own weight of a name.
func (t *Trace) Weight(name string) *gorgonia.Node {
	for _, v := range t.running().layer.LayerBase().OwnWeights() {
		if v.name == name {
			return t.Var(v)
		}
	}
	panic(Expected(ErrArgument, "the name of a weight that Build makes", name))
}

// Mask is the mask of the running layer's input i, nil without one. As in Keras, a call
// with initial states sees none but its argument mask.
func (t *Trace) Mask(i int) *gorgonia.Node {
	if t.frame == nil || t.frame.deaf || i < 0 || i >= len(t.frame.masks) {
		return nil
	}
	return t.frame.masks[i]
}

// MaskOf is the mask that travels with a node, nil without one.
func (t *Trace) MaskOf(n *gorgonia.Node) *gorgonia.Node { return t.masks[n] }

// Named is a call argument of the running layer: a *gorgonia.Node for a tensor, a list
// of them for a list, or a plain value.
func (t *Trace) Named(name string) (any, bool) {
	v, ok := t.running().named[name]
	return v, ok
}

// Out is the result of a Call, with the check that every output is there.
func (t *Trace) Out(nodes ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	if len(nodes) == 0 {
		return nil, Expected(ErrRun, "an output", "none")
	}
	for i, n := range nodes {
		if n == nil {
			return nil, Expected(ErrRun, "an output", fmt.Sprintf("nil as output %d", i))
		}
		if n.Graph() != t.graph {
			return nil, Expected(ErrRun, "an output in the graph of the Trace", fmt.Sprintf("a node of another graph as output %d", i))
		}
	}
	return nodes, nil
}

// AddLoss adds a scalar to the total loss.
func (t *Trace) AddLoss(n *gorgonia.Node) {
	if n == nil {
		panic(Expected(ErrArgument, "a scalar loss", "nil"))
	}
	if n.Dims() != 0 {
		panic(Expected(ErrShape, "a scalar loss", "one of shape "+Shape(n.Shape()).String()))
	}
	t.losses = append(t.losses, Loss{n, 1})
}

// Update writes a node's value into a variable in each training step, as a moving
// average wants it. From then on Var gives the new value: a layer that is called twice
// goes on from there. The gradient of a trained variable is that by the new value, which
// the optimizer then changes; none goes through the node.
func (t *Trace) Update(v *Variable, n *gorgonia.Node) {
	t.carry(v, n, t.Training)
}

// Carry writes a node's value into a variable with each batch, also of evaluation and
// prediction: state that goes on with the next batch.
func (t *Trace) Carry(v *Variable, n *gorgonia.Node) { t.carry(v, n, true) }

func (t *Trace) carry(v *Variable, n *gorgonia.Node, writes bool) {
	if v == nil || n == nil {
		panic(Expected(ErrArgument, "a variable and its new value", "nil"))
	}
	if got := Shape(n.Shape()); !v.Shape().Equal(got) || n.Dtype() != v.DType() {
		panic(Expected(ErrShape, fmt.Sprintf("a value of shape %s and type %s for %s", v.Shape(), v.DType(), v.path),
			fmt.Sprintf("%s of type %s", got, n.Dtype())))
	}
	if writes {
		if v.Trainable() {
			n = op.Assign(t.Var(v), n)
		}
		t.updates = append(t.updates, Update{v, n})
		t.vars[v] = n
	}
}

// Variables are those that the trace has used, in the order of first use.
func (t *Trace) Variables() []*Variable { return t.used }

// Losses are the terms that layers added to the loss.
func (t *Trace) Losses() []Loss { return t.losses }

// Updates are the new values of variables.
func (t *Trace) Updates() []Update { return t.updates }

// Label says which layer a node was made for.
func (t *Trace) Label(n *gorgonia.Node) string { return t.labels[n] }

// Apply calls a layer or model inside a layer and gives its one output.
func (t *Trace) Apply(l Layer, in ...*gorgonia.Node) *gorgonia.Node {
	outs := t.ApplyAll(l, in...)
	if len(outs) != 1 {
		panic(Locate(Expected(ErrGraph, "one output", len(outs)).WithHint("use ApplyAll"), l, ""))
	}
	return outs[0]
}

// ApplyAll calls a layer or model inside a layer and gives all its outputs.
func (t *Trace) ApplyAll(l Layer, in ...*gorgonia.Node) []*gorgonia.Node {
	outs, err := t.Call(l, Auto, nil, nil, in...)
	if err != nil {
		panic(err)
	}
	return outs
}

// CallSteps calls a layer that is part of the running one on several steps of each
// sample at once: losses that are added inside count for each step. As in Keras, where a
// wrapper computes with the maths of a layer without calling it, the layer's own
// activity penalty is not among them. mask is that of the first input, nil for none.
func (t *Trace) CallSteps(l Layer, steps int, mask *gorgonia.Node, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	before := len(t.losses)
	outs, err := t.Call(l, Auto, mask, nil, in...)
	if err != nil {
		return nil, err
	}
	if l.LayerBase().activity != nil {
		t.losses = t.losses[:len(t.losses)-len(outs)]
	}
	for i := range t.losses[before:] {
		t.losses[before+i].Scale *= float64(steps)
	}
	return outs, nil
}

// CallNode runs a call of the layer graph on nodes for its parents.
func (t *Trace) CallNode(n *Node, values map[*Tensor]*gorgonia.Node) ([]*gorgonia.Node, error) {
	in := make([]*gorgonia.Node, len(n.inputs))
	for i, p := range n.inputs {
		in[i] = values[p]
	}
	var mask *gorgonia.Node
	if n.args.Mask != nil {
		mask = values[n.args.Mask]
	}
	named := make(map[string]any, len(n.args.Named))
	for k, v := range n.args.Named {
		switch p := v.(type) {
		case *Tensor:
			v = values[p]
		case List:
			nodes := make([]*gorgonia.Node, len(p))
			for i, t := range p {
				nodes[i] = values[t]
			}
			v = nodes
		}
		named[k] = v
	}
	training := n.args.Training
	if training == Off { // the default of most classes, which files show: a model that is trained overrides it
		training = Auto
	}
	return t.Call(n.layer, training, mask, named, in...)
}

// Call runs a layer on nodes: it builds the layer if need be, casts floating
// inputs to its dtype, lets masks travel, and adds its activity penalty. An error
// or panic inside becomes an error that names the layer.
func (t *Trace) Call(l Layer, training Switch, mask *gorgonia.Node, named map[string]any, in ...*gorgonia.Node) (outs []*gorgonia.Node, err error) {
	if isNil(l) {
		return nil, Expected(ErrArgument, "a layer", "nil")
	}
	l = whole(l)
	named = maps.Clone(named)
	in = withStates(l, slices.Clone(in), named)
	f := &frame{outer: t.frame, layer: l, path: l.Name(), named: named}
	if f.outer != nil {
		f.path = f.outer.path + "/" + l.Name()
	}
	if f.recursive() {
		return nil, Locate(Fault(ErrGraph, "the layer calls itself"), l, "")
	}
	before, wasTraining := len(t.graph.AllNodes()), t.Training
	t.frame = f
	if training != Auto {
		t.Training = training == On
	}
	defer func() {
		if r := recover(); r != nil {
			outs, err = nil, asError(r)
		}
		t.frame, t.Training = f.outer, wasTraining
		if err != nil {
			err = Locate(err, l, "")
			return
		}
		t.label(l, before)
	}()

	b := l.LayerBase()
	if b.self == nil {
		return nil, errNoInit
	}
	shapes := make([]Shape, len(in))
	for i, n := range in {
		if n == nil {
			return nil, Expected(ErrArgument, "an input", fmt.Sprintf("nil as input %d", i))
		}
		f.masks = append(f.masks, t.masks[n])
		if casts(l) && op.IsFloat(n.Dtype()) {
			in[i] = op.Cast(n, l.DType())
		}
		shapes[i] = Shape(n.Shape().Clone())
	}
	_, states := l.(StateTaker)
	f.deaf = states && len(in) > 1 && mask == nil
	if mask != nil && len(in) > 0 {
		f.masks[0] = mask
	}
	if masks, ok := named[maskArgument].([]*gorgonia.Node); ok {
		copy(f.masks, masks)
		delete(named, maskArgument)
	}
	if _, again := t.first[b]; !again {
		t.first[b] = shapes
		t.order = append(t.order, b)
	}
	if f.outer != nil && !b.Built() {
		b.Within(f.outer.path)
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if s, ok := l.(ShapeInferer); ok { // before the weights, as in OutputsFor
		if _, err := s.OutputShapes(shapes...); err != nil {
			return nil, err
		}
	}
	if !b.Built() {
		if err := b.ensureBuilt(slices.Clone(shapes)); err != nil {
			return nil, err
		}
		t.built = append(t.built, b)
	}
	outs, err = l.Call(t, in...)
	if err != nil {
		return nil, err
	}
	if outs, err = t.Out(outs...); err != nil {
		return nil, err
	}
	if err := b.Err(); err != nil { // a weight that Call made
		return nil, err
	}
	if err := t.passMasks(l, in, outs); err != nil {
		return nil, err
	}
	if b.activity != nil {
		for _, o := range outs {
			samples := 1
			if o.Dims() > 0 {
				samples = max(1, o.Shape()[0])
			}
			t.losses = append(t.losses, Loss{b.activity.Penalty(o), 1 / float64(samples)})
		}
	}
	return outs, nil
}

// casts reports whether a layer's floating inputs become of its dtype: not those of a model
// or of an operation.
func casts(l Layer) bool {
	_, container := l.(Container)
	_, operation := l.(Operation)
	return !container && !operation
}

// label says, for errors at run time, which layer the nodes made since were made for.
func (t *Trace) label(l Layer, since int) {
	label := fmt.Sprintf("%s (%s)", l.Name(), l.Class())
	for _, n := range t.graph.AllNodes()[since:] {
		if _, labelled := t.labels[n]; !labelled {
			t.labels[n] = label
			op.SetLabel(n, label)
		}
	}
}

// passMasks gives the outputs of a call their masks.
func (t *Trace) passMasks(l Layer, in, outs []*gorgonia.Node) error {
	masks, says := route(l, t.frame.masks, len(outs))
	if c, computes := l.(MaskComputer); computes {
		var err error
		if masks, err = c.ComputeMasks(t, in, t.frame.masks); err != nil {
			return err
		}
	} else if !says && slices.ContainsFunc(t.frame.masks, func(m *gorgonia.Node) bool { return m != nil }) {
		l.LayerBase().endMask()
	}
	if len(masks) > len(outs) {
		return Expected(ErrShape, fmt.Sprintf("a mask for each of %d outputs", len(outs)), len(masks))
	}
	for i, m := range masks {
		if m != nil {
			t.masks[outs[i]] = m
		}
	}
	return nil
}
