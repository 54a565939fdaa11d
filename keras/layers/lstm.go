package layers

import (
	"strings"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*LSTMLayer)(nil)
	_ keras.ShapeInferer = (*LSTMLayer)(nil)
	_ keras.MaskRouter   = (*LSTMLayer)(nil)
	_ keras.Wrapper      = (*LSTMLayer)(nil)
	_ keras.StateTaker   = (*LSTMLayer)(nil)
	_ keras.MaskTaker    = (*LSTMLayer)(nil)
)

// LSTM returns a long short-term memory: an LSTMCell that goes through the steps of
// sequences.
//
//	input  (batch, steps, d), and optionally initial states h and c (batch, units)
//	output (batch, units), or with ReturnSequences (batch, steps, units)
//	       with ReturnState also the last h and c
//
// Defaults: those of LSTMCell, ReturnSequences false, ReturnState false, GoBackwards false,
// Stateful false, Unroll false, ZeroOutputForMask false. A step that a mask (batch, steps)
// leaves out keeps the states and repeats the output before. The mask passes if
// ReturnSequences is set.
// Errors: units < 1; an input of a rank other than 3; states of other shapes; Stateful with
// an unknown or another batch size; Unroll with an unknown number of steps.
func LSTM(units int) *LSTMLayer {
	l, cfg := &LSTMLayer{}, newGatedConfig(units)
	l.gateSetters = gateSetters[LSTMLayer]{l, cfg}
	return l.gatedLayer.init(l, "LSTM", cfg, newLSTMCell(cfg).WithName("lstm_cell"), lstmKeys)
}

var lstmKeys = strings.Fields(sequenceKeys + `units activation recurrent_activation use_bias
	kernel_initializer recurrent_initializer bias_initializer unit_forget_bias
	kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed`)

// LSTMLayer is the layer that LSTM returns.
type LSTMLayer struct {
	gatedLayer[LSTMLayer]
	gateSetters[LSTMLayer]
}

// UnitForgetBias sets unit_forget_bias, which adds 1 to the bias of the forget gate at the
// start. Default true.
func (l *LSTMLayer) UnitForgetBias(on bool) *LSTMLayer {
	l.cfg.UnitForgetBias = on
	return l
}
