package models

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
)

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
	return New(in, out, modelOptions(cfg)...)
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
