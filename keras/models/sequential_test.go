package models_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func TestASequentialIsBuiltByItsFirstData(t *testing.T) {
	for what, use := range map[string]func(m *models.Model) error{
		"Fit": func(m *models.Model) error {
			if err := m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.Named("mse")}); err != nil {
				return err
			}
			_, err := m.Fit(cosine(4, 3), cosine(4, 2), silent)
			return err
		},
		"Predict": func(m *models.Model) error { _, err := m.Predict(cosine(4, 3)); return err },
		"Call":    func(m *models.Model) error { _, err := models.Call(m, cosine(4, 3)); return err },
		"Apply":   func(m *models.Model) error { return m.Apply(input("", 3)).Err() },
		"ApplyTo": func(m *models.Model) error { return keras.ApplyTo(m, input("", 3)).(*keras.Tensor).Err() },
		"Build":   func(m *models.Model) error { return m.Build(keras.Shape{keras.None, 3}) },
	} {
		t.Run(what, func(t *testing.T) {
			m := unbuiltSequential()
			assert.Empty(t, m.Weights())
			require.NoError(t, use(m))
			assert.Len(t, m.Weights(), 4)
			assert.Equal(t, 26, m.CountParams())
			batch := keras.None // which training leaves open, as on TensorFlow
			if what == "Predict" || what == "Call" {
				batch = 4
			}
			assert.Equal(t, keras.Shape{batch, 2}, m.Output().Shape())
			_, err := m.Predict(cosine(5, 3))
			require.NoError(t, err, "another batch")
			_, err = m.Predict(cosine(4, 5))
			require.ErrorIs(t, err, keras.ErrShape, "the input is known now")
		})
	}
}

func TestASequentialThatDoesNotFitTheDataCanBeBuiltByOthers(t *testing.T) {
	m := models.Must(models.Sequential(layers.Conv2D(2, 3), layers.Flatten()))
	_, err := m.Predict(cosine(4, 3))
	require.ErrorIs(t, err, keras.ErrShape)
	_, err = m.Predict(cosine(4, 8, 8, 1))
	require.NoError(t, err)
}

func TestAddAndPop(t *testing.T) {
	m := models.Must(models.Sequential(keras.Input(keras.Shape{3})))
	require.NoError(t, m.Add(layers.Dense(4).WithName("a")))
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.Named("mse")}))
	_, err := m.Fit(cosine(2, 3), cosine(2, 4), silent)
	require.NoError(t, err)
	weights := m.GetWeights()

	require.NoError(t, m.Add(layers.Dense(2).WithName("b")))
	assert.Equal(t, keras.Shape{keras.None, 2}, m.Output().Shape())
	y, err := m.Predict(cosine(2, 3))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{2, 2}, y.Shape(), "no program of before is used")
	_, err = m.Evaluate(cosine(2, 3), cosine(2, 2), models.EvaluateConfig{Verbose: models.Silent})
	require.NoError(t, err, "the compilation holds for the new output")

	require.Error(t, m.Add(layers.Conv2D(2, 3)), "does not fit")
	assert.Len(t, m.Layers(), 2, "and is not there")
	_, err = m.Predict(cosine(2, 3))
	require.NoError(t, err)

	require.NoError(t, m.Pop())
	assert.Equal(t, weights, m.GetWeights(), "the weights of what stays are kept")
	y, err = m.Predict(cosine(2, 3))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{2, 4}, y.Shape())
	require.NoError(t, m.Pop())
	require.ErrorIs(t, m.Pop(), keras.ErrState, "nothing is left")
	_, err = m.Predict(cosine(2, 3))
	require.ErrorIs(t, err, keras.ErrState)

	require.ErrorIs(t, residual().Add(layers.Dense(1)), keras.ErrState)
	require.ErrorIs(t, residual().Pop(), keras.ErrState)
	require.Error(t, m.Add(nil))
	require.Error(t, m.Add(m), "a model inside itself")
}

func TestASequentialStartsWithAModelThatHasAnInput(t *testing.T) {
	in := input("", 3)
	front := build(in, layers.Dense(2).Apply(in), "front")
	m := models.Must(models.Sequential(front, layers.Dense(1)))
	assert.Len(t, m.Weights(), 4, "built at once")
}

func TestManyBuildASequentialAtOnce(t *testing.T) {
	m := unbuiltSequential()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, err := m.Predict(cosine(2, 3))
			assert.NoError(t, err)
			_ = m.Summary().String()
		})
	}
	wg.Wait()
	assert.Len(t, m.Weights(), 4)
}
