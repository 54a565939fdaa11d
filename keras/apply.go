package keras

import (
	"fmt"
	"regexp"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// connect is one call of a layer on symbolic tensors: it builds the layer if need
// be, infers the output shapes and adds a Node to the layer graph.
func connect(l Layer, args Args, in List, site string) List {
	if isNil(l) {
		return failed(&Error{Kind: ErrArgument, Site: site, Text: "expected a layer, received nil"}, 1)
	}
	l = whole(l)
	b := l.LayerBase()
	// The caller may go on using its list and map.
	args, _ = args.Replace(func(t *Tensor) (*Tensor, error) { return t, nil })
	node := &Node{layer: l, inputs: withStates(l, slices.Clone(in), args.Named), args: args}
	if err := node.sticky(); err != nil {
		return failed(err, b.outputs())
	}
	outs, err := node.infer()
	if err != nil {
		return failed(Locate(err, l, site), b.outputs())
	}
	for i, t := range outs {
		t.name, t.node, t.index = AutoName("keras_tensor"), node, i
	}
	node.outputs = outs
	node.drawMasks()
	b.calls.Lock()
	defer b.calls.Unlock()
	node.index = len(b.nodes)
	b.nodes = append(b.nodes, node)
	return outs
}

// whole is the layer that a value is a part of: a model that a type embeds is that type.
func whole(l Layer) Layer {
	if self := l.LayerBase().self; self != nil {
		return self
	}
	return l
}

// drawMasks finds the masks that Keras draws for the call: those among its arguments and those of
// its outputs.
func (n *Node) drawMasks() {
	masks := make(List, len(n.inputs))
	for i, t := range n.inputs {
		masks[i] = t.mask
	}
	if n.ShowsMasks() && slices.ContainsFunc(masks, func(m *Tensor) bool { return m != nil }) {
		n.masks = slices.Clone(masks)
	}
	if n.args.Mask != nil {
		masks[0] = n.args.Mask
	}
	var outs List
	if d, ok := n.layer.(MaskDrawer); ok {
		outs = d.DrawMasks(n.Inputs(), masks)
	} else {
		outs, _ = route(n.layer, masks, len(n.outputs))
	}
	for i, m := range outs[:min(len(outs), len(n.outputs))] {
		if m != nil && m.err == nil {
			n.outputs[i].mask = m
		}
	}
}

// ShowsMasks reports whether Keras writes masks that come with the inputs among the arguments, or
// that none does: not if there are other arguments, as training, or if the layer casts its input.
func (n *Node) ShowsMasks() bool {
	taker, ok := n.layer.(MaskTaker)
	if !ok || !taker.TakesMask() || n.args.Mask != nil || len(n.args.Named) > 0 {
		return false
	}
	_, model := n.layer.(Structured)
	return model || n.args.Training != On && len(n.inputs) == 1 && n.inputs[0].dtype == n.layer.DType()
}

// route gives the outputs of a layer that computes no masks those that it hands on. It reports
// whether the layer says which.
func route[M any](l Layer, masks []M, outputs int) ([]M, bool) {
	r, routes := l.(MaskRouter)
	if !routes && !l.LayerBase().maskThrough {
		return nil, false
	}
	from := make([]int, outputs)
	if routes {
		from = r.RouteMasks(len(masks))
	}
	out := make([]M, len(from))
	for i, input := range from {
		if input != None {
			out[i] = masks[input]
		}
	}
	return out, true
}

// Infer gives the shapes and types of what a layer makes of inputs of shapes and types. It
// builds the layer if it has not been built, but is no call of it.
func Infer(l Layer, in []Shape, types []tensor.Dtype) ([]Shape, []tensor.Dtype, error) {
	n := &Node{layer: l}
	for i, s := range in {
		n.inputs = append(n.inputs, Symbol(s, types[i]))
	}
	return n.OutputsFor(func(t *Tensor) Shape { return t.shape })
}

// withStates are the inputs of a call, with the initial states of a StateTaker among them
// in the place of the argument.
func withStates[T any](l Layer, in []T, named map[string]any) []T {
	if _, ok := l.(StateTaker); ok {
		switch v := named[initialState].(type) {
		case T:
			in = append(in, v)
		case []T:
			in = append(in, v...)
		default:
			return in
		}
		delete(named, initialState)
	}
	return in
}

// outputs is the number of the layer's outputs, 1 where it is not known.
func (b *Base) outputs() int {
	if nodes := b.Nodes(); len(nodes) > 0 {
		return len(nodes[0].outputs)
	}
	return 1
}

// sticky is the error that an input brings along: it was said before, of another layer.
func (n *Node) sticky() error {
	for _, t := range n.Operands() {
		if t != nil && t.err != nil {
			return t.err
		}
	}
	return nil
}

// infer gives the outputs of a call, without names.
func (n *Node) infer() (List, error) {
	if n.layer.LayerBase().self == nil {
		return nil, errNoInit
	}
	for i, t := range n.Operands() {
		if t == nil {
			return nil, Expected(ErrArgument, "a tensor", fmt.Sprintf("nil as input %d", i))
		}
	}
	if len(n.inputs) == 0 {
		return nil, Expected(ErrShape, "at least one input", "none")
	}
	shapes, types, err := n.OutputsFor(func(t *Tensor) Shape { return t.shape })
	outs := make(List, len(shapes))
	for i, shape := range shapes {
		outs[i] = &Tensor{shape: shape, dtype: types[i]}
	}
	return outs, err
}

// OutputsFor gives the shapes and types of the outputs if the inputs had other
// shapes. It builds the layer if it has not been built.
func (n *Node) OutputsFor(shapeOf func(*Tensor) Shape) (shapes []Shape, types []tensor.Dtype, err error) {
	defer func() {
		if r := recover(); r != nil {
			shapes, types, err = nil, nil, asError(r)
		}
	}()
	in, inTypes := make([]Shape, len(n.inputs)), make([]tensor.Dtype, len(n.inputs))
	for i, t := range n.inputs {
		in[i], inTypes[i] = shapeOf(t), t.dtype
	}
	shapes, types, err = n.outputsOf(in, inTypes, shapeOf)
	if err == nil {
		err = checkOutputs(shapes, types)
	}
	if err != nil {
		return nil, nil, err
	}
	return shapes, types, nil
}

func (n *Node) outputsOf(in []Shape, inTypes []tensor.Dtype, shapeOf func(*Tensor) Shape) (shapes []Shape, types []tensor.Dtype, err error) {
	l, b := n.layer, n.layer.LayerBase()
	s, says := l.(ShapeInferer)
	if !says {
		return n.buildAndTrace(in, shapeOf)
	}
	if err := b.check(); err != nil {
		return nil, nil, err
	}
	// The shapes before the weights: a wrong input must not make any.
	if shapes, err = s.OutputShapes(in...); err != nil {
		return nil, nil, err
	}
	if shapes == nil {
		return n.buildAndTrace(in, shapeOf)
	}
	if err := b.ensureBuilt(in); err != nil {
		return nil, nil, err
	}
	if d, ok := l.(DTypeInferer); ok {
		return shapes, d.OutputDTypes(inTypes...), nil
	}
	for range shapes {
		types = append(types, l.DType())
	}
	return shapes, types, nil
}

// buildAndTrace finds the shapes of a layer that does not say them. A layer whose
// Call fails on its first inputs is not built for them.
func (n *Node) buildAndTrace(in []Shape, shapeOf func(*Tensor) Shape) ([]Shape, []tensor.Dtype, error) {
	b := n.layer.LayerBase()
	fresh := !b.Built()
	if err := b.ensureBuilt(in); err != nil {
		return nil, nil, err
	}
	shapes, types, err := n.trace(shapeOf)
	if err != nil && fresh {
		b.unbuild()
	}
	return shapes, types, err
}

// checkOutputs reports what a layer of a user may get wrong.
func checkOutputs(shapes []Shape, types []tensor.Dtype) error {
	if len(shapes) == 0 {
		return Expected(ErrShape, "a layer with at least one output", "none")
	}
	if len(types) != len(shapes) {
		return Expected(ErrShape, fmt.Sprintf("%d types of outputs", len(shapes)), len(types))
	}
	for _, s := range shapes {
		if !s.valid() {
			return Expected(ErrShape, "outputs whose sizes are not negative", s)
		}
	}
	return nil
}

// standIns are sizes to put in the place of None while a Call is traced: two runs
// tell which output axes move with which unknown size. They are primes, so as not
// to be somebody's kernel or filter count, and so far apart that a network which
// divides sizes by 64 still tells them apart. Why not larger: a table of positions
// may have few rows.
var standIns = [2]int{47, 127}

// trace finds the output shapes of a layer that does not say them, by writing its
// maths into two scratch graphs; nothing is computed.
func (n *Node) trace(shapeOf func(*Tensor) Shape) (shapes []Shape, types []tensor.Dtype, err error) {
	var runs [2][]*gorgonia.Node
	var traces [2]*Trace
	var made []*Base
	defer func() {
		if r := recover(); r != nil {
			shapes, types, err = nil, nil, asError(r)
		}
		if err != nil { // weights inside may have taken a stand-in for a size
			for _, b := range made {
				b.unbuild()
			}
		}
	}()
	for r, size := range standIns {
		t := NewTrace(gorgonia.NewGraph(), false)
		traces[r] = t
		values := map[*Tensor]*gorgonia.Node{}
		for i, p := range n.Operands() {
			values[p] = t.Input(fmt.Sprintf("input_%d", i), shapeOf(p).with(size).Tensor(), p.dtype)
		}
		runs[r], err = t.CallNode(n, values)
		made = append(made, t.built...)
		if err != nil && r > 0 { // what was built for one size does not fit another
			return nil, nil, unknownSize(err, size)
		}
		if err != nil {
			return nil, nil, n.withNone(err, shapeOf)
		}
	}
	if a, b := len(runs[0]), len(runs[1]); a != b {
		return nil, nil, Expected(ErrShape, "a number of outputs that does not depend on sizes", a, b)
	}
	for i, first := range runs[0] {
		second := runs[1][i]
		if first.Dims() != second.Dims() {
			return nil, nil, Expected(ErrShape, "an output whose rank does not depend on sizes", first.Shape(), second.Shape())
		}
		shapes, types = append(shapes, moved(Shape(first.Shape()), Shape(second.Shape()))), append(types, first.Dtype())
	}
	for _, b := range made { // inside, for stand-ins
		b.forgetSizes(traces[1].first[b])
	}
	for _, b := range traces[1].order {
		if w, ok := b.self.(Widener); ok {
			if err := w.Widen(traces[1].first[b]); err != nil {
				return nil, nil, err
			}
		}
	}
	return shapes, types, nil
}

// moved is a shape with None where another one has another size.
func moved(a, b Shape) Shape {
	out := a.Clone()
	for axis := range out {
		if axis < len(b) && b[axis] != out[axis] {
			out[axis] = None
		}
	}
	return out
}

// forgetSizes takes the stand-ins out of the shapes that the layer was built for. other
// has those of a trace with other stand-ins.
func (b *Base) forgetSizes(other []Shape) {
	b.building.Lock()
	defer b.building.Unlock()
	for i := range min(len(b.shape), len(other)) {
		b.shape[i] = moved(b.shape[i], other[i])
	}
}

// inShape finds a stand-in among the sizes of a shape in a text.
var inShape = regexp.MustCompile(fmt.Sprintf(`([(, ])%d([,)])`, standIns[0]))

// withNone is an error of the first stand-in in the user's terms, if an input has an unknown size.
func (n *Node) withNone(err error, shapeOf func(*Tensor) Shape) error {
	unknown := slices.ContainsFunc(n.Operands(), func(t *Tensor) bool { return !shapeOf(t).Known() })
	e, ok := err.(*Error)
	if !unknown || !ok {
		return err
	}
	c := *e
	c.Text = inShape.ReplaceAllString(c.Text, "${1}None${2}")
	return &c
}

// unknownSize explains an error that came with the second stand-in only.
func unknownSize(err error, size int) error {
	hint := fmt.Sprintf("an axis of unknown size (%d stands for None) must not decide the shape of a weight", size)
	if e, ok := err.(*Error); ok {
		return e.WithHint(hint)
	}
	return &Error{Kind: ErrShape, Hint: hint, Cause: err}
}

// with is the shape with a size in the place of each None.
func (s Shape) with(size int) Shape {
	out := s.Clone()
	for i, d := range out {
		if d == None {
			out[i] = size
		}
	}
	return out
}
