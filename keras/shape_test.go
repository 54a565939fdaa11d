package keras_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

func TestShape(t *testing.T) {
	for _, tt := range []struct {
		reason string
		shape  keras.Shape
		text   string
		rank   int
		last   int
		known  bool
		size   int
	}{
		{"a scalar has one element", keras.Shape{}, "()", 0, keras.None, true, 1},
		{"nil is a scalar", nil, "()", 0, keras.None, true, 1},
		{"one axis has Python's comma", keras.Shape{784}, "(784,)", 1, 784, true, 784},
		{"one unknown axis", keras.Shape{keras.None}, "(None,)", 1, keras.None, false, keras.None},
		{"images", keras.Shape{keras.None, 28, 28, 1}, "(None, 28, 28, 1)", 4, 1, false, keras.None},
		{"an unknown last axis", keras.Shape{2, keras.None}, "(2, None)", 2, keras.None, false, keras.None},
		{"no samples", keras.Shape{0, 5}, "(0, 5)", 2, 5, true, 0},
		{"no samples of more than fits", keras.Shape{math.MaxInt, math.MaxInt, 0}, "(9223372036854775807, 9223372036854775807, 0)", 3, 0, true, 0},
		{"more than an int holds", keras.Shape{1 << 40, 1 << 40}, "(1099511627776, 1099511627776)", 2, 1 << 40, true, math.MaxInt},
		{"just what an int holds", keras.Shape{1 << 31, 1 << 31}, "(2147483648, 2147483648)", 2, 1 << 31, true, 1 << 62},
	} {
		assert.Equal(t, tt.text, tt.shape.String(), tt.reason)
		assert.Equal(t, tt.rank, tt.shape.Rank(), tt.reason)
		assert.Equal(t, tt.last, tt.shape.Last(), tt.reason)
		assert.Equal(t, tt.known, tt.shape.Known(), tt.reason)
		assert.Equal(t, tt.size, tt.shape.Size(), tt.reason)
	}
}

func TestShapeAccepts(t *testing.T) {
	for _, tt := range []struct {
		reason string
		s, o   keras.Shape
		equal  bool
		fits   bool
	}{
		{"equal sizes", keras.Shape{2, 3}, keras.Shape{2, 3}, true, true},
		{"another size", keras.Shape{2, 3}, keras.Shape{2, 4}, false, false},
		{"None takes any size", keras.Shape{keras.None, 3}, keras.Shape{7, 3}, false, true},
		{"a size takes None", keras.Shape{7, 3}, keras.Shape{keras.None, 3}, false, true},
		{"None is None", keras.Shape{keras.None}, keras.Shape{keras.None}, true, true},
		{"another rank", keras.Shape{keras.None}, keras.Shape{keras.None, 3}, false, false},
		{"scalars", keras.Shape{}, nil, true, true},
	} {
		assert.Equal(t, tt.equal, tt.s.Equal(tt.o), tt.reason)
		assert.Equal(t, tt.fits, tt.s.Accepts(tt.o), tt.reason)
		assert.Equal(t, tt.fits, tt.o.Accepts(tt.s), tt.reason)
	}
}

func TestShapeMemoryIsItsOwn(t *testing.T) {
	s := keras.Shape{2, 3}
	s.Clone()[0] = 9
	s.Tensor()[0] = 9
	s.WithBatch(4)[1] = 9
	assert.Equal(t, keras.Shape{2, 3}, s)
	assert.Equal(t, keras.Shape{4, 2, 3}, s.WithBatch(4))
	assert.Equal(t, keras.Shape{keras.None}, keras.Shape(nil).WithBatch(keras.None))
	assert.Equal(t, tensor.Shape{2, 3}, s.Tensor())
}

func TestShapeInConfigs(t *testing.T) {
	s := keras.Shape{keras.None, 28}
	assert.Equal(t, []any{nil, 28}, s.Config())
	back, err := keras.ParseShape(s.Config())
	assert.NoError(t, err)
	assert.Equal(t, s, back)
	for reason, v := range map[string]any{
		"not a list": 3, "nothing": nil, "a size that is a word": []any{"3"}, "a broken size": []any{2.5}, "a negative size": []any{nil, -2},
	} {
		_, err := keras.ParseShape(v)
		assert.ErrorIs(t, err, keras.ErrConfig, reason)
		assert.ErrorContains(t, err, "expected a shape, received ", reason)
	}
}
