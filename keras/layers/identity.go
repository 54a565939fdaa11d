package layers

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*IdentityLayer)(nil)
	_ keras.ShapeInferer = (*IdentityLayer)(nil)
	_ keras.DTypeInferer = (*IdentityLayer)(nil)
	_ keras.MaskRouter   = (*IdentityLayer)(nil)
)

// Identity returns a layer whose outputs are its inputs: a place holder.
//
//	inputs  one or more, any shapes
//	outputs the same
//
// Integers stay integers. Masks pass through.
func Identity() *IdentityLayer {
	l := &IdentityLayer{}
	l.NothingToBuild()
	return l.init(l, "Identity", none{})
}

// IdentityLayer is the layer that Identity returns.
type IdentityLayer struct{ base[IdentityLayer] }

// OutputShapes gives the inputs' shapes.
func (l *IdentityLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) { return in, nil }

// OutputDTypes gives the inputs' types.
func (l *IdentityLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call gives the inputs.
func (l *IdentityLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(in...)
}

// RouteMasks gives each output the mask of its input.
func (l *IdentityLayer) RouteMasks(inputs int) []int {
	from := make([]int, inputs)
	for i := range from {
		from[i] = i
	}
	return from
}
