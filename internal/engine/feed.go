package engine

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// feed is an input of a program.
type feed struct {
	op.Output
	node  *gorgonia.Node
	bound *tensor.Dense // what the node reads: data where they lie, or own
	own   *tensor.Dense // memory for data of another type; nil until needed
}

// set lets the input read data, which have its size. Their memory is read in place
// where type and layout allow it, through a tensor of the program's own: Gorgonia's
// machine marks the tensors that it is given.
func (f *feed) set(data *tensor.Dense) error {
	if data.RequiresIterator() {
		data = data.Materialize().(*tensor.Dense)
	}
	if data.Dtype() == f.Dtype {
		if f.bound != nil && f.bound.Uintptr() == data.Uintptr() {
			return nil
		}
		return f.bind(tensor.New(tensor.WithShape(f.Shape...), tensor.WithBacking(data.Data())))
	}
	if f.own == nil {
		f.own = tensor.New(tensor.Of(f.Dtype), tensor.WithShape(f.Shape...))
	}
	if err := f.bind(f.own); err != nil {
		return err
	}
	return kernels.Cast(data.Data(), f.own.Data())
}

func (f *feed) bind(t *tensor.Dense) error {
	f.bound = t
	return errors.Wrap(gorgonia.Let(f.node, t), "input")
}
