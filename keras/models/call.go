package models

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// Args are the arguments of CallArgs.
type Args struct {
	// Training: on, or off (Auto is off).
	Training keras.Switch
	// Mask says which steps of the first input count.
	Mask *tensor.Dense
	// Named are a layer's own call arguments: *tensor.Dense, data.List or plain values.
	Named map[string]any
}

// Call runs a layer or model on data, at once, and gives its one output. x is a
// *tensor.Dense, data.List or data.Dict. The first call builds the layer. For many
// calls of a model Predict is faster.
func Call(l keras.Layer, x any) (*tensor.Dense, error) {
	outs, err := CallArgs(l, Args{}, x)
	if err != nil {
		return nil, err
	}
	if len(outs) != 1 {
		return nil, keras.Locate(keras.Fault(keras.ErrGraph, "the layer has %d outputs", len(outs)).WithHint("use CallArgs"), l, "")
	}
	return outs[0], nil
}

// CallArgs is Call with arguments; it gives all outputs. State that the call changes,
// such as moving averages in training, is written.
func CallArgs(l keras.Layer, args Args, x any) (data.List, error) {
	if l == nil {
		return nil, keras.Expected(keras.ErrArgument, "a layer", "nil")
	}
	outs, err := call(l, args, x)
	if err != nil {
		return nil, keras.Locate(err, l, "")
	}
	return outs, nil
}

func call(l keras.Layer, args Args, x any) (data.List, error) {
	in, shapes, err := inputsOf(l, x)
	if err != nil {
		return nil, err
	}
	feeds := append([]*tensor.Dense(nil), in...)
	if args.Mask != nil {
		feeds = append(feeds, args.Mask)
	}
	for _, k := range sortedKeys(args.Named) {
		switch v := args.Named[k].(type) {
		case *tensor.Dense:
			feeds = append(feeds, v)
		case data.List:
			feeds = append(feeds, given(v)...)
		}
	}
	spec := make([]op.Output, len(feeds))
	for i, t := range feeds {
		spec[i] = op.Output{Shape: t.Shape(), Dtype: t.Dtype()}
		if i < len(shapes) {
			spec[i].Shape = shapes[i].Tensor()
		}
	}
	training := args.Training == keras.On
	p, err := engine.Build(spec, training, func(t *keras.Trace, nodes []*gorgonia.Node) (engine.Drawing, error) {
		rest := nodes[len(in):]
		var mask *gorgonia.Node
		if args.Mask != nil {
			mask, rest = rest[0], rest[1:]
		}
		named := map[string]any{}
		for _, k := range sortedKeys(args.Named) {
			switch v := args.Named[k].(type) {
			case *tensor.Dense:
				named[k], rest = rest[0], rest[1:]
			case data.List:
				list := make([]*gorgonia.Node, len(v))
				for i, x := range v {
					if x != nil {
						list[i], rest = rest[0], rest[1:]
					}
				}
				named[k] = list
			default:
				named[k] = v
			}
		}
		outs, err := t.Call(l, keras.Auto, mask, named, nodes[:len(in)]...)
		return engine.Drawing{Outputs: outs}, err
	})
	if err != nil {
		return nil, err
	}
	if err := p.Run(feeds); err != nil {
		return nil, err
	}
	var list data.List
	for i := range p.Outputs() {
		t, ok := p.Output(i).(*tensor.Dense)
		if !ok {
			return nil, keras.Expected(keras.ErrRun, "a tensor", fmt.Sprintf("%T", p.Output(i)))
		}
		list = append(list, t.Clone().(*tensor.Dense))
	}
	return list, p.Commit()
}

// given is a list without what is nil in it, as a mask may be.
func given(list data.List) data.List {
	return slices.DeleteFunc(slices.Clone(list), func(x *tensor.Dense) bool { return x == nil })
}

// inputsOf are the inputs of a layer or model, and the shapes it takes them in.
func inputsOf(l keras.Layer, x any) (in []*tensor.Dense, shapes []keras.Shape, err error) {
	m, ok := modelOf(l)
	if !ok {
		if in, err = samplesOf(x); err != nil {
			return nil, nil, err
		}
		in = contiguous(in)
		for _, t := range in {
			shapes = append(shapes, keras.Shape(t.Shape().Clone()))
		}
		return in, shapes, nil
	}
	n, err := m.networkFor(x, allSamples)
	if err != nil {
		return nil, nil, err
	}
	if in, err = n.inputs.leaves("inputs", m.Name(), x); err != nil {
		return nil, nil, err
	}
	for i, t := range in {
		shape, err := n.inputs.accept(i, keras.Shape(t.Shape().Clone()))
		if err != nil {
			return nil, nil, err
		}
		shapes = append(shapes, shape)
	}
	return in, shapes, nil
}
