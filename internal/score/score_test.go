package score_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// TestSameRank follows Keras's squeeze_or_expand_to_same_rank.
func TestSameRank(t *testing.T) {
	t.Parallel()
	tests := []struct {
		reason             string
		a, b, wantA, wantB keras.Shape
	}{
		{"equal ranks stay", keras.Shape{4, 1}, keras.Shape{4, 5}, keras.Shape{4, 1}, keras.Shape{4, 5}},
		{"rank 1 gets an axis", keras.Shape{4}, keras.Shape{4, 1}, keras.Shape{4, 1}, keras.Shape{4, 1}},
		{"on either side", keras.Shape{4, 1}, keras.Shape{4}, keras.Shape{4, 1}, keras.Shape{4, 1}},
		{"a longer shape loses its last axis", keras.Shape{4, 3}, keras.Shape{4, 3, 1}, keras.Shape{4, 3}, keras.Shape{4, 3}},
		{"on either side too", keras.Shape{4, 3, 1}, keras.Shape{4, 3}, keras.Shape{4, 3}, keras.Shape{4, 3}},
		{"an axis of more than 1 stays", keras.Shape{4}, keras.Shape{4, 5}, keras.Shape{4}, keras.Shape{4, 5}},
		{"ranks two apart stay", keras.Shape{4}, keras.Shape{4, 1, 1}, keras.Shape{4}, keras.Shape{4, 1, 1}},
		{"one element becomes a scalar beside a scalar", keras.Shape{}, keras.Shape{1}, keras.Shape{}, keras.Shape{}},
	}
	for _, tt := range tests {
		a, b := score.SameRank(tt.a, tt.b)
		assert.Equal(t, tt.wantA, a, tt.reason)
		assert.Equal(t, tt.wantB, b, tt.reason)
	}
}

// TestProblemOf: KERAS3.md 3.4.
func TestProblemOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		reason         string
		target, output keras.Shape
		want           score.Problem
	}{
		{"one unit", keras.Shape{8}, keras.Shape{8, 1}, score.Binary},
		{"one unit, two axes", keras.Shape{8, 3, 1}, keras.Shape{8, 3, 1}, score.Binary},
		{"labels", keras.Shape{8}, keras.Shape{8, 10}, score.SparseCategorical},
		{"labels of one column", keras.Shape{8, 1}, keras.Shape{8, 10}, score.SparseCategorical},
		{"one-hot", keras.Shape{8, 10}, keras.Shape{8, 10}, score.Categorical},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, score.ProblemOf(tt.target, tt.output), tt.reason)
	}
}

// TestShapeTexts: Keras's texts that the goldens of losses and metrics do not have.
func TestShapeTexts(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, score.SameShape(keras.Shape{}, keras.Shape{}),
		"Arguments `target` and `output` must be at least rank 1. Received: target.shape=(), output.shape=()")
	_, err := score.Labels(keras.Shape{}, keras.Shape{})
	assert.EqualError(t, err, "Argument `output` must be at least rank 1. Received: output.shape=()")
	assert.NoError(t, score.SameShape(keras.Shape{keras.None, 10}, keras.Shape{8, 10}), "None fits any size")
	_, err = score.Labels(keras.Shape{keras.None, 10}, keras.Shape{keras.None, 10})
	assert.EqualError(t, err, "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: target.shape=(None, 10), output.shape=(None, 10)")
}

func TestAxisLast(t *testing.T) {
	t.Parallel()
	tests := []struct {
		reason     string
		rank, axis int
		want       []int
	}{
		{"the last axis stays", 3, -1, nil},
		{"the last axis by its number", 3, 2, nil},
		{"others keep their order", 3, 0, []int{1, 2, 0}},
		{"negative axes count from the end", 3, -2, []int{0, 2, 1}},
	}
	for _, tt := range tests {
		perm, err := score.AxisLast(tt.rank, tt.axis)
		require.NoError(t, err, tt.reason)
		assert.Equal(t, tt.want, perm, tt.reason)
	}
	_, err := score.AxisLast(2, -3)
	assert.ErrorIs(t, err, keras.ErrArgument)
}

func TestPlain(t *testing.T) {
	t.Parallel()
	same := tensor.New(tensor.WithBacking([]float32{1, 2}))
	assert.Same(t, same, score.Plain(same), "what is plain is not copied")
	wide := score.Plain(tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]int{1, -2})))
	assert.Equal(t, []int64{1, -2}, wide.Data(), "int is int64")
	assert.Equal(t, tensor.Shape{2, 1}, wide.Shape())
	scalar := tensor.New(tensor.FromScalar(float32(3)))
	assert.Equal(t, tensor.Shape{1}, score.Plain(scalar).Shape(), "a scalar has an axis")
	assert.Equal(t, 0, scalar.Dims(), "a copy of it")
	assert.Equal(t, tensor.Shape{1}, score.Plain(tensor.New(tensor.FromScalar(3))).Shape(), "an int scalar too")
	view, err := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4})).Slice(nil, tensor.S(1))
	require.NoError(t, err)
	assert.Equal(t, []float64{2, 4}, score.Plain(view.(*tensor.Dense)).Data(), "a view is what it shows")
}
