package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AverageLayer)(nil)
	_ keras.ShapeInferer = (*AverageLayer)(nil)
	_ keras.MaskComputer = (*AverageLayer)(nil)
)

// Average returns a layer that takes the mean of its inputs, element by element.
//
//	inputs (batch, …), one or more; an input of lower rank gets axes after the batch axis
//	output the shape that the inputs, sample by sample, broadcast to
//
// The output's mask lets through what any of the inputs' masks does; there is none
// if an input has none.
// Errors: inputs that do not broadcast; batches of different sizes.
func Average() *AverageLayer {
	l := &AverageLayer{}
	l.combine = mean
	return l.init(l, "Average", none{})
}

// AverageLayer is the layer that Average returns.
type AverageLayer struct{ merge[AverageLayer] }

func mean(t *keras.Trace, in, masks []*gorgonia.Node) *gorgonia.Node {
	return ops.Scale(pairwise(ops.Add)(t, in, masks), 1/float64(len(in)), 0)
}
