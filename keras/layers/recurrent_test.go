package layers_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// gatedCell are the setters of cells, gatedLayer those of the layers too.
type gatedCell[L any] interface {
	keras.Layer
	Activation(activations.Activation) L
	UseBias(bool) L
	KernelInitializer(keras.Initializer) L
	RecurrentInitializer(keras.Initializer) L
	BiasInitializer(keras.Initializer) L
	KernelRegularizer(keras.Regularizer) L
	RecurrentRegularizer(keras.Regularizer) L
	BiasRegularizer(keras.Regularizer) L
	KernelConstraint(keras.Constraint) L
	RecurrentConstraint(keras.Constraint) L
	BiasConstraint(keras.Constraint) L
	Dropout(float64) L
	RecurrentDropout(float64) L
	Seed(int) L
	WithName(string) L
	WithDType(tensor.Dtype) L
	Trainable(bool) L
}

type gatedLayer[L any] interface {
	gatedCell[L]
	ReturnSequences(bool) L
	ReturnState(bool) L
	GoBackwards(bool) L
	Stateful(bool) L
	Unroll(bool) L
	ZeroOutputForMask(bool) L
}

func initialized[L gatedCell[L]](l L, recurrent keras.Initializer) L {
	return l.KernelInitializer(initializers.Constant(0.1)).RecurrentInitializer(recurrent).BiasInitializer(initializers.Constant(0.25))
}

func regularized[L gatedCell[L]](l L) L {
	return l.KernelRegularizer(regularizers.L1L2(0.02, 0.03)).RecurrentRegularizer(regularizers.L1(0.05)).BiasRegularizer(regularizers.L2(0.01))
}

func constrained[L gatedCell[L]](l L) L {
	return l.KernelConstraint(constraints.MaxNorm(1)).RecurrentConstraint(constraints.UnitNorm()).BiasConstraint(constraints.NonNeg())
}

// gatedLayerCases are the cases of LSTM, GRU and SimpleRNN. fused and other set activations.
func gatedLayerCases[L gatedLayer[L]](of func(units int) L, recurrent keras.Initializer, fused, other func(L) L, more layertest.Cases) layertest.Cases {
	all := map[string]func() L{
		"default":                            func() L { return of(3) },
		"batch 1, one step":                  func() L { return of(2) },
		"odd sizes, unknown steps":           func() L { return of(5).ReturnSequences(true) },
		"more samples than a tile":           func() L { return of(3).ReturnSequences(true) },
		"return_state":                       func() L { return of(3).ReturnState(true) },
		"return_sequences and return_state":  func() L { return of(3).ReturnSequences(true).ReturnState(true) },
		"go_backwards":                       func() L { return of(3).GoBackwards(true).ReturnSequences(true) },
		"stateful":                           func() L { return of(3).Stateful(true) },
		"unroll":                             func() L { return of(3).Unroll(true) },
		"initial_state":                      func() L { return of(3).ReturnSequences(true) },
		"functions of the Op":                func() L { return fused(of(3)).ReturnSequences(true) },
		"other functions":                    func() L { return other(of(3)).ReturnSequences(true).ReturnState(true) },
		"other functions, last output":       func() L { return other(of(2)) },
		"softmax":                            func() L { return of(3).Activation("softmax") },
		"without bias":                       func() L { return of(3).UseBias(false) },
		"initializers":                       func() L { return initialized(of(3), recurrent) },
		"regularizers":                       func() L { return regularized(of(3)) },
		"constraints":                        func() L { return constrained(of(3)) },
		"not trainable":                      func() L { return of(3).Trainable(false).KernelRegularizer(regularizers.L2(0.01)) },
		"named, float64":                     func() L { return of(3).WithName("encoder").WithDType(tensor.Float64).ReturnSequences(true) },
		"float64, other functions":           func() L { return other(of(3)).WithDType(tensor.Float64) },
		"dropout, inference":                 func() L { return of(3).Dropout(0.5).RecurrentDropout(0.25) },
		"dropout of all, training":           func() L { return of(3).Dropout(1) },
		"recurrent_dropout of all, training": func() L { return of(3).RecurrentDropout(1) },

		"mask":                       func() L { return of(3).ReturnState(true) },
		"mask, all steps":            func() L { return of(3).ReturnSequences(true).ReturnState(true) },
		"mask, go_backwards":         func() L { return of(3).ReturnSequences(true).GoBackwards(true) },
		"mask, zero_output_for_mask": func() L { return of(3).ReturnSequences(true).ReturnState(true).ZeroOutputForMask(true) },
		"mask, zero_output_for_mask, last output":     func() L { return of(3).ZeroOutputForMask(true) },
		"mask, other functions":                       func() L { return other(of(3)).ReturnSequences(true).ReturnState(true) },
		"mask, zero_output_for_mask, other functions": func() L { return other(of(3)).ReturnSequences(true).ZeroOutputForMask(true) },
		"mask, last output, other functions":          func() L { return other(of(3)).GoBackwards(true) },
		"mask, initial_state":                         func() L { return of(3).ReturnSequences(true) },
		"given mask, initial_state":                   func() L { return of(3).ReturnSequences(true) },
		"given mask, initial_state, last output":      func() L { return of(3) },
		"given mask, initial_state, other functions":  func() L { return other(of(3)).ReturnSequences(true) },
	}
	return casesOf(all, more)
}

// gatedCellCases are those of their cells.
func gatedCellCases[L gatedCell[L]](of func(units int) L, other func(L) L, more layertest.Cases) layertest.Cases {
	return casesOf(map[string]func() L{
		"default":                  func() L { return of(3) },
		"batch 1, one unit":        func() L { return of(1) },
		"activations":              func() L { return other(of(3)) },
		"without bias":             func() L { return of(3).UseBias(false) },
		"initializers":             func() L { return initialized(of(3), initializers.Constant(-0.2)) },
		"regularizers":             func() L { return regularized(of(3)) },
		"constraints":              func() L { return constrained(of(3)) },
		"dropout, inference":       func() L { return of(3).Dropout(0.5).RecurrentDropout(0.25).Seed(3) },
		"dropout of all, training": func() L { return of(3).Dropout(1) },
		"float64":                  func() L { return of(3).WithDType(tensor.Float64) },
	}, more)
}

func casesOf[L keras.Layer](all map[string]func() L, more layertest.Cases) layertest.Cases {
	cases := layertest.Cases{}
	for name, of := range all {
		cases[name] = func() keras.Layer { return of() }
	}
	maps.Copy(cases, more)
	return cases
}

// recurrentLayers makes one of each class, with functions that the Op has and with others.
func recurrentLayers() map[string]func() recurrentLayer {
	return map[string]func() recurrentLayer{
		"LSTM":      func() recurrentLayer { return layers.LSTM(4).ReturnSequences(true).Dropout(0.5).Seed(1) },
		"GRU":       func() recurrentLayer { return layers.GRU(4).ReturnSequences(true).Dropout(0.5).Seed(1) },
		"SimpleRNN": func() recurrentLayer { return layers.SimpleRNN(4).ReturnSequences(true).Dropout(0.5).Seed(1) },
		"LSTM, scan": func() recurrentLayer {
			return layers.LSTM(4).ReturnSequences(true).Dropout(0.5).Activation("elu").Seed(1)
		},
		"GRU, recurrent_dropout": func() recurrentLayer {
			return layers.GRU(4).ReturnSequences(true).Dropout(0.5).RecurrentDropout(0.5).Seed(1)
		},
		"GRU before, recurrent_dropout": func() recurrentLayer {
			return layers.GRU(4).ResetAfter(false).ReturnSequences(true).Dropout(0.5).RecurrentDropout(0.5).Seed(1)
		},
		"LSTM, recurrent_dropout": func() recurrentLayer {
			return layers.LSTM(4).ReturnSequences(true).RecurrentDropout(0.5).Seed(1)
		},
		"SimpleRNN, recurrent_dropout": func() recurrentLayer {
			return layers.SimpleRNN(4).ReturnSequences(true).RecurrentDropout(0.5).Seed(1)
		},
		"RNN of a stack": func() recurrentLayer {
			return layers.RNN(layers.LSTMCell(4).Dropout(0.5).Seed(1), layers.GRUCell(4).RecurrentDropout(0.5).Seed(2)).ReturnSequences(true)
		},
		"Bidirectional": func() recurrentLayer {
			return layers.Bidirectional(layers.GRU(4).ReturnSequences(true).Dropout(0.5).Seed(1))
		},
	}
}

type recurrentLayer interface {
	keras.Layer
	ResetStates()
}

// wave is a batch of sequences of three features.
func wave(batch, steps int) *tensor.Dense {
	x := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, steps, 3))
	for i := range x.Float32s() {
		x.Float32s()[i] = float32(i%17)/8 - 1
	}
	return x
}

// TestRecurrentDropout: dropout changes what training computes, anew in each run and the same
// for a seed; what is left out is left out in all steps.
func TestRecurrentDropout(t *testing.T) {
	for name, of := range recurrentLayers() {
		keras.SetRandomSeed(5)
		off, err := layertest.Compute(of(), false, wave(2, 6))
		require.NoError(t, err, name)
		keras.SetRandomSeed(5)
		on, err := layertest.Compute(of(), true, wave(2, 6))
		require.NoError(t, err, name)
		keras.SetRandomSeed(5)
		same, err := layertest.Compute(of(), true, wave(2, 6))
		require.NoError(t, err, name)
		assert.NotEqual(t, off.Outputs[0].Data(), on.Outputs[0].Data(), name)
		assert.Equal(t, on.Outputs[0].Data(), same.Outputs[0].Data(), "%s: the same seed", name)
		assert.Equal(t, on.InputGrad.Data(), same.InputGrad.Data(), "%s: the same seed", name)
		before := on.Outputs[0].Data()
		require.NoError(t, on.Again())
		assert.NotEqual(t, before, on.Outputs[0].Data(), "%s: a second run", name)
	}
}

// TestInputDropoutStays: a feature that dropout takes from a sample is gone in all its steps,
// so that the gradient by it is 0 in all of them or in none.
func TestInputDropoutStays(t *testing.T) {
	for name, l := range map[string]keras.Layer{
		"one Op":        layers.LSTM(4).Dropout(0.5).Seed(1),
		"step by step":  layers.SimpleRNN(4).Dropout(0.5).Activation("elu").Seed(1),
		"of SimpleRNN":  layers.SimpleRNN(4).Dropout(0.5).RecurrentDropout(0.25).Seed(1),
		"of every gate": layers.GRU(4).Dropout(1).Seed(1), // not at all: see drops
	} {
		c, err := layertest.Compute(l, true, wave(16, 5))
		require.NoError(t, err)
		grad := c.InputGrad.Float32s()
		gone := 0
		for b := range 16 {
			for f := range 3 {
				zeros := 0
				for s := range 5 {
					if grad[(b*5+s)*3+f] == 0 {
						zeros++
					}
				}
				assert.Contains(t, []int{0, 5}, zeros, "%s: sample %d, feature %d", name, b, f)
				gone += zeros / 5
			}
		}
		if name == "of every gate" {
			assert.Zero(t, gone)
		} else {
			assert.InDelta(t, 24, gone, 18, "%s: of 48", name)
		}
	}
}

// TestStateful: two batches of half the steps give what one batch of all gives, until the
// states are reset. Prediction and evaluation carry states too.
func TestStateful(t *testing.T) {
	for _, class := range []string{"LSTM", "GRU", "SimpleRNN"} {
		for _, activation := range []string{"tanh", "elu"} {
			make := func(stateful bool) (recurrentLayer, *models.Model) {
				o, err := keras.New(keras.KindLayer, class)
				require.NoError(t, err)
				require.NoError(t, keras.Configure(o, keras.Config{{Key: "units", Value: 4}, {Key: "activation", Value: activation},
					{Key: "return_sequences", Value: true}, {Key: "stateful", Value: stateful},
					{Key: "kernel_initializer", Value: keras.Serialize(keras.KindInitializer, initializers.GlorotUniform().Seed(1))},
					{Key: "recurrent_initializer", Value: keras.Serialize(keras.KindInitializer, initializers.Orthogonal().Seed(1))}}))
				l := o.(recurrentLayer)
				in := keras.Input(nil, keras.WithBatchShape(keras.Shape{2, keras.None, 3}))
				return l, models.Must(models.New(in, l.Apply(in)))
			}
			predict := func(m *models.Model, x *tensor.Dense) []float32 {
				y, err := m.PredictOnBatch(x)
				require.NoError(t, err)
				return y.Float32s()
			}
			x := wave(2, 6)
			half := func(from int) *tensor.Dense {
				s, err := x.Slice(nil, tensor.S(from, from+3))
				require.NoError(t, err)
				return s.Materialize().(*tensor.Dense)
			}
			_, once := make(false)
			want := predict(once, x)
			l, m := make(true)
			assert.Len(t, l.Weights(), 3, "states are no weights")
			for range 2 {
				first, second := predict(m, half(0)), predict(m, half(3))
				for b := range 2 {
					assert.InDeltaSlice(t, want[b*24:][:12], first[b*12:][:12], 1e-6, "%s %s", class, activation)
					assert.InDeltaSlice(t, want[b*24+12:][:12], second[b*12:][:12], 1e-6, "%s %s", class, activation)
				}
				l.ResetStates()
			}
		}
	}
}

// BenchmarkRecurrent is a run of a layer and of its gradient, all steps of 32 sequences.
func BenchmarkRecurrent(b *testing.B) {
	for _, bb := range []struct {
		name  string
		layer keras.Layer
		shape []int
	}{
		{"LSTM", layers.LSTM(128), []int{32, 100, 64}},
		{"GRU", layers.GRU(128), []int{32, 100, 64}},
		{"SimpleRNN", layers.SimpleRNN(128), []int{32, 100, 64}},
		{"Bidirectional LSTM", layers.Bidirectional(layers.LSTM(128)), []int{32, 100, 64}},
		{"RNN of two LSTMs", layers.RNN(layers.LSTMCell(128), layers.LSTMCell(128)), []int{32, 100, 64}},
		{"LSTM step by step", layers.LSTM(128).Activation("elu"), []int{32, 100, 64}},
		{"ConvLSTM2D", layers.ConvLSTM2D(32, 3).Padding("same"), []int{4, 10, 32, 32, 3}},
		{"ConvLSTM2D step by step", layers.ConvLSTM2D(32, 3).Padding("same").Activation("elu"), []int{4, 10, 32, 32, 3}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := tensor.Shape(bb.shape).TotalSize()
			c, err := layertest.Compute(bb.layer, true, tensor.New(tensor.WithShape(bb.shape...), tensor.WithBacking(wave(n, 1).Float32s()[:n])))
			require.NoError(b, err)
			for b.Loop() {
				require.NoError(b, c.Again())
			}
		})
	}
}
