// Package models has the Model: layers between inputs and outputs that can be
// compiled, trained, evaluated, asked for predictions, summarized and taken apart.
//
//	model, err := models.New(in, out)
//	err = model.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.Named("mse")})
//	history, err := model.Fit(x, y, models.FitConfig{Epochs: 5})
package models

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*Model)(nil)
	_ keras.Container    = (*Model)(nil)
	_ keras.ShapeInferer = (*Model)(nil)
	_ keras.DTypeInferer = (*Model)(nil)
	_ keras.Structured   = (*Model)(nil)
	_ keras.MaskTaker    = (*Model)(nil)
)

// Model is a graph of layers that can be trained, evaluated and used to predict.
// It is a layer itself: it may be applied to tensors, nested, and frozen.
//
// Predict, Evaluate, Summary and Call are safe for concurrent use, also while
// one goroutine trains.
type Model struct {
	keras.Base

	err   error
	net   atomic.Pointer[network] // nil until a Sequential or Subclassed knows its input
	stack *stack                  // of a Sequential
	calls *calls                  // of a Subclassed

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
		if set != nil {
			set(&o)
		}
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

// connect makes the model what lies between inputs and outputs.
func (m *Model) connect(inputs, outputs any) error {
	n, err := newNetwork(inputs, outputs)
	if err == nil {
		m.install(n)
	}
	return err
}

func (m *Model) install(n *network) {
	m.MarkBuilt() // before others can see the network
	m.net.Store(n)
}

// network is what the model is made of, or why it cannot be used.
func (m *Model) network() (*network, error) { return m.networkWith("inputs") }

// networkWith is network for someone who asks for its inputs or outputs.
func (m *Model) networkWith(what string) (*network, error) {
	if m.err != nil {
		return nil, m.err
	}
	if n := m.net.Load(); n != nil {
		return n, nil
	}
	switch {
	case m.stack != nil:
		return nil, m.fault(keras.Fault(keras.ErrState, "Sequential model '%s' has no defined %s yet.", m.Name(), what).
			WithHint("give it an InputLayer, call Build, or feed it data"))
	case m.calls != nil:
		return nil, m.fault(keras.Fault(keras.ErrState, "The model has no defined %s yet.", what).WithHint("call Build, or feed it data"))
	}
	return nil, keras.Fault(keras.ErrState, "expected a model that New or Sequential made, or a Subclassed after its Init")
}

// fault says which model an error is about.
func (m *Model) fault(e *keras.Error) error {
	e.Layer, e.Class = m.Name(), m.Class()
	return e
}

// model is the Model itself, also of a type that embeds one.
func (m *Model) model() *Model { return m }

// modelOf is the Model that a layer is.
func modelOf(l keras.Layer) (*Model, bool) {
	if m, ok := l.(interface{ model() *Model }); ok {
		return m.model(), true
	}
	return nil, false
}

// Err is the error the model was made with, nil without one.
func (m *Model) Err() error { return m.err }

// Layers are the model's layers in Keras's order: by depth from the inputs on,
// input layers among them. A Sequential's do not have its input layer; a Subclassed's
// are those of its fields.
func (m *Model) Layers() []keras.Layer {
	switch {
	case m.stack != nil:
		return m.stack.visible()
	case m.calls != nil:
		return m.AttributeLayers()
	}
	if n := m.net.Load(); n != nil {
		return slices.DeleteFunc(slices.Clone(n.layers), isOperation)
	}
	return nil
}

// isOperation reports whether a layer is none in Keras.
func isOperation(l keras.Layer) bool {
	_, ok := l.(keras.Operation)
	return ok
}

// Operations are Layers and, among them, the operations on symbolic tensors that stand
// between (keras/symbolic).
func (m *Model) Operations() []keras.Layer {
	if n := m.net.Load(); n != nil && m.stack == nil && m.calls == nil {
		return slices.Clone(n.layers)
	}
	return m.Layers()
}

// Nodes are the calls of layers that the model consists of, in an order in which
// they can be made; nil while there are none, and for a Subclassed.
func (m *Model) Nodes() []*keras.Node {
	if n := m.net.Load(); n != nil && m.calls == nil {
		return slices.Clone(n.nodes)
	}
	return nil
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

// Input is the model's one input; a tensor with an error if it has several. That of a
// Subclassed is the input of its first call on a symbolic tensor.
func (m *Model) Input() *keras.Tensor {
	if m.calls != nil {
		return m.Base.Input()
	}
	return m.only(m.Inputs(), "inputs", "Inputs")
}

// Output is the model's one output; a tensor with an error if it has several. That of a
// Subclassed is the output of its first call on a symbolic tensor.
func (m *Model) Output() *keras.Tensor {
	if m.calls != nil {
		return m.Base.Output()
	}
	return m.only(m.Outputs(), "outputs", "Outputs")
}

func (m *Model) only(list keras.List, what, method string) *keras.Tensor {
	_, err := m.networkWith(what)
	if err == nil && len(list) != 1 {
		err = m.fault(keras.Fault(keras.ErrGraph, "the model has %d %s", len(list), what).WithHint("use " + method))
	}
	if err != nil {
		return keras.Broken(err)
	}
	return list[0]
}

// Inputs are the inputs as a list; those of a dict in the order of its sorted keys.
func (m *Model) Inputs() keras.List { return slices.Clone(m.structures().inputs.flat) }

// Outputs are the outputs as a list; those of a dict in the order of its sorted keys.
func (m *Model) Outputs() keras.List { return slices.Clone(m.structures().outputs.flat) }

// InputStructure is the inputs as New was given them: *keras.Tensor, keras.List or
// keras.Dict; nil while there are none.
func (m *Model) InputStructure() any { return m.structures().inputs.given }

// OutputStructure is the outputs as New was given them.
func (m *Model) OutputStructure() any { return m.structures().outputs.given }

// structures is the network, an empty one where there is none yet.
func (m *Model) structures() *network {
	if n := m.net.Load(); n != nil {
		return n
	}
	return &network{}
}

// String is the model as Keras's repr shows it.
func (m *Model) String() string {
	built := m.net.Load() != nil || m.calls != nil && m.Built()
	return fmt.Sprintf("<%s name=%s, built=%s>", m.Class(), m.Name(), map[bool]string{true: "True", false: "False"}[built])
}
