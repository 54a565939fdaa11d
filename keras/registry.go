package keras

import (
	"sort"
	"strings"
	"sync"
)

// Kind says what an object is, where a config alone does not.
type Kind string

// The kinds of objects that configs name.
const (
	KindLayer       Kind = "layer"
	KindInitializer Kind = "initializer"
	KindRegularizer Kind = "regularizer"
	KindConstraint  Kind = "constraint"
	KindLoss        Kind = "loss"
	KindMetric      Kind = "metric"
	KindOptimizer   Kind = "optimizer"
	KindSchedule    Kind = "learning rate schedule"
)

// module is what Keras writes as the module of each kind.
var module = map[Kind]string{
	KindLayer: "keras.layers", KindInitializer: "keras.initializers", KindRegularizer: "keras.regularizers",
	KindConstraint: "keras.constraints", KindLoss: "keras.losses", KindMetric: "keras.metrics",
	KindOptimizer: "keras.optimizers", KindSchedule: "keras.optimizers.schedules",
}

// Factory makes an object with default options; DecodeFields or FromConfig sets them.
type Factory = func() any

// registry holds the factories: built-in classes, which their packages add as
// one table each, and those of users.
var registry = struct {
	sync.RWMutex
	factories map[Kind]map[string]Factory
	packages  map[string]string // user class → package
}{factories: map[Kind]map[string]Factory{}, packages: map[string]string{}}

// Register adds a table of built-in classes of one kind: Keras's class name → factory.
func Register(kind Kind, table map[string]Factory) {
	registry.Lock()
	defer registry.Unlock()
	if registry.factories[kind] == nil {
		registry.factories[kind] = map[string]Factory{}
	}
	for class, f := range table {
		registry.factories[kind][class] = f
	}
}

// RegisterLayer makes a layer class of yours known to FromJSON and Load, under
// the name "pkg>class", as Keras's register_keras_serializable does.
func RegisterLayer(pkg, class string, factory func() Layer) {
	Register(KindLayer, map[string]Factory{class: func() any { return factory() }})
	registry.Lock()
	defer registry.Unlock()
	registry.packages[class] = pkg
}

// Registered gives the class names of a kind, sorted.
func Registered(kind Kind) []string {
	registry.RLock()
	defer registry.RUnlock()
	var classes []string
	for class := range registry.factories[kind] {
		classes = append(classes, class)
	}
	sort.Strings(classes)
	return classes
}

// New makes an object of a registered class with default options.
func New(kind Kind, class string) (any, error) {
	registry.RLock()
	f, ok := registry.factories[kind][class]
	registry.RUnlock()
	if !ok {
		return nil, Expected(ErrConfig, "the name of a registered "+string(kind), class).
			WithHint("register it, or pass it to FromJSON")
	}
	return f(), nil
}

// ByName finds the class of a kind that Keras knows under name: the class name or its snake_case.
func ByName(kind Kind, name string) (class string, ok bool) {
	registry.RLock()
	defer registry.RUnlock()
	for class := range registry.factories[kind] {
		if class == name || SnakeCase(class) == name {
			return class, true
		}
	}
	return "", false
}

// Serialize is an object as Keras writes it into a config; nil for nil.
func Serialize(kind Kind, o Object) any {
	if o == nil {
		return nil
	}
	registry.RLock()
	pkg, custom := registry.packages[o.Class()]
	registry.RUnlock()
	if kind == KindLayer && custom {
		return Config{{"module", nil}, {"class_name", o.Class()}, {"config", o.Config()},
			{"registered_name", pkg + ">" + o.Class()}}
	}
	return Config{{"module", module[kind]}, {"class_name", o.Class()}, {"config", o.Config()}, {"registered_name", nil}}
}

// ClassOf splits a serialized object into its class and config.
func ClassOf(v any) (class string, cfg Config, err error) {
	c, ok := v.(Config)
	if !ok {
		return "", nil, Expected(ErrConfig, "an object with class_name and config", v)
	}
	name, _ := c.Get("class_name")
	class, ok = name.(string)
	if !ok {
		return "", nil, Expected(ErrConfig, "a class_name", c)
	}
	if i := strings.LastIndexByte(class, '>'); i >= 0 {
		class = class[i+1:]
	}
	inner, _ := c.Get("config")
	cfg, _ = inner.(Config)
	return class, cfg, nil
}

// Deserialize makes the object of a kind that a config describes: a serialized
// object, or its name alone. It gives nil for nil.
func Deserialize(kind Kind, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if name, ok := v.(string); ok {
		class, ok := ByName(kind, name)
		if !ok {
			return nil, Expected(ErrConfig, "the name of a registered "+string(kind), name)
		}
		return New(kind, class)
	}
	class, cfg, err := ClassOf(v)
	if err != nil {
		return nil, err
	}
	o, err := New(kind, class)
	if err != nil {
		return nil, err
	}
	return o, Configure(o, cfg)
}

// Configured is an object whose options are a struct with keras tags.
type Configured interface {
	// Options is a pointer to that struct.
	Options() any
}

// Configure sets the options of an object from a config.
func Configure(o any, cfg Config) error {
	if c, ok := o.(interface{ FromConfig(Config) error }); ok {
		return c.FromConfig(cfg)
	}
	if c, ok := o.(Configured); ok {
		o = c.Options()
	}
	return DecodeFields(o, cfg)
}
