// Package callbacks has what happens while a model is trained, evaluated or used
// to predict: hooks of Keras's names, and Keras's own callbacks.
//
// Embed Base in a type of yours and write the hooks that you need, or take
// Lambda and give it functions.
package callbacks

import (
	"io"
	"os"
	"sort"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// Logs are the values of a moment, by name: loss, metrics, and val_ ones at the end
// of an epoch. A hook may add entries, which later callbacks of the same moment
// see. The map is valid during the hook.
type Logs map[string]float64

// Names are the names, sorted.
func (l Logs) Names() []string {
	names := make([]string, 0, len(l))
	for k := range l {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}

// Callback has a hook for each moment of training, evaluating and predicting.
// Epochs and batches count from 0. An error ends what is running and is returned
// by it.
type Callback interface {
	OnTrainBegin(r *Run, logs Logs) error
	OnTrainEnd(r *Run, logs Logs) error
	OnEpochBegin(r *Run, epoch int, logs Logs) error
	OnEpochEnd(r *Run, epoch int, logs Logs) error
	OnTrainBatchBegin(r *Run, batch int, logs Logs) error
	OnTrainBatchEnd(r *Run, batch int, logs Logs) error
	OnTestBegin(r *Run, logs Logs) error
	OnTestEnd(r *Run, logs Logs) error
	OnTestBatchBegin(r *Run, batch int, logs Logs) error
	OnTestBatchEnd(r *Run, batch int, logs Logs) error
	OnPredictBegin(r *Run, logs Logs) error
	OnPredictEnd(r *Run, logs Logs) error
	OnPredictBatchBegin(r *Run, batch int, logs Logs) error
	OnPredictBatchEnd(r *Run, batch int, logs Logs) error
}

// Trainee is the model that a callback is told of.
type Trainee interface {
	Name() string
	Layers() []keras.Layer
	Weights() []*keras.Variable
	GetWeights() []*tensor.Dense
	SetWeights([]*tensor.Dense) error
	Save(path string) error
	SaveWeights(path string) error
}

// Run is one call of Fit, Evaluate or Predict, as callbacks see it.
type Run struct {
	Model     Trainee
	Optimizer optimizers.Optimizer // nil while predicting with a model that was not compiled
	Epochs    int                  // the number of the last epoch
	Steps     int                  // batches in an epoch; 0 where unknown
	Verbose   int                  // 0 silent, 1 bar, 2 one line an epoch
	// InitialEpoch and InitialBatch are where Fit begins, from 0. OnTrainBegin may set them,
	// to go on with a training that was interrupted: Fit then passes over the data that were
	// read, and shuffles on as it would have.
	InitialEpoch, InitialBatch int
	// Restore reads into the model and its optimizer what Model.SaveWeights wrote. Fit has it.
	Restore func(weights string) error
	// Directions says for each compiled metric, by its bare name, whether more of it is better.
	Directions map[string]bool
	// Vectors are the metrics of this moment that are vectors; Logs has their means.
	Vectors map[string][]float64

	output  io.Writer
	stopped bool
}

// NewRun starts a run that writes to output; nil is os.Stdout, looked up at each write.
func NewRun(m Trainee, output io.Writer) *Run { return &Run{Model: m, output: output} }

// Stop ends training after the current batch; validation and the epoch's end still run.
func (r *Run) Stop() { r.stopped = true }

// Stopped reports whether Stop was called.
func (r *Run) Stopped() bool { return r.stopped }

// Write writes to where the progress goes.
func (r *Run) Write(p []byte) (int, error) {
	if r.output != nil {
		return r.output.Write(p)
	}
	return os.Stdout.Write(p) // notebooks swap os.Stdout for each cell
}

// Base has empty hooks, to embed.
type Base struct{}

var _ Callback = Base{}

// OnTrainBegin does nothing.
func (Base) OnTrainBegin(*Run, Logs) error { return nil }

// OnTrainEnd does nothing.
func (Base) OnTrainEnd(*Run, Logs) error { return nil }

// OnEpochBegin does nothing.
func (Base) OnEpochBegin(*Run, int, Logs) error { return nil }

// OnEpochEnd does nothing.
func (Base) OnEpochEnd(*Run, int, Logs) error { return nil }

// OnTrainBatchBegin does nothing.
func (Base) OnTrainBatchBegin(*Run, int, Logs) error { return nil }

// OnTrainBatchEnd does nothing.
func (Base) OnTrainBatchEnd(*Run, int, Logs) error { return nil }

// OnTestBegin does nothing.
func (Base) OnTestBegin(*Run, Logs) error { return nil }

// OnTestEnd does nothing.
func (Base) OnTestEnd(*Run, Logs) error { return nil }

// OnTestBatchBegin does nothing.
func (Base) OnTestBatchBegin(*Run, int, Logs) error { return nil }

// OnTestBatchEnd does nothing.
func (Base) OnTestBatchEnd(*Run, int, Logs) error { return nil }

// OnPredictBegin does nothing.
func (Base) OnPredictBegin(*Run, Logs) error { return nil }

// OnPredictEnd does nothing.
func (Base) OnPredictEnd(*Run, Logs) error { return nil }

// OnPredictBatchBegin does nothing.
func (Base) OnPredictBatchBegin(*Run, int, Logs) error { return nil }

// OnPredictBatchEnd does nothing.
func (Base) OnPredictBatchEnd(*Run, int, Logs) error { return nil }
