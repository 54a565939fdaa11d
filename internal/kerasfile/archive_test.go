package kerasfile_test

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// counted is a weight with the elements 1, 2, 3, ….
func counted(name string, shape ...int) *keras.Variable {
	v := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(tensor.Range(tensor.Float32, 1, 1+tensor.Shape(shape).TotalSize())))
	return keras.NewVariable(name, "model/"+name, v, true)
}

func scalar(name string, value any) *keras.Variable {
	return keras.NewVariable(name, "adam/"+name, tensor.New(tensor.FromScalar(value)), false)
}

// weights are those of a model with a layer in a layer, and of an optimizer.
func weights() kerasfile.Weights {
	return kerasfile.Weights{
		Tree: kerasfile.Object{Name: "model", Class: "Functional", Parts: []kerasfile.Part{
			{Path: "layers/input_layer", Object: kerasfile.Object{Name: "in", Class: "InputLayer"}},
			{Path: "layers/lstm", Object: kerasfile.Object{Name: "memory", Class: "LSTM", Parts: []kerasfile.Part{
				{Path: "cell", Object: kerasfile.Object{Name: "lstm_cell", Class: "LSTMCell", Variables: []*keras.Variable{counted("kernel", 3, 8), counted("bias", 8)}}},
			}}},
			{Path: "layers/dense", Object: kerasfile.Object{Name: "last", Class: "Dense", Variables: []*keras.Variable{counted("kernel", 2, 2)}}},
		}},
		Optimizer: kerasfile.Object{Name: "adam", Class: "Adam", Variables: []*keras.Variable{scalar("iteration", int64(7)), scalar("learning_rate", float32(0.5)), counted("m", 2, 2)}},
	}
}

// zeros are the same weights, with other values.
func zeros() kerasfile.Weights {
	w := weights()
	for _, v := range variables(w) {
		v.Memory().Zero()
	}
	return w
}

func variables(w kerasfile.Weights) []*keras.Variable {
	var all []*keras.Variable
	var add func(o kerasfile.Object)
	add = func(o kerasfile.Object) {
		all = append(all, o.Variables...)
		for _, p := range o.Parts {
			add(p.Object)
		}
	}
	add(w.Tree)
	add(w.Optimizer)
	return all
}

func values(w kerasfile.Weights) []any {
	var all []any
	for _, v := range variables(w) {
		all = append(all, v.Value().Data())
	}
	return all
}

func open(t *testing.T, content []byte) *kerasfile.File {
	f, err := kerasfile.Open(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	return f
}

var config = keras.Config{{Key: "module", Value: "keras.src.models.functional"}, {Key: "class_name", Value: "Functional"},
	{Key: "config", Value: keras.Config{{Key: "rate", Value: 1.0}}}, {Key: "registered_name", Value: "Functional"}}

func TestArchive(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, kerasfile.WriteArchive(&b, config, weights()))

	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	var names []string
	for _, e := range z.File {
		names = append(names, e.Name)
		assert.Equal(t, zip.Store, e.Method, e.Name)
	}
	assert.Equal(t, []string{"metadata.json", "config.json", "model.weights.h5"}, names, "in Keras's order")
	metadata, err := z.Open("metadata.json")
	require.NoError(t, err)
	text, err := io.ReadAll(metadata)
	require.NoError(t, err)
	assert.Regexp(t, `^{"keras_version": "3\.\d+\.\d+", "date_saved": "\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d"}$`, string(text))

	f := open(t, b.Bytes())
	assert.Equal(t, keras.Version, f.Version())
	got, err := f.Config()
	require.NoError(t, err)
	assert.Equal(t, config, got)
	w := zeros()
	require.NoError(t, f.Read(w, kerasfile.Options{}))
	assert.Equal(t, values(weights()), values(w))
}

func TestWeights(t *testing.T) {
	want := weights()
	want.Optimizer = kerasfile.Object{}
	var b bytes.Buffer
	require.NoError(t, kerasfile.WriteWeights(&b, want))
	f := open(t, b.Bytes())
	assert.Empty(t, f.Version())
	cfg, err := f.Config()
	require.NoError(t, err)
	assert.Nil(t, cfg)
	w := zeros()
	require.NoError(t, f.Read(w, kerasfile.Options{}))
	assert.Equal(t, values(want), values(w)[:3])
	assert.Equal(t, int64(0), w.Optimizer.Variables[0].Value().Data(), "an optimizer of which the file says nothing stays as it is")
}

// TestOptimizerThatDoesNotFit: it is left as it is, with Keras's warning; the weights are read.
func TestOptimizerThatDoesNotFit(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, kerasfile.WriteArchive(&b, config, weights()))
	for _, tt := range []struct {
		name string
		have []*keras.Variable
		want string
	}{
		{"fewer", []*keras.Variable{scalar("iteration", int64(3))},
			"Skipping variable loading for optimizer 'adam', because it has 1 variables whereas the saved optimizer has 3 variables."},
		{"another shape", []*keras.Variable{scalar("iteration", int64(3)), scalar("learning_rate", float32(1)), counted("m", 4)},
			"Skipping variable loading for optimizer 'adam': The shape of the target variable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := zeros()
			w.Optimizer.Variables = tt.have
			warnings := heard(func() { require.NoError(t, open(t, b.Bytes()).Read(w, kerasfile.Options{})) })
			require.Len(t, warnings, 1)
			assert.Contains(t, warnings[0], tt.want)
			assert.Equal(t, values(weights())[:3], values(w)[:3])
			assert.Equal(t, int64(3), tt.have[0].Value().Data())
		})
	}
}
