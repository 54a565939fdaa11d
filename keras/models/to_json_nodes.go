package models

import "github.com/gokeras/gokeras/keras"

// index is the number of a call among those of its layer that are in the graph.
func (n *network) index(node *keras.Node) int {
	i := 0
	for _, other := range node.Layer().LayerBase().Nodes() {
		if other == node {
			break
		}
		if n.has(other) {
			i++
		}
	}
	return i
}

// inbound is a call in the config: its arguments.
func (n *network) inbound(node *keras.Node) keras.Config {
	ref := func(t *keras.Tensor) any {
		return keras.Config{{Key: "class_name", Value: "__keras_tensor__"}, {Key: "config", Value: keras.Config{
			{Key: "shape", Value: t.Shape().Config()}, {Key: "dtype", Value: t.DType().String()},
			{Key: "keras_history", Value: []any{t.Node().Layer().Name(), n.index(t.Node()), t.Index()}},
		}}}
	}
	refs := func(list keras.List) (all []any) {
		for _, t := range list {
			if t == nil { // as a mask
				all = append(all, nil)
				continue
			}
			all = append(all, ref(t))
		}
		return all
	}
	if o, ok := node.Layer().(keras.Operation); ok {
		args, kwargs := o.Arguments(node)
		for i, a := range args {
			switch a := a.(type) {
			case *keras.Tensor:
				args[i] = ref(a)
			case keras.List:
				args[i] = refs(a)
			}
		}
		return keras.Config{{Key: "args", Value: args}, {Key: "kwargs", Value: kwargs}}
	}
	args := refs(node.Inputs())
	var states []any
	if _, ok := node.Layer().(keras.StateTaker); ok {
		args, states = args[:1], args[1:]
	}
	if n, ok := node.Layer().(keras.StateNester); ok && len(states) > 0 {
		states = n.NestStates(states)
	}
	_, list := node.Layer().(keras.ListTaker)
	inner, isModel := node.Layer().(*Model)
	masks := make([]any, len(args))
	for i, m := range node.Masks() {
		if m != nil {
			masks[i] = ref(m)
		}
	}
	var mask any // in the structure of the inputs
	switch {
	case isModel && inner.structures().inputs.isDict():
		in, named := keras.Config{}, keras.Config{}
		for i, k := range inner.structures().inputs.keys {
			in, named = append(in, keras.Entry{Key: k, Value: args[i]}), append(named, keras.Entry{Key: k, Value: masks[i]})
		}
		args, mask = []any{in}, named
	case isModel && len(args) > 1:
		args, mask = []any{args}, masks
	case list:
		args = []any{args}
	default:
		mask = masks[0]
	}
	kwargs := keras.Config{}
	a := node.Args()
	if a.Training != keras.Auto {
		kwargs = append(kwargs, keras.Entry{Key: "training", Value: a.Training == keras.On})
	}
	told := a.Training == keras.On && isModel && inner.stack != nil // then Keras does not look for a mask
	switch {
	case a.Mask != nil:
		kwargs = append(kwargs, keras.Entry{Key: "mask", Value: ref(a.Mask)})
	case node.ShowsMasks() && !told:
		kwargs = append(kwargs, keras.Entry{Key: "mask", Value: mask})
	}
	if len(states) > 0 {
		kwargs = append(kwargs, keras.Entry{Key: "initial_state", Value: states})
	}
	for _, k := range sortedKeys(a.Named) {
		v := a.Named[k]
		switch p := v.(type) {
		case *keras.Tensor:
			v = ref(p)
		case keras.List:
			v = refs(p)
		}
		kwargs = append(kwargs, keras.Entry{Key: k, Value: v})
	}
	return keras.Config{{Key: "args", Value: args}, {Key: "kwargs", Value: kwargs}}
}

// places are the layers, calls and outputs of a structure.
func (n *network) places(s structure) any {
	list := make([]any, len(s.flat))
	for i, t := range s.flat {
		list[i] = []any{t.Node().Layer().Name(), n.index(t.Node()) + offset(t.Node().Layer()), t.Index()}
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
