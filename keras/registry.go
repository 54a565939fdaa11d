package keras

import (
	"reflect"
	"slices"
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
	KindOperation   Kind = "operation"
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
// one table each, and the layers of users.
var registry = struct {
	sync.RWMutex
	factories map[Kind]map[string]Factory
	names     map[Kind]map[string]string // snake_case → class
	custom    map[string]customLayer     // by class, and by "pkg>class"
}{factories: map[Kind]map[string]Factory{}, names: map[Kind]map[string]string{}, custom: map[string]customLayer{}}

type customLayer struct {
	pkg     string
	factory Factory
}

// Register adds a table of classes of one kind: Keras's class name → factory. It makes losses,
// metrics, optimizers, … of yours known to models.Load and by their names: of a type under its
// Class, of a function under its name. The factory makes one with default options; those of a
// config are set after it. For layers there is RegisterLayer.
//
//	keras.Register(keras.KindLoss, map[string]keras.Factory{
//		"log_cosh": func() any { return losses.Func("log_cosh", logCosh) },
//	})
func Register(kind Kind, table map[string]Factory) {
	registry.Lock()
	defer registry.Unlock()
	if registry.factories[kind] == nil {
		registry.factories[kind], registry.names[kind] = map[string]Factory{}, map[string]string{}
	}
	for class, f := range table {
		registry.factories[kind][class] = f
		registry.names[kind][SnakeCase(class)] = class
	}
}

// RegisterLayer makes a layer class of yours known to FromJSON and Load, under
// the name "pkg>class", as Keras's register_keras_serializable does. A class of
// Keras's stays what it is, if yours has its name. A nil factory registers nothing.
//
// The factory makes a layer with any options: those of a config are set after it, and Build comes
// last. So layers inside the layer that depend on an option are made in Build.
func RegisterLayer(pkg, class string, factory func() Layer) {
	if factory == nil {
		return
	}
	registry.Lock()
	defer registry.Unlock()
	c := customLayer{pkg, func() any { return factory() }}
	registry.custom[class], registry.custom[pkg+">"+class] = c, c
}

// Registered gives the class names of a kind that Register was given, sorted.
func Registered(kind Kind) []string {
	registry.RLock()
	defer registry.RUnlock()
	return sortedKeys(registry.factories[kind])
}

// New makes an object of a registered class with default options. Errors
// (ErrConfig): a class that is not registered.
func New(kind Kind, class string) (any, error) {
	registry.RLock()
	f, ok := registry.factories[kind][class]
	if !ok && kind == KindLayer {
		f = registry.custom[class].factory
	}
	registry.RUnlock()
	if f == nil {
		hint := "keras.Register makes it known"
		if kind == KindLayer {
			hint = "keras.RegisterLayer makes it known, models.WithCustomLayers to one call"
		}
		return nil, Expected(ErrConfig, "the name of a registered "+string(kind), class).WithHint(hint)
	}
	return f(), nil
}

// ByName finds the class of a kind that Keras knows under name: the class name or its snake_case.
func ByName(kind Kind, name string) (class string, ok bool) {
	registry.RLock()
	defer registry.RUnlock()
	if _, ok := registry.factories[kind][name]; ok {
		return name, true
	}
	class, ok = registry.names[kind][name]
	return class, ok
}

// UnknownName is the error of a name that no class of a kind has.
func UnknownName(kind Kind, name string) error {
	var names []string
	for _, class := range Registered(kind) {
		names = append(names, SnakeCase(class))
	}
	return Fault(ErrArgument, "Could not interpret %s identifier: %s", kind, name).
		WithHint("expected one of " + strings.Join(names, ", "))
}

// customName is what files call a class that is not Keras's: "pkg>class" if RegisterLayer was
// told of it, else its name, by which Python finds it among custom_objects.
func customName(kind Kind, o Object) (name string, ok bool) {
	t := reflect.TypeOf(o)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if kind != KindLayer {
		return o.Class(), !own(t.PkgPath())
	}
	registry.RLock()
	defer registry.RUnlock()
	c, registered := registry.custom[o.Class()]
	if _, keras := registry.factories[KindLayer][o.Class()]; keras {
		if !registered || own(t.PkgPath()) { // a registered class of a user may have the name of one of Keras's
			return "", false
		}
	}
	if !registered {
		return o.Class(), true
	}
	return c.pkg + ">" + o.Class(), true
}

// Serializer is an object, as a model is, that Keras writes otherwise than class and
// config. Serialized is nil for one that is no exception.
type Serializer interface {
	Serialized() Config
}

// Serialize is an object as Keras writes it into a config; nil for nil. A layer that is
// built says what for.
func Serialize(kind Kind, o Object) any {
	if o == nil {
		return nil
	}
	if s, ok := o.(Serializer); ok {
		if cfg := s.Serialized(); cfg != nil {
			return cfg
		}
	}
	var mod, registered any = module[kind], nil
	if name, ok := customName(kind, o); ok {
		mod, registered = nil, name
	}
	cfg := Config{{"module", mod}, {"class_name", o.Class()}, {"config", o.Config()}, {"registered_name", registered}}
	if l, ok := o.(Layer); ok {
		if built := buildConfig(l); built != nil {
			cfg = append(cfg, Entry{"build_config", built})
		}
	}
	return cfg
}

// buildConfig is the shapes that a layer was built for, as Keras writes them; nil for none.
func buildConfig(l Layer) any {
	shapes := l.LayerBase().BuildShapes()
	if shapes == nil {
		return nil
	}
	list := make([]any, len(shapes))
	for i, s := range shapes {
		list[i] = s.Config()
	}
	_, states := l.(StateTaker)
	_, takesList := l.(ListTaker)
	names, named := l.(InputNamer)
	if n, ok := l.(StateNester); ok && len(list) > 1 {
		list = slices.Concat(list[:1], n.NestStates(list[1:])) // in a new list: parts of the old one are nested
	}
	switch {
	case named:
		var byName Config
		for i, name := range names.InputNames()[:len(list)] {
			byName = append(byName, Entry{name + "_shape", list[i]})
		}
		return Config{{"shapes_dict", byName}}
	case len(list) == 1 && !takesList:
		return Config{{"input_shape", list[0]}}
	case states:
		return Config{{"shapes_dict", Config{{"sequences_shape", list[0]}, {"initial_state_shape", list[1:]}}}}
	}
	return Config{{"input_shape", list}}
}

// ClassOf splits a serialized object into its class and config. The class of a
// user's layer that is registered is "pkg>class", of another without the package.
//
// Errors (ErrConfig): what is not an object with a class_name; a config that is
// neither an object nor None.
func ClassOf(v any) (class string, cfg Config, err error) {
	c, ok := v.(Config)
	if !ok {
		return "", nil, Expected(ErrConfig, "an object with class_name and config", show(v))
	}
	name, _ := c.Get("class_name")
	class, ok = name.(string)
	if !ok {
		return "", nil, Expected(ErrConfig, "a class_name", show(c))
	}
	if full, _ := c.Get("registered_name"); isCustom(full) {
		class = full.(string)
	} else if !isCustom(class) {
		class = class[strings.LastIndexByte(class, '>')+1:]
	}
	inner, _ := c.Get("config")
	if cfg, ok = inner.(Config); !ok && inner != nil {
		return "", nil, Expected(ErrConfig, "an object as the config of "+class, show(inner))
	}
	return class, cfg, nil
}

// isCustom reports whether a name is the "pkg>class" of a registered layer.
func isCustom(name any) bool {
	s, _ := name.(string)
	registry.RLock()
	defer registry.RUnlock()
	_, ok := registry.custom[s]
	return ok && strings.Contains(s, ">")
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
