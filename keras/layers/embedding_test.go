package layers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestEmbedding(t *testing.T) {
	masked := func() keras.Layer { return layers.Embedding(4, 2).MaskZero(true) }
	layertest.Run(t, "Embedding", layertest.Cases{
		"default":              func() keras.Layer { return layers.Embedding(5, 3) },
		"batch 1, one row":     func() keras.Layer { return layers.Embedding(1, 1) },
		"a vector of ids":      func() keras.Layer { return layers.Embedding(4, 2) },
		"rank 3, unknown axes": func() keras.Layer { return layers.Embedding(6, 3) },
		"negative ids":         func() keras.Layer { return layers.Embedding(4, 3) },
		"bool ids":             masked,
		"uint8 ids":            masked,
		"int8 ids":             masked,
		"int16 ids":            masked,
		"uint16 ids":           masked,
		"uint32 ids":           masked,
		"int64 ids":            masked,
		"uint64 ids":           masked,
		"float ids are cut":    masked,
		"mask_zero":            func() keras.Layer { return layers.Embedding(5, 3).MaskZero(true) },
		"embeddings_initializer": func() keras.Layer {
			return layers.Embedding(5, 3).EmbeddingsInitializer(initializers.Constant(0.25))
		},
		"embeddings_regularizer": func() keras.Layer { return layers.Embedding(5, 3).EmbeddingsRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"embeddings_constraint":  func() keras.Layer { return layers.Embedding(5, 3).EmbeddingsConstraint(constraints.MaxNorm()) },
		"activity_regularizer":   func() keras.Layer { return layers.Embedding(5, 3).ActivityRegularizer(regularizers.L2(0.1)) },
		"float64":                func() keras.Layer { return layers.Embedding(5, 3).WithDType(tensor.Float64) },
		"not trainable": func() keras.Layer {
			return layers.Embedding(5, 3).EmbeddingsRegularizer(regularizers.L2()).Trainable(false)
		},
	})
}

// TestEmbeddingWithWeights: the table is the given one, which must fit.
func TestEmbeddingWithWeights(t *testing.T) {
	table := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	c, err := layertest.Compute(layers.Embedding(2, 3).WithWeights(table), false, tensor.New(tensor.WithBacking([]float32{1, 0})))
	require.NoError(t, err)
	assert.Equal(t, []float32{4, 5, 6, 1, 2, 3}, c.Outputs[0].Data())
	assert.ErrorContains(t, layers.Embedding(3, 2).WithName("words").WithWeights(table).Apply(keras.Input(keras.Shape{1})).Err(),
		"expected a value of shape (3, 2) for words/embeddings, received (2, 3)")
}

// TestEmbeddingOutOfRange: the error names the layer, the id and the range.
func TestEmbeddingOutOfRange(t *testing.T) {
	for id, shown := range map[float32]string{3: "3", -4: "-4", 1 << 32: "4294967296", float32(math.NaN()): "-9223372036854775808"} {
		_, err := layertest.Compute(layers.Embedding(3, 2).WithName("words"), false, tensor.New(tensor.WithBacking([]float32{0, id})))
		require.ErrorIs(t, err, keras.ErrRun)
		assert.ErrorContains(t, err, "words (Embedding)")
		assert.ErrorContains(t, err, "expected ids in [-3, 3), received "+shown)
	}
}

// twice applies an embedding to its input and to the input plus one.
type twice struct {
	keras.Base
	Table keras.Layer
}

func (l *twice) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Add(t.Apply(l.Table, in[0]), t.Apply(l.Table, ops.Scale(in[0], 1, 1))))
}

// TestEmbeddingSharedGradient: rows that two calls look up get the sum of both, in each run anew.
func TestEmbeddingSharedGradient(t *testing.T) {
	l := &twice{Table: layers.Embedding(4, 1)}
	l.Init(l, "Twice")
	c, err := layertest.Compute(l, true, tensor.New(tensor.WithBacking([]float32{0, 1, 1})))
	require.NoError(t, err)
	for run := range 3 {
		for _, g := range c.Grads {
			assert.Equal(t, []float32{1, 3, 2, 0}, g.Data(), "run %d", run)
		}
		require.NoError(t, c.Again())
	}
}
