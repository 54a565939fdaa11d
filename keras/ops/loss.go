package ops

import (
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// SquaredError is the mean of (yTrue−yPred)² over the last axis.
func SquaredError(yTrue, yPred *gorgonia.Node) *gorgonia.Node {
	return perLine("squared_error", yTrue, yPred, -1,
		lineLoss[float32]{kernels.SquaredError[float32], kernels.SquaredErrorGradient[float32]},
		lineLoss[float64]{kernels.SquaredError[float64], kernels.SquaredErrorGradient[float64]})
}

// AbsoluteError is the mean of |yTrue−yPred| over the last axis.
func AbsoluteError(yTrue, yPred *gorgonia.Node) *gorgonia.Node {
	return perLine("absolute_error", yTrue, yPred, -1,
		lineLoss[float32]{kernels.AbsoluteError[float32], kernels.AbsoluteErrorGradient[float32]},
		lineLoss[float64]{kernels.AbsoluteError[float64], kernels.AbsoluteErrorGradient[float64]})
}

// Huber is the mean over the last axis of e²/2 where e = |yTrue−yPred| ≤ delta, else delta·e − delta²/2.
func Huber(yTrue, yPred *gorgonia.Node, delta float64) *gorgonia.Node {
	return perLine("huber", yTrue, yPred, -1, huberLoss[float32](delta), huberLoss[float64](delta))
}

func huberLoss[T kernels.Float](delta float64) lineLoss[T] {
	return lineLoss[T]{
		func(y, p, values []T, rows, n int) { kernels.Huber(y, p, values, rows, n, delta) },
		func(y, p, dValues, dp []T, rows, n int) { kernels.HuberGradient(y, p, dValues, dp, rows, n, delta) },
	}
}

// BinaryCrossentropy is the mean of −y·ln p − (1−y)·ln(1−p) over the last axis. p
// are probabilities, or with fromLogits what a sigmoid makes them of; y is yTrue
// pulled towards ½ by labelSmoothing: yTrue·(1−s) + s/2.
func BinaryCrossentropy(yTrue, yPred *gorgonia.Node, fromLogits bool, labelSmoothing float64) *gorgonia.Node {
	return perLine("binary_crossentropy", yTrue, yPred, -1,
		binaryLoss[float32](fromLogits, labelSmoothing), binaryLoss[float64](fromLogits, labelSmoothing))
}

func binaryLoss[T kernels.Float](fromLogits bool, smoothing float64) lineLoss[T] {
	return lineLoss[T]{
		func(y, p, values []T, rows, n int) {
			kernels.BinaryCrossentropy(y, p, values, rows, n, fromLogits, smoothing)
		},
		func(y, p, dValues, dp []T, rows, n int) {
			kernels.BinaryCrossentropyGradient(y, p, dValues, dp, rows, n, fromLogits, smoothing)
		},
	}
}

// CategoricalCrossentropy is −Σ y·ln p over an axis of classes. p are
// probabilities, scaled to the sum 1, or with fromLogits what a softmax makes them
// of; y is yTrue pulled towards the even distribution by labelSmoothing:
// yTrue·(1−s) + s/classes.
func CategoricalCrossentropy(yTrue, yPred *gorgonia.Node, fromLogits bool, labelSmoothing float64, axis int) *gorgonia.Node {
	return perLine("categorical_crossentropy", yTrue, yPred, axis,
		categoricalLoss[float32](fromLogits, labelSmoothing), categoricalLoss[float64](fromLogits, labelSmoothing))
}

func categoricalLoss[T kernels.Float](fromLogits bool, smoothing float64) lineLoss[T] {
	return lineLoss[T]{
		func(y, p, values []T, rows, n int) {
			kernels.CategoricalCrossentropy(y, p, values, rows, n, fromLogits, smoothing)
		},
		func(y, p, dValues, dp []T, rows, n int) {
			kernels.CategoricalCrossentropyGradient(y, p, dValues, dp, rows, n, fromLogits, smoothing)
		},
	}
}

// SparseCategoricalCrossentropy is −ln p of the class that the label names, over
// an axis of classes: labels have the shape of yPred without it. Labels of
// ignoreClass, unless that is nil, give 0. A run with another label outside the
// classes fails.
func SparseCategoricalCrossentropy(labels, yPred *gorgonia.Node, fromLogits bool, ignoreClass *int, axis int) *gorgonia.Node {
	axis = axisOf(yPred, axis)
	shape := slices.Delete(yPred.Shape(), axis, axis+1)
	check(slices.Equal(labels.Shape(), shape), "labels of shape "+keras.Shape(shape).String(), shapeOf(labels))
	ignored := kernels.NoIgnoredClass
	if ignoreClass != nil {
		ignored = *ignoreClass
	}
	yPred = MoveAxis(yPred, axis, yPred.Dims()-1)
	dt := yPred.Dtype()
	classes := yPred.Shape()[yPred.Dims()-1]
	rows := volume(shape)
	return lossOp("sparse_categorical_crossentropy", Cast(labels, dt), yPred,
		op.ByType(dt, runSparse[float32](rows, classes, fromLogits, ignored), runSparse[float64](rows, classes, fromLogits, ignored)),
		op.ByType(dt, runSparseGradient[float32](rows, classes, fromLogits, ignored), runSparseGradient[float64](rows, classes, fromLogits, ignored)))
}

func runSparse[T kernels.Float](rows, classes int, fromLogits bool, ignored int) op.Run {
	return func(in, out []any) error {
		labels := in[0].([]T)
		bad := kernels.SparseCategoricalCrossentropy(labels, in[1].([]T), out[0].([]T), rows, classes, fromLogits, ignored)
		if bad >= 0 {
			return errors.Errorf("Received a label value of %v which is outside the valid range of [0, %d)", labels[bad], classes)
		}
		return nil
	}
}

func runSparseGradient[T kernels.Float](rows, classes int, fromLogits bool, ignored int) op.Run {
	return func(in, out []any) error {
		kernels.SparseCategoricalCrossentropyGradient(in[0].([]T), in[1].([]T), in[2].([]T), out[0].([]T), rows, classes, fromLogits, ignored)
		return nil
	}
}

// lineLoss is a loss of lines of n elements and its gradient by p.
type lineLoss[T kernels.Float] struct {
	value    func(y, p, values []T, rows, n int)
	gradient func(y, p, dValues, dp []T, rows, n int)
}

func (l lineLoss[T]) run(rows, n int) op.Run {
	return func(in, out []any) error {
		l.value(in[0].([]T), in[1].([]T), out[0].([]T), rows, n)
		return nil
	}
}

func (l lineLoss[T]) runGradient(rows, n int) op.Run {
	return func(in, out []any) error {
		l.gradient(in[0].([]T), in[1].([]T), in[2].([]T), out[0].([]T), rows, n)
		return nil
	}
}

// perLine applies a loss along an axis.
func perLine(name string, yTrue, yPred *gorgonia.Node, axis int, f32 lineLoss[float32], f64 lineLoss[float64]) *gorgonia.Node {
	check(slices.Equal(yTrue.Shape(), yPred.Shape()), "targets of the predictions' shape "+shapeOf(yPred).String(), shapeOf(yTrue))
	axis = axisOf(yPred, axis)
	last := yPred.Dims() - 1
	dt := yPred.Dtype()
	yTrue, yPred = MoveAxis(Cast(yTrue, dt), axis, last), MoveAxis(yPred, axis, last)
	n := yPred.Shape()[last]
	rows := volume(yPred.Shape()[:last])
	return lossOp(name, yTrue, yPred, op.ByType(dt, f32.run(rows, n), f64.run(rows, n)),
		op.ByType(dt, f32.runGradient(rows, n), f64.runGradient(rows, n)))
}

// lossOp is an Op of targets, which get no gradient, and predictions, whose last
// axis it drops.
func lossOp(name string, yTrue, yPred *gorgonia.Node, forward, gradient op.Run) *gorgonia.Node {
	shape := yPred.Shape()
	return op.Apply(op.Spec{
		Name:     name,
		Outputs:  []op.Output{{Shape: append(tensor.Shape{}, shape[:len(shape)-1]...), Dtype: yPred.Dtype()}},
		Run:      forward,
		Constant: []int{0},
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{nil, op.Apply(op.Spec{
				Name:    name + " gradient",
				Outputs: []op.Output{op.Like(in[1])},
				Run:     gradient,
			}, in[0], in[1], grad)}
		},
	}, yTrue, yPred)
}
