package applications

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// The names that Keras 3.15.1 gives to the layers of the first instance, with what
// count_params says of each.
var mnistLayers = []struct {
	name   string
	params int
}{
	{"rescaling", 0}, {"conv2d", 160}, {"conv2d_1", 18464}, {"conv2d_2", 55344},
	{"global_average_pooling2d", 0}, {"dense", 2352}, {"dropout", 0}, {"classification_head", 490},
}

func TestMnistModels(t *testing.T) {
	for _, c := range []struct {
		make               func(...models.Option) *models.Model
		class, name, input string
	}{
		{MnistModel, "MnistModel", "mnist_model", "input_layer"},
		{MnistDictModel, "MnistDictModel", "mnist_dict_model", "image"},
	} {
		t.Run(c.class, func(t *testing.T) {
			keras.ClearSession()
			m := c.make()
			require.NoError(t, m.Err())
			assert.Equal(t, c.class, m.Class())
			assert.Equal(t, c.name, m.Name())
			assert.Equal(t, keras.Shape{keras.None, keras.None, keras.None, 1}, m.Input().Shape())
			assert.Equal(t, tensor.Uint8, m.Input().DType())
			assert.Equal(t, keras.Shape{keras.None, 10}, m.Output().Shape())
			assert.Equal(t, 76810, m.CountParams())

			layers := m.Layers()
			require.Len(t, layers, 1+len(mnistLayers))
			assert.Equal(t, c.input, layers[0].Name())
			for i, want := range mnistLayers {
				l := layers[i+1]
				params := 0
				for _, v := range l.Weights() {
					params += v.Size()
				}
				assert.Equal(t, want.name, l.Name())
				assert.Equal(t, want.params, params, "parameters of %s", l.Name())
			}

			var shapes []keras.Shape
			for _, v := range m.Weights() {
				shapes = append(shapes, v.Shape())
			}
			assert.Equal(t, []keras.Shape{{3, 3, 1, 16}, {16}, {6, 6, 16, 32}, {32}, {6, 6, 32, 48}, {48}, {48, 48}, {48}, {48, 10}, {10}}, shapes)

			assert.Equal(t, c.name+"_1", c.make().Name(), "the second of a session")
			assert.Equal(t, "digits", c.make(models.WithName("digits")).Name())
		})
	}
}

func TestMnistModelTakesImagesOfAnySize(t *testing.T) {
	m := MnistModel()
	for _, shape := range []keras.Shape{{2, 28, 28, 1}, {1, 20, 33, 1}, {1, 1, 1, 1}} {
		p, err := m.Predict(tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Uint8)))
		require.NoError(t, err, shape)
		assert.Equal(t, tensor.Shape{shape[0], 10}, p.Shape(), "images %s", shape)
		for row := range shape[0] {
			sum := 0.0
			for _, v := range p.Float32s()[row*10 : row*10+10] {
				sum += float64(v)
			}
			assert.InDelta(t, 1, sum, 1e-5, "probabilities of image %d of %s", row, shape)
		}
	}
}

func TestMnistModelThatFailsCarriesTheError(t *testing.T) {
	m := MnistModel(models.WithName("a/b"))
	x := tensor.New(tensor.WithShape(1, 28, 28, 1), tensor.Of(tensor.Uint8))
	_, predict := m.Predict(x)
	_, fit := m.Fit(x, x)
	_, getLayer := m.GetLayer("classification_head")
	for what, err := range map[string]error{
		"Err": m.Err(), "Predict": predict, "Fit": fit, "GetLayer": getLayer,
		"Compile": m.Compile(models.CompileConfig{}), "Output": m.Output().Err(),
	} {
		assert.ErrorIs(t, err, keras.ErrArgument, what)
		assert.ErrorContains(t, err, `received "a/b"`, what)
	}
}

// The surgery of Keras's guide: 76,810 parameters without the head's 490, with 49 for the new one.
func TestMnistModelSurgery(t *testing.T) {
	m := MnistModel()
	head, err := m.GetLayer("classification_head")
	require.NoError(t, err)
	dropout, err := m.GetLayerAt(-2)
	require.NoError(t, err)
	assert.Same(t, dropout.Output(), head.Input())

	features, err := models.New(m.Input(), head.Input())
	require.NoError(t, err)
	assert.Equal(t, 76810-490, features.CountParams())
	for i, v := range features.Weights() {
		assert.Same(t, m.Weights()[i], v, "shared, not copied")
	}
}

// Training changes every weight, also of the model with inputs by name.
func TestMnistDictModelTrains(t *testing.T) {
	keras.SetRandomSeed(1)
	m := MnistDictModel()
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.SparseCategoricalCrossentropy()}))
	before := m.GetWeights()
	x := data.Cast(data.RandomInt(256, keras.Shape{4, 8, 8, 1}), tensor.Uint8)
	y := tensor.New(tensor.WithBacking([]uint8{1, 2, 3, 4}))
	_, err := m.TrainOnBatch(data.Dict{"image": x}, y)
	require.NoError(t, err)
	for i, v := range m.Weights() {
		assert.NotEqual(t, before[i].Data(), v.Value().Data(), v.Path())
	}
}

func ExampleMnistModel() {
	keras.ClearSession()
	model := MnistModel()
	fmt.Println(model.Name(), model.Input().Shape(), model.Output().Shape(), model.CountParams(), model.Err())

	images := tensor.New(tensor.WithShape(5, 28, 28, 1), tensor.Of(tensor.Uint8))
	probabilities, err := model.Predict(images)
	fmt.Println(probabilities.Shape(), err)
	// Output:
	// mnist_model (None, None, None, 1) (None, 10) 76810 <nil>
	// (5, 10) <nil>
}

func ExampleMnistDictModel() {
	model := MnistDictModel()
	images := tensor.New(tensor.WithShape(5, 28, 28, 1), tensor.Of(tensor.Uint8))
	probabilities, err := model.Predict(data.Dict{"image": images})
	fmt.Println(probabilities.Shape(), err)
	// Output: (5, 10) <nil>
}
