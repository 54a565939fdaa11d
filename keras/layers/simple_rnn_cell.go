package layers

import (
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ sequenceCell       = (*SimpleRNNCellLayer)(nil)
	_ keras.ShapeInferer = (*SimpleRNNCellLayer)(nil)
)

// SimpleRNNCell returns one step of a SimpleRNN, for RNN. Its state h is also the output:
//
//	h' = activation(x·kernel + h·recurrent_kernel + bias)
//
//	input  (batch, d), state (batch, units)    kernel (d, units), recurrent_kernel (units, units)
//	output (batch, units), the same for state  bias   (units)
//
// Defaults: Activation tanh, UseBias true, KernelInitializer GlorotUniform,
// RecurrentInitializer Orthogonal, BiasInitializer Zeros, no regularizers, no constraints,
// no dropout. Errors: units < 1; an input or a state of another shape.
func SimpleRNNCell(units int) *SimpleRNNCellLayer {
	return newSimpleRNNCell(newGatedConfig(units))
}

func newSimpleRNNCell(cfg *gatedConfig) *SimpleRNNCellLayer {
	cfg.RecurrentActivation = activations.Linear // it has no gates
	l := &SimpleRNNCellLayer{}
	return l.gatedCell.init(l, "SimpleRNNCell", cfg, 1, simpleRNNCellKeys)
}

var simpleRNNCellKeys = strings.Fields(`units activation use_bias
	kernel_initializer recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer bias_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed`)

// SimpleRNNCellLayer is the layer that SimpleRNNCell returns.
type SimpleRNNCellLayer struct {
	gatedCell[SimpleRNNCellLayer]
}

// Build makes kernel, recurrent_kernel and bias.
func (l *SimpleRNNCellLayer) Build(in ...keras.Shape) error {
	l.build(in[0], keras.Shape{l.cfg.Units}, l.cfg.BiasInitializer)
	return nil
}

// OutputShapes gives (batch, units) for the output and the state.
func (l *SimpleRNNCellLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.shapes(in, l.StateSizes())
}

// Call computes a step.
func (l *SimpleRNNCellLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return call(t, l, in)
}

func (l *SimpleRNNCellLayer) step(t *keras.Trace, masks, in []*gorgonia.Node) []*gorgonia.Node {
	xMasks, hMasks := l.split(t, masks)
	x := plus(times(in[0], t.Var(l.kernel), xMasks), t.Var(l.bias))
	h := ops.Activate(ops.Add(x, times(in[1], t.Var(l.recurrent), hMasks)), l.cfg.Activation)
	return []*gorgonia.Node{h, h}
}

func (l *SimpleRNNCellLayer) sequence(t *keras.Trace, x, mask *gorgonia.Node, states []*gorgonia.Node) (all, last *gorgonia.Node, next []*gorgonia.Node) {
	all, h := ops.SimpleRNN(l.recurrence(mask), l.project(t, x, t.Var(l.bias)), t.Var(l.recurrent), states[0])
	return all, h, []*gorgonia.Node{h}
}
