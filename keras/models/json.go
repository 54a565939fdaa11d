package models

import (
	"fmt"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
)

// LoadOption is an option of FromJSON.
type LoadOption func(*loader)

// WithCustomLayers makes layer classes of yours known to one call, by class name.
func WithCustomLayers(factories map[string]func() keras.Layer) LoadOption {
	return func(l *loader) { l.custom = factories }
}

// ToJSON writes the architecture as Keras's to_json does: the layers with their
// options and connections, without weights. A model of WithClass is written as
// the Functional that it is.
func (m *Model) ToJSON() ([]byte, error) {
	if m.err != nil {
		return nil, m.err
	}
	cfg, err := m.serialize()
	if err != nil {
		return nil, err
	}
	return cfg.With("compile_config", keras.Config{}).MarshalJSON()
}

// FromJSON makes the model that ToJSON, or Keras's to_json, wrote, with new weights.
//
// Errors: what is not JSON; a class that is not registered; a config that a layer
// does not take; connections that lead nowhere.
func FromJSON(text []byte, opts ...LoadOption) (*Model, error) {
	var cfg keras.Config
	if err := cfg.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	ld := &loader{}
	for _, o := range opts {
		o(ld)
	}
	l, err := ld.layer(cfg)
	if err != nil {
		return nil, err
	}
	m, ok := l.(*Model)
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a model", l.Class())
	}
	return m, nil
}

// Clone makes a model of the same layers, with new weights. Input layers take the
// names of their tensors, as in Keras. Layers of your own must be registered.
func Clone(m *Model) (*Model, error) {
	if m.err != nil {
		return nil, m.err
	}
	cfg, err := m.serialize()
	if err != nil {
		return nil, err
	}
	class := m.Class()
	l, err := (&loader{clone: m.graph != nil && m.stack == nil}).layer(cfg)
	if err != nil {
		return nil, err
	}
	c := l.(*Model)
	c.Rename(class)
	return c, nil
}

// Config is Keras's get_config of a Functional or Sequential.
func (m *Model) Config() keras.Config {
	cfg, err := m.config()
	if err != nil {
		return keras.Config{{Key: "name", Value: m.Name()}}
	}
	return cfg
}

func (m *Model) serialize() (keras.Config, error) {
	cfg, err := m.config()
	if err != nil {
		return nil, err
	}
	if m.stack != nil {
		out := keras.Config{{Key: "module", Value: "keras"}, {Key: "class_name", Value: "Sequential"},
			{Key: "config", Value: cfg}, {Key: "registered_name", Value: nil}}
		if m.graph != nil {
			out = out.With("build_config", buildConfig(m.stack.input.Output().Shape()))
		}
		return out, nil
	}
	return keras.Config{{Key: "module", Value: "keras.src.models.functional"}, {Key: "class_name", Value: "Functional"},
		{Key: "config", Value: cfg}, {Key: "registered_name", Value: "Functional"},
		{Key: "build_config", Value: keras.Config{{Key: "input_shape", Value: nil}}}}, nil
}

func buildConfig(shapes ...keras.Shape) keras.Config {
	if len(shapes) == 1 {
		return keras.Config{{Key: "input_shape", Value: shapes[0].Config()}}
	}
	list := make([]any, len(shapes))
	for i, s := range shapes {
		list[i] = s.Config()
	}
	return keras.Config{{Key: "input_shape", Value: list}}
}

func (m *Model) config() (keras.Config, error) {
	if m.stack != nil {
		return m.sequentialConfig()
	}
	if err := m.ready(); err != nil {
		return nil, err
	}
	var layers []any
	for _, l := range m.graph.layers {
		entry, err := serializeLayer(l)
		if err != nil {
			return nil, err
		}
		nodes := []any{}
		for _, n := range l.LayerBase().Nodes() {
			if m.graph.has(n) && len(n.Inputs()) > 0 {
				nodes = append(nodes, m.inbound(n))
			}
		}
		layers = append(layers, append(entry, keras.Entry{Key: "name", Value: l.Name()}, keras.Entry{Key: "inbound_nodes", Value: nodes}))
	}
	return keras.Config{
		{Key: "name", Value: m.Name()}, {Key: "trainable", Value: m.IsTrainable()}, {Key: "layers", Value: layers},
		{Key: "input_layers", Value: m.places(m.inputs)}, {Key: "output_layers", Value: m.places(m.outputs)},
	}, nil
}

// serializeLayer is {module, class_name, config, registered_name, build_config}.
func serializeLayer(l keras.Layer) (keras.Config, error) {
	if m, ok := l.(*Model); ok {
		cfg, err := m.serialize()
		return cfg.With("compile_config", keras.Config{}), err
	}
	cfg, ok := keras.Serialize(keras.KindLayer, l).(keras.Config)
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a config of layer "+l.Name(), "none")
	}
	if shapes := l.LayerBase().BuildShapes(); shapes != nil {
		cfg = cfg.With("build_config", buildConfig(shapes...))
	}
	return cfg, nil
}

// index is the number of a call among those of its layer that are in the graph.
func (m *Model) index(n *keras.Node) int {
	i := 0
	for _, other := range n.Layer().LayerBase().Nodes() {
		if other == n {
			break
		}
		if m.graph.has(other) {
			i++
		}
	}
	return i
}

// inbound is a call in the config: its arguments.
func (m *Model) inbound(n *keras.Node) keras.Config {
	ref := func(t *keras.Tensor) any {
		return keras.Config{{Key: "class_name", Value: "__keras_tensor__"}, {Key: "config", Value: keras.Config{
			{Key: "shape", Value: t.Shape().Config()}, {Key: "dtype", Value: t.DType().String()},
			{Key: "keras_history", Value: []any{t.Node().Layer().Name(), m.index(t.Node()), t.Index()}},
		}}}
	}
	var args []any
	for _, t := range n.Inputs() {
		args = append(args, ref(t))
	}
	_, list := n.Layer().(keras.ListTaker)
	inner, isModel := n.Layer().(*Model)
	switch {
	case isModel && inner.inputs.isDict():
		d := keras.Config{}
		for i, k := range inner.inputs.keys {
			d = append(d, keras.Entry{Key: k, Value: args[i]})
		}
		args = []any{d}
	case list || isModel && len(args) > 1:
		args = []any{args}
	}
	kwargs := keras.Config{}
	a := n.Args()
	if a.Training != keras.Auto {
		kwargs = append(kwargs, keras.Entry{Key: "training", Value: a.Training == keras.On})
	}
	if a.Mask != nil {
		kwargs = append(kwargs, keras.Entry{Key: "mask", Value: ref(a.Mask)})
	} else if isModel {
		kwargs = append(kwargs, keras.Entry{Key: "mask", Value: nil})
	}
	for _, k := range sortedKeys(a.Named) {
		v := a.Named[k]
		if t, ok := v.(*keras.Tensor); ok {
			v = ref(t)
		}
		kwargs = append(kwargs, keras.Entry{Key: k, Value: v})
	}
	return keras.Config{{Key: "args", Value: args}, {Key: "kwargs", Value: kwargs}}
}

// places are the layers, calls and outputs of a structure.
func (m *Model) places(s structure) any {
	list := make([]any, len(s.flat))
	for i, t := range s.flat {
		list[i] = []any{t.Node().Layer().Name(), m.index(t.Node()) + offset(t.Node().Layer()), t.Index()}
	}
	switch s.given.(type) {
	case keras.Dict:
		d := keras.Config{}
		for i, k := range s.keys {
			d = append(d, keras.Entry{Key: k, Value: list[i]})
		}
		return d
	case keras.List:
		return list
	}
	return list[0]
}

// offset: in the lists of a model's inputs and outputs Keras counts the calls of
// a functional model from 1.
func offset(l keras.Layer) int {
	if m, ok := l.(*Model); ok && m.stack == nil {
		return 1
	}
	return 0
}

func (m *Model) sequentialConfig() (keras.Config, error) {
	var layers []any
	add := func(l keras.Layer) error {
		entry, err := serializeLayer(l)
		layers = append(layers, entry)
		return err
	}
	if m.stack.input != nil {
		if err := add(m.stack.input); err != nil {
			return nil, err
		}
	}
	for _, l := range m.stack.layers {
		if err := add(l); err != nil {
			return nil, err
		}
	}
	cfg := append(m.Base.Config(), keras.Entry{Key: "layers", Value: layers})
	if m.graph != nil {
		cfg = append(cfg, keras.Entry{Key: "build_input_shape", Value: m.stack.input.Output().Shape().Config()})
	}
	return cfg, nil
}

// loader makes layers and models of configs.
type loader struct {
	custom map[string]func() keras.Layer
	clone  bool // input layers take the names of their tensors
}

// layer makes a layer or model of {class_name, config}.
func (ld *loader) layer(v any) (keras.Layer, error) {
	class, cfg, err := keras.ClassOf(v)
	if err != nil {
		return nil, err
	}
	switch class {
	case "Functional", "Model":
		return ld.functional(cfg)
	case "Sequential":
		return ld.sequential(cfg)
	}
	var l keras.Layer
	if f, ok := ld.custom[class]; ok {
		l = f()
	} else {
		o, err := keras.New(keras.KindLayer, class)
		if err != nil {
			return nil, err
		}
		l, ok = o.(keras.Layer)
		if !ok {
			return nil, keras.Expected(keras.ErrConfig, "a layer of class "+class, fmt.Sprintf("%T", o))
		}
	}
	if err := keras.Configure(l, cfg); err != nil {
		name, _ := cfg.Get("name")
		return nil, errors.WithMessagef(err, "%v (%s)", name, class)
	}
	return l, nil
}

// field is a key of a config as a list or string.
func field[T any](cfg keras.Config, key string) (T, error) {
	v, _ := cfg.Get(key)
	t, ok := v.(T)
	if !ok {
		return t, keras.Expected(keras.ErrConfig, fmt.Sprintf("%T for the key %s", t, key), v)
	}
	return t, nil
}

// options are those of New that a config has.
func modelOptions(cfg keras.Config) []Option {
	if name, err := field[string](cfg, "name"); err == nil {
		return []Option{WithName(name)}
	}
	return nil
}

func (ld *loader) sequential(cfg keras.Config) (*Model, error) {
	entries, err := field[[]any](cfg, "layers")
	if err != nil {
		return nil, err
	}
	var parts []any
	for _, o := range modelOptions(cfg) {
		parts = append(parts, o)
	}
	for _, e := range entries {
		l, err := ld.layer(e)
		if err != nil {
			return nil, err
		}
		parts = append(parts, l)
	}
	m, err := Sequential(parts...)
	return m, ld.finish(m, cfg, err)
}

func (ld *loader) finish(m *Model, cfg keras.Config, err error) error {
	if err == nil {
		if on, ok := cfg.Get("trainable"); ok && on == false {
			m.FreezeOnly()
		}
	}
	return err
}

// pending is a call that waits for its inputs.
type pending struct {
	layer keras.Layer
	node  any
}

func (ld *loader) functional(cfg keras.Config) (*Model, error) {
	entries, err := field[[]any](cfg, "layers")
	if err != nil {
		return nil, err
	}
	made := map[string]keras.Layer{}
	var waiting []pending
	renamed := map[string]string{}
	for _, e := range entries {
		entry, ok := e.(keras.Config)
		if !ok {
			return nil, keras.Expected(keras.ErrConfig, "a layer", e)
		}
		name, err := field[string](entry, "name")
		if err != nil {
			return nil, err
		}
		l, err := ld.layer(entry)
		if err != nil {
			return nil, err
		}
		made[name] = l
		renamed[name] = l.Name()
		nodes, err := field[[]any](entry, "inbound_nodes")
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			waiting = append(waiting, pending{l, n})
		}
	}
	// A call comes after those that its inputs come from, and after the earlier calls of its layer.
	for len(waiting) > 0 {
		var later []pending
		held := map[keras.Layer]bool{}
		for _, w := range waiting {
			ready := false
			if !held[w.layer] {
				if ready, err = ld.connect(w, made); err != nil {
					return nil, err
				}
			}
			if !ready {
				held[w.layer] = true
				later = append(later, w)
			}
		}
		if len(later) == len(waiting) {
			return nil, keras.Fault(keras.ErrConfig, "the inputs of layer %s lead nowhere", later[0].layer.Name())
		}
		waiting = later
	}
	in, err := tensors(cfg, "input_layers", made)
	if err != nil {
		return nil, err
	}
	out, err := tensors(cfg, "output_layers", made)
	if err != nil {
		return nil, err
	}
	m, err := New(in, out, modelOptions(cfg)...)
	return m, ld.finish(m, cfg, err)
}

// connect repeats a call, if what it needs is there.
func (ld *loader) connect(w pending, made map[string]keras.Layer) (bool, error) {
	n, ok := w.node.(keras.Config)
	if !ok {
		return false, keras.Expected(keras.ErrConfig, "a call of layer "+w.layer.Name(), w.node)
	}
	args, err := field[[]any](n, "args")
	if err != nil {
		return false, err
	}
	var in keras.List
	missing := false
	var collect func(v any) error
	collect = func(v any) error {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				if err := collect(e); err != nil {
					return err
				}
			}
		case keras.Config:
			if _, isTensor := v.Get("class_name"); !isTensor { // a dict of tensors, in the order of its keys
				d := map[string]any{}
				for _, e := range v {
					d[e.Key] = e.Value
				}
				for _, k := range sortedKeys(d) {
					if err := collect(d[k]); err != nil {
						return err
					}
				}
				return nil
			}
			t, err := referenced(v, made)
			if t == nil {
				missing = true
			}
			in = append(in, t)
			return err
		default:
			return keras.Expected(keras.ErrConfig, "tensors as arguments of layer "+w.layer.Name(), v)
		}
		return nil
	}
	for _, a := range args {
		if err := collect(a); err != nil {
			return false, err
		}
	}
	call := keras.Args{}
	kwargs, _ := n.Get("kwargs")
	kw, _ := kwargs.(keras.Config)
	for _, e := range kw {
		v := e.Value
		if ref, ok := v.(keras.Config); ok {
			t, err := referenced(ref, made)
			if err != nil {
				return false, err
			}
			missing = missing || t == nil
			v = t
		}
		switch {
		case v == nil:
		case e.Key == "training":
			call.Training = keras.Off
			if v == true {
				call.Training = keras.On
			}
		case e.Key == "mask":
			call.Mask, _ = v.(*keras.Tensor)
		default:
			if call.Named == nil {
				call.Named = map[string]any{}
			}
			call.Named[e.Key] = v
		}
	}
	if missing {
		return false, nil
	}
	outs := keras.ApplyArgs(w.layer, call, in...)
	return true, outs[0].Err()
}

// referenced is the tensor that a __keras_tensor__ names; nil where its call has
// not been made yet.
func referenced(v keras.Config, made map[string]keras.Layer) (*keras.Tensor, error) {
	inner, _ := v.Get("config")
	cfg, _ := inner.(keras.Config)
	history, err := field[[]any](cfg, "keras_history")
	if err != nil {
		return nil, err
	}
	return located(history, made, false)
}

// located is the tensor at [layer, call, output].
func located(place []any, made map[string]keras.Layer, counted bool) (*keras.Tensor, error) {
	bad := keras.Expected(keras.ErrConfig, "[layer, call, output]", fmt.Sprint(place))
	if len(place) != 3 {
		return nil, bad
	}
	name, ok1 := place[0].(string)
	node, ok2 := place[1].(int)
	index, ok3 := place[2].(int)
	if !ok1 || !ok2 || !ok3 || node < 0 || index < 0 {
		return nil, bad
	}
	l, ok := made[name]
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a layer of the model", name)
	}
	if counted {
		node -= offset(l)
	}
	nodes := l.LayerBase().Nodes()
	if node < 0 || node >= len(nodes) {
		return nil, nil
	}
	outs := nodes[node].Outputs()
	if index >= len(outs) {
		return nil, bad
	}
	return outs[index], nil
}

// tensors is the structure that input_layers or output_layers has.
func tensors(cfg keras.Config, key string, made map[string]keras.Layer) (any, error) {
	v, _ := cfg.Get(key)
	one := func(v any) (*keras.Tensor, error) {
		place, ok := v.([]any)
		if !ok {
			return nil, keras.Expected(keras.ErrConfig, "[layer, call, output] in "+key, v)
		}
		t, err := located(place, made, true)
		if err == nil && t == nil {
			err = keras.Expected(keras.ErrConfig, "a call that exists in "+key, fmt.Sprint(place))
		}
		return t, err
	}
	switch s := v.(type) {
	case keras.Config:
		d := keras.Dict{}
		for _, e := range s {
			t, err := one(e.Value)
			if err != nil {
				return nil, err
			}
			d[e.Key] = t
		}
		return d, nil
	case []any:
		if len(s) == 3 {
			if _, single := s[0].(string); single {
				return one(s)
			}
		}
		var list keras.List
		for _, e := range s {
			t, err := one(e)
			if err != nil {
				return nil, err
			}
			list = append(list, t)
		}
		return list, nil
	}
	return nil, keras.Expected(keras.ErrConfig, "a list or dict for "+key, v)
}
