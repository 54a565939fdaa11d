package applications

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// golden is what Keras says of the models.
type golden struct {
	Models []struct{ Name, Text, JSON string }
	Errors []struct {
		Name  string
		Error struct{ Text string }
	}
	Inputs []struct {
		Name           string
		Images, Result struct {
			Shape tensor.Shape
			DType string
			Data  []float64
		}
	}
}

func readGolden(t *testing.T) (g golden) {
	t.Helper()
	text, err := os.ReadFile("testdata/applications.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &g))
	return g
}

// onTensor is VGG16 without top, drawn on pixels that are scaled.
func onTensor() *models.Model {
	x := layers.Rescaling(1.0 / 255).Apply(keras.Input(keras.Shape{48, 40, 3}, keras.WithName("pixels")))
	return VGG16(WithInputTensor(x), WithoutTop())
}

var goldenModels = map[string]func() *models.Model{
	"VGG16":                    func() *models.Model { return VGG16() },
	"VGG19":                    func() *models.Model { return VGG19() },
	"VGG16 without top":        func() *models.Model { return VGG16(WithoutTop()) },
	"VGG19 without top, 64x96": func() *models.Model { return VGG19(WithoutTop(), WithInputShape(keras.Shape{64, 96, 3})) },
	"VGG16 without top, avg":   func() *models.Model { return VGG16(WithoutTop(), WithPooling("avg")) },
	"VGG19 without top, max, any rows": func() *models.Model {
		return VGG19(WithoutTop(), WithPooling(MaxPooling), WithInputShape(keras.Shape{keras.None, 32, 1}))
	},
	"VGG16, all options": func() *models.Model {
		return VGG16(WithClasses(10), WithClassifierActivation("sigmoid"), WithInputShape(keras.Shape{33, 32, 1}), WithName("small"))
	},
	"VGG16 on a tensor": onTensor,
}

// The summaries and configs are Keras's, byte for byte.
func TestVGGIsKeras(t *testing.T) {
	g := readGolden(t)
	require.Len(t, g.Models, len(goldenModels))
	for _, want := range g.Models {
		t.Run(want.Name, func(t *testing.T) {
			if testing.Short() && (want.Name == "VGG16" || want.Name == "VGG19") {
				t.Skip("half a gigabyte of weights")
			}
			keras.ClearSession()
			m := goldenModels[want.Name]()
			require.NoError(t, m.Err())
			assert.Equal(t, want.Text, m.Summary().String()+"\n")
			if want.JSON != "" {
				got, err := m.ToJSON()
				require.NoError(t, err)
				assert.JSONEq(t, want.JSON, string(got))
			}
		})
	}
}

func TestVGGErrors(t *testing.T) {
	g := readGolden(t)
	texts := map[string]string{}
	for _, e := range g.Errors {
		texts[e.Name] = e.Error.Text
	}
	for _, tt := range []struct {
		reason string
		model  *models.Model
		kind   error
		want   string
	}{
		{"rows", VGG16(WithInputShape(keras.Shape{31, 32, 3})), keras.ErrArgument, texts["rows"]},
		{"columns", VGG19(WithoutTop(), WithInputShape(keras.Shape{keras.None, 16, 3})), keras.ErrArgument, texts["columns"]},
		{"two numbers", VGG16(WithInputShape(keras.Shape{32, 32})), keras.ErrArgument, texts["two numbers"]},
		{"unknown size with top", VGG16(WithInputShape(keras.Shape{keras.None, 64, 3})), keras.ErrArgument, texts["unknown size with top"]},
		{"unknown channels", VGG16(WithoutTop(), WithInputShape(keras.Shape{64, 64, keras.None})), keras.ErrShape,
			"expected an input with a known number of channels, received (None, 64, 64, None)"},
		{"a pooling that nobody knows", VGG16(WithoutTop(), WithPooling("mean")), keras.ErrArgument, `expected a pooling of "avg" or "max", received mean`},
		{"no classes", VGG16(WithInputShape(keras.Shape{32, 32, 1}), WithClasses(0)), keras.ErrArgument, "units=0"},
		{"an activation that nobody knows", VGG16(WithInputShape(keras.Shape{32, 32, 1}), WithClassifierActivation("hard")), keras.ErrArgument, "hard"},
		{"weights of another model", VGG16(WithoutTop(), WithWeights("../keras/models/testdata/weights.weights.h5")), kerasfile.ErrWeights,
			"Layer 'block1_conv1' expected 2 variables, but received 0 variables during loading. Expected: ['kernel', 'bias']"},
		{"no name", VGG16(WithoutTop(), WithName("a/b")), keras.ErrArgument, `received "a/b"`},
		{"a tensor with an error", VGG16(WithInputTensor(layers.Dense(0).Apply(keras.Input(keras.Shape{3})))), keras.ErrArgument, "units=0"},
		{"a tensor that is no image", VGG16(WithInputTensor(keras.Input(keras.Shape{3}))), keras.ErrShape, "expected min_ndim=4, found ndim=2. Full shape received: (None, 3)"},
	} {
		require.ErrorIs(t, tt.model.Err(), tt.kind, tt.reason)
		require.NotEmpty(t, tt.want, tt.reason)
		assert.ErrorContains(t, tt.model.Err(), tt.want, tt.reason)
		assert.Error(t, tt.model.Compile(models.CompileConfig{}), "a model that carries an error is of no use: %s", tt.reason)
	}
}

func TestVGGPreprocessInput(t *testing.T) {
	for _, c := range readGolden(t).Inputs {
		images := tensor.New(tensor.WithShape(c.Images.Shape...), tensor.WithBacking(c.Images.Data))
		x := map[string]*tensor.Dense{"uint8": data.Cast(images, tensor.Uint8), "float32": data.Cast(images, tensor.Float32), "float64": images}[c.Name]
		before := fmt.Sprint(x.Data())
		y, err := VGGPreprocessInput(x)
		require.NoError(t, err)
		assert.Equal(t, before, fmt.Sprint(x.Data()), "images are left as they are")
		assert.Equal(t, c.Result.Shape, y.Shape())
		assert.Equal(t, c.Result.DType, y.Dtype().String())
		assert.InDeltaSlice(t, c.Result.Data, data.Cast(y, tensor.Float64).Float64s(), 1e-5)
	}
	for reason, x := range map[string]*tensor.Dense{
		"nothing": nil, "a number": tensor.New(tensor.FromScalar(1.0)), "words": tensor.New(tensor.WithBacking([]string{"a", "b", "c"})),
		"four channels": tensor.New(tensor.WithShape(2, 2, 4), tensor.Of(tensor.Float32)),
	} {
		_, err := VGGPreprocessInput(x)
		assert.ErrorIs(t, err, keras.ErrData, reason)
	}
}

// Inputs that a tensor depends on by several ways are found once, in order.
func TestVGGOnSeveralInputs(t *testing.T) {
	a, b := keras.Input(keras.Shape{32, 32, 3}, keras.WithName("a")), keras.Input(keras.Shape{32, 32, 3}, keras.WithName("b"))
	sum := layers.Add().Apply(a, b)
	m := VGG16(WithInputTensor(layers.Add().Apply(b, sum, sum)), WithoutTop(), WithPooling("avg"))
	require.NoError(t, m.Err())
	require.Len(t, m.Inputs(), 2)
	assert.Same(t, b, m.Inputs()[0])
	assert.Same(t, a, m.Inputs()[1])
}

// A small one learns: all its weights move.
func TestVGGTrains(t *testing.T) {
	keras.SetRandomSeed(1)
	m := VGG16(WithInputShape(keras.Shape{32, 32, 3}), WithoutTop(), WithPooling("avg"))
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.Named("mse")}))
	before := m.GetWeights()
	_, err := m.TrainOnBatch(data.RandomUniform([]int{2, 32, 32, 3}), data.RandomUniform([]int{2, 512}))
	require.NoError(t, err)
	for i, v := range m.Weights() {
		assert.NotEqual(t, before[i].Data(), v.Value().Data(), v.Path())
	}
}

// The features of an image after each layer, as Keras's guide takes them out of VGG19.
func ExampleVGG19() {
	vgg := VGG19(WithInputShape(keras.Shape{64, 64, 3}), WithoutTop())
	var features keras.List
	for _, l := range vgg.Layers() {
		features = append(features, l.Output())
	}
	extractor, err := models.New(vgg.Input(), features)
	if err != nil {
		fmt.Println(err)
		return
	}
	image, err := VGGPreprocessInput(data.RandomInt(256, []int{1, 64, 64, 3}))
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := extractor.PredictAll(image)
	if err != nil {
		fmt.Println(err)
		return
	}
	all := out.(data.List)
	fmt.Println(len(all), all[2].Shape(), all[len(all)-1].Shape())
	// Output: 22 (1, 64, 64, 64) (1, 2, 2, 512)
}
