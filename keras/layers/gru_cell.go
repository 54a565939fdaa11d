package layers

import (
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ sequenceCell       = (*GRUCellLayer)(nil)
	_ keras.ShapeInferer = (*GRUCellLayer)(nil)
)

// GRUCell returns one step of a GRU, for RNN. Its state h is also the output:
//
//	z, r = recurrent_activation of the 1st and 2nd third of x·kernel + h·recurrent_kernel + bias
//	c  = activation(x·kernel + r·(h·recurrent_kernel + bias)), of the 3rd
//	h' = z·h + (1−z)·c
//
//	input  (batch, d), state (batch, units)    kernel (d, 3·units), recurrent_kernel (units, 3·units)
//	output (batch, units), the same for state  bias   (2, 3·units): of x, then of h
//
// With ResetAfter(false) r multiplies h before the product, and the bias is (3·units).
//
// Defaults: Activation tanh, RecurrentActivation sigmoid, UseBias true, ResetAfter true,
// KernelInitializer GlorotUniform, RecurrentInitializer Orthogonal, BiasInitializer Zeros,
// no regularizers, no constraints, no dropout. Errors: units < 1; an input or a state of
// another shape.
func GRUCell(units int) *GRUCellLayer {
	return newGRUCell(newGatedConfig(units))
}

func newGRUCell(cfg *gatedConfig) *GRUCellLayer {
	l := &GRUCellLayer{}
	l.gateSetters = gateSetters[GRUCellLayer]{l, cfg}
	return l.gatedCell.init(l, "GRUCell", cfg, 3, gruCellKeys)
}

var gruCellKeys = strings.Fields(`units activation recurrent_activation use_bias
	kernel_initializer recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer bias_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout reset_after seed`)

// GRUCellLayer is the layer that GRUCell returns.
type GRUCellLayer struct {
	gatedCell[GRUCellLayer]
	gateSetters[GRUCellLayer]
}

// ResetAfter sets reset_after, whether the reset gate comes after the product. Default true.
func (l *GRUCellLayer) ResetAfter(on bool) *GRUCellLayer {
	l.cfg.ResetAfter = on
	return l
}

// Build makes kernel, recurrent_kernel and bias.
func (l *GRUCellLayer) Build(in ...keras.Shape) error {
	bias := keras.Shape{3 * l.cfg.Units}
	if l.cfg.ResetAfter {
		bias = keras.Shape{2, 3 * l.cfg.Units}
	}
	l.build(in[0], bias, l.cfg.BiasInitializer)
	return nil
}

// OutputShapes gives (batch, units) for the output and the state.
func (l *GRUCellLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.shapes(in, l.StateSizes())
}

// Call computes a step.
func (l *GRUCellLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return call(t, l, in)
}

// biases are what is added to x·kernel and to h·recurrent, nil for nothing.
func (l *GRUCellLayer) biases(t *keras.Trace) (x, h *gorgonia.Node) {
	b := t.Var(l.bias)
	if b == nil || !l.cfg.ResetAfter {
		return b, nil
	}
	return ops.Take(b, 0, 0), ops.Take(b, 0, 1)
}

func (l *GRUCellLayer) step(t *keras.Trace, masks, in []*gorgonia.Node) []*gorgonia.Node {
	xMasks, hMasks := l.split(t, masks)
	xBias, hBias := l.biases(t)
	h, recurrent, units := in[1], t.Var(l.recurrent), l.cfg.Units
	gate := func(x, h *gorgonia.Node) *gorgonia.Node {
		return ops.Activate(ops.Add(x, h), l.cfg.RecurrentActivation)
	}
	x := parts(plus(times(in[0], t.Var(l.kernel), xMasks), xBias), 3)
	var z, candidate *gorgonia.Node
	if l.cfg.ResetAfter {
		y := parts(plus(times(h, recurrent, hMasks), hBias), 3)
		z, candidate = gate(x[0], y[0]), ops.Mul(gate(x[1], y[1]), y[2])
	} else {
		var candidateMasks []*gorgonia.Node
		if len(hMasks) > 0 {
			hMasks, candidateMasks = hMasks[:2], hMasks[2:]
		}
		y := parts(times(h, ops.Slice(recurrent, 1, 0, 2*units), hMasks), 2)
		z = gate(x[0], y[0])
		candidate = times(ops.Mul(gate(x[1], y[1]), h), ops.Slice(recurrent, 1, 2*units, 3*units), candidateMasks)
	}
	candidate = ops.Activate(ops.Add(x[2], candidate), l.cfg.Activation)
	h = ops.Add(candidate, ops.Mul(z, ops.Sub(h, candidate)))
	return []*gorgonia.Node{h, h}
}

func (l *GRUCellLayer) sequence(t *keras.Trace, x, mask *gorgonia.Node, states []*gorgonia.Node) (all, last *gorgonia.Node, next []*gorgonia.Node) {
	xBias, hBias := l.biases(t)
	x = l.project(t, x, xBias)
	var h *gorgonia.Node
	if l.cfg.ResetAfter {
		all, h = ops.GRUResetAfter(l.recurrence(mask), x, t.Var(l.recurrent), hBias, states[0])
	} else {
		all, h = ops.GRU(l.recurrence(mask), x, t.Var(l.recurrent), states[0])
	}
	return all, h, []*gorgonia.Node{h}
}
