package models

import "github.com/gokeras/gokeras/keras"

// cutIntermediate makes new inputs where inputs are tensors in the middle of a
// graph, and repeats the calls from there to the outputs, with the same layers.
func cutIntermediate(in, out structure) (structure, structure, error) {
	r := repeater{}
	flat := make(keras.List, len(in.flat))
	cut := false
	for i, t := range in.flat {
		flat[i] = t
		if !isEntry(t.Node()) {
			cut = true
			flat[i] = keras.Input(nil, keras.WithBatchShape(t.Shape()), keras.WithDType(t.DType()), keras.WithName(t.Name()+"CLONE"))
		}
		r[t] = flat[i]
	}
	if !cut {
		return in, out, nil
	}
	outs := make(keras.List, len(out.flat))
	for i, t := range out.flat {
		var err error
		if outs[i], err = r.tensor(t); err != nil {
			return in, out, out.unconnected(i, err)
		}
	}
	return in.replace(flat), out.replace(outs), nil
}

// repeater has the tensors of a new graph by those of an old one.
type repeater map[*keras.Tensor]*keras.Tensor

// tensor makes the calls that lead to a tensor once more.
func (r repeater) tensor(t *keras.Tensor) (*keras.Tensor, error) {
	if t == nil || r[t] != nil {
		return r[t], nil
	}
	n := t.Node()
	if isEntry(n) {
		return nil, disconnected(n)
	}
	parents, err := r.all(n.Inputs())
	if err != nil {
		return nil, err
	}
	args, err := n.Args().Replace(r.tensor)
	if err != nil {
		return nil, err
	}
	for i, o := range keras.ApplyArgs(n.Layer(), args, parents...) {
		if o.Err() != nil {
			return nil, o.Err()
		}
		if old := n.Outputs()[i]; r[old] == nil {
			r[old] = o
		}
	}
	return r[t], nil
}

func (r repeater) all(list keras.List) (keras.List, error) {
	out := make(keras.List, len(list))
	for i, t := range list {
		var err error
		if out[i], err = r.tensor(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}
