package keras

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Base is what all layers have: name, dtype, weights, calls. A layer type embeds
// it and calls Init in its constructor:
//
//	l := &CustomDense{Units: units}
//	l.Init(l, "CustomDense")
type Base struct {
	self        Layer
	class, name string
	automatic   bool // the name is
	dtype       tensor.Dtype
	frozen      bool
	activity    Regularizer
	options     any
	validate    func() error
	maskThrough bool

	mu    sync.Mutex // guards what follows: layers may be connected by several goroutines
	err   error      // of a setter, of Build, or of AddWeight
	built bool
	scope string
	shape []Shape // that the layer was built for, where its config shows them
	shows bool
	own   []*Variable
	nodes []*Node
}

// Init makes self, which embeds the Base, a layer of a class. It must come first.
func (b *Base) Init(self Layer, class string) {
	b.self, b.class, b.dtype = self, class, tensor.Float32
	b.name, b.automatic = AutoName(class), true
	b.options = self
}

// SetOptions says where the config is: a pointer to a struct with keras tags
// (default: the layer itself), and how it is checked before the first call.
func (b *Base) SetOptions(options any, validate func() error) {
	b.options, b.validate = options, validate
}

// Options is that pointer.
func (b *Base) Options() any { return b.options }

// Rename changes the class; an automatic name follows.
func (b *Base) Rename(class string) {
	if b.automatic {
		ReleaseName(b.class, b.name)
		b.name = AutoName(class)
	}
	b.class = class
}

// FreezeOnly freezes the layer but not what is inside it, as a config that was
// read says of each by itself.
func (b *Base) FreezeOnly() { b.frozen = true }

// PassMask says that a mask of the input is also that of the output. Without it
// a mask ends at this layer, unless the layer is a MaskComputer.
func (b *Base) PassMask() { b.maskThrough = true }

// RecordBuild says that a config of the layer shows for which shapes it was built,
// as Keras's does for layers that look at them. Layers with weights always do.
func (b *Base) RecordBuild() { b.shows = true }

// BuildShapes are the input shapes that a config of the layer shows; nil for none.
func (b *Base) BuildShapes() []Shape {
	if !b.built || !b.shows && len(b.own) == 0 {
		return nil
	}
	return b.shape
}

// LayerBase is the Base itself.
func (b *Base) LayerBase() *Base { return b }

// Name is the layer's name.
func (b *Base) Name() string { return b.name }

// Class is Keras's name of the type.
func (b *Base) Class() string { return b.class }

// DType is what the layer computes in.
func (b *Base) DType() tensor.Dtype { return b.dtype }

// WithName names the layer. The name must not be empty or have a slash.
func (b *Base) WithName(name string) Layer {
	if name == "" || strings.Contains(name, "/") {
		b.fail(Expected(ErrArgument, "a name without the character /", fmt.Sprintf("%q", name)))
		return b.self
	}
	if b.automatic {
		ReleaseName(b.class, b.name)
	}
	b.name, b.automatic = name, false
	return b.self
}

// WithDType sets what the layer computes in: tensor.Float32 (default) or tensor.Float64.
func (b *Base) WithDType(dt tensor.Dtype) Layer {
	switch {
	case dt != tensor.Float32 && dt != tensor.Float64:
		b.fail(Expected(ErrArgument, "a dtype float32 or float64", dt))
	case b.built:
		b.fail(Fault(ErrState, "the dtype cannot change after the layer is built"))
	default:
		b.dtype = dt
	}
	return b.self
}

// Trainable freezes the layer (false) or not (true, the default).
func (b *Base) Trainable(on bool) Layer {
	b.self.SetTrainable(on)
	return b.self
}

// ActivityRegularizer penalizes the layer's output, divided by the batch size.
func (b *Base) ActivityRegularizer(r Regularizer) Layer {
	b.activity = r
	return b.self
}

// IsTrainable reports whether training changes the layer.
func (b *Base) IsTrainable() bool { return !b.frozen }

// SetTrainable freezes and thaws the layer's weights and the layers inside it.
func (b *Base) SetTrainable(on bool) {
	b.frozen = !on
	for _, v := range b.own {
		v.frozen = !on
	}
	for _, l := range b.Sublayers() {
		l.SetTrainable(on)
	}
}

// fail keeps the first error for the next call to report.
func (b *Base) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// MarkBuilt says that there is nothing left to build.
func (b *Base) MarkBuilt() { b.built = true }

// Built reports whether the layer has its weights.
func (b *Base) Built() bool { return b.built }

// Err is the error of a setter or of Build, nil without one.
func (b *Base) Err() error { return b.err }

// Nodes are the layer's calls.
func (b *Base) Nodes() []*Node {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.nodes)
}

// Build makes nothing: the default for layers without weights.
func (b *Base) Build(...Shape) error { return nil }

// Apply connects the layer to its inputs and gives its one output.
func (b *Base) Apply(in ...*Tensor) *Tensor {
	if b.self == nil {
		return failed(Fault(ErrState, "a layer without Init: its constructor must call l.Init(l, class)"), 1)[0]
	}
	return b.one(connect(b.self, Args{}, in, callSite()), "outputs", "keras.Apply")
}

// one is the tensor of a list of one.
func (b *Base) one(list List, what, way string) *Tensor {
	if len(list) == 1 {
		return list[0]
	}
	for _, t := range list {
		if t.err != nil {
			return t
		}
	}
	err := Fault(ErrGraph, "the layer has %d %s", len(list), what).WithHint("use " + way)
	return failed(Locate(err, b.self, ""), 1)[0]
}

// Input is the input of the first call.
func (b *Base) Input() *Tensor {
	nodes := b.Nodes()
	if len(nodes) == 0 {
		return failed(Locate(Fault(ErrState, "The layer %s has never been called and thus has no defined input.", b.name), b.self, ""), 1)[0]
	}
	if nodes[0].inputs == nil { // an input layer: its output is what it is fed
		return nodes[0].outputs[0]
	}
	return b.one(nodes[0].inputs, "inputs", "LayerBase().Nodes()")
}

// Output is the output of the first call.
func (b *Base) Output() *Tensor {
	nodes := b.Nodes()
	if len(nodes) == 0 {
		return failed(Locate(Fault(ErrState, "The layer %s has never been called and thus has no defined output.", b.name), b.self, ""), 1)[0]
	}
	return b.one(nodes[0].outputs, "outputs", "LayerBase().Nodes()")
}

// Weights are the layer's trainable weights, its other ones, then those of layers inside it.
func (b *Base) Weights() []*Variable {
	var all []*Variable
	for _, trainable := range []bool{true, false} {
		for _, v := range b.own {
			if v.trainable == trainable {
				all = append(all, v)
			}
		}
	}
	for _, l := range b.Sublayers() {
		for _, v := range l.Weights() {
			if !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// OwnWeights are the weights that the layer itself made, in the order of making.
func (b *Base) OwnWeights() []*Variable { return slices.Clone(b.own) }

// Sublayers are the layers inside: those of a Container, else those in exported
// fields of the type (also slices of them), in the fields' order.
func (b *Base) Sublayers() []Layer {
	if c, ok := b.self.(Container); ok {
		return c.Layers()
	}
	v := reflect.Indirect(reflect.ValueOf(b.self))
	if v.Kind() != reflect.Struct {
		return nil
	}
	var subs []Layer
	add := func(v reflect.Value) {
		if l, ok := v.Interface().(Layer); ok && !reflect.ValueOf(l).IsNil() {
			subs = append(subs, l)
		}
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case !f.IsExported() || f.Anonymous || !holdsLayers(f.Type):
		case f.Type.Kind() == reflect.Slice:
			for j := range v.Field(i).Len() {
				add(v.Field(i).Index(j))
			}
		default:
			add(v.Field(i))
		}
	}
	return subs
}

// Config is Keras's get_config: name, trainable, dtype, then the class's own keys.
func (b *Base) Config() Config {
	cfg := Config{{"name", b.name}, {"trainable", !b.frozen}, {"dtype", policy(b.dtype)}}
	own := EncodeFields(b.options)
	if b.activity != nil { // then the key is here, also where a class has it among its own
		cfg = append(cfg, Entry{"activity_regularizer", Serialize(KindRegularizer, b.activity)})
		own = own.Without("activity_regularizer")
	}
	return append(cfg, own...)
}

// FromConfig sets name, trainable, dtype and the class's own options from what Config writes.
func (b *Base) FromConfig(cfg Config) error {
	if name, ok := cfg.Get("name"); ok {
		s, _ := name.(string)
		b.WithName(s)
	}
	if v, ok := cfg.Get("dtype"); ok && v != nil {
		dt, err := ParseDType(v)
		if err != nil {
			return err
		}
		b.WithDType(dt)
	}
	if v, ok := cfg.Get("activity_regularizer"); ok {
		o, err := Deserialize(KindRegularizer, v)
		if err != nil {
			return errors.WithMessage(err, "activity_regularizer")
		}
		b.activity, _ = o.(Regularizer)
	}
	if err := DecodeFields(b.options, cfg.Without("name", "trainable", "dtype", "activity_regularizer")); err != nil {
		return err
	}
	if on, ok := cfg.Get("trainable"); ok && on == false {
		b.self.SetTrainable(false)
	}
	return b.check()
}

// check reports the violations of the options.
func (b *Base) check() error {
	if b.err != nil {
		return b.err
	}
	if b.validate != nil {
		return b.validate()
	}
	return nil
}

// WeightOption is an option of AddWeight.
type WeightOption func(*Variable)

// NonTrainable makes a weight that training does not change, such as a moving average.
func NonTrainable() WeightOption { return func(v *Variable) { v.trainable = false } }

// WithRegularizer adds a penalty on the weight to the loss. nil is none.
func WithRegularizer(r Regularizer) WeightOption { return func(v *Variable) { v.regularizer = r } }

// WithConstraint applies c to the weight after each step of the optimizer. nil is none.
func WithConstraint(c Constraint) WeightOption { return func(v *Variable) { v.constraint = c } }

// AddWeight makes a weight; Build calls it. The shape must be known. An error is
// reported by the call that builds the layer. An empty name is "variable".
func (b *Base) AddWeight(name string, shape Shape, init Initializer, opts ...WeightOption) *Variable {
	if name == "" {
		name = numbered("variable", len(b.own))
	}
	v := NewVariable(name, b.scope+"/"+name, nil, true)
	v.frozen = b.frozen
	for _, o := range opts {
		o(v)
	}
	var err error
	switch {
	case !shape.Known():
		err = Fault(ErrShape, "Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=%s for variable path='%s'", shape, v.path).
			WithHint("give the input a size on that axis")
	case !shape.valid() || shape.Size() == 0:
		err = Expected(ErrShape, "positive sizes for the weight "+v.path, shape)
	case init == nil:
		err = Expected(ErrArgument, "an initializer for the weight "+v.path, "nil")
	default:
		v.value, err = init.Initialize(shape, b.dtype)
	}
	if err != nil {
		b.fail(err)
		v.value = tensor.New(tensor.Of(b.dtype), tensor.WithShape(1))
		return v
	}
	b.own = append(b.own, v)
	return v
}

// ensureBuilt checks the options and builds the layer on its first call.
func (b *Base) ensureBuilt(scope string, shapes []Shape) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.check(); err != nil {
		return err
	}
	if b.built {
		return nil
	}
	b.scope, b.shape = scope, shapes
	err := b.self.Build(shapes...)
	if err == nil {
		err = b.err
	}
	if err != nil {
		b.unbuild()
		return err
	}
	b.built = true
	return nil
}

// unbuild takes back what a failed Build made.
func (b *Base) unbuild() { b.own, b.built, b.err = nil, false, nil }
