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
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestSpectralNormalization(t *testing.T) {
	of := func(make func() keras.Layer) func() keras.Layer {
		return func() keras.Layer { return layers.SpectralNormalization(make()) }
	}
	dense := of(func() keras.Layer { return layers.Dense(2) })
	penalty := regularizers.L1L2(0.02, 0.03)
	layertest.Run(t, "SpectralNormalization", layertest.Cases{
		"inference":                   dense,
		"training":                    dense,
		"batch 1, unknown axis":       dense,
		"mask passes, with a warning": dense,
		"power_iterations":            func() keras.Layer { return layers.SpectralNormalization(layers.Dense(2)).PowerIterations(3) },
		"options of the layer": of(func() keras.Layer {
			return layers.Dense(2).Activation("tanh").KernelRegularizer(regularizers.L2()).KernelConstraint(constraints.MaxNorm(0.5)).
				UseBias(false).WithName("inner")
		}),
		"the layer's activity_regularizer": of(func() keras.Layer { return layers.Dense(2).ActivityRegularizer(penalty) }),
		"activity_regularizer": func() keras.Layer {
			return layers.SpectralNormalization(layers.Dense(2)).ActivityRegularizer(penalty)
		},
		"images":                          of(func() keras.Layer { return layers.Conv2D(2, 2).Padding("same").Activation("relu") }),
		"transposed":                      of(func() keras.Layer { return layers.Conv1DTranspose(3, 2) }),
		"each channel for itself":         of(func() keras.Layer { return layers.DepthwiseConv1D(2).DepthMultiplier(3) }),
		"equation":                        of(func() keras.Layer { return layers.EinsumDense("abc,cde->abde", keras.None, 2, 3).BiasAxes("de") }),
		"ids that are floats":             of(func() keras.Layer { return layers.Embedding(5, 2).MaskZero(true) }),
		"ids, and output, that are int32": of(func() keras.Layer { return layers.Embedding(5, 2) }),
		"in a wrapper":                    of(dense),
		"mask ends":                       of(func() keras.Layer { return layers.Conv1D(2, 2) }),
		"not trainable":                   func() keras.Layer { return layers.SpectralNormalization(layers.Dense(2)).Trainable(false) },
		"float64": func() keras.Layer {
			return layers.SpectralNormalization(layers.Dense(2).WithDType(tensor.Float64)).WithDType(tensor.Float64)
		},
	}, layertest.Trains)
}

// TestSpectralNormalizationTrains: a step divides the kernel and goes on from there, as a step
// of the layer alone does that has the divided kernel.
func TestSpectralNormalizationTrains(t *testing.T) {
	build := func(layer keras.Layer, rate float64) *models.Model {
		in := keras.Input(keras.Shape{4})
		m := models.Must(models.New(in, keras.Apply(layer, in)))
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(rate), Loss: losses.MeanSquaredError()}))
		return m
	}
	dense := func() keras.Layer { return layers.Dense(3).KernelRegularizer(regularizers.L2(0.1)) }
	m := build(layers.SpectralNormalization(dense()), 0.1)
	divides, alone := build(layers.SpectralNormalization(dense()), 0), build(dense(), 0.1)
	x, y := data.RandomNormal(keras.Shape{5, 4}), data.RandomNormal(keras.Shape{5, 3})
	step := func(m *models.Model, weights []*tensor.Dense) []*tensor.Dense {
		require.NoError(t, m.SetWeights(weights))
		_, err := m.TrainOnBatch(x, y)
		require.NoError(t, err)
		return m.GetWeights()
	}
	for range 3 {
		before := m.GetWeights() // kernel, vector_u, bias
		require.Len(t, before, 3)
		divided := step(divides, before)
		assert.NotEqual(t, before[0], divided[0])
		want := step(alone, []*tensor.Dense{divided[0], before[2]})
		got := step(m, before)
		assert.InDeltaSlice(t, want[0].Float32s(), got[0].Float32s(), 1e-6)
		assert.Equal(t, divided[1], got[1])
		assert.InDeltaSlice(t, want[1].Float32s(), got[2].Float32s(), 1e-6)
	}
}

// TestSpectralNormalizationOfZeros: there is nothing to divide.
func TestSpectralNormalizationOfZeros(t *testing.T) {
	in := keras.Input(keras.Shape{4})
	m := models.Must(models.New(in, layers.SpectralNormalization(layers.Dense(3).KernelInitializer(initializers.Zeros())).Apply(in)))
	before := m.GetWeights()
	y, err := models.CallArgs(m, models.Args{Training: keras.On}, data.RandomNormal(keras.Shape{2, 4}))
	require.NoError(t, err)
	assert.Equal(t, make([]float32, 6), y[0].Float32s())
	assert.Equal(t, before, m.GetWeights())
}

// TestSpectralNormalizationTypes: vector_u has the kernel's type, the output the input's.
func TestSpectralNormalizationTypes(t *testing.T) {
	l := layers.SpectralNormalization(layers.Dense(3).WithDType(tensor.Float64))
	out := l.Apply(keras.Input(keras.Shape{4}))
	require.NoError(t, out.Err())
	assert.Equal(t, tensor.Float32, out.DType())
	for _, w := range l.Weights() {
		assert.Equal(t, tensor.Float64, w.DType(), w.Path())
	}
}

func TestSpectralNormalizationErrors(t *testing.T) {
	built := layers.SpectralNormalization(layers.Conv1D(2, 1))
	require.NoError(t, built.Apply(keras.Input(keras.Shape{2, 3})).Err())
	in := keras.Input(keras.Shape{4})
	for want, out := range map[string]*keras.Tensor{
		"Layer None supplied to Wrapper isn't a supported layer type":                                 layers.SpectralNormalization(nil).Apply(in),
		"BatchNormalization object has no attribute 'kernel' nor 'embeddings'":                        layers.SpectralNormalization(layers.BatchNormalization()).Apply(in),
		"`power_iterations` should be greater than zero. Received: `power_iterations=0`":              layers.SpectralNormalization(layers.Dense(2)).PowerIterations(0).Apply(in),
		"expected axis -1 of input shape to have value 3, but received input with shape (None, 2, 4)": built.Apply(keras.Input(keras.Shape{2, 4})),
		"Received an invalid value for `units`, expected a positive integer. Received: units=0":       layers.SpectralNormalization(layers.Dense(0)).Apply(in),
	} {
		assert.ErrorContains(t, out.Err(), want)
	}
}
