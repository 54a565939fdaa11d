package keras

import (
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
//
// Defaults: float32, any batch size. Errors: a negative size; both a shape and
// WithBatchShape; WithBatchSize and WithBatchShape.
func Input(shape Shape, opts ...InputOption) *Tensor {
	site := callSite()
	l := NewInputLayer(shape, opts...)
	if l.err != nil {
		return failed(Locate(l.err, l, site), 1)[0]
	}
	return l.Output()
}

// InputLayer is the layer behind an Input. It has no inputs; its output is the data.
type InputLayer struct {
	Base
	cfg inputConfig
}

var _ Layer = (*InputLayer)(nil)

// NewInputLayer makes the layer of an Input.
func NewInputLayer(shape Shape, opts ...InputOption) *InputLayer {
	l := &InputLayer{cfg: inputConfig{DType: tensor.Float32, batch: None}}
	for _, o := range opts {
		o(&l.cfg)
	}
	c := &l.cfg
	var err error
	switch {
	case c.whole && shape != nil:
		err = Fault(ErrArgument, "expected either a shape or a batch shape, received %s and %s", shape, c.BatchShape)
	case c.whole && c.hasBatch:
		err = Fault(ErrArgument, "expected either a batch size or a batch shape, received %d and %s", c.batch, c.BatchShape)
	case c.hasBatch && c.batch < 1:
		err = Expected(ErrArgument, "a positive batch size", c.batch)
	case !c.whole:
		c.BatchShape = shape.WithBatch(c.batch)
	}
	l.open()
	if err != nil {
		l.err = err
	}
	return l
}

// open gives the layer its name and its one node.
func (l *InputLayer) open() {
	l.Init(l, "InputLayer")
	name := l.cfg.Name
	if name != "" {
		l.WithName(name)
	} else {
		name = AutoName("keras_tensor")
	}
	if len(l.cfg.BatchShape) == 0 || !l.cfg.BatchShape.valid() {
		l.err = Expected(ErrArgument, "a batch axis and sizes that are positive or keras.None", l.cfg.BatchShape)
	}
	l.dtype, l.built = l.cfg.DType, true
	t := &Tensor{shape: l.cfg.BatchShape, dtype: l.cfg.DType, name: name}
	t.node = &Node{layer: l, outputs: List{t}}
	l.nodes = []*Node{t.node}
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
	shape, err := ParseShape(first(cfg.Get("batch_shape")))
	if err != nil {
		return err
	}
	l.cfg = inputConfig{DType: tensor.Float32, BatchShape: shape}
	if err := DecodeFields(&l.cfg, cfg.Without("batch_shape")); err != nil {
		return err
	}
	l.open()
	return l.err
}

func first[T any](v T, _ bool) T { return v }

// ParseShape reads a shape from a config: a list with null for None.
func ParseShape(v any) (Shape, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, Expected(ErrConfig, "a shape", v)
	}
	shape := make(Shape, len(list))
	for i, d := range list {
		switch d := d.(type) {
		case nil:
			shape[i] = None
		case int:
			shape[i] = d
		default:
			return nil, Expected(ErrConfig, "a shape", v)
		}
	}
	if !shape.valid() {
		return nil, Expected(ErrConfig, "a shape", v)
	}
	return shape, nil
}
