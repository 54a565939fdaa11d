package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// unmasked is a metric that says nothing of masks.
type unmasked struct{ metrics.Metric }

func (m unmasked) Clone() metrics.Metric { return unmasked{m.Metric.Clone()} }

func (m unmasked) ForOutputs([]string) ([][]metrics.Metric, error) {
	return [][]metrics.Metric{{m}}, nil
}

// TestMasksAreForMetricsThatTakeThem: others get all values, as in Keras a class that does
// not ask for the mask of the predictions.
func TestMasksAreForMetricsThatTakeThem(t *testing.T) {
	in := keras.Input(keras.Shape{2, 1})
	m, err := models.New(in, layers.Masking().Apply(in))
	require.NoError(t, err)
	x := tensor.New(tensor.WithShape(1, 2, 1), tensor.WithBacking([]float32{0, 2}))
	y := tensor.New(tensor.WithShape(1, 2, 1), tensor.WithBacking([]float32{4, 4}))
	for want, metric := range map[float64]metrics.Metrics{2: metrics.MeanAbsoluteError(), 3: unmasked{metrics.MeanAbsoluteError()}} {
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.MeanAbsoluteError(), Metrics: metric}))
		scores, err := m.Evaluate(x, y, models.EvaluateConfig{Verbose: models.Silent})
		require.NoError(t, err)
		got, _ := scores.Get("mean_absolute_error")
		assert.Equal(t, want, got)
		assert.Equal(t, 2.0, scores.Loss())
	}
}

// TestAMaskThatEnds: a layer says so once, whatever programs are made of its model.
func TestAMaskThatEnds(t *testing.T) {
	var warnings []string
	keras.SetWarnings(func(text string) { warnings = append(warnings, text) })
	defer keras.SetWarnings(nil)
	keras.ClearSession()
	in := keras.Input(keras.Shape{3})
	h := layers.Flatten().Apply(layers.Embedding(4, 2).MaskZero(true).Apply(in))
	m, err := models.New(in, layers.Flatten().Apply(h))
	require.NoError(t, err)
	for n := range 3 {
		_, err := m.Predict(data.RandomInt(4, []int{n + 1, 3}))
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"Layer 'flatten' (of type Flatten) was passed an input with a mask attached to it. However, this layer does not support masking " +
		"and will therefore destroy the mask information. Downstream layers will not see the mask."}, warnings)
}
