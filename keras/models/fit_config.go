package models

import (
	"context"
	"io"
	"math"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
)

// FitConfig has the options of Fit. A zero field means Keras's default.
type FitConfig struct {
	BatchSize    int // samples in a step. Default 32. Not for a Dataset, which has batches
	Epochs       int // number of the last epoch. Default 1
	InitialEpoch int // where to go on from. Default 0
	Verbose      int // 1 bar (default), 2 one line an epoch, Silent

	Callbacks []callbacks.Callback

	ValidationSplit     float64 // the last part of the samples, taken before shuffling. Default 0
	ValidationData      any     // data.Element{X, Y, SampleWeight} or *data.Dataset
	ValidationSteps     int     // default: all
	ValidationBatchSize int     // default: BatchSize
	ValidationFreq      int     // every how many epochs. Default 1

	NoShuffle     bool            // keep the order of the samples
	ClassWeight   map[int]float64 // weight of each class's samples in training; 1 for those not named
	SampleWeight  any             // weight of each sample: *tensor.Dense, or a structure for several outputs
	StepsPerEpoch int             // default: until the data end

	Output  io.Writer       // of the progress. Default os.Stdout
	Context context.Context // its end ends Fit after the running step
}

func (c *FitConfig) defaults() {
	c.Epochs = or(c.Epochs, 1)
	c.Verbose = verbosity(c.Verbose, 1)
	c.ValidationFreq = or(c.ValidationFreq, 1)
	if c.Context == nil {
		c.Context = context.Background()
	}
}

func (c *FitConfig) check() *keras.Error {
	if err := notNegative(count{"BatchSize", c.BatchSize}, count{"Epochs", c.Epochs}, count{"InitialEpoch", c.InitialEpoch},
		count{"ValidationSteps", c.ValidationSteps}, count{"ValidationBatchSize", c.ValidationBatchSize},
		count{"ValidationFreq", c.ValidationFreq}, count{"StepsPerEpoch", c.StepsPerEpoch}); err != nil {
		return err
	}
	if c.ValidationSplit < 0 || c.ValidationSplit >= 1 || math.IsNaN(c.ValidationSplit) {
		return keras.Expected(keras.ErrArgument, "a ValidationSplit of at least 0 and below 1", c.ValidationSplit)
	}
	return nil
}
