// Package keras is the vocabulary that all of GoKeras speaks: shapes, symbolic
// tensors, layers and the calls that connect them, weights, and the trace in which
// a layer writes its maths.
//
// A model is drawn by applying layers to symbolic tensors, from an Input on:
//
//	in := keras.Input(keras.Shape{784})
//	x := layers.Dense(64).Activation("relu").Apply(in)
//	out := layers.Dense(10).Apply(x)
//	model, err := models.New(in, out)
//
// Errors are sticky and said once: a bad call gives a tensor that carries the
// error, every later call hands it on, and models.New returns it.
package keras

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Version is the version of Keras whose behaviour, texts and configs these are.
const Version = "3.15.1"

// Layer is one step of a model: options, weights, and the maths in Call. Types
// embed Base (which has all of it but Call) and call its Init.
type Layer interface {
	// Name is unique within a model: dense_1.
	Name() string
	// Class is Keras's name of the type: Dense.
	Class() string
	// DType is what the layer computes in and has its weights in. Default float32.
	DType() tensor.Dtype
	// Apply connects the layer to symbolic inputs and gives its one output,
	// a tensor with an error if the layer has several.
	Apply(in ...*Tensor) *Tensor
	// Input is the input of the first call, a tensor with an error if there was none or several.
	Input() *Tensor
	// Output is the output of the first call, a tensor with an error if there was none or several.
	Output() *Tensor
	// Weights are the layer's own, trainable ones first, then those of layers inside it.
	Weights() []*Variable
	// IsTrainable reports whether training changes the layer.
	IsTrainable() bool
	// SetTrainable freezes and thaws the layer and what is inside it.
	SetTrainable(bool)
	// Config is what Keras's get_config gives.
	Config() Config
	// Build makes the weights for inputs of these shapes. It runs once, before the first call.
	Build(in ...Shape) error
	// Call writes the maths as nodes of a Gorgonia graph.
	Call(t *Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error)
	// LayerBase is the embedded Base.
	LayerBase() *Base
}

// ShapeInferer is a Layer that says its output shapes itself. Without it, or where
// it gives nil, Call is traced on stand-in sizes.
type ShapeInferer interface {
	OutputShapes(in ...Shape) ([]Shape, error)
}

// Widener is a Layer that takes its input shapes from its first call, as a Sequential
// does. Traced with stand-ins for unknown sizes, it is told the shapes of a call with other stand-ins:
// what differs is None.
type Widener interface {
	Widen(other []Shape) error
}

// DTypeInferer is a Layer whose outputs are not of its DType.
type DTypeInferer interface {
	OutputDTypes(in ...tensor.Dtype) []tensor.Dtype
}

// MaskComputer is a Layer that makes or changes masks. masks has nil for an
// input without one; the result has one entry for each output.
type MaskComputer interface {
	ComputeMasks(t *Trace, in, masks []*gorgonia.Node) ([]*gorgonia.Node, error)
}

// MaskDrawer is a MaskComputer that says with which operations on symbolic tensors Keras does
// it. They stand in a model between the layer and those that take its mask.
type MaskDrawer interface {
	DrawMasks(in, masks List) List
}

// MaskRouter is a Layer that hands on masks of its inputs: for each output it gives the number of
// an input, None for an output without a mask.
type MaskRouter interface {
	RouteMasks(inputs int) []int
}

// Container is a Layer with layers inside, as a model is.
type Container interface {
	Layers() []Layer
}

// Wrapper is a Layer that other layers are part of, as the cell is of an RNN: their
// weights are also its own. Without it these are the layers in exported fields.
type Wrapper interface {
	Attributes() []Attribute
}

// Operation is a Layer that is none in Keras: a function of tensors and numbers, as x + y is.
// It stands between a model's layers without being one, and has neither weights nor a type
// that inputs are cast to.
type Operation interface {
	Layer
	// Module is where Keras has the class.
	Module() string
	// Arguments are those of a call, in Keras's order: *Tensor, List, or values of a Config.
	Arguments(n *Node) (args []any, kwargs Config)
	// Bind makes the inputs of a call and its Args of such arguments.
	Bind(args []any, kwargs Config) (List, Args, error)
}

// ListTaker is a Layer whose call in Keras takes its inputs as one list, as Add's does.
type ListTaker interface {
	TakesList()
}

// MaskTaker is a Layer whose call in Keras has, or may have, an argument mask. Models show that
// of the input there, and configs also that there is none.
type MaskTaker interface {
	TakesMask() bool
}

// StateTaker is a Layer whose inputs after the first are, in Keras's call, the argument
// initial_state. It may be given either way.
type StateTaker interface {
	TakesStates()
}

// InputNamer is a Layer whose call in Keras has an argument for each of its inputs, which
// configs may name.
type InputNamer interface {
	InputNames() []string
}

// StateNester is a StateTaker whose states Keras groups, as those of each cell of a stack.
// NestStates gives a list of states that form.
type StateNester interface {
	NestStates(states []any) []any
}

// The names of call arguments that are no layer's own.
const (
	initialState = "initial_state"
	maskArgument = "mask"
)

// List is several symbolic tensors.
type List = []*Tensor

// Dict is symbolic tensors by name. Its order is that of the sorted names, as in Keras.
type Dict = map[string]*Tensor

// Switch is an option that is on, off, or left to the context.
type Switch int

// The states of a Switch.
const (
	Auto Switch = iota
	On
	Off
)

// Args are the arguments of one call of a layer.
type Args struct {
	// Training: Auto is on while a model is trained, and so, as in Keras, is Off for a call
	// that is part of that model.
	Training Switch
	// Mask says which steps or samples count, instead of the mask that comes with the input.
	Mask *Tensor
	// Named are a layer's own call arguments: *Tensor, List, or plain values. A List named
	// "mask" has the masks of several inputs, nil for one that has none.
	Named map[string]any
}

// Tensors are those among the arguments: the mask, then those of the sorted names.
func (a Args) Tensors() List {
	var all List
	_, _ = a.Replace(func(t *Tensor) (*Tensor, error) { // the function gives no error
		all = append(all, t)
		return t, nil
	})
	return all
}

// Replace is the arguments with other tensors.
func (a Args) Replace(with func(*Tensor) (*Tensor, error)) (Args, error) {
	var err error
	replace := func(t *Tensor) *Tensor {
		if err == nil {
			t, err = with(t)
		}
		return t
	}
	if a.Mask != nil {
		a.Mask = replace(a.Mask)
	}
	named := make(map[string]any, len(a.Named))
	for _, k := range sortedKeys(a.Named) {
		switch v := a.Named[k].(type) {
		case *Tensor:
			named[k] = replace(v)
		case List:
			list := make(List, len(v))
			for i, t := range v {
				if t != nil {
					list[i] = replace(t)
				}
			}
			named[k] = list
		default:
			named[k] = v
		}
	}
	a.Named = named
	return a, err
}

// Apply connects a layer to its inputs and gives all its outputs. After an error
// the list has at least one tensor, and each carries the error.
func Apply(l Layer, in ...*Tensor) List { return connect(l, Args{}, in, callSite()) }

// ApplyArgs is Apply with call arguments.
func ApplyArgs(l Layer, args Args, in ...*Tensor) List { return connect(l, args, in, callSite()) }

// Structured is a Layer whose inputs and outputs have a structure: a model.
type Structured interface {
	// FlattenInputs brings a *Tensor, List or Dict into the order of the inputs.
	FlattenInputs(structure any) (List, error)
	// PackOutputs gives the outputs their structure: *Tensor, List or Dict.
	PackOutputs(outs List) any
}

// ApplyTo connects a model or layer to a structure: *Tensor, List or Dict. The result has
// the structure of its outputs; a *Tensor that carries the error, if there is one.
func ApplyTo(l Layer, structure any) any {
	site := callSite()
	s, structured := l.(Structured)
	flatten := Flatten
	if structured {
		flatten = s.FlattenInputs
	}
	in, err := flatten(structure)
	if err != nil {
		return Broken(Locate(err, l, site))
	}
	outs := connect(l, Args{}, in, site)
	switch {
	case outs[0].err != nil:
		return outs[0]
	case structured:
		return s.PackOutputs(outs)
	case len(outs) == 1:
		return outs[0]
	}
	return outs
}

// Flatten lists the tensors of a structure: *Tensor, List, or Dict in the order of its sorted keys.
func Flatten(structure any) (List, error) {
	switch s := structure.(type) {
	case *Tensor:
		return List{s}, nil
	case List:
		return s, nil
	case Dict:
		var out List
		for _, k := range sortedKeys(s) {
			out = append(out, s[k])
		}
		return out, nil
	}
	return nil, Fault(ErrArgument, "expected a *keras.Tensor, keras.List or keras.Dict, received %T", structure)
}
