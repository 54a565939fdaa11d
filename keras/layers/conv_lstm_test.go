package layers_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// convLSTM are the setters of the ConvLSTM layers.
type convLSTM[L any] interface {
	gatedLayer[L]
	RecurrentActivation(activations.Activation) L
	Strides(...int) L
	Padding(layers.Padding) L
	DataFormat(layers.DataFormat) L
	DilationRate(...int) L
	UnitForgetBias(bool) L
	ActivityRegularizer(keras.Regularizer) L
}

func TestConvLSTM2D(t *testing.T) {
	type L = *layers.ConvLSTM2DLayer
	of := func(filters int) L { return layers.ConvLSTM2D(filters, 2) }
	first := func(l L) L { return l.DataFormat("channels_first") }
	layertest.Run(t, "ConvLSTM2D", casesOf(map[string]func() L{
		"default":                           func() L { return of(2) },
		"batch 1, one step":                 func() L { return layers.ConvLSTM2D(3, 2, 3) },
		"odd sizes, unknown steps":          func() L { return layers.ConvLSTM2D(3, 3).Padding("same").ReturnSequences(true) },
		"strides 2, same":                   func() L { return of(2).Strides(2).Padding("SAME").ReturnSequences(true) },
		"strides (1, 2)":                    func() L { return of(2).Strides(1, 2) },
		"dilation 2":                        func() L { return of(2).DilationRate(2) },
		"channels_first":                    func() L { return first(of(3)).ReturnSequences(true).ReturnState(true) },
		"channels_first, other functions":   func() L { return others(first(of(3))).Padding("same").ReturnState(true) },
		"channels_first, initial_state":     func() L { return first(of(3)) },
		"return_sequences and return_state": func() L { return of(2).ReturnSequences(true).ReturnState(true) },
		"go_backwards":                      func() L { return of(2).GoBackwards(true).ReturnSequences(true) },
		"stateful":                          func() L { return of(2).Stateful(true) },
		"unroll":                            func() L { return of(2).Unroll(true) },
		"initial_state":                     func() L { return of(2).ReturnSequences(true) },
		"functions of the Op":               func() L { return of(2).Activation("relu").RecurrentActivation("tanh").ReturnSequences(true) },
		"other functions":                   func() L { return others(of(2)).ReturnSequences(true).ReturnState(true) },
		"without bias":                      func() L { return of(2).UseBias(false) },
		"initializers":                      func() L { return initialized(of(2), initializers.Constant(-0.2)) },
		"unit_forget_bias off": func() L {
			return initialized(of(2), initializers.Constant(-0.2)).BiasInitializer(initializers.Zeros()).UnitForgetBias(false)
		},
		"regularizers":               func() L { return regularized(of(2)).ActivityRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"constraints":                func() L { return constrained(of(2)) },
		"float64":                    func() L { return of(2).WithDType(tensor.Float64) },
		"dropout, inference":         func() L { return of(2).Dropout(0.5).RecurrentDropout(0.25).Seed(3) },
		"dropout of all, training":   func() L { return of(2).Dropout(1).RecurrentDropout(1) },
		"mask":                       func() L { return of(2).ReturnSequences(true).ReturnState(true) },
		"mask, zero_output_for_mask": func() L { return of(2).ReturnSequences(true).ZeroOutputForMask(true) },
		"mask, other functions":      func() L { return others(of(2)).ReturnSequences(true).GoBackwards(true) },
		"given mask, initial_state":  func() L { return of(2) },
	}, nil), layertest.Trains)
}

func TestConvLSTM1D(t *testing.T) {
	layertest.Run(t, "ConvLSTM1D", convLSTMCases(func(filters int, size ...int) *layers.ConvLSTM1DLayer {
		return layers.ConvLSTM1D(filters, size[0])
	}, 3), layertest.Trains)
}

func TestConvLSTM3D(t *testing.T) {
	layertest.Run(t, "ConvLSTM3D", convLSTMCases(layers.ConvLSTM3D, 3, 2, 2), layertest.Trains)
}

// convLSTMCases are the cases of other ranks than 2.
func convLSTMCases[L convLSTM[L]](of func(filters int, size ...int) L, sizes ...int) layertest.Cases {
	return casesOf(map[string]func() L{
		"default": func() L { return of(2, 2) },
		"strides, same, all options": func() L {
			return of(2, sizes...).Strides(2).Padding("same").Unroll(true).ReturnSequences(true).ReturnState(true)
		},
		"dilation, mask": func() L {
			return of(1, 2).DilationRate(sizes...).GoBackwards(true).ReturnSequences(true).ZeroOutputForMask(true)
		},
		"channels_first":  func() L { return of(3, 1).DataFormat("channels_first").UseBias(false).UnitForgetBias(false) },
		"stateful":        func() L { return of(2, 2).Stateful(true) },
		"other functions": func() L { return others(of(2, 2)).Dropout(0.5).RecurrentDropout(0.5).Seed(1) },
		"initializers":    func() L { return initialized(of(2, 2), initializers.Constant(-0.2)) },
		"regularizers":    func() L { return regularized(of(2, 2)).ActivityRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"constraints":     func() L { return constrained(of(2, 2)) },
	}, nil)
}

func others[L convLSTM[L]](l L) L { return l.Activation("elu").RecurrentActivation("hard_sigmoid") }

// TestConvLSTMDropout: dropout changes what training computes, anew in each run, and the same
// for a seed.
func TestConvLSTMDropout(t *testing.T) {
	x := tensor.New(tensor.WithShape(3, 4, 5, 4, 3), tensor.WithBacking(wave(12, 20).Float32s()))
	for name, of := range map[string]func() keras.Layer{
		"of inputs": func() keras.Layer { return layers.ConvLSTM2D(4, 2).Dropout(0.5).Seed(1) },
		"of states": func() keras.Layer { return layers.ConvLSTM2D(4, 2).RecurrentDropout(0.5).Seed(1) },
		"of both": func() keras.Layer {
			return layers.ConvLSTM2D(3, 2).DataFormat("channels_first").Dropout(0.5).RecurrentDropout(0.25).Seed(1)
		},
	} {
		compute := func(training bool) *layertest.Computed {
			keras.SetRandomSeed(5)
			c, err := layertest.Compute(of(), training, x)
			require.NoError(t, err, name)
			return c
		}
		off, on, same := compute(false), compute(true), compute(true)
		assert.NotEqual(t, off.Outputs[0].Data(), on.Outputs[0].Data(), name)
		assert.Equal(t, on.Outputs[0].Data(), same.Outputs[0].Data(), "%s: the same seed", name)
		assert.Equal(t, on.InputGrad.Data(), same.InputGrad.Data(), "%s: the same seed", name)
		before := on.Outputs[0].Data()
		require.NoError(t, on.Again())
		assert.NotEqual(t, before, on.Outputs[0].Data(), "%s: a second run", name)
	}
}

// TestConvLSTMInputDropoutStays: what dropout takes from an image is gone in all its steps. Where
// the third gate gets nothing, and there is no bias, the states are 0 and the others do not matter.
func TestConvLSTMInputDropoutStays(t *testing.T) {
	x := tensor.New(tensor.WithShape(4, 3, 6, 6, 1), tensor.WithBacking(wave(16, 9).Float32s()))
	for name, l := range map[string]keras.Layer{
		"at once":     layers.ConvLSTM2D(2, 1).Dropout(0.75).Seed(1),
		"one by one":  layers.ConvLSTM2D(2, 1).Dropout(0.75).Activation("elu").Seed(1),
		"not at all":  layers.ConvLSTM2D(2, 1).Dropout(1).Seed(1),
		"not in test": layers.ConvLSTM2D(2, 1).Seed(1),
	} {
		c, err := layertest.Compute(l, true, x)
		require.NoError(t, err)
		grad, gone := c.InputGrad.Float32s(), 0
		for b := range 4 {
			for p := range 36 {
				zeros := 0
				for s := range 3 {
					if grad[(b*3+s)*36+p] == 0 {
						zeros++
					}
				}
				assert.Contains(t, []int{0, 3}, zeros, "%s: sample %d, pixel %d", name, b, p)
				gone += zeros / 3
			}
		}
		want := 144 * 0.75
		if strings.HasPrefix(name, "not") {
			want = 0
		}
		assert.InDelta(t, want, gone, want/6, name)
	}
}
