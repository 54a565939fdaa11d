package layers

import (
	"strings"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*SimpleRNNLayer)(nil)
	_ keras.ShapeInferer = (*SimpleRNNLayer)(nil)
	_ keras.MaskRouter   = (*SimpleRNNLayer)(nil)
	_ keras.Wrapper      = (*SimpleRNNLayer)(nil)
	_ keras.StateTaker   = (*SimpleRNNLayer)(nil)
	_ keras.MaskTaker    = (*SimpleRNNLayer)(nil)
)

// SimpleRNN returns a fully connected recurrence: a SimpleRNNCell that goes through the
// steps of sequences.
//
//	input  (batch, steps, d), and optionally an initial state (batch, units)
//	output (batch, units), or with ReturnSequences (batch, steps, units)
//	       with ReturnState also the last state
//
// Defaults: those of SimpleRNNCell, and of LSTM for sequences. Masks and errors are those
// of LSTM. Keras does not write the seed into the config, and forgets ActivityRegularizer.
func SimpleRNN(units int) *SimpleRNNLayer {
	l, cfg := &SimpleRNNLayer{}, newGatedConfig(units)
	return l.gatedLayer.init(l, "SimpleRNN", cfg, newSimpleRNNCell(cfg).WithName("simple_rnn_cell"), simpleRNNKeys)
}

var simpleRNNKeys = strings.Fields(sequenceKeys + `units activation use_bias
	kernel_initializer recurrent_initializer bias_initializer
	kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout`)

// SimpleRNNLayer is the layer that SimpleRNN returns.
type SimpleRNNLayer struct{ gatedLayer[SimpleRNNLayer] }
