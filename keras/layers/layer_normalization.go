package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*LayerNormalizationLayer)(nil)
	_ keras.ShapeInferer = (*LayerNormalizationLayer)(nil)
	_ keras.ConfigValue  = (*normAxes)(nil)
)

// LayerNormalization returns a layer that shifts and scales what lies along one or
// several axes to mean 0 and deviation 1, and from there on:
// (x − mean)/√(variance + ε)·gamma + beta.
//
//	input  any shape    gamma, beta (the sizes of the axes)
//	output the same
//
// Defaults: Axis −1, Epsilon 0.001, Center true, Scale true, RMSScaling false,
// BetaInitializer Zeros, GammaInitializer Ones, no regularizers, no constraints. A mask
// passes through. Errors: no axis; an axis that the input does not have, has twice, or
// whose size is unknown or not that for which the layer was built.
func LayerNormalization() *LayerNormalizationLayer {
	l := &LayerNormalizationLayer{cfg: layerNormalizationConfig{Axis: normAxes{axes: intList{-1}}}}
	l.options = l.cfg.places()
	l.options.defaults()
	l.PassMask()
	return l.init(l, "LayerNormalization", &l.cfg)
}

// LayerNormalizationLayer is the layer that LayerNormalization returns.
type LayerNormalizationLayer struct {
	norm[LayerNormalizationLayer]
	cfg   layerNormalizationConfig
	sizes keras.Shape // of the axes, for which the layer was built
}

type layerNormalizationConfig struct {
	Axis             normAxes          `keras:"axis"`
	Epsilon          float64           `keras:"epsilon"`
	Center           bool              `keras:"center"`
	Scale            bool              `keras:"scale"`
	RMSScaling       bool              `keras:"rms_scaling"`
	BetaInitializer  keras.Initializer `keras:"beta_initializer"`
	GammaInitializer keras.Initializer `keras:"gamma_initializer"`
	BetaRegularizer  keras.Regularizer `keras:"beta_regularizer"`
	GammaRegularizer keras.Regularizer `keras:"gamma_regularizer"`
	BetaConstraint   keras.Constraint  `keras:"beta_constraint"`
	GammaConstraint  keras.Constraint  `keras:"gamma_constraint"`
}

// places are those of the options that normalizations share.
func (c *layerNormalizationConfig) places() normOptions {
	return normOptions{
		&c.Epsilon, &c.Center, &c.Scale,
		weightOptions{&c.BetaInitializer, &c.BetaRegularizer, &c.BetaConstraint},
		weightOptions{&c.GammaInitializer, &c.GammaRegularizer, &c.GammaConstraint},
	}
}

// Axis sets axis, one or several. Default −1, the last one.
func (l *LayerNormalizationLayer) Axis(axes ...int) *LayerNormalizationLayer {
	l.cfg.Axis = normAxes{axes: axes}
	return l
}

// RMSScaling sets rms_scaling, which Keras has for old models: x/√(variance + ε)·gamma,
// without a shift and without beta. Default false.
func (l *LayerNormalizationLayer) RMSScaling(on bool) *LayerNormalizationLayer {
	l.cfg.RMSScaling = on
	return l
}

func (c *layerNormalizationConfig) validate() error {
	var f faults
	f.require(len(c.Axis.axes) > 0, "Expected an int or a list/tuple of ints for the argument 'axis', but received none")
	options := c.places()
	options.check(&f)
	return f.err()
}

// Build makes gamma and beta.
func (l *LayerNormalizationLayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	c.Axis = c.Axis.sorted()
	var err error
	if l.sizes, err = c.Axis.sizes(in[0]); err != nil {
		return err
	}
	l.addWeights(l.sizes, c.Scale || c.RMSScaling, c.Center && !c.RMSScaling)
	return nil
}

// OutputShapes gives the input's shape.
func (l *LayerNormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	sizes, err := l.cfg.Axis.sizes(in[0])
	if err != nil {
		return nil, err
	}
	for i, d := range sizes {
		if l.Built() && d != keras.None && d != l.sizes[i] {
			return nil, keras.WrongAxis(l.cfg.Axis.axes[i], l.sizes[i], in[0])
		}
	}
	return out, nil
}

// Call normalizes. Of an input of integers Keras rounds the result to such towards 0.
func (l *LayerNormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	c := &l.cfg
	y := ops.LayerNormalization(l.float(in[0]), t.Var(l.gamma), t.Var(l.beta), c.Axis.axes, c.Epsilon, c.RMSScaling)
	if dt := in[0].Dtype(); dt != l.DType() {
		y = l.float(ops.Cast(y, dt))
	}
	return t.Out(y)
}

// normAxes are the axes of a LayerNormalization: in a config a number for one, a list
// for several, and always a list once the layer is built.
type normAxes struct {
	axes  intList
	built bool
}

// EncodeConfig is the number or the list.
func (a normAxes) EncodeConfig() any {
	one := a.axes.EncodeConfig()
	if n, ok := one.(int); ok && a.built {
		return []any{n}
	}
	return one
}

// DecodeConfig reads what EncodeConfig writes.
func (a *normAxes) DecodeConfig(v any) error {
	_, a.built = v.([]any)
	return a.axes.DecodeConfig(v)
}

// sorted are the axes of a layer that is built.
func (a normAxes) sorted() normAxes {
	return normAxes{slices.Sorted(slices.Values(a.axes)), true}
}

// sizes are those of the axes of a shape.
func (a normAxes) sizes(s keras.Shape) (keras.Shape, error) {
	axes := make([]int, len(a.axes))
	sizes := make(keras.Shape, len(a.axes))
	for i, n := range a.axes {
		var err error
		if axes[i], err = axisOf(s, n); err != nil {
			return nil, err
		}
		if slices.Contains(axes[:i], axes[i]) {
			return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input with the different axes %v", []int(a.axes)), s)
		}
		sizes[i] = s[axes[i]]
	}
	return sizes, nil
}
