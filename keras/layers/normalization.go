package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
)

// norm is what the normalizations share: gamma and beta, and what they are made with.
type norm[Self any] struct {
	base[Self]
	options     normOptions
	gamma, beta *keras.Variable
}

// normOptions are the parts of a config that the normalizations share. They are three,
// because Keras has other keys between them.
type normOptions struct {
	*normSwitches
	*normInitializers
	*normRestrictions
}

type normSwitches struct {
	Epsilon float64 `keras:"epsilon"`
	Center  bool    `keras:"center"`
	Scale   bool    `keras:"scale"`
}

type normInitializers struct {
	BetaInitializer  keras.Initializer `keras:"beta_initializer"`
	GammaInitializer keras.Initializer `keras:"gamma_initializer"`
}

type normRestrictions struct {
	BetaRegularizer  keras.Regularizer `keras:"beta_regularizer"`
	GammaRegularizer keras.Regularizer `keras:"gamma_regularizer"`
	BetaConstraint   keras.Constraint  `keras:"beta_constraint"`
	GammaConstraint  keras.Constraint  `keras:"gamma_constraint"`
}

// take makes parts of a config the options, with their defaults.
func (o *normOptions) take(s *normSwitches, i *normInitializers, r *normRestrictions) {
	*s = normSwitches{Epsilon: 1e-3, Center: true, Scale: true}
	*i = normInitializers{initializers.Zeros(), initializers.Ones()}
	*o = normOptions{s, i, r}
}

// Epsilon sets epsilon, which is added to the variance. Default 0.001.
func (l *norm[Self]) Epsilon(e float64) *Self {
	l.options.Epsilon = e
	return l.self
}

// Center sets center: whether there is a beta. Default true.
func (l *norm[Self]) Center(on bool) *Self {
	l.options.Center = on
	return l.self
}

// Scale sets scale: whether there is a gamma. Default true.
func (l *norm[Self]) Scale(on bool) *Self {
	l.options.Scale = on
	return l.self
}

// BetaInitializer sets beta_initializer. Default Zeros.
func (l *norm[Self]) BetaInitializer(i keras.Initializer) *Self {
	l.options.BetaInitializer = i
	return l.self
}

// GammaInitializer sets gamma_initializer. Default Ones.
func (l *norm[Self]) GammaInitializer(i keras.Initializer) *Self {
	l.options.GammaInitializer = i
	return l.self
}

// BetaRegularizer sets beta_regularizer. Default none.
func (l *norm[Self]) BetaRegularizer(r keras.Regularizer) *Self {
	l.options.BetaRegularizer = r
	return l.self
}

// GammaRegularizer sets gamma_regularizer. Default none.
func (l *norm[Self]) GammaRegularizer(r keras.Regularizer) *Self {
	l.options.GammaRegularizer = r
	return l.self
}

// BetaConstraint sets beta_constraint. Default none.
func (l *norm[Self]) BetaConstraint(c keras.Constraint) *Self {
	l.options.BetaConstraint = c
	return l.self
}

// GammaConstraint sets gamma_constraint. Default none.
func (l *norm[Self]) GammaConstraint(c keras.Constraint) *Self {
	l.options.GammaConstraint = c
	return l.self
}

// valid adds the violations of the options.
func (o *normOptions) valid(f *faults) {
	f.valid(o.BetaInitializer, o.GammaInitializer, o.BetaRegularizer, o.GammaRegularizer, o.BetaConstraint, o.GammaConstraint)
}

// addWeights makes gamma and beta, those that are wanted.
func (l *norm[Self]) addWeights(shape keras.Shape, scale, center bool) {
	o := &l.options
	if scale {
		l.gamma = l.AddWeight("gamma", shape, o.GammaInitializer,
			keras.WithRegularizer(o.GammaRegularizer), keras.WithConstraint(o.GammaConstraint))
	}
	if center {
		l.beta = l.AddWeight("beta", shape, o.BetaInitializer,
			keras.WithRegularizer(o.BetaRegularizer), keras.WithConstraint(o.BetaConstraint))
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
