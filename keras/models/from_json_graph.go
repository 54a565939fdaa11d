package models

import (
	"fmt"
	"slices"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
)

// drawing is a functional model in the making: its layers, by the names they have in
// the config, with the calls that were made so far.
type drawing map[string]keras.Layer

// pending is a call that waits for its inputs.
type pending struct {
	layer keras.Layer
	node  any
}

// errLater says that a call needs another one that has not been made yet.
var errLater = errors.New("a call that has not been made yet")

func (ld *loader) functional(cfg keras.Config) (*Model, error) {
	entries, err := field[[]any](cfg, "layers")
	if err != nil {
		return nil, err
	}
	d := drawing{}
	var calls []pending
	for _, e := range entries {
		entry, ok := e.(keras.Config)
		if !ok {
			return nil, keras.Expected(keras.ErrConfig, "a layer", e)
		}
		name, err := field[string](entry, "name")
		if err != nil {
			return nil, err
		}
		nodes, err := field[[]any](entry, "inbound_nodes")
		if err != nil {
			return nil, err
		}
		if d[name], err = ld.layer(entry); err != nil {
			return nil, err
		}
		for _, n := range nodes {
			calls = append(calls, pending{d[name], n})
		}
	}
	if err := d.connect(calls); err != nil {
		return nil, err
	}
	in, err := d.structure(cfg, "input_layers")
	if err != nil {
		return nil, err
	}
	out, err := d.structure(cfg, "output_layers")
	if err != nil {
		return nil, err
	}
	return New(in, out, modelOptions(cfg)...)
}

// connect makes the calls, each after those that its inputs come from and after the
// earlier calls of its layer.
func (d drawing) connect(waiting []pending) error {
	for len(waiting) > 0 {
		var later []pending
		held := map[keras.Layer]bool{}
		for _, w := range waiting {
			err := errLater
			if !held[w.layer] {
				err = d.call(w)
			}
			switch {
			case err == errLater:
				held[w.layer] = true
				later = append(later, w)
			case err != nil:
				return err
			}
		}
		if len(later) == len(waiting) {
			return keras.Fault(keras.ErrConfig, "the inputs of layer %s lead nowhere", later[0].layer.Name())
		}
		waiting = later
	}
	return nil
}

// call makes one call: {args, kwargs}.
func (d drawing) call(w pending) error {
	n, ok := w.node.(keras.Config)
	if !ok {
		return keras.Expected(keras.ErrConfig, "a call of layer "+w.layer.Name(), w.node)
	}
	args, err := field[[]any](n, "args")
	if err != nil {
		return err
	}
	kwargs, _ := n.Get("kwargs")
	options, _ := kwargs.(keras.Config)
	if o, ok := w.layer.(keras.Operation); ok {
		return d.operate(o, args, options)
	}
	in, err := d.tensors(args)
	if err != nil {
		return err
	}
	call, err := d.options(options)
	if err != nil {
		return err
	}
	if n, ok := w.layer.(keras.InputNamer); ok {
		for _, name := range n.InputNames()[min(len(in), len(n.InputNames())):] {
			if t, ok := call.Named[name].(*keras.Tensor); ok {
				in = append(in, t)
				delete(call.Named, name)
			}
		}
	}
	return keras.ApplyArgs(w.layer, call, in...)[0].Err()
}

// operate makes a call of an operation.
func (d drawing) operate(o keras.Operation, args []any, kwargs keras.Config) error {
	args, kwargs = slices.Clone(args), slices.Clone(kwargs)
	resolve := func(v *any) (err error) {
		list, isList := (*v).([]any)
		c, isConfig := (*v).(keras.Config)
		class, _ := c.Get("class_name")
		switch {
		case isConfig && class == "__keras_tensor__":
			*v, err = d.referenced(c)
		case isList && len(list) > 0:
			first, _ := list[0].(keras.Config)
			if class, _ := first.Get("class_name"); class == "__keras_tensor__" {
				*v, err = d.tensors(list)
			}
		}
		return err
	}
	for i := range args {
		if err := resolve(&args[i]); err != nil {
			return err
		}
	}
	for i := range kwargs {
		if err := resolve(&kwargs[i].Value); err != nil {
			return err
		}
	}
	in, call, err := o.Bind(args, kwargs)
	if err != nil {
		return keras.Locate(err, o, "")
	}
	return keras.ApplyArgs(o, call, in...)[0].Err()
}

// tensors are those of arguments: of lists, and of dicts in the order of their keys.
func (d drawing) tensors(v any) (keras.List, error) {
	var parts []any
	switch v := v.(type) {
	case []any:
		parts = v
	case keras.Config:
		if isObject(v) {
			t, err := d.referenced(v)
			return keras.List{t}, err
		}
		values := map[string]any{}
		for _, e := range v {
			values[e.Key] = e.Value
		}
		for _, k := range sortedKeys(values) {
			parts = append(parts, values[k])
		}
	default:
		return nil, keras.Expected(keras.ErrConfig, "tensors as arguments", v)
	}
	var list keras.List
	for _, p := range parts {
		ts, err := d.tensors(p)
		if err != nil {
			return nil, err
		}
		list = append(list, ts...)
	}
	return list, nil
}

// options are the call's keyword arguments.
func (d drawing) options(kwargs keras.Config) (keras.Args, error) {
	call := keras.Args{Named: map[string]any{}}
	for _, e := range kwargs {
		v := e.Value
		if e.Key == "mask" && !holdsTensors(v) { // None for each of several inputs
			continue
		}
		var err error
		switch ref := v.(type) {
		case keras.Config:
			v, err = d.referenced(ref)
		case []any:
			if holdsTensors(ref) {
				v, err = d.tensorsOrNone(ref)
			}
		}
		if err != nil {
			return call, err
		}
		switch {
		case v == nil:
		case e.Key == "training":
			call.Training = keras.Off
			if v == true {
				call.Training = keras.On
			}
		case e.Key == "mask":
			switch m := v.(type) {
			case *keras.Tensor:
				call.Mask = m
			case keras.List:
				call.Named[e.Key] = m
			default:
				return call, keras.Expected(keras.ErrConfig, "a tensor, or a list of them, as the mask", fmt.Sprintf("%T", v))
			}
		default:
			call.Named[e.Key] = v
		}
	}
	return call, nil
}

// tensorsOrNone are the tensors of a list, nil for null.
func (d drawing) tensorsOrNone(list []any) (keras.List, error) {
	var all keras.List
	for _, v := range list {
		ts, err := keras.List{nil}, error(nil)
		if v != nil {
			ts, err = d.tensors(v)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, ts...)
	}
	return all, nil
}

// holdsTensors reports whether a value of a config is a tensor, or has one in a list or dict.
func holdsTensors(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, holdsTensors)
	case keras.Config:
		return isObject(v) || slices.ContainsFunc(v, func(e keras.Entry) bool { return holdsTensors(e.Value) })
	}
	return false
}

// referenced is the tensor that a __keras_tensor__ names.
func (d drawing) referenced(v keras.Config) (*keras.Tensor, error) {
	inner, _ := v.Get("config")
	cfg, _ := inner.(keras.Config)
	history, err := field[[]any](cfg, "keras_history")
	if err != nil {
		return nil, err
	}
	return d.at(history, func(keras.Layer) int { return 0 })
}

// at is the tensor at [layer, call, output]. The calls of a layer are counted from first.
func (d drawing) at(place []any, first func(keras.Layer) int) (*keras.Tensor, error) {
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
	l, ok := d[name]
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a layer of the model", name)
	}
	nodes := l.LayerBase().Nodes()
	if node -= first(l); node < 0 {
		node += len(nodes) // as in Python
	}
	switch {
	case node < 0:
		return nil, bad
	case node >= len(nodes):
		return nil, errLater
	case index >= len(nodes[node].Outputs()):
		return nil, bad
	}
	return nodes[node].Outputs()[index], nil
}

// structure is what input_layers or output_layers has: a tensor, a list or a dict.
func (d drawing) structure(cfg keras.Config, key string) (any, error) {
	tensor := func(v any) (*keras.Tensor, error) {
		place, ok := v.([]any)
		if !ok {
			return nil, keras.Expected(keras.ErrConfig, "[layer, call, output] in "+key, v)
		}
		t, err := d.at(place, offset)
		if err == errLater {
			err = keras.Expected(keras.ErrConfig, "a call that exists in "+key, fmt.Sprint(place))
		}
		return t, err
	}
	v, _ := cfg.Get(key)
	switch s := v.(type) {
	case keras.Config:
		dict, err := dictOf(s, tensor)
		return dict, err
	case []any:
		if len(s) == 3 {
			if _, single := s[0].(string); single {
				return tensor(s)
			}
		}
		list, err := listOf(s, tensor)
		return list, err
	}
	return nil, keras.Expected(keras.ErrConfig, "a list or dict for "+key, v)
}
