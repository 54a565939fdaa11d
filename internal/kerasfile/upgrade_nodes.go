package kerasfile

import (
	"slices"

	"github.com/gokeras/gokeras/keras"
)

// In Keras 2 the calls of a layer are lists:
//
//	[["conv", 0, 0, {kwargs}], …]     the tensors that it is given: layer, call, output
//
// and the calls of a model inside another are counted from 1, where it began with a call of its
// own. Keras 3 writes {args, kwargs} with tensors at any depth, and counts from 0, but for the
// outputs that are those of a functional model; before 3.3 it counted calls outside of the model
// too. Every call that a file has leads to an output, so the numbers that occur tell which is which.

// graph is a functional model that is upgraded.
type graph struct {
	class map[string]string // of each layer
	calls map[string]int    // how many a layer has
	used  map[string][]int  // the numbers of calls that occur, sorted
	lists bool              // its calls are those of Keras 2
	early bool              // of Keras 3 before 3.3
}

// functional upgrades a model of layers and their calls.
func (u upgrade) functional(cfg keras.Config) (keras.Config, error) {
	v, _ := cfg.Get("layers")
	list, ok := v.([]any)
	if !ok {
		return cfg, nil
	}
	layers, err := u.layers(list)
	if err != nil {
		return nil, err
	}
	g := graph{class: map[string]string{}, calls: map[string]int{}, used: map[string][]int{}, early: u.early}
	for _, v := range layers {
		l, _ := v.(keras.Config)
		nodes := nodesOf(l)
		name := text(l, "name")
		g.class[name], g.calls[name] = text(l, "class_name"), len(nodes)
		for _, n := range nodes {
			if _, old := n.([]any); old {
				g.lists = true
			}
		}
	}
	for _, v := range layers {
		l, _ := v.(keras.Config)
		for _, n := range nodesOf(l) {
			g.count(n)
		}
	}
	if g.lists {
		for _, key := range []string{"input_layers", "output_layers"} {
			places, _ := cfg.Get(key)
			g.count(places)
		}
	}
	for name := range g.used {
		slices.Sort(g.used[name])
		g.used[name] = slices.Compact(g.used[name])
	}
	for i, v := range layers {
		l, _ := v.(keras.Config)
		nodes := slices.Clone(nodesOf(l))
		for k, n := range nodes {
			if nodes[k], err = g.node(l, n); err != nil {
				return nil, err
			}
		}
		if nodes != nil {
			layers[i] = l.With("inbound_nodes", nodes)
		}
	}
	for _, key := range []string{"input_layers", "output_layers"} {
		if places, ok := cfg.Get(key); ok {
			cfg = cfg.With(key, eachPlace(places, g.end))
		}
	}
	return cfg.With("layers", layers), nil
}

func nodesOf(l keras.Config) []any {
	v, _ := l.Get("inbound_nodes")
	nodes, _ := v.([]any)
	return nodes
}

// count notes the numbers of calls that a value has.
func (g *graph) count(v any) {
	switch v := v.(type) {
	case []any:
		if name, call, ok := g.place(v); ok {
			g.used[name] = append(g.used[name], call)
		}
		for _, e := range v {
			g.count(e)
		}
	case keras.Config:
		for _, e := range v {
			g.count(e.Value)
		}
	}
}

// place is the layer and the call of a tensor: [layer, call, output], in Keras 2 also with kwargs.
func (g *graph) place(v []any) (name string, call int, ok bool) {
	if len(v) != 3 && len(v) != 4 {
		return "", 0, false
	}
	name, isName := v[0].(string)
	call, isCall := v[1].(int)
	_, isOutput := v[2].(int)
	_, known := g.class[name]
	return name, call, isName && isCall && isOutput && known
}

// number is the number of a call, from 0.
func (g *graph) number(name string, call int) int {
	if used := g.used[name]; (g.lists || g.early) && len(used) == g.calls[name] {
		if i, ok := slices.BinarySearch(used, call); ok {
			return i
		}
	}
	return call
}

// end is a tensor among the inputs or outputs of the model. A functional model counts from 1
// there; 0 is before the first, and so in Python the last.
func (g *graph) end(place []any) []any {
	name, call, ok := g.place(place)
	if !ok {
		return place
	}
	if g.lists {
		call = g.number(name, call)
	}
	if g.class[name] == "Functional" {
		switch {
		case g.lists:
			call++
		case call == 0:
			call = g.calls[name]
		}
	}
	return []any{name, call, place[2]}
}

// node upgrades a call.
func (g *graph) node(l keras.Config, node any) (any, error) {
	var given any
	switch n := node.(type) {
	case []any:
		given = n
		if _, _, single := g.place(n); !single && len(n) == 1 {
			given = n[0]
		}
	case keras.Config:
		if _, present := n.Get("args"); present {
			return g.value(n), nil
		}
		given = n // a dict of tensors
	default:
		return node, nil
	}
	kwargs := kwargsOf(given)
	if isOperation(l) {
		return g.operands(l, given, kwargs)
	}
	if constant(given) {
		return nil, keras.Expected(keras.ErrConfig, "tensors for layer "+text(l, "name"), "a constant").
			WithHint("make the model again with a layer, such as Rescaling, that has it as an option")
	}
	args := []any{g.value(given)}
	list, several := args[0].([]any)
	options, _ := g.value(kwargs).(keras.Config)
	switch class := text(l, "class_name"); {
	case several && takesStates[class]:
		args, options = list[:1], options.With("initial_state", list[1:])
	case class == "MultiHeadAttention":
		for _, key := range []string{"value", "key"} {
			if v, ok := options.Get(key); ok && v != nil {
				args = append(args, v)
			}
			options = options.Without(key)
		}
	}
	return keras.Config{{Key: "args", Value: args}, {Key: "kwargs", Value: options}}, nil
}

// takesStates are the layers whose inputs after the first are states.
var takesStates = map[string]bool{
	"RNN": true, "SimpleRNN": true, "LSTM": true, "GRU": true, "Bidirectional": true,
	"ConvLSTM1D": true, "ConvLSTM2D": true, "ConvLSTM3D": true,
}

// kwargsOf are the keyword arguments of a call, which stand beside each of its tensors.
func kwargsOf(given any) keras.Config {
	switch v := given.(type) {
	case []any:
		if len(v) == 4 {
			if kwargs, ok := v[3].(keras.Config); ok {
				return kwargs
			}
		}
		if len(v) > 0 {
			return kwargsOf(v[0])
		}
	case keras.Config:
		if len(v) > 0 {
			return kwargsOf(v[0].Value)
		}
	}
	return keras.Config{}
}

// constantValue stands in Keras 2 where the layer of a tensor would: [constantValue, -1, value, {kwargs}].
const constantValue = "_CONSTANT_VALUE"

// constant reports whether a call is given a number where a tensor should be.
func constant(given any) bool {
	list, ok := given.([]any)
	if !ok || len(list) == 0 {
		return false
	}
	return list[0] == constantValue || slices.ContainsFunc(list, constant)
}

// value upgrades the arguments of a call: places of Keras 2 are tensors, and calls are counted from 0.
func (g *graph) value(v any) any {
	switch v := v.(type) {
	case []any:
		if name, call, ok := g.place(v); ok && g.lists {
			return keras.Config{{Key: "class_name", Value: "__keras_tensor__"}, {Key: "config", Value: keras.Config{
				{Key: "keras_history", Value: []any{name, g.number(name, call), v[2]}},
			}}}
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = g.value(e)
		}
		return out
	case keras.Config:
		out := make(keras.Config, len(v))
		for i, e := range v {
			out[i] = keras.Entry{Key: e.Key, Value: g.value(e.Value)}
			if list, ok := e.Value.([]any); ok && e.Key == "keras_history" && !g.lists {
				if name, call, ok := g.place(list); ok {
					out[i].Value = []any{name, g.number(name, call), list[2]}
				}
			}
		}
		return out
	}
	return v
}
