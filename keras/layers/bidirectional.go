package layers

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*BidirectionalLayer)(nil)
	_ keras.ShapeInferer = (*BidirectionalLayer)(nil)
	_ keras.MaskRouter   = (*BidirectionalLayer)(nil)
	_ keras.Wrapper      = (*BidirectionalLayer)(nil)
	_ keras.StateTaker   = (*BidirectionalLayer)(nil)
	_ keras.MaskTaker    = (*BidirectionalLayer)(nil)
)

// sequenceLayer is a layer that goes through the steps of sequences: RNN, LSTM, GRU,
// SimpleRNN, ConvLSTM2D and its kin.
type sequenceLayer interface {
	keras.Layer
	keras.ShapeInferer
	ResetStates()
	sequence() *sequenceConfig
}

// MergeMode says what becomes of the outputs of both directions.
type MergeMode string

// The merge modes.
const (
	MergeConcat MergeMode = "concat" // side by side, on the last axis
	MergeSum    MergeMode = "sum"
	MergeMul    MergeMode = "mul" // the product
	MergeAve    MergeMode = "ave" // the mean
	MergeNone   MergeMode = ""    // Keras's None: two outputs
)

var _ keras.ConfigValue = (*MergeMode)(nil)

// EncodeConfig is the word, or None.
func (m MergeMode) EncodeConfig() any {
	if m == MergeNone {
		return nil
	}
	return string(m)
}

// DecodeConfig reads what EncodeConfig writes.
func (m *MergeMode) DecodeConfig(v any) error {
	word, ok := v.(string)
	if !ok && v != nil {
		return keras.Expected(keras.ErrConfig, "a merge mode or None", v)
	}
	*m = MergeMode(word)
	return nil
}

// Bidirectional returns a layer that goes through sequences in both directions, with two
// layers: one like the given layer, one that goes backwards. What is given stays unused.
//
//	input  (batch, steps, …), and optionally initial states: those of the layer that goes
//	       forward, then those of the other
//	output (batch, 2·units), or with ReturnSequences of the layer (batch, steps, 2·units); for
//	       other merge modes units instead of 2·units, for MergeNone both outputs
//	       with ReturnState of the layer also the last states of both
//
// Defaults: MergeMode concat, BackwardLayer like the layer. With ReturnSequences the outputs
// of steps that a mask leaves out are zeros, and the mask passes.
// Errors: no layer, or one that goes through no sequences; one that cannot be made again,
// as its class is not registered; a layer that goes backwards already; another BackwardLayer
// that does not fit; a merge mode that nobody knows; those of the layers.
func Bidirectional(layer keras.Layer) *BidirectionalLayer {
	l := &BidirectionalLayer{cfg: bidirectionalConfig{MergeMode: MergeConcat}}
	l.init(l, "Bidirectional", &l.cfg)
	if r, ok := layer.(sequenceLayer); ok {
		l.both(r)
	} else {
		l.cfg.Layer = layer
	}
	return l
}

// BidirectionalLayer is the layer that Bidirectional returns.
type BidirectionalLayer struct {
	base[BidirectionalLayer]
	cfg bidirectionalConfig
}

type bidirectionalConfig struct {
	MergeMode     MergeMode   `keras:"merge_mode"`
	Layer         keras.Layer `keras:"layer"`
	BackwardLayer keras.Layer `keras:"backward_layer"`
	fault         error       // of the attempt to make layers like a given one
}

func (c *bidirectionalConfig) validate() error {
	if c.fault != nil {
		return c.fault
	}
	var f faults
	if c.Layer == nil {
		return keras.Fault(keras.ErrArgument, "Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. Received: None")
	}
	forward, ok := c.Layer.(sequenceLayer)
	if !ok {
		return keras.Expected(keras.ErrArgument, "a layer that goes through sequences, as LSTM and RNN do", describe(c.Layer))
	}
	backward, ok := c.BackwardLayer.(sequenceLayer)
	if !ok {
		f.require(false, "`backward_layer` need to be a `keras.layers.Layer` instance. Received: "+describe(c.BackwardLayer))
		return f.err()
	}
	f.require(slices.Contains([]MergeMode{MergeConcat, MergeSum, MergeMul, MergeAve, MergeNone}, c.MergeMode), fmt.Sprintf(
		"Invalid merge mode. Received: %s. Merge mode should be one of {\"sum\", \"mul\", \"ave\", \"concat\", None}", c.MergeMode))
	a, b := forward.sequence(), backward.sequence()
	f.require(a.GoBackwards != b.GoBackwards, fmt.Sprintf("Forward layer and backward layer should have different `go_backwards` value. "+
		"Received: forward_layer.go_backwards %s, backward_layer.go_backwards=%s", truth(a.GoBackwards), truth(b.GoBackwards)))
	same := func(option string, a, b bool) {
		f.require(a == b, fmt.Sprintf("Forward layer and backward layer are expected to have the same value for attribute %q, "+
			"got %q for forward layer and %q for backward layer", option, truth(a), truth(b)))
	}
	same("stateful", a.Stateful, b.Stateful)
	same("return_sequences", a.ReturnSequences, b.ReturnSequences)
	same("return_state", a.ReturnState, b.ReturnState)
	return f.err()
}

// describe is a layer as Python shows it, without its options.
func describe(l keras.Layer) string {
	if l == nil {
		return "None"
	}
	return fmt.Sprintf("<%s name=%s>", l.Class(), l.Name())
}

// truth is a bool as Python writes it.
func truth(on bool) string {
	if on {
		return "True"
	}
	return "False"
}

// MergeMode sets merge_mode. Default concat.
func (l *BidirectionalLayer) MergeMode(m MergeMode) *BidirectionalLayer {
	l.cfg.MergeMode = m
	return l
}

// BackwardLayer sets backward_layer, which is used as it is. It must go backwards, and
// otherwise give what the layer gives. Default one like the layer.
func (l *BidirectionalLayer) BackwardLayer(layer keras.Layer) *BidirectionalLayer {
	l.cfg.BackwardLayer = l.direction(layer)
	return l
}

// both makes the layers of both directions like a given one.
func (l *BidirectionalLayer) both(layer keras.Layer) {
	made := keras.Serialize(keras.KindLayer, layer).(keras.Config)
	like := func(prefix string, change func(keras.Config) keras.Config) keras.Layer {
		cfg := layer.Config().With("name", prefix+strings.TrimPrefix(layer.Name(), prefix))
		o, err := keras.Deserialize(keras.KindLayer, made.With("config", change(cfg)))
		if err != nil {
			l.cfg.fault = err
			return layer
		}
		return l.direction(o.(keras.Layer))
	}
	l.cfg.Layer = like("forward_", func(c keras.Config) keras.Config { return c })
	l.cfg.BackwardLayer = like("backward_", func(c keras.Config) keras.Config { return c.With("go_backwards", true) })
}

// direction is a layer as one of both: with zeros where a mask leaves steps out.
func (l *BidirectionalLayer) direction(layer keras.Layer) keras.Layer {
	if r, ok := layer.(sequenceLayer); ok {
		r.sequence().ZeroOutputForMask = r.sequence().ReturnSequences
		if !l.IsTrainable() {
			r.SetTrainable(false)
		}
	}
	return layer
}

// FromConfig sets what Config writes. Without a backward_layer it is one like the layer.
func (l *BidirectionalLayer) FromConfig(cfg keras.Config) error {
	const layer, backward = "layer", "backward_layer"
	forwardConfig, _ := cfg.Get(layer)
	backwardConfig, _ := cfg.Get(backward)
	var given bidirectionalConfig
	if err := keras.DecodeFields(&given, keras.Config{{Key: layer, Value: forwardConfig}, {Key: backward, Value: backwardConfig}}); err != nil {
		return err
	}
	if r, ok := given.Layer.(sequenceLayer); ok && given.BackwardLayer == nil {
		l.both(r)
	} else {
		l.cfg.Layer, l.cfg.BackwardLayer = l.direction(given.Layer), l.direction(given.BackwardLayer)
	}
	return l.base.FromConfig(cfg.Without(layer, backward))
}

func (l *BidirectionalLayer) forward() sequenceLayer  { return l.cfg.Layer.(sequenceLayer) }
func (l *BidirectionalLayer) backward() sequenceLayer { return l.cfg.BackwardLayer.(sequenceLayer) }

// Attributes are the layers of both directions.
func (l *BidirectionalLayer) Attributes() []keras.Attribute {
	return []keras.Attribute{attribute("forward_layer", l.cfg.Layer), attribute("backward_layer", l.cfg.BackwardLayer)}
}

// TakesMask says that Keras's call has an argument mask.
func (l *BidirectionalLayer) TakesMask() bool { return true }

// TakesStates says that the inputs after the first are Keras's initial_state.
func (l *BidirectionalLayer) TakesStates() {}

// ResetStates makes the states of stateful layers zeros, as for the first batch.
func (l *BidirectionalLayer) ResetStates() {
	for _, layer := range l.AttributeLayers() {
		if r, ok := layer.(sequenceLayer); ok {
			r.ResetStates()
		}
	}
}

// Build makes the weights of both layers.
func (l *BidirectionalLayer) Build(in ...keras.Shape) error {
	if err := l.BuildInside(l.forward(), in[0]); err != nil {
		return err
	}
	return l.BuildInside(l.backward(), in[0])
}

// halves are the inputs of both layers: each gets the sequences, and half of the states.
func halves[T any](in []T) (forward, backward []T) {
	middle := 1 + len(in)/2
	return in[:middle:middle], append(in[:1:1], in[middle:]...)
}

// OutputShapes gives the shapes of the merged outputs, then those of the states, if they are wanted.
func (l *BidirectionalLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if len(in)%2 == 0 {
		return nil, keras.Expected(keras.ErrShape, "an even number of initial states", len(in)-1)
	}
	forth, back := halves(in)
	a, err := l.forward().OutputShapes(forth...)
	if err != nil {
		return nil, err
	}
	b, err := l.backward().OutputShapes(back...)
	if a == nil || b == nil || err != nil {
		return nil, err
	}
	var outs []keras.Shape
	switch same := a[0].Equal(b[0]); {
	case l.cfg.MergeMode == MergeNone:
		outs = []keras.Shape{a[0], b[0]}
	case l.cfg.MergeMode == MergeConcat && a[0].Rank() == b[0].Rank():
		out := a[0].Clone()
		out[len(out)-1] += b[0].Last()
		outs = []keras.Shape{out}
	case same:
		outs = a[:1]
	default:
		return nil, keras.Expected(keras.ErrShape, "a backward_layer whose output has the shape "+a[0].String(), b[0])
	}
	return slices.Concat(outs, a[1:], b[1:]), nil
}

// RouteMasks lets the mask of the steps pass where all are outputs.
func (l *BidirectionalLayer) RouteMasks(int) []int {
	switch {
	case !l.forward().sequence().ReturnSequences:
		return nil
	case l.cfg.MergeMode == MergeNone:
		return []int{0, 0}
	}
	return []int{0}
}

// Call runs both layers and merges what they give.
func (l *BidirectionalLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	forth, back := halves(in)
	a, err := t.Call(l.forward(), keras.Auto, t.Mask(0), nil, forth...)
	if err != nil {
		return nil, err
	}
	b, err := t.Call(l.backward(), keras.Auto, t.Mask(0), nil, back...)
	if err != nil {
		return nil, err
	}
	a, b = l.floats(a), l.floats(b)
	if l.forward().sequence().ReturnSequences {
		b[0] = ops.Flip(b[0], 1)
	}
	var outs []*gorgonia.Node
	switch l.cfg.MergeMode {
	case MergeConcat:
		outs = []*gorgonia.Node{ops.Concat(-1, a[0], b[0])}
	case MergeSum:
		outs = []*gorgonia.Node{ops.Add(a[0], b[0])}
	case MergeMul:
		outs = []*gorgonia.Node{ops.Mul(a[0], b[0])}
	case MergeAve:
		outs = []*gorgonia.Node{ops.Scale(ops.Add(a[0], b[0]), 0.5, 0)}
	default:
		outs = []*gorgonia.Node{a[0], b[0]}
	}
	return t.Out(slices.Concat(outs, a[1:], b[1:])...)
}
