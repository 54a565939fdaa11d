package models

import (
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// reader brings data into the order of a network's inputs and outputs.
type reader struct {
	m   *Model
	net *network
	c   *compiled // nil where targets are not looked at
}

// read takes an element apart. y and w have nil for an output without target or weight.
func (r *reader) read(e data.Element) (x, y, w []*tensor.Dense, err error) {
	if e.X == nil {
		return nil, nil, nil, keras.Expected(keras.ErrData, "inputs", "nil")
	}
	if x, err = r.net.inputs.leaves("inputs", r.m.Name(), e.X); err != nil || r.c == nil {
		return x, nil, nil, err
	}
	if y, err = r.c.targets(e.Y); err != nil {
		return nil, nil, nil, err
	}
	w, err = r.c.sampleWeights(e.SampleWeight)
	return x, y, w, err
}

// targets brings targets into the order of the outputs. Those of an output without
// loss and metrics may be missing.
func (c *compiled) targets(given any) ([]*tensor.Dense, error) {
	y := make([]*tensor.Dense, len(c.outputs))
	switch d := given.(type) {
	case nil:
	case data.Dict:
		if err := c.known("targets", d); err != nil {
			return nil, err
		}
		for i, k := range c.outputs {
			y[i] = d[k]
			if y[i] == nil && c.needs(i) {
				return nil, keras.Fault(keras.ErrData, "Missing targets for output \"%s\". You passed a data dictionary with keys %s. Expected the following keys: %s",
					k, pythonList(sortedKeys(d)), pythonList(c.outputs))
			}
		}
	case *tensor.Dense:
		return c.targets(data.List{d})
	case data.List:
		if len(d) != len(y) {
			return nil, keras.Fault(keras.ErrData, "y_true and y_pred have different structures: expected targets for the %d outputs %s, received %d",
				len(y), pythonList(c.outputs), len(d))
		}
		copy(y, d)
	default:
		return nil, keras.Fault(keras.ErrData, "expected a *tensor.Dense, data.List or data.Dict for the targets, received %T", given)
	}
	for i, t := range y {
		if hollow(t) && (t != nil || c.needs(i)) {
			return nil, keras.Expected(keras.ErrData, "targets for output \""+c.outputs[i]+"\"", nothing(t))
		}
	}
	return contiguous(y), nil
}

// known checks that a dict has no other names than those of the outputs.
func (c *compiled) known(what string, d data.Dict) error {
	for _, k := range sortedKeys(d) {
		if !slices.Contains(c.outputs, k) {
			return keras.Expected(keras.ErrData, what+" for the outputs "+pythonList(c.outputs), "the key '"+k+"'")
		}
	}
	return nil
}

// needs reports whether an output needs targets.
func (c *compiled) needs(i int) bool {
	return c.losses[i] != nil || len(c.metrics[i]) > 0 || len(c.weighted[i]) > 0
}

// sampleWeights spreads sample weights over the outputs: one tensor is for all.
func (c *compiled) sampleWeights(given any) ([]*tensor.Dense, error) {
	w := make([]*tensor.Dense, len(c.outputs))
	switch d := given.(type) {
	case nil:
	case *tensor.Dense:
		if d == nil {
			return w, nil
		}
		for i := range w {
			w[i] = d
		}
	case data.List:
		if len(d) != len(w) {
			return nil, keras.Expected(keras.ErrData, "sample weights for each output", len(d))
		}
		copy(w, d)
	case data.Dict:
		if err := c.known("sample weights", d); err != nil {
			return nil, err
		}
		for i, k := range c.outputs {
			w[i] = d[k]
		}
	default:
		return nil, keras.Fault(keras.ErrData, "expected a *tensor.Dense, data.List or data.Dict for the sample weights, received %T", given)
	}
	for i, t := range w {
		if t != nil && hollow(t) {
			return nil, keras.Expected(keras.ErrData, "sample weights for output \""+c.outputs[i]+"\"", nothing(t))
		}
	}
	return contiguous(w), nil
}

// hollow reports whether there are no elements: no tensor, or a zero tensor.Dense.
func hollow(t *tensor.Dense) bool { return t == nil || t.Dtype().Type == nil }

// nothing is a hollow tensor in words.
func nothing(t *tensor.Dense) string {
	if t == nil {
		return "nil"
	}
	return "a tensor without elements"
}

// contiguous copies views, whose elements do not lie one after the other. nil stays.
func contiguous(list []*tensor.Dense) []*tensor.Dense {
	out := make([]*tensor.Dense, len(list))
	for i, t := range list {
		out[i] = t
		if t != nil && t.RequiresIterator() {
			out[i] = t.Materialize().(*tensor.Dense)
		}
	}
	return out
}
