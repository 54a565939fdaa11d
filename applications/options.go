package applications

import (
	"slices"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// Option sets an argument of a classifier of images.
type Option func(*options)

// options are the arguments that Keras's classifiers of images share.
type options struct {
	name       string
	shape      keras.Shape
	tensor     *keras.Tensor
	withoutTop bool
	pooling    Pooling
	classes    int
	activation activations.Activation
	weights    string // a path
}

// Pooling makes features of an image out of those of its parts.
type Pooling string

// The poolings.
const (
	AvgPooling Pooling = "avg" // by GlobalAveragePooling2D
	MaxPooling Pooling = "max" // by GlobalMaxPooling2D
)

// WithName sets name. Default the function's in lower case.
func WithName(name string) Option { return func(o *options) { o.name = name } }

// WithInputShape sets input_shape: rows, columns and channels, of which rows and columns
// may be keras.None in a model without top. Default 224 rows and columns with top, any
// without, and 3 channels.
func WithInputShape(s keras.Shape) Option { return func(o *options) { o.shape = s } }

// WithInputTensor sets input_tensor, on which the model is drawn instead of on an Input of
// its own. Its inputs are then those that the tensor depends on.
func WithInputTensor(t *keras.Tensor) Option { return func(o *options) { o.tensor = t } }

// WithoutTop sets include_top to False: the model ends before Flatten and the Dense layers.
func WithoutTop() Option { return func(o *options) { o.withoutTop = true } }

// WithPooling sets pooling, of a model without top. Default none: the output has rows and columns.
func WithPooling(p Pooling) Option { return func(o *options) { o.pooling = p } }

// WithClasses sets classes, of a model with top. Default 1000.
func WithClasses(n int) Option { return func(o *options) { o.classes = n } }

// WithClassifierActivation sets classifier_activation, of a model with top. Default softmax.
func WithClassifierActivation(a activations.Activation) Option {
	return func(o *options) { o.activation = a }
}

// WithWeights sets weights: the path of a file that Keras saved, as its downloads are, for
// [models.Model.LoadWeights]. Default none: the weights are random.
func WithWeights(path string) Option { return func(o *options) { o.weights = path } }

// newOptions are the options of a model with a name by default.
func newOptions(name string, opts []Option) *options {
	o := &options{name: name, classes: 1000, activation: activations.Softmax}
	for _, set := range opts {
		set(o)
	}
	return o
}

// image is what the first layer is applied to, and what the inputs of the model are, if
// images have a size by default and one that they need at least.
func (o *options) image(size, least int) (image *keras.Tensor, inputs any) {
	shape, err := o.inputShape(size, least)
	if err != nil {
		image = keras.Broken(err)
		return image, image
	}
	if o.tensor != nil {
		return o.tensor, sources(o.tensor)
	}
	image = keras.Input(shape)
	return image, image
}

// inputShape is input_shape or its default.
func (o *options) inputShape(size, least int) (keras.Shape, error) {
	s := o.shape
	switch {
	case o.pooling != "" && o.pooling != AvgPooling && o.pooling != MaxPooling:
		return nil, keras.Expected(keras.ErrArgument, `a pooling of "avg" or "max"`, o.pooling)
	case len(s) == 0 && o.withoutTop:
		return keras.Shape{keras.None, keras.None, 3}, nil
	case len(s) == 0:
		return keras.Shape{size, size, 3}, nil
	case len(s) != 3:
		return nil, keras.Fault(keras.ErrArgument, "`input_shape` must be a tuple of three integers.")
	case slices.ContainsFunc(s[:2], func(n int) bool { return n != keras.None && n < least }):
		return nil, keras.Fault(keras.ErrArgument, "Input size must be at least %dx%d; Received: input_shape=%s", least, least, s)
	case !o.withoutTop && slices.Contains(s, keras.None):
		return nil, keras.Fault(keras.ErrArgument, "If `include_top` is True, you should specify a static `input_shape`. Received: input_shape=%s", s)
	}
	return s, nil
}

// model is the model from inputs to y, with the weights of the options, or with the error
// that there was.
func (o *options) model(inputs any, y *keras.Tensor) *models.Model {
	m, err := models.New(inputs, y, models.WithName(o.name))
	if err != nil || o.weights == "" {
		return m
	}
	if err := m.LoadWeights(o.weights); err != nil {
		m, _ = models.New(inputs, keras.Broken(err))
	}
	return m
}

// pool applies pooling to the output of a model without top.
func (o *options) pool(x *keras.Tensor) *keras.Tensor {
	switch o.pooling {
	case AvgPooling:
		return layers.GlobalAveragePooling2D().Apply(x)
	case MaxPooling:
		return layers.GlobalMaxPooling2D().Apply(x)
	}
	return x
}

// sources are the inputs that a tensor depends on.
func sources(t *keras.Tensor) (found keras.List) {
	seen := map[*keras.Tensor]bool{}
	var visit func(t *keras.Tensor)
	visit = func(t *keras.Tensor) {
		switch {
		case seen[t]:
			return
		case t.Node() == nil || len(t.Node().Parents()) == 0:
			found = append(found, t)
		default:
			for _, p := range t.Node().Parents() {
				visit(p)
			}
		}
		seen[t] = true
	}
	visit(t)
	return found
}
