package models_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// mlp is the first model of Keras's guide on the functional API.
func mlp() *models.Model {
	in := keras.Input(keras.Shape{784})
	x := layers.Dense(64).Activation("relu").Apply(in)
	x = layers.Dense(64).Activation("relu").Apply(x)
	return models.Must(models.New(in, layers.Dense(10).Apply(x), models.WithName("mnist_model")))
}

// mnistModel is the model of Keras's guide on packaging models.
func mnistModel(dropout float64) *models.Model {
	in := keras.Input(keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8))
	x := layers.Rescaling(1.0 / 255).Apply(in)
	x = layers.Conv2D(16, 3).Padding("same").Activation("relu").Apply(x)
	x = layers.Conv2D(32, 6).Padding("same").Activation("relu").Strides(2).Apply(x)
	x = layers.Conv2D(48, 6).Padding("same").Activation("relu").Strides(2).Apply(x)
	x = layers.GlobalAveragePooling2D().Apply(x)
	x = layers.Dense(48).Activation("relu").Apply(x)
	x = layers.Dropout(dropout).Apply(x)
	out := layers.Dense(10).Activation("softmax").WithName("classification_head").Apply(x)
	return models.Must(models.New(in, out, models.WithClass("MnistModel")))
}

func setSine(t testing.TB, m *models.Model) {
	t.Helper()
	var values []*tensor.Dense
	for _, w := range m.Weights() {
		values = append(values, sine(w.Shape()...))
	}
	require.NoError(t, m.SetWeights(values))
}

// hash is the byte h(i) of the fixture's rules.
func hash(i int) byte { return byte(uint32(i) * 2654435761 >> 24) }

// hashed has count samples of a shape from sample start on, and their labels.
func hashed(start, count int, shape []int, scale float32) (x, y *tensor.Dense) {
	size := keras.Shape(shape).Size()
	bytes, labels := make([]uint8, count*size), make([]int32, count)
	for i := range bytes {
		bytes[i] = hash(start*size + i)
	}
	for i := range labels {
		labels[i] = int32(hash(start+i) % 10)
	}
	dims := append([]int{count}, shape...)
	y = tensor.New(tensor.WithShape(count), tensor.WithBacking(labels))
	if scale == 0 {
		return tensor.New(tensor.WithShape(dims...), tensor.WithBacking(bytes)), y
	}
	scaled := make([]float32, len(bytes))
	for i, b := range bytes {
		scaled[i] = float32(b) / scale
	}
	return tensor.New(tensor.WithShape(dims...), tensor.WithBacking(scaled)), y
}

func TestStepsOfTheGuidesModelsAreThoseOfKeras(t *testing.T) {
	var file struct {
		Steps []struct {
			Name             string
			Compile          keras.Config
			Batch            int
			Logs             []map[string]number
			FirstPredictions *array `json:"first_predictions"`
			WeightsAfter     []struct {
				Step    int
				Weights []struct {
					Path   string
					Shape  []int
					Sum    float64
					AbsSum float64 `json:"abs_sum"`
					First  []number
				}
			} `json:"weights_after"`
			TestOnBatch map[string]number `json:"test_on_batch"`
		}
	}
	fixture(t, "fit.json", &file)
	build := map[string]struct {
		model func() *models.Model
		shape []int
		scale float32
	}{
		"MnistModel": {func() *models.Model { return mnistModel(0) }, []int{28, 28, 1}, 0},
		"MLP":        {mlp, []int{784}, 255},
	}
	require.Len(t, file.Steps, len(build))
	for _, c := range file.Steps {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			b := build[c.Name]
			m := b.model()
			setSine(t, m)
			require.NoError(t, models.CompileFrom(m, c.Compile))
			after := map[int]int{}
			for i, w := range c.WeightsAfter {
				after[w.Step] = i
			}
			compare := func(want map[string]number, got *models.Scores) {
				assert.Len(t, got.Names(), len(want))
				for k, v := range want {
					value, ok := got.Get(k)
					assert.True(t, ok, k)
					assert.InEpsilon(t, 1+float64(v), 1+value, 1e-4, k)
				}
			}
			var x, y *tensor.Dense
			for s, want := range c.Logs {
				x, y = hashed(s*c.Batch, c.Batch, b.shape, b.scale)
				if s == 0 {
					p, err := m.PredictOnBatch(x)
					require.NoError(t, err)
					near(t, c.FirstPredictions.floats(), floats(p)[:len(c.FirstPredictions.Data)], 1e-5, "predictions")
				}
				scores, err := m.TrainOnBatch(x, y)
				require.NoError(t, err)
				compare(want, scores)
				if i, ok := after[s+1]; ok {
					for j, w := range c.WeightsAfter[i].Weights {
						v := m.Weights()[j]
						assert.Equal(t, w.Path, v.Path())
						assert.Equal(t, keras.Shape(w.Shape), v.Shape())
						got := floats(v.Value())
						near(t, (&array{Data: w.First}).floats(), got[:len(w.First)], 2e-3, w.Path)
						sum := 0.0
						for _, e := range got {
							sum += math.Abs(e)
						}
						assert.InEpsilon(t, w.AbsSum, sum, 1e-4, w.Path)
					}
				}
			}
			scores, err := m.TestOnBatch(x, y)
			require.NoError(t, err)
			compare(c.TestOnBatch, scores)
		})
	}
}
