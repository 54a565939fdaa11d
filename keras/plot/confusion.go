package plot

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/console"
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

const (
	maxClasses = 1000 // that a picture can show
	maxTable   = 20   // that a text can
)

// confusion counts how often samples of a class were taken for each class.
type confusion struct {
	counts         [][]int // [true][predicted]
	names          []string
	samples, right int
}

func newConfusion(yTrue, yPred *tensor.Dense, names []string) (*confusion, error) {
	if yTrue == nil || yPred == nil {
		return nil, keras.Expected(keras.ErrData, "targets and predictions", "nil")
	}
	// The axes that both have say which sample it is; one more has a value for each class.
	t, p := squeezed(yTrue), squeezed(yPred)
	common := min(len(t), len(p))
	if len(t) == len(p) && common > 1 {
		common--
	}
	if max(len(t), len(p)) > common+1 || !t[:common].Equal(p[:common]) {
		return nil, keras.Expected(keras.ErrShape, "targets and predictions of the same samples",
			fmt.Sprintf("%v and %v", keras.Shape(yTrue.Shape()), keras.Shape(yPred.Shape())))
	}
	actual, n, err := classesOf(yTrue, t, common)
	if err != nil {
		return nil, err
	}
	predicted, m, err := classesOf(yPred, p, common)
	if err != nil {
		return nil, err
	}
	n = max(n, m)
	if len(names) > 0 && n > len(names) {
		return nil, keras.Expected(keras.ErrArgument, fmt.Sprintf("a name for each of %d classes", n), fmt.Sprintf("%d names", len(names)))
	}
	c := &confusion{names: slices.Clone(names), samples: len(actual)}
	for i := len(names); i < n; i++ {
		c.names = append(c.names, strconv.Itoa(i))
	}
	c.counts = make([][]int, len(c.names))
	for i := range c.counts {
		c.counts[i] = make([]int, len(c.names))
	}
	for i, k := range actual {
		c.counts[k][predicted[i]]++
		if k == predicted[i] {
			c.right++
		}
	}
	return c, nil
}

// squeezed is the shape without a last axis of 1; a scalar is one sample.
func squeezed(t *tensor.Dense) keras.Shape {
	shape := keras.Shape(t.Shape())
	switch {
	case len(shape) == 0:
		return keras.Shape{1}
	case len(shape) > 1 && shape.Last() == 1:
		return shape[:len(shape)-1]
	}
	return shape
}

// classesOf are the classes of samples, whose numbers are the first axes of the shape,
// and how many classes there are at least.
func classesOf(t *tensor.Dense, shape keras.Shape, samples int) (classes []int, n int, err error) {
	values, err := score.Floats(t, new([]float64))
	switch {
	case err != nil:
		return nil, 0, err
	case len(values) == 0:
		return nil, 0, keras.Expected(keras.ErrData, "samples", "none")
	case len(shape) > samples:
		n = shape.Last()
		classes = make([]int, len(values)/n)
		kernels.ArgMax(values, classes, len(classes), n, 1)
	default:
		if classes, err = rounded(values); err != nil {
			return nil, 0, err
		}
		n = slices.Max(classes) + 1
	}
	if n > maxClasses {
		return nil, 0, keras.Expected(keras.ErrData, fmt.Sprintf("at most %d classes", maxClasses), n)
	}
	return classes, n, nil
}

// rounded are class numbers as they are, or the nearer one of two classes that a
// probability tells, as Keras's binary metrics take it: above 0.5 it is 1.
func rounded(values []float64) ([]int, error) {
	classes := make([]int, len(values))
	whole, probabilities := true, true
	for i, v := range values {
		classes[i] = int(min(v, maxClasses))
		whole = whole && v >= 0 && v == math.Trunc(v)
		probabilities = probabilities && v >= 0 && v <= 1
	}
	switch {
	case whole:
		return classes, nil
	case !probabilities:
		return nil, keras.Expected(keras.ErrData, "classes 0, 1, 2, … or probabilities", "other numbers")
	}
	for i, v := range values {
		classes[i] = 0
		if v > 0.5 {
			classes[i] = 1
		}
	}
	return classes, nil
}

// title says how much is right.
func (c *confusion) title() string {
	return fmt.Sprintf("%s of %s right (%.1f%%)", console.Count(c.right), console.Count(c.samples), 100*float64(c.right)/float64(c.samples))
}

// String is the matrix as a table, a row for each true class; of many classes the most
// frequent mistakes.
func (c *confusion) String() string {
	if len(c.names) > maxTable {
		return c.title() + "\n" + c.mistakes().String()
	}
	l := console.Listing{Head: append([]string{"true \\ predicted"}, c.names...)}
	for i, counts := range c.counts {
		row := []string{c.names[i]}
		for _, n := range counts {
			row = append(row, strconv.Itoa(n))
		}
		l.Rows = append(l.Rows, row)
	}
	return c.title() + "\n" + l.String()
}

// mistakes are the most frequent ones.
func (c *confusion) mistakes() console.Listing {
	type mistake struct{ count, actual, predicted int }
	var all []mistake
	for i, counts := range c.counts {
		for j, n := range counts {
			if i != j && n > 0 {
				all = append(all, mistake{n, i, j})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mistake) int { return b.count - a.count })
	l := console.Listing{Head: []string{"true", "predicted", "samples"}}
	for _, m := range all[:min(len(all), maxTable)] {
		l.Rows = append(l.Rows, []string{c.names[m.actual], c.names[m.predicted], strconv.Itoa(m.count)})
	}
	return l
}
