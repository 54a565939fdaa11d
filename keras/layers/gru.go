package layers

import (
	"strings"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*GRULayer)(nil)
	_ keras.ShapeInferer = (*GRULayer)(nil)
	_ keras.MaskRouter   = (*GRULayer)(nil)
	_ keras.Wrapper      = (*GRULayer)(nil)
	_ keras.StateTaker   = (*GRULayer)(nil)
	_ keras.MaskTaker    = (*GRULayer)(nil)
)

// GRU returns a gated recurrent unit: a GRUCell that goes through the steps of sequences.
//
//	input  (batch, steps, d), and optionally an initial state (batch, units)
//	output (batch, units), or with ReturnSequences (batch, steps, units)
//	       with ReturnState also the last state
//
// Defaults: those of GRUCell, and of LSTM for sequences. Masks and errors are those of LSTM.
func GRU(units int) *GRULayer {
	l, cfg := &GRULayer{}, newGatedConfig(units)
	l.gateSetters = gateSetters[GRULayer]{l, cfg}
	return l.gatedLayer.init(l, "GRU", cfg, newGRUCell(cfg).WithName("gru_cell"), gruKeys)
}

var gruKeys = strings.Fields(sequenceKeys + `units activation recurrent_activation use_bias
	kernel_initializer recurrent_initializer bias_initializer
	kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout reset_after seed`)

// GRULayer is the layer that GRU returns.
type GRULayer struct {
	gatedLayer[GRULayer]
	gateSetters[GRULayer]
}

// ResetAfter sets reset_after, whether the reset gate comes after the product. Default true.
func (l *GRULayer) ResetAfter(on bool) *GRULayer {
	l.cfg.ResetAfter = on
	return l
}
