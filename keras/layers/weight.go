package layers

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// weightOptions are the places of a weight's options in the config of a layer. Families of
// layers share setters by such places, because Keras has their keys in another order in
// each family.
type weightOptions struct {
	initializer *keras.Initializer
	regularizer *keras.Regularizer
	constraint  *keras.Constraint
}

// check adds the violations of the options.
func (o weightOptions) check(f *faults) { f.valid(*o.initializer, *o.regularizer, *o.constraint) }

// with has another initializer in the place of the config's.
func (o weightOptions) with(i keras.Initializer) weightOptions {
	o.initializer = &i
	return o
}

// add makes the weight.
func (o weightOptions) add(l *keras.Base, name string, shape keras.Shape) *keras.Variable {
	return l.AddWeight(name, shape, *o.initializer, keras.WithRegularizer(*o.regularizer), keras.WithConstraint(*o.constraint))
}

// typed makes weights of a type, of whatever type the layer is.
type typed struct {
	keras.Initializer
	dtype tensor.Dtype
}

// Initialize makes one.
func (i typed) Initialize(shape keras.Shape, _ tensor.Dtype) (*tensor.Dense, error) {
	return i.Initializer.Initialize(shape, i.dtype)
}

// kernelAndBias are the places of the options of the weights that most layers have.
type kernelAndBias struct{ kernelOptions, biasOptions weightOptions }

// check adds the violations of the options.
func (o kernelAndBias) check(f *faults) {
	o.kernelOptions.check(f)
	o.biasOptions.check(f)
}

// biasSetters are the setters of layers with a bias, whose kernel has setters of other names.
type biasSetters[Self any] struct {
	owner *Self
	kernelAndBias
}

// BiasInitializer sets bias_initializer. Default Zeros.
func (s *biasSetters[Self]) BiasInitializer(i keras.Initializer) *Self {
	*s.biasOptions.initializer = i
	return s.owner
}

// BiasRegularizer sets bias_regularizer. Default none.
func (s *biasSetters[Self]) BiasRegularizer(r keras.Regularizer) *Self {
	*s.biasOptions.regularizer = r
	return s.owner
}

// BiasConstraint sets bias_constraint. Default none.
func (s *biasSetters[Self]) BiasConstraint(c keras.Constraint) *Self {
	*s.biasOptions.constraint = c
	return s.owner
}

// weightSetters are the setters of layers with a kernel and a bias.
type weightSetters[Self any] struct{ biasSetters[Self] }

func newWeightSetters[Self any](owner *Self, places kernelAndBias) weightSetters[Self] {
	return weightSetters[Self]{biasSetters[Self]{owner, places}}
}

// KernelInitializer sets kernel_initializer. Default GlorotUniform.
func (s *weightSetters[Self]) KernelInitializer(i keras.Initializer) *Self {
	*s.kernelOptions.initializer = i
	return s.owner
}

// KernelRegularizer sets kernel_regularizer. Default none.
func (s *weightSetters[Self]) KernelRegularizer(r keras.Regularizer) *Self {
	*s.kernelOptions.regularizer = r
	return s.owner
}

// KernelConstraint sets kernel_constraint. Default none.
func (s *weightSetters[Self]) KernelConstraint(c keras.Constraint) *Self {
	*s.kernelOptions.constraint = c
	return s.owner
}
