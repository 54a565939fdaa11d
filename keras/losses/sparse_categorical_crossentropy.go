package losses

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Loss = (*SparseCategoricalCrossentropyLoss)(nil)

// SparseCategoricalCrossentropy returns the loss −ln p of the class that a label
// names, of probabilities p, clipped to [1e-7, 1−1e-7] and scaled to the sum 1.
//
//	yTrue (batch, …) or (batch, …, 1)   yPred (batch, …, classes)   values (batch, …)
//
// Defaults: FromLogits false, no IgnoreClass, Axis -1, Reduction SumOverBatchSize, name
// sparse_categorical_crossentropy. Errors: labels that have not the predictions' shape
// without the last axis; an axis that is not the last one; at run time a label outside
// of [0, classes).
func SparseCategoricalCrossentropy() *SparseCategoricalCrossentropyLoss {
	l := &SparseCategoricalCrossentropyLoss{cfg: sparseConfig{Axis: -1}}
	return l.init(l, "SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", &l.cfg, l.values)
}

// SparseCategoricalCrossentropyLoss is the loss that SparseCategoricalCrossentropy returns.
type SparseCategoricalCrossentropyLoss struct {
	base[SparseCategoricalCrossentropyLoss]
	cfg sparseConfig
}

type sparseConfig struct {
	FromLogits  bool `keras:"from_logits"`
	IgnoreClass *int `keras:"ignore_class"`
	Axis        int  `keras:"axis"`
}

// FromLogits sets from_logits: predictions are what a softmax makes probabilities of. Default false.
func (l *SparseCategoricalCrossentropyLoss) FromLogits(on bool) *SparseCategoricalCrossentropyLoss {
	l.cfg.FromLogits = on
	return l
}

// IgnoreClass sets ignore_class: samples of this label do not count. Default none.
func (l *SparseCategoricalCrossentropyLoss) IgnoreClass(label int) *SparseCategoricalCrossentropyLoss {
	l.cfg.IgnoreClass = &label
	return l
}

// Axis sets axis, that of the classes: the last one, as on TensorFlow. Default -1.
func (l *SparseCategoricalCrossentropyLoss) Axis(axis int) *SparseCategoricalCrossentropyLoss {
	l.cfg.Axis = axis
	return l
}

// Config is Keras's, which has no axis, and axis where it is set.
func (l *SparseCategoricalCrossentropyLoss) Config() keras.Config {
	return without(l.base.Config(), "axis", -1)
}

func (l *SparseCategoricalCrossentropyLoss) values(_ *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
	if err := score.LastAxis(l.cfg.Axis, shapeOf(c.output)); err != nil {
		return nil, nil, err
	}
	shape, err := score.Labels(shapeOf(c.target), shapeOf(c.output))
	if err != nil {
		return nil, nil, err
	}
	labels := reshaped(c.target, shape)
	output, fromLogits := c.prediction(l.cfg.FromLogits, activations.Softmax)
	if l.cfg.IgnoreClass != nil {
		valid = isNot(labels, *l.cfg.IgnoreClass)
	}
	return ops.SparseCategoricalCrossentropy(labels, output, fromLogits, l.cfg.IgnoreClass, -1), valid, nil
}

// isNot is the mask of labels that are not ignored.
func isNot(labels *gorgonia.Node, ignored int) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    "labels that count",
		Outputs: []op.Output{{Shape: labels.Shape(), Dtype: tensor.Bool}},
		Run:     op.ByType(labels.Dtype(), runIsNot[float32](ignored), runIsNot[float64](ignored)),
	}, labels)
}

func runIsNot[T kernels.Float](ignored int) op.Run {
	return func(in, out []any) error {
		valid := out[0].([]bool)
		for i, label := range in[0].([]T) {
			valid[i] = label != T(ignored)
		}
		return nil
	}
}
