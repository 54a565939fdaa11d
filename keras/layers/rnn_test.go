package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/interop"
	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func init() {
	keras.RegisterLayer("golden", "MinimalCell", func() keras.Layer { return interop.NewMinimalCell(0) })
}

var (
	_ layers.InitialStater = (*interop.MinimalCell)(nil)
	_ keras.ShapeInferer   = (*interop.MinimalCell)(nil)
)

func TestRNN(t *testing.T) {
	lstm := func() *layers.RNNLayer { return layers.RNN(layers.LSTMCell(3)) }
	own := func() *layers.RNNLayer { return layers.RNN(interop.NewMinimalCell(3)) }
	stack := func() *layers.RNNLayer { return layers.RNN(layers.LSTMCell(3), layers.SimpleRNNCell(2)) }
	mixed := func() *layers.RNNLayer {
		return layers.RNN(interop.NewMinimalCell(2), layers.GRUCell(3).Activation("elu"),
			layers.LSTMCell(2)).ReturnSequences(true).ReturnState(true)
	}
	layertest.Run(t, "RNN", layertest.Cases{
		"default":                      func() keras.Layer { return lstm() },
		"batch 1, one step":            func() keras.Layer { return layers.RNN(layers.GRUCell(3).Activation("elu")) },
		"odd sizes, unknown steps":     func() keras.Layer { return lstm().ReturnSequences(true) },
		"return_state":                 func() keras.Layer { return lstm().ReturnSequences(true).ReturnState(true) },
		"go_backwards":                 func() keras.Layer { return lstm().GoBackwards(true).ReturnSequences(true) },
		"stateful":                     func() keras.Layer { return lstm().Stateful(true) },
		"unroll":                       func() keras.Layer { return lstm().Unroll(true) },
		"initial_state":                func() keras.Layer { return lstm().ReturnSequences(true) },
		"mask, zero_output_for_mask":   func() keras.Layer { return lstm().ReturnSequences(true).ReturnState(true).ZeroOutputForMask(true) },
		"a cell that is not trainable": func() keras.Layer { return layers.RNN(layers.LSTMCell(3).Trainable(false)) },
		"named, float64": func() keras.Layer {
			return layers.RNN(layers.LSTMCell(3).WithDType(tensor.Float64)).WithName("encoder").WithDType(tensor.Float64)
		},
		"activity_regularizer":                 func() keras.Layer { return lstm().ReturnState(true).ActivityRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"own cell":                             func() keras.Layer { return own() },
		"own cell, all steps":                  func() keras.Layer { return own().ReturnSequences(true).ReturnState(true).GoBackwards(true) },
		"own cell, initial_state":              func() keras.Layer { return own().ReturnSequences(true) },
		"own cell, mask":                       func() keras.Layer { return own().ReturnSequences(true).ReturnState(true) },
		"own cell, mask, zero_output_for_mask": func() keras.Layer { return own().ReturnSequences(true).ZeroOutputForMask(true) },
		"stack":                                func() keras.Layer { return stack().ReturnState(true) },
		"stack, all steps":                     func() keras.Layer { return stack().ReturnSequences(true).ReturnState(true).GoBackwards(true) },
		"stack, initial_state":                 func() keras.Layer { return stack().ReturnSequences(true) },
		"stack, mask":                          func() keras.Layer { return stack().ReturnSequences(true).ReturnState(true) },
		"stack, mask, zero_output_for_mask":    func() keras.Layer { return stack().ReturnSequences(true).ZeroOutputForMask(true) },
		"stack, given mask, initial_state":     func() keras.Layer { return stack().ReturnSequences(true) },
		"stack of all kinds":                   func() keras.Layer { return mixed() },
		"stack of all kinds, mask":             func() keras.Layer { return mixed() },
	})
}

func TestStackedRNNCells(t *testing.T) {
	layertest.Run(t, "StackedRNNCells", layertest.Cases{
		"default":  func() keras.Layer { return layers.StackedRNNCells(layers.LSTMCell(3), layers.GRUCell(2)) },
		"one cell": func() keras.Layer { return layers.StackedRNNCells(layers.GRUCell(2)) },
		"own cell": func() keras.Layer { return layers.StackedRNNCells(interop.NewMinimalCell(2), layers.SimpleRNNCell(2)) },
	})
}

// TestStatefulStack: all cells of a stack go on where they were.
func TestStatefulStack(t *testing.T) {
	in := keras.Input(nil, keras.WithBatchShape(keras.Shape{2, keras.None, 3}))
	rnn := func(stateful bool) *layers.RNNLayer {
		keras.SetRandomSeed(1)
		return layers.RNN(layers.LSTMCell(3), layers.GRUCell(2).Activation("elu")).ReturnSequences(true).Stateful(stateful)
	}
	want, err := models.Must(models.New(in, rnn(false).Apply(in))).Predict(wave(2, 6))
	require.NoError(t, err)
	l := rnn(true)
	m := models.Must(models.New(in, l.Apply(in)))
	for range 2 {
		for _, from := range []int{0, 2} {
			part, err := wave(2, 6).Slice(nil, tensor.S(from, 2+2*from))
			require.NoError(t, err)
			got, err := m.Predict(part.Materialize().(*tensor.Dense))
			require.NoError(t, err)
			steps := 2 + from
			for b := range 2 {
				assert.InDeltaSlice(t, want.Float32s()[(b*6+from)*2:][:steps*2], got.Float32s()[b*steps*2:][:steps*2], 1e-6)
			}
		}
		l.ResetStates()
	}
}

// classifierCell is a cell with a functional model inside. It says nothing of its shapes; its
// output is wider than its state.
type classifierCell struct {
	keras.Base
	Projection keras.Layer
	Model      *models.Model
}

func newClassifierCell() *classifierCell {
	in := keras.Input(keras.Shape{4})
	l := &classifierCell{
		Projection: layers.Dense(4).Activation("tanh"),
		Model:      models.Must(models.New(in, layers.Dense(5).Apply(layers.Dense(3).Activation("relu").Apply(in)))),
	}
	l.Init(l, "ClassifierCell")
	return l
}

func (l *classifierCell) StateSizes() []keras.Shape { return []keras.Shape{{4}} }

func (l *classifierCell) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	h := ops.Add(t.Apply(l.Projection, in[0]), in[1])
	return t.Out(t.Apply(l.Model, h), h)
}

// TestCellWithAModel: a model inside a user's cell is one of its parts, built when the RNN is
// connected, and gives what it gives by itself.
func TestCellWithAModel(t *testing.T) {
	cell := newClassifierCell()
	in := keras.Input(keras.Shape{keras.None, 3})
	rnn := layers.RNN(cell).ReturnSequences(true)
	out := rnn.Apply(in)
	require.NoError(t, out.Err())
	assert.Equal(t, keras.Shape{keras.None, keras.None, 5}, out.Shape())
	assert.Len(t, rnn.Weights(), 6)
	assert.Equal(t, keras.Shape{keras.None, 5}, layers.RNN(newClassifierCell()).Apply(in).Shape())
	stack := layers.RNN(newClassifierCell(), layers.LSTMCell(2))
	assert.Equal(t, keras.Shape{keras.None, 2}, stack.Apply(in).Shape())
	assert.Equal(t, keras.Shape{5, 8}, stack.Weights()[6].Shape(), "the kernel of the second cell")

	x := wave(2, 5)
	got, err := models.Must(models.New(in, out)).Predict(x)
	require.NoError(t, err)
	h := make([]float32, 8)
	for step := range 5 {
		slice, err := x.Slice(nil, tensor.S(step))
		require.NoError(t, err)
		projected, err := models.Call(cell.Projection, slice.Materialize())
		require.NoError(t, err)
		for i, p := range projected.Float32s() {
			h[i] += p
		}
		want, err := models.Call(cell.Model, tensor.New(tensor.WithShape(2, 4), tensor.WithBacking(h)))
		require.NoError(t, err)
		for b := range 2 {
			assert.InDeltaSlice(t, want.Float32s()[b*5:][:5], got.Float32s()[(b*5+step)*5:][:5], 1e-5)
		}
	}
}
