package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

// TestSidesInConfigs: what Keras's constructors take is read from configs too.
func TestSidesInConfigs(t *testing.T) {
	list := func(v ...any) []any { return v }
	for _, tt := range []struct {
		reason, class string
		given, want   any
	}{
		{"one number for all sides", "ZeroPadding2D", 2, list(list(2, 2), list(2, 2))},
		{"one for each axis", "ZeroPadding2D", list(1, 2), list(list(1, 1), list(2, 2))},
		{"a pair for one of the axes", "ZeroPadding2D", list(list(1, 2), 3), list(list(1, 2), list(3, 3))},
		{"one number for both ends", "ZeroPadding1D", 2, list(2, 2)},
		{"one for each end", "ZeroPadding1D", list(1, 2), list(1, 2)},
		{"one for each of three axes", "ZeroPadding3D", list(1, 2, 3), list(list(1, 1), list(2, 2), list(3, 3))},
	} {
		o, err := keras.New(keras.KindLayer, tt.class)
		require.NoError(t, err)
		require.NoError(t, keras.Configure(o, keras.Config{{Key: "padding", Value: tt.given}}), tt.reason)
		got, _ := o.(keras.Layer).Config().Get("padding")
		assert.Equal(t, tt.want, got, tt.reason)
	}
}

// TestPairs: one pair stands for all axes.
func TestPairs(t *testing.T) {
	x := keras.Input(keras.Shape{8, 9, 3})
	assert.Equal(t, keras.Shape{keras.None, 11, 12, 3}, layers.ZeroPadding2D().Padding([2]int{1, 2}).Apply(x).Shape())
	assert.Equal(t, keras.Shape{keras.None, 5, 6, 3}, layers.Cropping2D().Cropping([2]int{1, 2}).Apply(x).Shape())
	assert.ErrorContains(t, layers.Cropping2D().Cropping().Apply(x).Err(), "`cropping` should have 2 elements. Received: cropping=().")
}
