package keras

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
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
	maskEnds    sync.Once // what is said when it does
	stateless   bool
	within      atomic.Pointer[string] // path of the model that builds the layer

	// Layers may be connected by several goroutines: one of them builds.
	building sync.Mutex
	running  atomic.Bool // Build, on behalf of a first call
	built    atomic.Bool
	err      error // of a setter, of Build, or of AddWeight
	scope    string
	shape    []Shape // that the layer was built for, where its config shows them
	own      []*Variable
	early    int // how many of own the constructor made, which a failed Build leaves alone

	calls sync.Mutex // guards nodes, and own for readers
	nodes []*Node
}

// Init makes self, which embeds the Base, a layer of a class. It must come first.
func (b *Base) Init(self Layer, class string) {
	b.self, b.class, b.dtype = self, class, tensor.Float32
	b.name, b.automatic = AutoName(class), true
	b.options = self
	b.accept(CheckFields(self))
}

// SetOptions says where the config is: a pointer to a struct with keras tags
// (default: the layer itself), and how it is checked before the first call.
func (b *Base) SetOptions(options any, validate func() error) {
	b.options, b.validate = options, validate
	b.accept(CheckFields(options))
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
// a mask ends at this layer, with a warning, unless the layer is a MaskComputer or MaskRouter.
func (b *Base) PassMask() { b.maskThrough = true }

// endMask warns, once, that a mask has come to a layer that knows nothing of masks. A
// model hands it on to the layers inside, and they know; an operation is no layer in Keras.
func (b *Base) endMask() {
	switch b.self.(type) {
	case Container, Operation:
		return
	}
	b.maskEnds.Do(func() {
		Warn("Layer '%s' (of type %s) was passed an input with a mask attached to it. However, this layer does not support masking and will therefore "+
			"destroy the mask information. Downstream layers will not see the mask.", b.name, b.class)
	})
}

// NothingToBuild says that the layer makes nothing when it is first called: Keras takes
// it for built from the start, and its config does not show what it was built for.
func (b *Base) NothingToBuild() { b.stateless = true }

// Stateless reports whether NothingToBuild was called.
func (b *Base) Stateless() bool { return b.stateless }

// Within makes the paths of weights that are not made yet start with that of the
// model or layer which holds the layer.
func (b *Base) Within(path string) { b.within.Store(&path) }

// Path is what the paths of weights that are not made yet start with.
func (b *Base) Path() string {
	if within := b.within.Load(); within != nil {
		return *within + "/" + b.layer().Name()
	}
	return b.layer().Name()
}

// BuildShapes are the input shapes that a config of the layer shows; nil for none.
func (b *Base) BuildShapes() []Shape {
	if !b.Built() || b.stateless {
		return nil
	}
	return b.shape
}

// Self is the layer that Init was given, which embeds the Base; nil without Init.
func (b *Base) Self() Layer { return b.self }

// layer is Self: a stand-in that cannot be called, if Init was forgotten.
func (b *Base) layer() Layer {
	if b.self == nil {
		return headless{b}
	}
	return b.self
}

// headless is a Base without a layer around it.
type headless struct{ *Base }

// Call fails.
func (headless) Call(*Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { return nil, errNoInit }

var errNoInit = Fault(ErrState, "a layer without Init: its constructor must call l.Init(l, class)")

// LayerBase is the Base itself.
func (b *Base) LayerBase() *Base { return b }

// Name is the layer's name.
func (b *Base) Name() string { return b.name }

// Class is Keras's name of the type.
func (b *Base) Class() string { return b.class }

// String is the layer as Keras's repr shows it: <Dense name=dense, built=True>.
func (b *Base) String() string {
	built := "False"
	if b.Built() || b.stateless {
		built = "True"
	}
	return fmt.Sprintf("<%s name=%s, built=%s>", b.class, b.name, built)
}

// DType is what the layer computes in.
func (b *Base) DType() tensor.Dtype { return b.dtype }

// WithName names the layer. The name must not be empty or have a slash.
func (b *Base) WithName(name string) Layer {
	if name == "" || strings.Contains(name, "/") {
		b.accept(Expected(ErrArgument, "a name without the character /", fmt.Sprintf("%q", name)))
		return b.layer()
	}
	if b.automatic && !b.Built() { // a name that is in use already, as in the paths of weights, stays so
		ReleaseName(b.class, b.name)
	}
	b.name, b.automatic = name, false
	return b.layer()
}

// WithDType sets what the layer computes in: tensor.Float32 (default) or tensor.Float64.
func (b *Base) WithDType(dt tensor.Dtype) Layer {
	switch {
	case dt != tensor.Float32 && dt != tensor.Float64:
		b.accept(Expected(ErrArgument, "a dtype float32 or float64", dtypeName(dt)))
	case b.Built() && dt != b.dtype:
		b.accept(Fault(ErrState, "the dtype cannot change after the layer is built"))
	default:
		b.dtype = dt
	}
	return b.layer()
}

// Trainable freezes the layer (false) or not (true, the default).
func (b *Base) Trainable(on bool) Layer {
	b.layer().SetTrainable(on)
	return b.layer()
}

// ActivityRegularizer penalizes the layer's output, divided by the batch size.
func (b *Base) ActivityRegularizer(r Regularizer) Layer {
	b.activity = r
	return b.layer()
}

// IsTrainable reports whether training changes the layer.
func (b *Base) IsTrainable() bool { return !b.frozen }

// SetTrainable freezes and thaws the layer's weights and the layers inside it.
func (b *Base) SetTrainable(on bool) {
	b.walk(func(b *Base) {
		b.frozen = !on
		for _, v := range b.OwnWeights() {
			v.frozen = !on
		}
	})
}

// walk visits the layer and those inside it, depth first and each once.
func (b *Base) walk(visit func(*Base)) {
	seen := map[*Base]bool{}
	var walk func(*Base)
	walk = func(b *Base) {
		if seen[b] {
			return
		}
		seen[b] = true
		visit(b)
		for _, l := range b.Sublayers() {
			walk(l.LayerBase())
		}
	}
	walk(b)
}

// accept keeps the first error for the next call to report.
func (b *Base) accept(err error) {
	if b.err == nil {
		b.err = err
	}
}

// Building reports whether a first call runs Build at this moment.
func (b *Base) Building() bool { return b.running.Load() }

// MarkBuilt says that there is nothing left to build.
func (b *Base) MarkBuilt() { b.built.Store(true) }

// Built reports whether the layer has its weights.
func (b *Base) Built() bool { return b.built.Load() }

// Err is the error of a setter or of Build, nil without one.
func (b *Base) Err() error { return b.err }

// Nodes are the layer's calls.
func (b *Base) Nodes() []*Node {
	b.calls.Lock()
	defer b.calls.Unlock()
	return slices.Clone(b.nodes)
}

// Build makes nothing: the default for layers without weights.
func (b *Base) Build(...Shape) error { return nil }

// Apply connects the layer to its inputs and gives its one output.
func (b *Base) Apply(in ...*Tensor) *Tensor {
	site := callSite()
	return b.one(connect(b.layer(), Args{}, in, site), "outputs", "keras.Apply", site)
}

// one is the tensor of a list of one.
func (b *Base) one(list List, what, way, site string) *Tensor {
	if len(list) == 1 || len(list) > 1 && list[0].err != nil {
		return list[0]
	}
	err := Fault(ErrGraph, "the layer has %d %s", len(list), what).WithHint("use " + way)
	return Broken(Locate(err, b.layer(), site))
}

// Input is the input of the first call.
func (b *Base) Input() *Tensor {
	n, broken := b.first("input", callSite())
	switch {
	case broken != nil:
		return broken
	case len(n.inputs) == 0: // an input layer: its output is what it is fed
		return n.outputs[0]
	}
	return b.one(n.inputs, "inputs", "LayerBase().Nodes()", callSite())
}

// Output is the output of the first call.
func (b *Base) Output() *Tensor {
	n, broken := b.first("output", callSite())
	if broken != nil {
		return broken
	}
	return b.one(n.outputs, "outputs", "LayerBase().Nodes()", callSite())
}

// first is the first call, or a tensor with the error that there was none.
func (b *Base) first(what, site string) (*Node, *Tensor) {
	if nodes := b.Nodes(); len(nodes) > 0 {
		return nodes[0], nil
	}
	err := Fault(ErrState, "The layer %s has never been called and thus has no defined %s.", b.name, what)
	return nil, Broken(Locate(err, b.layer(), site))
}

// Weights are the layer's trainable weights, its other ones, then those of layers
// inside it; each once.
func (b *Base) Weights() []*Variable {
	var all []*Variable
	seen := map[*Variable]bool{}
	b.walk(func(b *Base) {
		for _, v := range b.OwnWeights() {
			if !seen[v] {
				all, seen[v] = append(all, v), true
			}
		}
	})
	return all
}

// OwnWeights are the weights that the layer itself made, and those of ShareWeight: the
// trainable ones, then its other ones, each in the order of making. That one is frozen
// changes nothing.
func (b *Base) OwnWeights() []*Variable {
	b.calls.Lock()
	defer b.calls.Unlock()
	var all []*Variable
	for _, trainable := range []bool{true, false} {
		for _, v := range b.own {
			if v.trainable == trainable {
				all = append(all, v)
			}
		}
	}
	return all
}

// Sublayers are the layers inside: those of a Container, else those of Attributes.
func (b *Base) Sublayers() []Layer {
	if l, ok := b.self.(Container); ok {
		return l.Layers()
	}
	return b.AttributeLayers()
}

// Attribute is what Keras knows a layer inside another by: an attribute that holds it, alone
// or with others.
type Attribute struct {
	// Name is Keras's; of a field its tag, or else its name in snake_case.
	Name   string
	Layers []Layer
	// List reports whether the attribute is a list.
	List bool
}

// Attributes are the exported fields of the type that hold layers, in the fields' order.
// A Wrapper has others.
func (b *Base) Attributes() []Attribute {
	v := reflect.Indirect(reflect.ValueOf(b.self))
	if v.Kind() != reflect.Struct {
		return nil
	}
	var all []Attribute
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Anonymous || !holdsLayers(f.Type) {
			continue
		}
		a := Attribute{Name: f.Tag.Get("keras"), List: f.Type.Kind() == reflect.Slice}
		if a.Name == "" {
			a.Name = SnakeCase(f.Name)
		}
		values := []reflect.Value{v.Field(i)}
		if a.List {
			values = values[:0]
			for j := range v.Field(i).Len() {
				values = append(values, v.Field(i).Index(j))
			}
		}
		for _, value := range values {
			if l, ok := value.Interface().(Layer); ok && !isNil(l) {
				a.Layers = append(a.Layers, l)
			}
		}
		all = append(all, a)
	}
	return all
}

// AttributeLayers are the layers of Attributes, one after the other.
func (b *Base) AttributeLayers() []Layer {
	var all []Layer
	attributes := b.Attributes
	if l, ok := b.self.(Wrapper); ok {
		attributes = l.Attributes
	}
	for _, a := range attributes() {
		all = append(all, a.Layers...)
	}
	return all
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

// isNil reports whether there is no layer: nil, or a pointer that is.
func isNil(l Layer) bool {
	v := reflect.ValueOf(l)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// FromConfig sets name, trainable, dtype and the class's own options from what Config writes.
func (b *Base) FromConfig(cfg Config) error {
	if v, ok := cfg.Get("name"); ok && v != nil {
		name, ok := v.(string)
		if !ok {
			return Expected(ErrConfig, "a string for the key name", show(v))
		}
		b.WithName(name)
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
	if v, ok := cfg.Get("trainable"); ok {
		on, ok := v.(bool)
		if !ok {
			return Expected(ErrConfig, "true or false for the key trainable", show(v))
		}
		if !on {
			b.layer().SetTrainable(false)
		}
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

// maxWeight is the most elements that a weight may have: 64 GiB of float32. Why not
// more: a config that is wrong, or hostile, must fail and not take all memory.
// Why not fewer: large embeddings have a tenth of it.
const maxWeight = 1 << 34

// AddWeight makes a weight; Build calls it, or the constructor. The shape must be
// known. An error is reported by the call that builds the layer. An empty name is "variable".
func (b *Base) AddWeight(name string, shape Shape, init Initializer, opts ...WeightOption) *Variable {
	if name == "" {
		name = numbered("variable", len(b.own))
	}
	scope := b.scope
	if scope == "" {
		scope = b.name
	}
	v := NewVariable(name, scope+"/"+name, nil, true)
	v.frozen = b.frozen
	for _, o := range opts {
		if o != nil {
			o(v)
		}
	}
	var err error
	switch {
	case b.Built():
		err = Fault(ErrState, "the weight %s was made after the layer was built", v.path).WithHint("make it in Build")
	case !shape.Known():
		err = Fault(ErrShape, "Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=%s for variable path='%s'", shape, v.path).
			WithHint("give the input a size on that axis")
	case !shape.valid() || shape.Size() == 0:
		err = Expected(ErrShape, "positive sizes for the weight "+v.path, shape)
	case shape.Size() > maxWeight:
		err = Expected(ErrShape, fmt.Sprintf("at most %d elements for the weight %s", maxWeight, v.path), shape)
	case init == nil:
		err = Expected(ErrArgument, "an initializer for the weight "+v.path, "nil")
	default:
		err = v.initialize(init, shape, b.dtype)
	}
	if err != nil {
		b.accept(err)
		v.value = tensor.New(tensor.Of(b.dtype), tensor.WithShape(1))
		return v
	}
	b.calls.Lock()
	defer b.calls.Unlock()
	b.own = append(b.own, v)
	return v
}

// BuildFor builds the layer as its first call would, on inputs of these shapes. A layer that is
// built stays as it is.
func (b *Base) BuildFor(in ...Shape) error { return Locate(b.ensureBuilt(in), b.layer(), "") }

// ShareWeight makes a weight of a layer inside one of the layer's own, too, as it becomes in
// Keras where a layer has an attribute for it: files have it twice. Build calls it.
func (b *Base) ShareWeight(v *Variable) {
	b.calls.Lock()
	defer b.calls.Unlock()
	b.own = append(b.own, v)
}

// ensureBuilt checks the options and builds the layer on its first call.
func (b *Base) ensureBuilt(shapes []Shape) error {
	b.building.Lock()
	defer b.building.Unlock()
	if err := b.check(); err != nil {
		return err
	}
	if b.Built() {
		return nil
	}
	b.scope, b.shape, b.early = b.Path(), shapes, len(b.own)
	if err := b.build(shapes); err != nil {
		b.unbuild()
		return err
	}
	b.built.Store(true)
	return nil
}

// BuildInside builds a layer that is part of this one; Build calls it. The paths of its
// weights go on from this layer's.
func (b *Base) BuildInside(l Layer, in ...Shape) error {
	l.LayerBase().Within(b.scope)
	return l.LayerBase().ensureBuilt(in)
}

// build runs Build; a panic in it is an error.
func (b *Base) build(shapes []Shape) (err error) {
	b.running.Store(true)
	defer func() {
		b.running.Store(false)
		if r := recover(); r != nil {
			err = asError(r)
		}
	}()
	if err := b.self.Build(shapes...); err != nil {
		return err
	}
	return b.err
}

// unbuild takes back what Build made.
func (b *Base) unbuild() {
	b.calls.Lock()
	b.own = b.own[:b.early]
	b.calls.Unlock()
	b.scope, b.err = "", nil
	b.built.Store(false)
}
