package layers_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
)

// TestShapes: unknown sizes flow through layers as in Keras, and inputs that do not
// fit are refused in its words.
func TestShapes(t *testing.T) {
	text, err := os.ReadFile("testdata/shapes.json")
	require.NoError(t, err)
	var file struct{ Rows []keras.Config }
	require.NoError(t, json.Unmarshal(text, &file))
	require.NotEmpty(t, file.Rows)
	for _, row := range file.Rows {
		get := func(key string) any {
			v, _ := row.Get(key)
			return v
		}
		shape := func(v any) keras.Shape {
			s, err := keras.ParseShape(v)
			require.NoError(t, err)
			return s
		}
		reason := get("name")
		l, err := keras.Deserialize(keras.KindLayer, get("layer"))
		require.NoError(t, err, reason)
		var ins keras.List
		for _, s := range get("inputs").([]any) {
			ins = append(ins, keras.Input(nil, keras.WithBatchShape(shape(s))))
		}
		out := keras.Apply(l.(keras.Layer), ins...)[0]
		if want := get("error"); want != nil {
			var e *keras.Error
			require.True(t, errors.As(out.Err(), &e), reason)
			assert.Equal(t, want, e.Text, reason)
			assert.ErrorIs(t, e, keras.ErrShape, reason)
			assert.Empty(t, l.(keras.Layer).Weights(), "%s: a wrong input makes no weights", reason)
			continue
		}
		require.NoError(t, out.Err(), reason)
		assert.Equal(t, shape(get("output")), out.Shape(), reason)
	}
}
