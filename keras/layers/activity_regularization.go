package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/regularizers"
)

var (
	_ keras.Layer        = (*ActivityRegularizationLayer)(nil)
	_ keras.ShapeInferer = (*ActivityRegularizationLayer)(nil)
)

// ActivityRegularization returns a layer that adds l1·Σ|x| + l2·Σx² of its input, divided
// by the number of samples, to the loss. Its output is its input.
//
//	input  any shape
//	output the same
//
// Defaults: L1 0, L2 0. A mask passes through.
func ActivityRegularization() *ActivityRegularizationLayer {
	l := &ActivityRegularizationLayer{}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "ActivityRegularization", &l.cfg)
}

// ActivityRegularizationLayer is the layer that ActivityRegularization returns.
type ActivityRegularizationLayer struct {
	base[ActivityRegularizationLayer]
	cfg activityRegularizationConfig
}

type activityRegularizationConfig struct {
	L1 float64 `keras:"l1"`
	L2 float64 `keras:"l2"`
}

// L1 sets l1, the factor of Σ|x|. Default 0.
func (l *ActivityRegularizationLayer) L1(factor float64) *ActivityRegularizationLayer {
	l.cfg.L1 = factor
	return l
}

// L2 sets l2, the factor of Σx². Default 0.
func (l *ActivityRegularizationLayer) L2(factor float64) *ActivityRegularizationLayer {
	l.cfg.L2 = factor
	return l
}

func (c *activityRegularizationConfig) validate() error {
	var f faults
	f.valid(regularizers.L1L2(c.L1, c.L2))
	return f.err()
}

// OutputShapes gives the input's shape.
func (l *ActivityRegularizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return sameShape(in)
}

// Call adds the penalty of the input.
func (l *ActivityRegularizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, samples := l.float(in[0]), 1
	if x.Dims() > 0 {
		samples = max(1, x.Shape()[0])
	}
	t.AddLoss(ops.Scale(regularizers.L1L2(l.cfg.L1, l.cfg.L2).Penalty(x), 1/float64(samples), 0))
	return t.Out(x)
}
