package keras

import (
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// InputOption is an option of Input.
type InputOption func(*inputConfig)

type inputConfig struct {
	BatchShape Shape        `keras:"batch_shape"`
	DType      tensor.Dtype `keras:"dtype"`
	Sparse     bool         `keras:"sparse"`
	Ragged     bool         `keras:"ragged"`
	Name       string       `keras:"name"`
	Optional   bool         `keras:"optional"`

	batch    int
	hasBatch bool
	whole    bool // BatchShape was given
}

// WithDType sets the type of the data; what is fed is cast to it. Default float32.
func WithDType(dt tensor.Dtype) InputOption { return func(c *inputConfig) { c.DType = dt } }

// WithName names the input layer and its tensor.
func WithName(name string) InputOption { return func(c *inputConfig) { c.Name = name } }

// WithBatchSize fixes the number of samples.
func WithBatchSize(n int) InputOption {
	return func(c *inputConfig) { c.batch, c.hasBatch = n, true }
}

// WithBatchShape gives the whole shape, batch axis included; the shape argument of Input is then nil.
func WithBatchShape(s Shape) InputOption {
	return func(c *inputConfig) { c.BatchShape, c.whole = s.Clone(), true }
}

// Input makes a symbolic tensor of shape (None, shape…): where data enter a model.
// Without sizes a sample is one number.
//
// Defaults: float32, any batch size. Errors, which the tensor carries: a size that
// is negative; a dtype that tensors of data cannot have; WithBatchShape beside a
// shape or WithBatchSize; a batch size below 1; a name with a slash.
func Input(shape Shape, opts ...InputOption) *Tensor {
	return NewInputLayer(shape, opts...).Output()
}

// InputLayer is the layer behind an Input. It has no inputs; its output is the data.
type InputLayer struct {
	Base
	cfg inputConfig
}

var _ Layer = (*InputLayer)(nil)

// NewInputLayer makes the layer of an Input. Its Output carries the errors.
func NewInputLayer(shape Shape, opts ...InputOption) *InputLayer {
	l := &InputLayer{cfg: inputConfig{DType: tensor.Float32, batch: None}}
	for _, o := range opts {
		if o != nil {
			o(&l.cfg)
		}
	}
	err := l.cfg.combine(shape)
	l.open(err, callSite())
	return l
}

// combine makes the whole shape of the options.
func (c *inputConfig) combine(shape Shape) error {
	switch {
	case c.whole && len(shape) > 0:
		return Fault(ErrArgument, "You cannot pass both `shape` and `batch_shape` at the same time.")
	case c.whole && c.hasBatch:
		return Fault(ErrArgument, "You cannot pass both `batch_size` and `batch_shape` at the same time.")
	case c.whole:
		return nil
	case c.hasBatch && c.batch < 1:
		return Expected(ErrArgument, "a positive batch size", c.batch)
	}
	c.BatchShape = shape.WithBatch(c.batch)
	return nil
}

// validate reports what no input can be.
func (c *inputConfig) validate() error {
	switch {
	case !c.BatchShape.valid():
		return Fault(ErrArgument, "Cannot convert '%s' to a shape. Negative dimensions are not allowed.", c.BatchShape)
	case len(c.BatchShape) == 0:
		return Expected(ErrArgument, "a shape with a batch axis", c.BatchShape)
	case !isDType(c.DType):
		return Expected(ErrArgument, "a dtype: one of "+strings.Join(sortedKeys(dtypes), ", "), dtypeName(c.DType))
	case c.Sparse || c.Ragged:
		return Expected(ErrConfig, "a dense input", "a sparse or ragged one")
	}
	return nil
}

// open gives the layer its name and its one node, whose tensor carries err.
func (l *InputLayer) open(err error, site string) {
	l.Init(l, "InputLayer")
	if err == nil {
		err = l.cfg.validate()
	}
	t := &Tensor{shape: l.cfg.BatchShape, dtype: l.cfg.DType}
	t.node = &Node{layer: l, outputs: List{t}}
	l.nodes, l.dtype = []*Node{t.node}, l.cfg.DType
	if l.cfg.Name == "" {
		t.name = AutoName("keras_tensor")
	} else if l.WithName(l.cfg.Name); err == nil {
		err = l.err
	}
	if err != nil {
		t.err = Locate(err, l, site)
		l.err = t.err
	}
	l.MarkBuilt()
}

// WithName names the layer and its tensor.
func (l *InputLayer) WithName(name string) Layer {
	l.Base.WithName(name)
	l.nodes[0].outputs[0].name = l.name
	return l
}

// WithDType fails: the type of the data is an option of Input.
func (l *InputLayer) WithDType(tensor.Dtype) Layer {
	l.accept(Fault(ErrState, "the dtype of an input is part of its tensor").WithHint("give Input or InputLayer the option keras.WithDType"))
	return l
}

// Call fails: an input layer has no inputs.
func (l *InputLayer) Call(*Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return nil, Fault(ErrGraph, "an input layer cannot be called")
}

// Config has Keras's keys batch_shape, dtype, sparse, ragged, name, optional.
func (l *InputLayer) Config() Config {
	cfg := EncodeFields(&l.cfg).With("name", l.Name())
	return cfg.With("batch_shape", l.cfg.BatchShape.Config())
}

// FromConfig reads what Config writes.
func (l *InputLayer) FromConfig(cfg Config) error {
	v, _ := cfg.Get("batch_shape")
	shape, err := ParseShape(v)
	if err != nil {
		return err
	}
	l.cfg = inputConfig{DType: tensor.Float32, BatchShape: shape}
	if err := DecodeFields(&l.cfg, cfg.Without("batch_shape")); err != nil {
		return err
	}
	l.open(nil, "")
	return l.err
}

// ParseShape reads a shape from a config: a list with null for None.
func ParseShape(v any) (Shape, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, Expected(ErrConfig, "a shape", show(v))
	}
	shape := make(Shape, len(list))
	for i, d := range list {
		switch d := d.(type) {
		case nil:
			shape[i] = None
		case int:
			shape[i] = d
		default:
			return nil, Expected(ErrConfig, "a shape", show(v))
		}
	}
	if !shape.valid() {
		return nil, Expected(ErrConfig, "a shape", show(v))
	}
	return shape, nil
}
