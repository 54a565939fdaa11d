package layers

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*NormalizationLayer)(nil)
	_ keras.ShapeInferer = (*NormalizationLayer)(nil)
)

// Normalization returns a layer that shifts and scales its input to mean 0 and deviation 1,
// by a mean and a variance that are given or that Adapt finds in data:
// (x − mean)/max(√variance, 1e-7).
//
//	input  any shape, any type of number    mean, variance (the sizes of the axes), not trained
//	output the same shape, float            count ()
//
// The axes are those whose places have a mean each; the mean is over all others. Where Mean
// and Variance are set the layer has no weights. A mask passes through.
//
// Defaults: Axis −1, no Mean, no Variance, Invert false.
//
// Errors: one of Mean and Variance without the other, or of another shape; an axis that the
// input does not have, or of unknown size; a mean that does not fit the axes.
func Normalization() *NormalizationLayer {
	l := &NormalizationLayer{cfg: normalizationConfig{Axis: []int{-1}}}
	l.PassMask()
	return l.init(l, "Normalization", &l.cfg)
}

// NormalizationLayer is the layer that Normalization returns.
type NormalizationLayer struct {
	base[NormalizationLayer]
	cfg            normalizationConfig
	keep           []int       // the axes, in order
	shape          keras.Shape // for which the layer was built
	mean, variance *keras.Variable
}

type normalizationConfig struct {
	Axis     []int       `keras:"axis"`
	Invert   bool        `keras:"invert"`
	Mean     arrayOption `keras:"mean"`
	Variance arrayOption `keras:"variance"`
}

// Axis sets axis, one or several. Default −1, the last one; none is one mean of all.
func (l *NormalizationLayer) Axis(axes ...int) *NormalizationLayer {
	l.cfg.Axis = append([]int{}, axes...) // not nil: a config has an empty list
	return l
}

// Mean sets mean: one number, or several along the last of the axes. Default: what Adapt finds.
func (l *NormalizationLayer) Mean(mean ...float64) *NormalizationLayer {
	l.cfg.Mean = numbers(mean)
	return l
}

// Variance sets variance, as Mean.
func (l *NormalizationLayer) Variance(variance ...float64) *NormalizationLayer {
	l.cfg.Variance = numbers(variance)
	return l
}

// Statistics sets mean and variance, of the sizes of the axes or of the last of them; a size of
// 1 is for all places.
func (l *NormalizationLayer) Statistics(mean, variance *tensor.Dense) *NormalizationLayer {
	l.cfg.Mean, l.cfg.Variance = arrayOf(mean), arrayOf(variance)
	return l
}

// Invert sets invert: x·max(√variance, 1e-7) + mean instead, which undoes the other. Default false.
func (l *NormalizationLayer) Invert(on bool) *NormalizationLayer {
	l.cfg.Invert = on
	return l
}

func (c *normalizationConfig) validate() error {
	mean, variance := c.Mean.array, c.Variance.array
	if mean == nil && variance == nil {
		return nil
	}
	for _, a := range []*array{mean, variance} {
		if a != nil && a.err != nil {
			return a.err
		}
	}
	var f faults
	if mean == nil || variance == nil {
		f.require(false, fmt.Sprintf("When setting values directly, both `mean` and `variance` must be set. Received: mean=%s and variance=%s",
			python(c.Mean), python(c.Variance)))
		return f.err()
	}
	f.require(mean.shape.Equal(variance.shape), fmt.Sprintf("When setting values directly, `mean` and `variance` must have the same shape. "+
		"Received: mean shape %s and variance shape %s", mean.shape, variance.shape))
	f.require(len(mean.shape) <= len(c.Axis), fmt.Sprintf("The rank of `mean` must be less than or equal to the number of axes (%d). "+
		"Received: mean shape %s for axis %s", len(c.Axis), mean.shape, tuple(c.Axis)))
	return f.err()
}

// python is an option as Python writes it.
func python(o arrayOption) string {
	if o.array == nil {
		return "None"
	}
	return fmt.Sprint(o.EncodeConfig())
}

// Build makes the mean and the variance, unless they are given.
func (l *NormalizationLayer) Build(in ...keras.Shape) error {
	s := in[0]
	axes, err := intList(l.cfg.Axis).axes(s)
	if err != nil {
		return err
	}
	slices.Sort(axes)
	sizes := keras.Shape{}
	for _, a := range axes {
		if s[a] == keras.None {
			return keras.Fault(keras.ErrShape, "All `axis` values to be kept must have a known shape. Received axis=%s, inputs.shape=%s, with unknown axis at index %d",
				tuple(l.cfg.Axis), s, a)
		}
		sizes = append(sizes, s[a])
	}
	l.keep, l.shape = axes, s.Clone()
	if mean := l.cfg.Mean.array; mean != nil {
		for i, n := range mean.shape {
			if size := sizes[len(sizes)-len(mean.shape)+i]; n != 1 && n != size {
				return keras.Expected(keras.ErrShape, fmt.Sprintf("an input with a mean of shape %s on its axes %s", mean.shape, tuple(l.cfg.Axis)), s)
			}
		}
		return nil
	}
	l.mean = l.AddWeight("mean", sizes, initializers.Zeros(), keras.NonTrainable())
	l.variance = l.AddWeight("variance", sizes, initializers.Ones(), keras.NonTrainable())
	l.AddWeight("count", keras.Shape{}, typed{initializers.Zeros(), tensor.Int64}, keras.NonTrainable()) // nobody reads it: old files have it
	return nil
}

// OutputShapes gives the input's shape.
func (l *NormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	axes, err := intList(l.cfg.Axis).axes(in[0])
	if err != nil || !l.Built() {
		return out, err
	}
	return out, l.fits(in[0], axes)
}

// fits compares the sizes of the axes with those for which the layer was built.
func (l *NormalizationLayer) fits(s keras.Shape, axes []int) error {
	slices.Sort(axes)
	for i, a := range axes {
		if want := l.shape[l.keep[i]]; s[a] != keras.None && s[a] != want {
			return keras.WrongAxis(a, want, s)
		}
	}
	return nil
}

// Call computes (x − mean)/max(√variance, 1e-7), or the inverse.
func (l *NormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := l.float(in[0])
	var mean, variance *gorgonia.Node
	if given := l.cfg.Mean.array; given != nil {
		mean, variance = l.given(t, given, x), l.given(t, l.cfg.Variance.array, x)
	} else {
		mean, variance = l.spread(t.Var(l.mean), x), l.spread(t.Var(l.variance), x)
	}
	deviation := ops.Clip(ops.Sqrt(variance), 1e-7, math.Inf(1))
	if l.cfg.Invert {
		return t.Out(ops.Add(mean, ops.Mul(x, deviation)))
	}
	return t.Out(ops.Div(ops.Sub(x, mean), deviation))
}

// spread gives a weight the axes of x, of size 1 where it has none.
func (l *NormalizationLayer) spread(w, x *gorgonia.Node) *gorgonia.Node {
	dims := ones(x.Dims())
	for _, a := range l.keep {
		dims[a] = x.Shape()[a]
	}
	return ops.Reshape(w, dims...)
}

// given is a constant with the axes of x, its own being the last of the layer's.
func (l *NormalizationLayer) given(t *keras.Trace, n *array, x *gorgonia.Node) *gorgonia.Node {
	dims := ones(x.Dims())
	for i, size := range n.shape {
		dims[l.keep[len(l.keep)-len(n.shape)+i]] = size
	}
	return ops.Cast(ops.Constant(t, n.dense(dims...)), l.DType())
}

func ones(n int) []int { return slices.Repeat([]int{1}, n) }
