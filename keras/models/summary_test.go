package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// trained compiles a model and fits it to two samples of zeros.
func trained(m *models.Model, dt tensor.Dtype, shape []int, optimizer string) *models.Model {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	must(m.Compile(models.CompileConfig{Optimizer: optimizers.Named(optimizer), Loss: losses.SparseCategoricalCrossentropy()}))
	x := tensor.New(tensor.Of(dt), tensor.WithShape(append([]int{2}, shape...)...))
	_, err := m.Fit(x, tensor.New(tensor.Of(tensor.Int32), tensor.WithShape(2)), models.FitConfig{Verbose: models.Silent})
	must(err)
	return m
}

func mnistTrained(optimizer string) func() *models.Model {
	return func() *models.Model { return trained(mnistModel(0.4), tensor.Uint8, []int{8, 8, 1}, optimizer) }
}

func member() *models.Model {
	x := input("", 128)
	return build(x, layers.Dense(1).Apply(x), "")
}

func autoencoder() *models.Model {
	image := input("img", 6, 6, 1)
	encoder := build(image, layers.GlobalMaxPooling2D().Apply(layers.Conv2D(4, 3).Apply(image)), "encoder")
	code := input("encoded_img", 4)
	decoder := build(code, layers.Reshape(6, 6, 1).Apply(layers.Dense(36).Apply(code)), "decoder")
	again := input("img", 6, 6, 1)
	return build(again, decoder.Apply(encoder.Apply(again)), "autoencoder")
}

func ensemble() *models.Model {
	a, b, c := member(), member(), member()
	x := input("", 128)
	return build(x, layers.Average().Apply(a.Apply(x), b.Apply(x), c.Apply(x)), "")
}

func wrapper() *models.Model {
	in := input("img", 8, 8, 1)
	return build(in, dense(2, "head").Apply(smallSequential().Apply(in)), "wrapper")
}

func unbuiltSequential() *models.Model {
	return models.Must(models.Sequential(layers.Dense(4).Activation("relu"), layers.Dropout(0.25), layers.Dense(2)))
}

// summaries are the models of tools/golden/families/summary.py, by the names of their cases.
var summaries = map[string]func() *models.Model{
	"MnistModel": func() *models.Model { return mnistModel(0.4) },
	"MnistModel, compiled": func() *models.Model {
		m := mnistModel(0.4)
		if err := m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.Named("mse")}); err != nil {
			panic(err)
		}
		return m
	},
	"MnistModel, trained with Adam":    mnistTrained("adam"),
	"MnistModel, trained with SGD":     mnistTrained("sgd"),
	"MnistModel, trained with RMSprop": mnistTrained("rmsprop"),
	"MnistModel, the second":           func() *models.Model { mnistModel(0.4); return mnistModel(0.4) },
	"MnistModel with a binary head": func() *models.Model {
		m := mnistModel(0.4)
		head, err := m.GetLayer("classification_head")
		if err != nil {
			panic(err)
		}
		return build(m.Input(), layers.Dense(1).Activation("sigmoid").WithName("binary_classification_head").Apply(head.Input()), "")
	},
	"MnistModel, trainable": func() *models.Model { return mnistModel(0.4) },
	"dict of one input": func() *models.Model {
		image := keras.Input(keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8), keras.WithName("image"))
		x := layers.GlobalAveragePooling2D().Apply(layers.Rescaling(1.0 / 255).Apply(image))
		out := layers.Dense(10).Activation("softmax").WithName("classification_head").Apply(x)
		return models.Must(models.New(keras.Dict{"image": image}, out, models.WithClass("MnistDictModel")))
	},
	"MLP":                   mlp,
	"MLP, trained":          func() *models.Model { return trained(mlp(), tensor.Float32, []int{784}, "rmsprop") },
	"toy ResNet":            toyResNet,
	"masks of texts":        maskedTexts,
	"a mask of steps":       maskedSteps,
	"toy ResNet, trainable": toyResNet,
	"shared layer":          sharedLayer,
	"layer called twice in a chain": func() *models.Model {
		in := input("", 4)
		d := layers.Dense(4)
		return build(in, d.Apply(layers.ReLU().Apply(d.Apply(in))), "")
	},
	"nested": nested, "nested, expanded": nested, "nested, expanded, trainable": nested,
	"autoencoder": autoencoder, "autoencoder, expanded": autoencoder,
	"ensemble": ensemble, "ensemble, expanded": ensemble,
	"Sequential":          smallSequential,
	"Sequential, trained": func() *models.Model { return trained(smallSequential(), tensor.Float32, []int{8, 8, 1}, "adam") },
	"Sequential, unbuilt": unbuiltSequential,
	"Sequential, empty":   func() *models.Model { return models.Must(models.Sequential()) },
	"Sequential, built": func() *models.Model {
		m := unbuiltSequential()
		return models.Must(m, m.Build(keras.Shape{keras.None, 3}))
	},
	"Sequential, built for a batch": func() *models.Model {
		m := unbuiltSequential()
		return models.Must(m, m.Build(keras.Shape{16, 3}))
	},
	"Sequential, built by fit": func() *models.Model { return trained(unbuiltSequential(), tensor.Float32, []int{3}, "adam") },
	"Sequential, built, then one more": func() *models.Model {
		m := unbuiltSequential()
		models.Must(m, m.Build(keras.Shape{keras.None, 3}))
		return models.Must(m, m.Add(layers.Dense(5)))
	},
	"Sequential, built, then one less": func() *models.Model {
		m := unbuiltSequential()
		models.Must(m, m.Build(keras.Shape{keras.None, 3}))
		return models.Must(m, m.Pop())
	},
	"Sequential, unbuilt, one more and two less": func() *models.Model {
		m := unbuiltSequential()
		models.Must(m, m.Add(layers.Flatten()))
		models.Must(m, m.Pop())
		return models.Must(m, m.Pop())
	},
	"Sequential, a layer twice": func() *models.Model {
		d := layers.Dense(4)
		return models.Must(models.Sequential(input("", 4), d, layers.ReLU(), d))
	},
	"Sequential in a functional model":           wrapper,
	"Sequential in a functional model, expanded": wrapper,
	"dict of inputs":                             dictInputs,
	"two outputs":                                twoOutputs,
	"dict of outputs":                            dictOfOutputs,
	"partly frozen": func() *models.Model {
		m := residual()
		l, err := m.GetLayer("d1")
		if err != nil {
			panic(err)
		}
		l.SetTrainable(false)
		return m
	},
	"operators": func() *models.Model {
		x := input("x", 4)
		return build(x, layers.Dense(1).Apply(symbolic.Add(symbolic.Multiply(x, 2.0), x)), "arithmetic")
	},
	"fixed batch size": func() *models.Model {
		in := keras.Input(nil, keras.WithBatchShape(keras.Shape{16, 10, 5}), keras.WithName("x"))
		return build(in, layers.Flatten().Apply(in), "fixed")
	},
	"long names": func() *models.Model {
		in := input("an_input_with_a_name_that_no_column_can_hold", 3)
		return build(in, dense(123456, "and_a_layer_whose_name_is_even_longer_than_that_of_the_input").Apply(in), "long")
	},
	"line_length 60":              mlp,
	"line_length 70, connections": residual,
	"line_length too small":       mlp,
}

func TestSummariesAreThoseOfKeras(t *testing.T) {
	var file struct {
		Cases []struct {
			Name string
			Args struct {
				LineLength    int  `json:"line_length"`
				ExpandNested  bool `json:"expand_nested"`
				ShowTrainable bool `json:"show_trainable"`
			}
			Text80, Text120, Error string
		}
	}
	fixture(t, "summary.json", &file)
	require.Len(t, file.Cases, len(summaries))
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			m := summaries[c.Name]()
			cfg := models.SummaryConfig{LineLength: c.Args.LineLength, ExpandNested: c.Args.ExpandNested, ShowTrainable: c.Args.ShowTrainable}
			narrow := m.Summary(cfg)
			if c.Error != "" {
				require.ErrorContains(t, narrow.Err(), c.Error)
				assert.Equal(t, narrow.Err().Error(), narrow.String())
				return
			}
			require.NoError(t, narrow.Err())
			assert.Equal(t, c.Text80, narrow.String()+"\n")
			cfg.Columns = 120
			assert.Equal(t, c.Text120, m.Summary(cfg).String()+"\n")
		})
	}
}

// The table itself is compared with Keras's in internal/console.
func TestSummaryInNotebooks(t *testing.T) {
	in := keras.Input(keras.Shape{4}, keras.WithName("in"))
	model := models.Must(models.New(in, layers.Dense(2).WithName("<b>").Apply(in)))
	shown := model.Summary().SimpleRender()
	assert.Equal(t, model.Summary().String(), shown["text/plain"])
	html, ok := shown["text/html"].(string)
	require.True(t, ok)
	assert.Equal(t, model.Summary().HTML(), html)
	assert.Contains(t, html, `&lt;b&gt; (<span style="color: #0087ff; text-decoration-color: #0087ff">Dense</span>)`)
	assert.NotContains(t, html, "<b>")

	bad := models.Must(models.New(in, in)).Summary(models.SummaryConfig{LineLength: -1})
	assert.Contains(t, bad.HTML(), bad.Err().Error())
}
