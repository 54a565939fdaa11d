// Package layers has Keras's layers. A layer is made with its required
// arguments, configured by chaining, and applied to symbolic tensors:
//
//	y := layers.Conv2D(16, 3).Padding("same").Activation("relu").Apply(x)
//
// Words may be strings or constants: Activation("relu") or
// Activation(activations.ReLU). Sizes are one int for all axes or one for each.
package layers

import (
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// base is keras.Base with setters that keep the layer's own type.
type base[Self any] struct {
	keras.Base
	self *Self
}

// options is the config of a layer: a struct with keras tags.
type options interface {
	validate() error // all violations at once
}

// attribute is a layer inside as one that has it knows it; nil: none.
func attribute(name string, l keras.Layer) keras.Attribute {
	a := keras.Attribute{Name: name}
	if l != nil {
		a.Layers = []keras.Layer{l}
	}
	return a
}

// init makes self a layer of a class with a config.
func (b *base[Self]) init(self *Self, class string, cfg options) *Self {
	b.self = self
	b.Init(any(self).(keras.Layer), class)
	b.SetOptions(cfg, cfg.validate)
	return self
}

// WithName names the layer. Default: the class in snake_case, numbered.
func (b *base[Self]) WithName(name string) *Self {
	b.Base.WithName(name)
	return b.self
}

// WithDType sets what the layer computes in, float32 (default) or float64.
func (b *base[Self]) WithDType(dt tensor.Dtype) *Self {
	b.Base.WithDType(dt)
	return b.self
}

// Trainable sets trainable. Default true; false freezes the weights.
func (b *base[Self]) Trainable(on bool) *Self {
	b.Base.Trainable(on)
	return b.self
}

// ActivityRegularizer sets activity_regularizer, a penalty on the output. Default none.
func (b *base[Self]) ActivityRegularizer(r keras.Regularizer) *Self {
	b.Base.ActivityRegularizer(r)
	return b.self
}

// float is x as a number the layer computes in.
func (b *base[Self]) float(x *gorgonia.Node) *gorgonia.Node { return ops.Cast(x, b.DType()) }

// floats is float for several nodes.
func (b *base[Self]) floats(in []*gorgonia.Node) []*gorgonia.Node {
	out := make([]*gorgonia.Node, len(in))
	for i, x := range in {
		out[i] = b.float(x)
	}
	return out
}

// keepTypes are the types of the outputs of a layer that keeps its input's: a
// floating input is cast to the layer's own before the call.
func (b *base[Self]) keepTypes(in []tensor.Dtype) []tensor.Dtype {
	out := slices.Clone(in)
	for i, dt := range in {
		if dt == tensor.Float32 || dt == tensor.Float64 {
			out[i] = b.DType()
		}
	}
	return out
}

// faults collects the violations of a config.
type faults []string

// require adds a violation unless ok: Keras's words, with what was received.
func (f *faults) require(ok bool, text string) {
	if !ok {
		*f = append(*f, text)
	}
}

// accept adds the text of an error.
func (f *faults) accept(err error) {
	if err != nil {
		*f = append(*f, err.Error())
	}
}

// valid adds the violations of objects' own options.
func (f *faults) valid(objects ...any) {
	for _, o := range objects {
		if v, ok := o.(interface{ Validate() error }); ok {
			f.accept(v.Validate())
		}
	}
}

// err is all violations as one error, nil without any.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return keras.Fault(keras.ErrArgument, "%s", strings.Join(f, "; "))
}

// none is the config of a layer without options of its own.
type none struct{}

func (none) validate() error { return nil }

// single is the one input shape of a layer, which must have one.
func single(in []keras.Shape) (keras.Shape, error) {
	if len(in) != 1 {
		return nil, keras.WrongCount(1, len(in))
	}
	return in[0], nil
}

// singleOfRank is single for a layer that takes inputs of one rank.
func singleOfRank(rank int, in []keras.Shape) (keras.Shape, error) {
	s, err := single(in)
	if err == nil && len(s) != rank {
		err = keras.WrongRank(rank, s)
	}
	return s, err
}

// sameShape is the shape rule of layers that work on each element.
func sameShape(in []keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	return []keras.Shape{s}, err
}
