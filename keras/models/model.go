// Package models has the Model: layers between inputs and outputs that can be
// compiled, trained, evaluated, asked for predictions, summarized and taken apart.
//
//	model, err := models.New(in, out)
//	err = model.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.Named("mse")})
//	history, err := model.Fit(x, y, models.FitConfig{Epochs: 5})
package models

import (
	"fmt"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*Model)(nil)
	_ keras.Container    = (*Model)(nil)
	_ keras.ShapeInferer = (*Model)(nil)
	_ keras.DTypeInferer = (*Model)(nil)
	_ keras.Structured   = (*Model)(nil)
)

// Model is a graph of layers that can be trained, evaluated and used to predict.
// It is a layer itself: it may be applied to tensors, nested, and frozen.
//
// Predict, Evaluate, Summary and Call are safe for concurrent use, also while
// one goroutine trains.
type Model struct {
	keras.Base

	err     error
	inputs  structure
	outputs structure
	graph   *graph
	stack   *stack // of a Sequential

	engine  engine.Engine
	trainer trainer
}

// Option is an option of New and Sequential.
type Option func(*options)

type options struct {
	name, class string
}

// WithName names the model. Default: the class in snake_case, numbered.
func WithName(name string) Option { return func(o *options) { o.name = name } }

// WithClass sets the class that Summary and configs show, for functions that
// package a model as a class of their own: WithClass("MnistModel") is called
// mnist_model. Default Functional.
func WithClass(class string) Option { return func(o *options) { o.class = class } }

// New makes a model of what lies between inputs and outputs: each a *keras.Tensor,
// a keras.List or a keras.Dict. Inputs may be tensors in the middle of a graph: the
// new model then begins there, with the same layers.
//
// Errors: the first error that a tensor carries; outputs that the inputs do not
// reach; two layers of one name. The model that comes with an error carries it
// too: whatever is done with it returns it.
func New(inputs, outputs any, opts ...Option) (*Model, error) {
	m := newModel("Functional", opts)
	if m.err == nil {
		m.err = m.connect(inputs, outputs)
	}
	return m, m.err
}

// Must is the model, for package-level models and notebooks. It panics with err unless it is nil.
func Must(m *Model, err error) *Model {
	if err != nil {
		panic(err)
	}
	return m
}

func newModel(class string, opts []Option) *Model {
	o := options{class: class}
	for _, set := range opts {
		set(&o)
	}
	m := &Model{}
	m.Init(m, o.class)
	m.SetOptions(&struct{}{}, nil)
	if o.name != "" {
		m.WithName(o.name)
		m.err = m.LayerBase().Err()
	}
	return m
}

// connect finds the graph between inputs and outputs.
func (m *Model) connect(inputs, outputs any) error {
	in, err := newStructure("inputs", inputs)
	if err != nil {
		return err
	}
	out, err := newStructure("outputs", outputs)
	if err != nil {
		return err
	}
	if in, out, err = cutIntermediate(in, out); err != nil {
		return err
	}
	g, err := newGraph(in.flat, out.flat)
	if err != nil {
		return err
	}
	m.inputs, m.outputs, m.graph = in, out, g
	m.MarkBuilt()
	return nil
}

// ready is the error of a model that cannot be used.
func (m *Model) ready() error {
	if m.err != nil {
		return m.err
	}
	if m.graph == nil {
		return m.fault(keras.Fault(keras.ErrState, "Sequential model '%s' has no defined inputs yet.", m.Name()).
			WithHint("give it an InputLayer, call Build, or feed it data"))
	}
	return nil
}

// fault says which model an error is about.
func (m *Model) fault(e *keras.Error) error {
	e.Layer, e.Class = m.Name(), m.Class()
	return e
}

// Err is the error the model was made with, nil without one.
func (m *Model) Err() error { return m.err }

// Layers are the model's layers in Keras's order: by depth from the inputs on,
// input layers among them. A Sequential's do not have its input layer.
func (m *Model) Layers() []keras.Layer {
	if m.stack != nil {
		return m.stack.visible()
	}
	if m.graph == nil {
		return nil
	}
	return append([]keras.Layer(nil), m.graph.layers...)
}

// GetLayer is the layer of a name.
func (m *Model) GetLayer(name string) (keras.Layer, error) {
	if m.err != nil {
		return nil, m.err
	}
	names := make([]string, 0, len(m.Layers()))
	for _, l := range m.Layers() {
		if l.Name() == name {
			return l, nil
		}
		names = append(names, "'"+l.Name()+"'")
	}
	return nil, m.fault(keras.Fault(keras.ErrArgument, "No such layer: %s. Existing layers are: [%s].", name, strings.Join(names, ", ")))
}

// GetLayerAt is the layer at a place of Layers, from 0; −1 is the last one.
func (m *Model) GetLayerAt(index int) (keras.Layer, error) {
	if m.err != nil {
		return nil, m.err
	}
	layers := m.Layers()
	i := index
	if i < 0 {
		i += len(layers)
	}
	if i < 0 || i >= len(layers) {
		return nil, m.fault(keras.Fault(keras.ErrArgument, "Was asked to retrieve layer at index %d but model only has %d layers.", index, len(layers)))
	}
	return layers[i], nil
}

// Input is the model's one input; a tensor with an error if it has several.
func (m *Model) Input() *keras.Tensor { return m.only(m.inputs.flat, "inputs", "Inputs") }

// Output is the model's one output; a tensor with an error if it has several.
func (m *Model) Output() *keras.Tensor { return m.only(m.outputs.flat, "outputs", "Outputs") }

func (m *Model) only(list keras.List, what, method string) *keras.Tensor {
	err := m.ready()
	if err == nil && len(list) != 1 {
		err = m.fault(keras.Fault(keras.ErrGraph, "the model has %d %s", len(list), what).WithHint("use " + method))
	}
	if err != nil {
		return keras.Broken(err)
	}
	return list[0]
}

// Inputs are the inputs as a list; those of a dict in the order of its sorted keys.
func (m *Model) Inputs() keras.List { return append(keras.List(nil), m.inputs.flat...) }

// Outputs are the outputs as a list; those of a dict in the order of its sorted keys.
func (m *Model) Outputs() keras.List { return append(keras.List(nil), m.outputs.flat...) }

// InputStructure is the inputs as New was given them: *keras.Tensor, keras.List or keras.Dict.
func (m *Model) InputStructure() any { return m.inputs.given }

// OutputStructure is the outputs as New was given them.
func (m *Model) OutputStructure() any { return m.outputs.given }

// CountParams is the number of elements of all weights.
func (m *Model) CountParams() int {
	n := 0
	for _, v := range m.Weights() {
		n += v.Size()
	}
	return n
}

// Weights are all weights, in the order of Layers.
func (m *Model) Weights() []*keras.Variable {
	if m.err != nil {
		return nil
	}
	return m.Base.Weights()
}

// GetWeights are copies of the values of Weights.
func (m *Model) GetWeights() []*tensor.Dense {
	ws := m.Weights()
	values := make([]*tensor.Dense, len(ws))
	for i, w := range ws {
		values[i] = w.Value()
	}
	return values
}

// SetWeights sets the values of Weights; on an error none is changed.
func (m *Model) SetWeights(values []*tensor.Dense) error {
	if m.err != nil {
		return m.err
	}
	ws := m.Weights()
	if len(ws) != len(values) {
		return m.fault(keras.Fault(keras.ErrShape,
			"You called `set_weights(weights)` on layer '%s' with a weight list of length %d, but the layer was expecting %d weights.",
			m.Name(), len(values), len(ws)))
	}
	cast := make([]*tensor.Dense, len(values))
	for i, w := range ws {
		if values[i] == nil {
			return m.fault(keras.Expected(keras.ErrArgument, "a tensor for "+w.Path(), "nil"))
		}
		if got := keras.Shape(values[i].Shape()); !w.Shape().Equal(got) {
			return m.fault(keras.Fault(keras.ErrShape, "Layer %s weight shape %s is not compatible with provided weight shape %s.",
				m.Name(), w.Shape(), got))
		}
		var err error
		if cast[i], err = castTo(values[i], w.DType()); err != nil {
			return err
		}
	}
	for i, w := range ws {
		if err := w.Assign(cast[i]); err != nil {
			return err
		}
	}
	return nil
}

// OutputShapes gives the shapes of the outputs for inputs of other shapes.
func (m *Model) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if err := m.prepare(in); err != nil {
		return nil, err
	}
	if len(in) != len(m.inputs.flat) {
		return nil, m.wrongCount(len(in))
	}
	shapes := map[*keras.Tensor]keras.Shape{}
	for i, t := range m.inputs.flat {
		s, err := m.inputs.accept(i, in[i])
		if err != nil {
			return nil, err
		}
		shapes[t] = s
	}
	for _, n := range m.graph.nodes {
		if len(n.Inputs()) == 0 {
			continue
		}
		outs, _, err := n.OutputsFor(func(t *keras.Tensor) keras.Shape { return shapes[t] })
		if err != nil {
			return nil, keras.Locate(err, n.Layer(), "")
		}
		for i, t := range n.Outputs() {
			shapes[t] = outs[i]
		}
	}
	out := make([]keras.Shape, len(m.outputs.flat))
	for i, t := range m.outputs.flat {
		out[i] = shapes[t]
	}
	return out, nil
}

func (m *Model) wrongCount(got int) error {
	return keras.Fault(keras.ErrShape, "Layer \"%s\" expects %d input(s), but it received %d input tensors.", m.Name(), len(m.inputs.flat), got)
}

// OutputDTypes gives the types of the outputs.
func (m *Model) OutputDTypes(...tensor.Dtype) []tensor.Dtype {
	types := make([]tensor.Dtype, len(m.outputs.flat))
	for i, t := range m.outputs.flat {
		types[i] = t.DType()
	}
	return types
}

// Build makes the layers of a Sequential for an input shape, batch axis included. A
// functional model is built from the start.
func (m *Model) Build(in ...keras.Shape) error {
	if m.err != nil {
		return m.err
	}
	return m.prepare(in)
}

// prepare builds a Sequential that has no input yet.
func (m *Model) prepare(in []keras.Shape) error {
	if m.err != nil {
		return m.err
	}
	if m.graph == nil && m.stack != nil {
		return m.stack.open(m, in)
	}
	return m.ready()
}

// Call runs the model's layers on nodes.
func (m *Model) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	shapes := make([]keras.Shape, len(in))
	for i, n := range in {
		shapes[i] = keras.Shape(n.Shape())
	}
	if err := m.prepare(shapes); err != nil {
		return nil, err
	}
	if len(in) != len(m.inputs.flat) {
		return nil, m.wrongCount(len(in))
	}
	values := map[*keras.Tensor]*gorgonia.Node{}
	for i, x := range m.inputs.flat {
		values[x] = ops.Cast(in[i], x.DType())
	}
	for _, n := range m.graph.nodes {
		if len(n.Inputs()) == 0 {
			continue
		}
		outs, err := t.CallNode(n, values)
		if err != nil {
			return nil, err
		}
		for i, o := range n.Outputs() {
			values[o] = outs[i]
		}
	}
	out := make([]*gorgonia.Node, len(m.outputs.flat))
	for i, o := range m.outputs.flat {
		out[i] = values[o]
	}
	return out, nil
}

// FlattenInputs brings symbolic inputs into the order of Inputs: a list or tensor by
// place, a dict by key, or by the names of the inputs.
func (m *Model) FlattenInputs(given any) (keras.List, error) {
	if err := m.ready(); err != nil {
		return nil, err
	}
	if d, ok := given.(keras.Dict); ok {
		return pickKeys(m.inputs.keys, d)
	}
	list, err := keras.Flatten(given)
	if err == nil && len(list) != len(m.inputs.flat) {
		err = m.wrongCount(len(list))
	}
	return list, err
}

// PackOutputs gives symbolic outputs the structure of the model's.
func (m *Model) PackOutputs(outs keras.List) any {
	switch m.outputs.given.(type) {
	case keras.Dict:
		d := keras.Dict{}
		for i, k := range m.outputs.keys {
			d[k] = outs[i]
		}
		return d
	case keras.List:
		return outs
	}
	return outs[0]
}

// String is the model as Keras's repr shows it.
func (m *Model) String() string {
	return fmt.Sprintf("<%s name=%s, built=%s>", m.Class(), m.Name(), map[bool]string{true: "True", false: "False"}[m.graph != nil])
}
