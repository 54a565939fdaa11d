package plot

import (
	"maps"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

// label is the table in the box of a layer: a title, an activation, then facts side by side.
type label struct {
	title             cell
	activation, facts []cell // may be empty
}

// cell is text on a ground, some of it bold.
type cell struct {
	fill              string // the colour of the ground: white, or a dark one
	size              int    // of the letters, in points
	head, strong, end string
}

func newLabel(l keras.Layer, o *options) label {
	t := label{title: cell{fill: "black", size: 16, strong: l.Class()}}
	if o.names {
		t.title.strong, t.title.end = l.Name(), " ("+l.Class()+")"
	}
	say := func(what, value string) cell { return cell{fill: "white", size: 14, head: what + ": ", strong: value} }
	if o.activations {
		if name, ok := activation(l); ok {
			t.activation = []cell{say("Activation", name)}
		}
	}
	in, out := tensors(l)
	if o.shapes {
		if l.Class() != "InputLayer" {
			t.facts = append(t.facts, say("Input shape", shapes(in)))
		}
		t.facts = append(t.facts, say("Output shape", shapes(out)))
	}
	if o.dtypes {
		t.facts = append(t.facts, say("Output dtype", dtypes(out)))
	}
	if o.trainable && len(l.Weights()) > 0 {
		trained := cell{fill: "forestgreen", size: 14, strong: "Trainable"}
		if !l.IsTrainable() {
			trained.fill, trained.strong = "firebrick", "Non-trainable"
		}
		t.facts = append(t.facts, trained)
	}
	return t
}

// activation is the name of a layer's activation, if it has one.
func activation(l keras.Layer) (name string, ok bool) {
	if _, isModel := l.(*models.Model); isModel {
		return "", false
	}
	v, _ := l.Config().Get("activation")
	name, ok = v.(string)
	return name, ok
}

// tensors are what a layer was called on first and what that gave, or the inputs and
// outputs of a functional model: *keras.Tensor, keras.List or keras.Dict; nil for none.
func tensors(l keras.Layer) (in, out any) {
	if m, ok := l.(*models.Model); ok && m.Nodes() != nil && !isSequential(m) {
		return m.InputStructure(), m.OutputStructure()
	}
	calls := l.LayerBase().Nodes()
	if len(calls) == 0 {
		return nil, nil
	}
	one := func(list keras.List) any {
		if len(list) == 1 {
			return list[0]
		}
		return list
	}
	return one(calls[0].Parents()), one(calls[0].Outputs())
}

// shapes writes the shapes of a structure as Keras does in a box.
func shapes(structure any) string {
	return strings.Trim(written(structure, "", func(t *keras.Tensor) string { return t.Shape().String() }), "{}")
}

// dtypes writes the types of a structure as Python does.
func dtypes(structure any) string {
	return written(structure, "'", func(t *keras.Tensor) string { return t.DType().String() })
}

// written is a structure as Python writes it, with quotes around what stands in lists and dicts.
func written(structure any, quote string, text func(*keras.Tensor) string) string {
	var texts []string
	quoted := func(s string) string { return quote + s + quote }
	switch s := structure.(type) {
	case *keras.Tensor:
		return text(s)
	case keras.List:
		for _, t := range s {
			texts = append(texts, quoted(text(t)))
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case keras.Dict:
		for _, k := range slices.Sorted(maps.Keys(s)) {
			texts = append(texts, quoted(k)+": "+quoted(text(s[k])))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return "?"
}
