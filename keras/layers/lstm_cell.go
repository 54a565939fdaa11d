package layers

import (
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ sequenceCell       = (*LSTMCellLayer)(nil)
	_ keras.ShapeInferer = (*LSTMCellLayer)(nil)
)

// LSTMCell returns one step of an LSTM, for RNN. It has two states, h, which is also the
// output, and c:
//
//	i, f, o = recurrent_activation of the 1st, 2nd and 4th quarter of x·kernel + h·recurrent_kernel + bias
//	c' = f·c + i·activation(the 3rd quarter)
//	h' = o·activation(c')
//
//	input  (batch, d), states (batch, units)   kernel (d, 4·units), recurrent_kernel (units, 4·units)
//	output (batch, units), the same for states bias   (4·units)
//
// Defaults: Activation tanh, RecurrentActivation sigmoid, UseBias true, UnitForgetBias
// true, KernelInitializer GlorotUniform, RecurrentInitializer Orthogonal, BiasInitializer
// Zeros, no regularizers, no constraints, no dropout. Errors: units < 1; an input or a
// state of another shape.
func LSTMCell(units int) *LSTMCellLayer {
	return newLSTMCell(newGatedConfig(units))
}

func newLSTMCell(cfg *gatedConfig) *LSTMCellLayer {
	l := &LSTMCellLayer{}
	l.gateSetters = gateSetters[LSTMCellLayer]{l, cfg}
	return l.gatedCell.init(l, "LSTMCell", cfg, 4, lstmCellKeys)
}

var lstmCellKeys = strings.Fields(`units activation recurrent_activation use_bias unit_forget_bias
	kernel_initializer recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer bias_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed`)

// LSTMCellLayer is the layer that LSTMCell returns.
type LSTMCellLayer struct {
	gatedCell[LSTMCellLayer]
	gateSetters[LSTMCellLayer]
}

// UnitForgetBias sets unit_forget_bias, which adds 1 to the bias of the forget gate at the
// start. Default true.
func (l *LSTMCellLayer) UnitForgetBias(on bool) *LSTMCellLayer {
	l.cfg.UnitForgetBias = on
	return l
}

// StateSizes are (units) for h and for c.
func (l *LSTMCellLayer) StateSizes() []keras.Shape {
	return []keras.Shape{{l.cfg.Units}, {l.cfg.Units}}
}

// Build makes kernel, recurrent_kernel and bias.
func (l *LSTMCellLayer) Build(in ...keras.Shape) error {
	l.build(in[0], keras.Shape{4 * l.cfg.Units}, l.cfg.lstmBias())
	return nil
}

// lstmBias makes the bias of an LSTM.
func (c *gatedConfig) lstmBias() keras.Initializer {
	if c.UnitForgetBias {
		return forgetBias{c.BiasInitializer}
	}
	return c.BiasInitializer
}

// forgetBias makes the bias of an LSTM: ones for the forget gate, else what it embeds makes.
type forgetBias struct{ keras.Initializer }

// Initialize makes the parts and joins them.
func (b forgetBias) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	units := shape[0] / 4
	input, err := b.Initializer.Initialize(keras.Shape{units}, dt)
	if err != nil {
		return nil, err
	}
	forget, err := initializers.Ones().Initialize(keras.Shape{units}, dt)
	if err != nil {
		return nil, err
	}
	rest, err := b.Initializer.Initialize(keras.Shape{2 * units}, dt)
	if err != nil {
		return nil, err
	}
	return input.Concat(0, forget, rest)
}

// OutputShapes gives (batch, units) for the output and both states.
func (l *LSTMCellLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.shapes(in, l.StateSizes())
}

// Call computes a step.
func (l *LSTMCellLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return call(t, l, in)
}

func (l *LSTMCellLayer) step(t *keras.Trace, masks, in []*gorgonia.Node) []*gorgonia.Node {
	xMasks, hMasks := l.split(t, masks)
	z := ops.Add(times(in[0], t.Var(l.kernel), xMasks), times(in[1], t.Var(l.recurrent), hMasks))
	h, c := l.cfg.lstm(plus(z, t.Var(l.bias)), in[2])
	return []*gorgonia.Node{h, h, c}
}

// lstm are the new states of an LSTM for z, what goes into its gates side by side, and the
// state c before.
func (c *gatedConfig) lstm(z, before *gorgonia.Node) (nextH, nextC *gorgonia.Node) {
	gates := parts(z, 4)
	gate := func(i int) *gorgonia.Node { return ops.Activate(gates[i], c.RecurrentActivation) }
	nextC = ops.Add(ops.Mul(gate(1), before), ops.Mul(gate(0), ops.Activate(gates[2], c.Activation)))
	return ops.Mul(gate(3), ops.Activate(nextC, c.Activation)), nextC
}

func (l *LSTMCellLayer) sequence(t *keras.Trace, x, mask *gorgonia.Node, states []*gorgonia.Node) (all, last *gorgonia.Node, next []*gorgonia.Node) {
	all, h, c := ops.LSTM(l.recurrence(mask), l.project(t, x, t.Var(l.bias)), t.Var(l.recurrent), states[0], states[1])
	return all, h, []*gorgonia.Node{h, c}
}
