package layers

import "github.com/gokeras/gokeras/keras"

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

// add makes the weight.
func (o weightOptions) add(l *keras.Base, name string, shape keras.Shape) *keras.Variable {
	return l.AddWeight(name, shape, *o.initializer, keras.WithRegularizer(*o.regularizer), keras.WithConstraint(*o.constraint))
}
