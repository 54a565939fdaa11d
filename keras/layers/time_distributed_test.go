package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestTimeDistributed(t *testing.T) {
	of := func(make func() keras.Layer) func() keras.Layer {
		return func() keras.Layer { return layers.TimeDistributed(make()) }
	}
	dense := of(func() keras.Layer { return layers.Dense(2) })
	norm := of(func() keras.Layer { return layers.BatchNormalization() })
	penalty := regularizers.L1L2(0.02, 0.03)
	layertest.Run(t, "TimeDistributed", layertest.Cases{
		"default":                         dense,
		"batch 1, one step, unknown time": dense,
		"mask passes":                     dense,
		"options of the layer": of(func() keras.Layer {
			return layers.Dense(2).Activation("tanh").KernelRegularizer(regularizers.L2()).KernelConstraint(constraints.MaxNorm(0.5)).
				BiasInitializer(initializers.Ones()).WithName("inner")
		}),
		"the layer's activity_regularizer": of(func() keras.Layer { return layers.Dense(2).ActivityRegularizer(penalty) }),
		"activity_regularizer":             func() keras.Layer { return layers.TimeDistributed(layers.Dense(2)).ActivityRegularizer(penalty) },
		"images":                           of(func() keras.Layer { return layers.Conv2D(2, 2).Padding("same").Activation("relu") }),
		"other rank":                       of(func() keras.Layer { return layers.Flatten() }),
		"in a wrapper":                     of(dense),
		"int32":                            of(func() keras.Layer { return layers.Embedding(5, 2) }),
		"sequences":                        of(func() keras.Layer { return layers.LSTM(2).ReturnSequences(true) }),
		"the layer sees masks of its steps": of(func() keras.Layer {
			return layers.Softmax()
		}),
		"normalization, inference":        norm,
		"normalization, training":         norm,
		"normalization, mask, training":   norm,
		"normalization, frozen, training": of(func() keras.Layer { return layers.BatchNormalization().Trainable(false) }),
		"not trainable": func() keras.Layer {
			return layers.TimeDistributed(layers.Dense(2).KernelRegularizer(regularizers.L2())).Trainable(false)
		},
		"float64": func() keras.Layer {
			return layers.TimeDistributed(layers.Dense(2).WithDType(tensor.Float64)).WithDType(tensor.Float64)
		},
	}, layertest.Trains, layertest.Mixes)
}

// TestTimeDistributedStateful: two sequences after each other, in two batches, are one long sequence.
func TestTimeDistributedStateful(t *testing.T) {
	whole := keras.Input(keras.Shape{12, 2})
	all := models.Must(models.New(whole, layers.LSTM(3).ReturnSequences(true).Apply(whole)))
	sequence := keras.Input(nil, keras.WithBatchShape(keras.Shape{2, 3, 2}))
	model := models.Must(models.New(sequence, layers.LSTM(3).Stateful(true).Apply(sequence)))
	x := data.RandomNormal(keras.Shape{2, 12, 2})
	want, err := all.Predict(x, models.PredictConfig{Verbose: models.Silent})
	require.NoError(t, err)
	for name, inner := range map[string]keras.Layer{"layer": layers.LSTM(3).Stateful(true), "model": model} {
		t.Run(name, func(t *testing.T) {
			in := keras.Input(nil, keras.WithBatchShape(keras.Shape{2, 2, 3, 2}))
			m := models.Must(models.New(in, layers.TimeDistributed(inner).Apply(in)))
			require.NoError(t, m.SetWeights(all.GetWeights()))
			long := data.Reshape(x, 2, 2, 2, 3, 2) // samples, batches, sequences, steps, features
			for batch := range 2 {
				part, err := long.Slice(nil, tensor.S(batch))
				require.NoError(t, err)
				got, err := m.Predict(part.Materialize().(*tensor.Dense), models.PredictConfig{BatchSize: 2, Verbose: models.Silent})
				require.NoError(t, err)
				for sample := range 2 {
					for i := range 2 {
						last := ((sample*12 + (batch*2+i)*3) + 2) * 3
						assert.InDeltaSlice(t, want.Float32s()[last:last+3], got.Float32s()[(sample*2+i)*3:][:3], 1e-6)
					}
				}
			}
		})
	}
}

func TestTimeDistributedErrors(t *testing.T) {
	for want, out := range map[string]*keras.Tensor{
		"Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. Received: None": layers.TimeDistributed(nil).Apply(keras.Input(keras.Shape{2, 3})),
		"should be passed an `input_shape` with at least 3 dimensions, received: (None, 3)":              layers.TimeDistributed(layers.Dense(2)).Apply(keras.Input(keras.Shape{3})),
		"a layer with one output":           layers.TimeDistributed(layers.LSTM(2).ReturnState(true)).Apply(keras.Input(keras.Shape{2, 4, 3})),
		"expected min_ndim=4, found ndim=3": layers.TimeDistributed(layers.Conv2D(2, 1)).Apply(keras.Input(keras.Shape{2, 4, 3})),
	} {
		assert.ErrorContains(t, out.Err(), want)
	}
}
