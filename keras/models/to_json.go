package models

import "github.com/gokeras/gokeras/keras"

// ToJSON writes the architecture as Keras's to_json does: the layers with their
// options and connections, and what Compile was given; no weights. A model of
// WithClass is written as the Functional that it is, a Subclassed as its class and options.
func (m *Model) ToJSON() ([]byte, error) {
	cfg, err := m.serialize()
	if err != nil {
		return nil, err
	}
	return cfg.MarshalJSON()
}

// Config is Keras's get_config: of a Subclassed its name, trainable, dtype and tagged fields.
func (m *Model) Config() keras.Config {
	cfg, err := m.config()
	if err != nil {
		return keras.Config{{Key: "name", Value: m.Name()}}
	}
	return cfg
}

// Serialized is the model as the part of another layer; nil for a Subclassed, which is
// written as its class.
func (m *Model) Serialized() keras.Config {
	if m.calls != nil {
		return nil
	}
	cfg, _ := m.serialize() // a model with an error has none
	return cfg
}

// serialize is {module, class_name, config, registered_name, build_config, compile_config}.
func (m *Model) serialize() (keras.Config, error) {
	cfg, err := m.config()
	if err != nil {
		return nil, err
	}
	if m.calls != nil {
		out, err := serializeLayer(m.Self())
		return append(out, keras.Entry{Key: "compile_config", Value: m.compileConfig()}), err
	}
	out := keras.Config{{Key: "module", Value: "keras.src.models.functional"}, {Key: "class_name", Value: "Functional"},
		{Key: "config", Value: cfg}, {Key: "registered_name", Value: "Functional"},
		{Key: "build_config", Value: keras.Config{{Key: "input_shape", Value: nil}}}}
	if m.stack != nil {
		out = keras.Config{{Key: "module", Value: "keras"}, {Key: "class_name", Value: "Sequential"},
			{Key: "config", Value: cfg}, {Key: "registered_name", Value: nil}}
		if n := m.net.Load(); n != nil {
			out = append(out, keras.Entry{Key: "build_config", Value: keras.Config{{Key: "input_shape", Value: n.inputs.flat[0].Shape().Config()}}})
		}
	}
	return append(out, keras.Entry{Key: "compile_config", Value: m.compileConfig()}), nil
}

func (m *Model) config() (keras.Config, error) {
	if m.calls != nil {
		return m.Base.Config(), nil
	}
	if m.stack != nil && m.err == nil {
		return m.sequentialConfig()
	}
	n, err := m.network()
	if err != nil {
		return nil, err
	}
	var layers []any
	for _, l := range n.layers {
		entry, err := serializeInside(l)
		if err != nil {
			return nil, err
		}
		nodes := []any{}
		for _, node := range l.LayerBase().Nodes() {
			if n.has(node) && !isEntry(node) {
				nodes = append(nodes, n.inbound(node))
			}
		}
		layers = append(layers, append(entry, keras.Entry{Key: "name", Value: l.Name()}, keras.Entry{Key: "inbound_nodes", Value: nodes}))
	}
	return keras.Config{
		{Key: "name", Value: m.Name()}, {Key: "trainable", Value: m.IsTrainable()}, {Key: "layers", Value: layers},
		{Key: "input_layers", Value: n.places(n.inputs)}, {Key: "output_layers", Value: n.places(n.outputs)},
	}, nil
}

func (m *Model) sequentialConfig() (keras.Config, error) {
	var layers []any
	add := func(l keras.Layer) error {
		entry, err := serializeInside(l)
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
	if m.net.Load() != nil {
		cfg = append(cfg, keras.Entry{Key: "build_input_shape", Value: m.stack.input.Output().Shape().Config()})
	}
	return cfg, nil
}

// serializeInside is a layer of a model, which may be a model.
func serializeInside(l keras.Layer) (keras.Config, error) {
	if o, ok := l.(keras.Operation); ok {
		return keras.Config{{Key: "module", Value: o.Module()}, {Key: "class_name", Value: o.Class()},
			{Key: "config", Value: o.Config()}, {Key: "registered_name", Value: o.Class()}}, nil
	}
	if m, ok := modelOf(l); ok {
		return m.serialize()
	}
	return serializeLayer(l)
}

// serializeLayer is {module, class_name, config, registered_name, build_config}.
func serializeLayer(l keras.Layer) (keras.Config, error) {
	cfg, ok := keras.Serialize(keras.KindLayer, l).(keras.Config)
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a config of layer "+l.Name(), "none")
	}
	return cfg, nil
}
