package models_test

import (
	"regexp"
	"slices"
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
	"github.com/gokeras/gokeras/keras/symbolic"
)

func nestedTwice() *models.Model {
	x := input("x", 3)
	inner := build(x, layers.Dense(3).Activation("tanh").WithName("d").Apply(x), "inner")
	y := input("y", 3)
	middle := build(y, dense(3, "e").Apply(inner.Apply(inner.Apply(y))), "middle")
	a, b := input("a", 3), input("b", 3)
	left, right := middle.Apply(a), middle.Apply(middle.Apply(b))
	return build(keras.List{a, b}, layers.Add().WithName("sum").Apply(left, right), "outer")
}

func layerOf(m *models.Model, name string) keras.Layer {
	l, err := m.GetLayer(name)
	if err != nil {
		panic(err)
	}
	return l
}

// parts are the models of tools/golden/families/reuse.py, by the names of their cases.
var parts = map[string]func() *models.Model{
	"nested twice": nestedTwice,
	"features of every layer": func() *models.Model {
		base := residual()
		var outs keras.List
		for _, l := range base.Layers() {
			outs = append(outs, l.Output())
		}
		return build(base.Input(), outs, "features")
	},
	"a layer of a model inside": func() *models.Model {
		inner := layerOf(layerOf(nestedTwice(), "middle").(*models.Model), "inner").(*models.Model)
		x := input("z", 3)
		deep := build(inner.Input(), layerOf(inner, "d").Output(), "deep")
		return build(x, symbolic.Multiply(deep.Apply(x), 2.0), "inside")
	},
	"dicts inside": func() *models.Model {
		ins := keras.Dict{"b": input("b", 2), "a": input("a", 3)}
		y := layers.Concatenate().WithName("cat").Apply(ins["b"], ins["a"])
		inner := build(ins, keras.Dict{"z": dense(1, "first").Apply(y), "y": dense(2, "second").Apply(y)}, "dicts")
		p, q := input("p", 3), input("q", 2)
		out := keras.ApplyTo(inner, keras.Dict{"a": p, "b": q}).(keras.Dict)
		return build(keras.List{p, q}, keras.Dict{"sum": layers.Add().WithName("add1").Apply(out["z"], out["y"]), "y": out["y"]}, "around")
	},
	"lists inside": func() *models.Model {
		a, b := input("a", 2), input("b", 2)
		inner := build(keras.List{a, b}, keras.List{dense(2, "d").Apply(a), layers.Subtract().WithName("s").Apply(a, b)}, "pair")
		x := input("x", 2)
		first := keras.Apply(inner, x, x)
		second := keras.Apply(inner, first[1], first[0])
		return build(x, keras.List{second[1], second[0]}, "lists")
	},
	"training argument": func() *models.Model {
		x := input("x", 3)
		inner := build(x, layers.BatchNormalization().WithName("off").Apply(x), "inner")
		y := input("y", 3)
		on := keras.ApplyArgs(layers.BatchNormalization().WithName("on"), keras.Args{Training: keras.On}, y)
		return build(y, keras.ApplyArgs(inner, keras.Args{Training: keras.Off}, on...)[0], "modes")
	},
	"mask argument": func() *models.Model {
		x, m := input("x", 4, 2), keras.Input(keras.Shape{4}, keras.WithName("m"), keras.WithDType(tensor.Bool))
		y := keras.ApplyArgs(layers.GlobalAveragePooling1D().WithName("mean"), keras.Args{Mask: m}, x)[0]
		return build(keras.List{x, m}, y, "masked")
	},
	"batch_shape": func() *models.Model {
		x := keras.Input(nil, keras.WithBatchShape(keras.Shape{2, 4, 3}), keras.WithName("x"))
		return build(x, dense(2, "d").Apply(layers.Flatten().WithName("f").Apply(x)), "fixed")
	},
	"from the middle": func() *models.Model {
		a, b := input("a", 3), input("b", 3)
		h := dense(3, "h").Apply(a)
		y := layers.Add().WithName("sum").Apply(dense(3, "k").Apply(h), b)
		z := dense(2, "z").Apply(y)
		build(keras.List{a, b}, z, "")
		return build(keras.List{y, b}, layers.Concatenate().WithName("cat").Apply(z, b), "end")
	},
	"attentions": func() *models.Model {
		ids := keras.Input(keras.Shape{3}, keras.WithDType(tensor.Int32), keras.WithName("ids"))
		x, m := input("x", 4, 6), keras.Input(keras.Shape{4}, keras.WithDType(tensor.Bool), keras.WithName("m"))
		call := func(l keras.Layer, args map[string]any, in ...*keras.Tensor) keras.List {
			return keras.ApplyArgs(l, keras.Args{Named: args}, in...)
		}
		e := layers.Embedding(4, 6).MaskZero(true).WithName("e").Apply(ids)
		y := call(layers.MultiHeadAttention(2, 3).WithName("self"), map[string]any{"use_causal_mask": true}, e, e)[0]
		y = call(layers.MultiHeadAttention(2, 3).WithName("cross"), map[string]any{"value_mask": m}, y, x)[0]
		y = call(layers.Attention().WithName("given"), map[string]any{"mask": keras.List{nil, m}}, y, x)[0]
		outs := call(layers.AdditiveAttention().WithName("scores"), map[string]any{"mask": keras.List{nil, m}, "return_attention_scores": true}, y, x, x)
		return build(keras.List{ids, x, m}, outs, "attentions")
	},
	"layers of a Sequential": func() *models.Model {
		m := smallSequential()
		return build(m.Inputs(), m.Layers()[1].Output(), "cut")
	},
}

func TestPartsOfModelsAreThoseOfKeras(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, JSON      string
			Paths           []string
			Inputs, Outputs []*array
		}
	}
	fixture(t, "reuse.json", &file)
	require.Len(t, file.Cases, len(parts))
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			drawn := parts[c.Name]()
			text, err := drawn.ToJSON()
			require.NoError(t, err)
			assert.Equal(t, canonical(t, c.JSON), canonical(t, string(text)))
			read, err := models.FromJSON([]byte(c.JSON))
			require.NoError(t, err)
			var x data.List
			for _, a := range c.Inputs {
				x = append(x, a.tensor())
			}
			for what, m := range map[string]*models.Model{"drawn": drawn, "read": read} {
				var paths []string
				var values []*tensor.Dense
				for _, w := range m.Weights() {
					paths = append(paths, w.Path())
					values = append(values, sine(w.Shape()...))
				}
				if what == "drawn" { // elsewhere the model is not drawn with what it was cut out of
					assert.Equal(t, c.Paths, paths)
				}
				require.NoError(t, m.SetWeights(values))
				outs, err := models.CallArgs(m, models.Args{}, x)
				require.NoError(t, err)
				require.Len(t, outs, len(c.Outputs))
				for i, want := range c.Outputs {
					near(t, want.floats(), floats(outs[i]), 1e-6, what)
				}
			}
		})
	}
}

// TestInputsByName: a config may name the inputs of a call, as the Python program did.
func TestInputsByName(t *testing.T) {
	a, b, c := input("a", 2, 3), input("b", 4, 5), input("c", 4, 5)
	m := build(keras.List{a, b, c}, layers.MultiHeadAttention(2, 3).Apply(a, b, c), "")
	text, err := m.ToJSON()
	require.NoError(t, err)
	positions := regexp.MustCompile(`"args": \[(\{.*?\}\}), (\{.*?\}\}), (\{.*?\}\})\], "kwargs": \{\}`)
	require.Regexp(t, positions, string(text))
	for _, named := range []string{
		`"args": [], "kwargs": {"key": $3, "value": $2, "query": $1}`,
		`"args": [$1], "kwargs": {"value": $2, "key": $3, "attention_mask": null}`,
	} {
		again, err := models.FromJSON([]byte(positions.ReplaceAllString(string(text), named)))
		require.NoError(t, err)
		same, err := again.ToJSON()
		require.NoError(t, err)
		assert.Equal(t, string(text), string(same))
	}
}

// TestTrainingInFiles: Keras writes the default of the argument, False, and trains all the same.
func TestTrainingInFiles(t *testing.T) {
	x := input("x", 50)
	off := keras.ApplyArgs(layers.Dropout(0.5), keras.Args{Training: keras.Off}, x)[0]
	text, err := build(x, off, "drops").ToJSON()
	require.NoError(t, err)
	require.Contains(t, string(text), `"kwargs": {"training": false}`)
	m, err := models.FromJSON(text)
	require.NoError(t, err)
	batch := cosine(1, 50)
	for training, dropped := range map[keras.Switch]bool{keras.On: true, keras.Off: false, keras.Auto: false} {
		y, err := models.CallArgs(m, models.Args{Training: training}, batch)
		require.NoError(t, err)
		assert.Equal(t, dropped, !slices.Equal(batch.Float32s(), y[0].Float32s()), training)
	}
}

// TestLossesOfADictInAList: they go in the order of the sorted keys.
func TestLossesOfADictInAList(t *testing.T) {
	evaluate := func(cfg models.CompileConfig) (float64, []string) {
		m := dictOfOutputs()
		require.NoError(t, m.SetWeights(sines(m)))
		cfg.Optimizer = optimizers.SGD()
		require.NoError(t, m.Compile(cfg))
		s, err := m.Evaluate(cosine(4, 3), data.Dict{"prio": cosine(4, 1), "dept": sine(4, 3)}, models.EvaluateConfig{Verbose: models.Silent})
		require.NoError(t, err)
		return s.Loss(), s.Names()
	}
	mse, mae := losses.Named("mse"), losses.Named("mae")
	byName, names := evaluate(models.CompileConfig{Loss: losses.ByOutput{"dept": mse, "prio": mae}, LossWeights: losses.WeightsByOutput{"dept": 2, "prio": 0.5},
		Metrics: metrics.ByOutput{"dept": metrics.List{metrics.Named("mae")}}})
	inList, same := evaluate(models.CompileConfig{Loss: losses.List{mse, mae}, LossWeights: losses.WeightList{2, 0.5},
		Metrics: metrics.ByOutput{"dept": metrics.List{metrics.Named("mae")}}})
	assert.InDelta(t, byName, inList, 1e-7)
	assert.Equal(t, names, same)
	other, _ := evaluate(models.CompileConfig{Loss: losses.List{mae, mse}, LossWeights: losses.WeightList{2, 0.5}})
	assert.NotEqual(t, byName, other)
}

// sines are values for all weights of a model.
func sines(m *models.Model) (values []*tensor.Dense) {
	for _, w := range m.Weights() {
		values = append(values, sine(w.Shape()...))
	}
	return values
}

// TestAFixedBatchSize: as in Keras, it is what the shapes say and not what data must have.
func TestAFixedBatchSize(t *testing.T) {
	m := parts["batch_shape"]()
	assert.Equal(t, keras.Shape{2, 2}, m.Output().Shape())
	for _, n := range []int{1, 2, 5} {
		y, err := m.Predict(cosine(n, 4, 3))
		require.NoError(t, err)
		assert.Equal(t, tensor.Shape{n, 2}, y.Shape())
	}
}

func TestAListOfOneOutputGivesThatOutput(t *testing.T) {
	x := input("x", 3)
	m := build(keras.List{x}, keras.List{dense(2, "d").Apply(x)}, "")
	y, err := m.PredictAll(data.List{sine(2, 3)})
	require.NoError(t, err)
	assert.IsType(t, &tensor.Dense{}, y, "as Keras's unpack_singleton does")
	assert.IsType(t, &keras.Tensor{}, keras.ApplyTo(m, keras.List{input("other", 3)}))
	assert.IsType(t, keras.List{}, m.OutputStructure(), "which is written to configs")
}
