package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
)

// norm is what the normalizations share: gamma and beta.
type norm[Self any] struct {
	base[Self]
	options     normOptions
	gamma, beta *keras.Variable
}

// normOptions are the places of what normalizations have in common in the config of one.
type normOptions struct {
	epsilon       *float64
	center, scale *bool
	beta, gamma   weightOptions
}

// defaults sets the options.
func (o *normOptions) defaults() {
	*o.epsilon, *o.center, *o.scale = 1e-3, true, true
	*o.beta.initializer, *o.gamma.initializer = initializers.Zeros(), initializers.Ones()
}

// check adds the violations of the options.
func (o *normOptions) check(f *faults) {
	o.beta.check(f)
	o.gamma.check(f)
}

// Epsilon sets epsilon, which is added to the variance. Default 0.001.
func (l *norm[Self]) Epsilon(e float64) *Self {
	*l.options.epsilon = e
	return l.self
}

// Center sets center: whether there is a beta. Default true.
func (l *norm[Self]) Center(on bool) *Self {
	*l.options.center = on
	return l.self
}

// Scale sets scale: whether there is a gamma. Default true.
func (l *norm[Self]) Scale(on bool) *Self {
	*l.options.scale = on
	return l.self
}

// BetaInitializer sets beta_initializer. Default Zeros.
func (l *norm[Self]) BetaInitializer(i keras.Initializer) *Self {
	*l.options.beta.initializer = i
	return l.self
}

// GammaInitializer sets gamma_initializer. Default Ones.
func (l *norm[Self]) GammaInitializer(i keras.Initializer) *Self {
	*l.options.gamma.initializer = i
	return l.self
}

// BetaRegularizer sets beta_regularizer. Default none.
func (l *norm[Self]) BetaRegularizer(r keras.Regularizer) *Self {
	*l.options.beta.regularizer = r
	return l.self
}

// GammaRegularizer sets gamma_regularizer. Default none.
func (l *norm[Self]) GammaRegularizer(r keras.Regularizer) *Self {
	*l.options.gamma.regularizer = r
	return l.self
}

// BetaConstraint sets beta_constraint. Default none.
func (l *norm[Self]) BetaConstraint(c keras.Constraint) *Self {
	*l.options.beta.constraint = c
	return l.self
}

// GammaConstraint sets gamma_constraint. Default none.
func (l *norm[Self]) GammaConstraint(c keras.Constraint) *Self {
	*l.options.gamma.constraint = c
	return l.self
}

// addWeights makes gamma and beta, those that are wanted.
func (l *norm[Self]) addWeights(shape keras.Shape, scale, center bool) {
	if scale {
		l.gamma = l.options.gamma.add(&l.Base, "gamma", shape)
	}
	if center {
		l.beta = l.options.beta.add(&l.Base, "beta", shape)
	}
}

// axisOf is an axis of a shape, counted from the front.
func axisOf(s keras.Shape, axis int) (int, error) {
	if axis < -len(s) || axis >= len(s) {
		return 0, keras.Fault(keras.ErrShape, "Axis %d is out of bounds for input shape %s.", axis, s)
	}
	if axis < 0 {
		axis += len(s)
	}
	return axis, nil
}
