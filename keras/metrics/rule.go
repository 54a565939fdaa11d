package metrics

import (
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// rule is what is particular to one metric: how targets and predictions of some shapes
// are compared, and the values of the samples.
type rule struct {
	plan    func(target, output keras.Shape) (plan, error)
	float32 func(w *work[float32]) error
	float64 func(w *work[float64]) error
}

// plan is how targets and predictions of some shapes are compared.
type plan struct {
	target, output keras.Shape // what they are seen as
	full           keras.Shape // what both are repeated to; nil: they stay as they are
	perm           []int       // the order that their axes are brought into; nil: they stay as they are
	values         keras.Shape // of the values
	rows, classes  int         // predictions are as many lines of as many elements
}

// work is a comparison in progress, and its memory.
type work[T kernels.Float] struct {
	plan
	seenTarget, seenOutput keras.Shape // the shapes that plan is for
	target, output, values []T
	counts                 []float64 // 0 for values that do not count, else 1; nil: all count

	memory  [5][]T
	numbers []float64
	index   []int
}

// update compares a batch and adds its values to state.
func update[T kernels.Float](w *work[T], newPlan func(target, output keras.Shape) (plan, error), formula func(*work[T]) error,
	state *accumulator, yTrue, yPred, sampleWeight *tensor.Dense) error {
	if err := w.load(newPlan, yTrue, yPred); err != nil {
		return err
	}
	w.values = score.Grow(&w.memory[0], size(w.plan.values))
	if err := formula(w); err != nil {
		return err
	}
	return add(state, w.values, w.plan.values, w.counts, sampleWeight)
}

// load lays targets and predictions out as the plan says. A plan is kept as long as
// the shapes stay.
func (w *work[T]) load(newPlan func(target, output keras.Shape) (plan, error), yTrue, yPred *tensor.Dense) error {
	target, output := keras.Shape(yTrue.Shape()), keras.Shape(yPred.Shape())
	if w.seenTarget == nil || !target.Equal(w.seenTarget) || !output.Equal(w.seenOutput) {
		p, err := newPlan(target, output)
		if err != nil {
			return err
		}
		// Shapes with an end of their own: nil is what was never seen.
		w.plan, w.seenTarget, w.seenOutput = p, append(keras.Shape{}, target...), append(keras.Shape{}, output...)
	}
	y, err := score.Floats(yTrue, &w.memory[1])
	if err != nil {
		return err
	}
	p, err := score.Floats(yPred, &w.memory[2])
	if err != nil {
		return err
	}
	w.target, w.output = w.arrange(y, w.plan.target, &w.memory[3]), w.arrange(p, w.plan.output, &w.memory[4])
	return nil
}

// arrange repeats or reorders x as the plan says.
func (w *work[T]) arrange(x []T, shape keras.Shape, scratch *[]T) []T {
	switch {
	case w.full != nil && !shape.Equal(w.full):
		out := score.Grow(scratch, size(w.full))
		kernels.Expand(x, shape, out, w.full)
		return out
	case w.perm != nil:
		out := score.Grow(scratch, len(x))
		kernels.Transpose(x, shape, w.perm, out)
		return out
	}
	return x
}

// lines compares along the last axis; shapes broadcast, as in Keras's regression metrics.
func lines(target, output keras.Shape) (plan, error) {
	p, err := elements(target, output)
	if err != nil {
		return plan{}, err
	}
	if len(p.full) == 0 {
		return plan{}, keras.Expected(keras.ErrShape, "predictions with an axis to take a mean over", output)
	}
	return p.overLast(p.full), nil
}

// elements compares element by element; shapes broadcast.
func elements(target, output keras.Shape) (plan, error) {
	t, o := score.SameRank(target, output)
	full, ok := kernels.BroadcastShape(t, o)
	if !ok {
		return plan{}, keras.Expected(keras.ErrShape, "targets whose shape broadcasts to that of the predictions, "+output.String(), target)
	}
	p := plan{target: t.Clone(), output: o.Clone(), full: full, values: full}
	p.rows, p.classes = size(full), 1
	return p, nil
}

// sameShape compares along an axis targets and predictions of one shape.
func sameShape(target, output keras.Shape, axis int) (plan, error) {
	if err := score.SameShape(target, output); err != nil {
		return plan{}, err
	}
	perm, err := score.AxisLast(len(output), axis)
	if err != nil {
		return plan{}, err
	}
	ordered := output.Clone()
	for i, a := range perm {
		ordered[i] = output[a]
	}
	p := plan{target: target.Clone(), output: output.Clone(), perm: perm}
	return p.overLast(ordered), nil
}

// labels compares class numbers with predictions that have the classes on the last axis.
func labels(target, output keras.Shape) (plan, error) {
	shape, err := score.Labels(target, output)
	if err != nil {
		return plan{}, err
	}
	p := plan{target: shape.Clone(), output: output.Clone()}
	return p.overLast(output), nil
}

// overLast is the plan with a value for each line of a shape.
func (p plan) overLast(shape keras.Shape) plan {
	p.values, p.classes = slices.Clone(shape[:len(shape)-1]), shape.Last()
	p.rows = size(p.values)
	return p
}

// size is the number of elements; those of () are one.
func size(s keras.Shape) int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// truth is 1 for true.
func truth[T kernels.Float](is bool) T {
	if is {
		return 1
	}
	return 0
}
