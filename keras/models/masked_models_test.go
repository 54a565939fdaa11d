package models_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// masked are the models with masks of tools/golden/models.py, by the names of their cases.
var masked = map[string]func() *models.Model{
	"masks of texts": maskedTexts, "a mask of steps": maskedSteps, "joined masks": joinedMasks,
	"attended masks": attendedMasks, "masks of a nested model": nestedMasks,
}

func embed(outputs int) *layers.EmbeddingLayer { return layers.Embedding(9, outputs).MaskZero(true) }

func maskedTexts() *models.Model {
	title := keras.Input(keras.Shape{keras.None}, keras.WithDType(tensor.Int32), keras.WithName("title"))
	body := input("body", 6)
	embed, encode := embed(4), layers.LSTM(3)
	a := encode.Apply(layers.Dropout(0.1).Apply(embed.Apply(title)))
	b := encode.Apply(embed.Apply(body))
	c := layers.GRU(2).WithDType(tensor.Float64).Apply(embed.Apply(body))
	d := layers.Flatten().Apply(embed.Apply(body))
	return build(keras.List{title, body}, layers.Concatenate().Apply(a, b, c, d), "texts")
}

func maskedSteps() *models.Model {
	x := input("x", 5, 3)
	y := layers.Masking().MaskValue(-1).Apply(x)
	y = keras.Apply(layers.Bidirectional(layers.GRU(2).ReturnSequences(true)).MergeMode(layers.MergeNone), y)[1]
	y = layers.TimeDistributed(layers.Dense(2)).Apply(y)
	return build(x, layers.RNN(layers.LSTMCell(2), layers.GRUCell(2)).Apply(layers.Identity().Apply(y)), "steps")
}

func joinedMasks() *models.Model {
	a, b, c := input("a", 4), input("b", 4), input("c", 4)
	x, y, z := embed(4).Apply(a), embed(4).Apply(b), layers.Embedding(9, 4).Apply(c)
	rnn, join := layers.SimpleRNN(2), layers.Concatenate().Axis(1)
	both := rnn.Apply(join.Apply(x, z, layers.Masking().Apply(y)))
	most := layers.GlobalAveragePooling1D().Apply(layers.Maximum().Apply(x, y, x))
	none := layers.LSTM(2).Apply(layers.Add().Apply(x, z))
	return build(keras.List{a, b, c}, layers.Concatenate().Apply(both, most, none), "joined")
}

func attendedMasks() *models.Model {
	a, b := input("a", 4), input("b", 4)
	x, y := embed(4).Apply(a), embed(4).Apply(b)
	attention := layers.Attention().Apply(x, y)
	z := layers.Add().Apply(attention, layers.MultiHeadAttention(2, 3).Apply(x, y))
	z = layers.BatchNormalization().Apply(layers.LayerNormalization().Apply(z))
	return build(keras.List{a, b}, layers.LSTM(2).Apply(layers.AdditiveAttention().Apply(z, x)), "attended")
}

func nestedMasks() *models.Model {
	p, q := input("p", 4, 3), input("q", 4, 3)
	inner := build(keras.List{p, q}, layers.Add().WithName("sum").Apply(layers.GRU(3).ReturnSequences(true).Apply(p), q), "inner")
	stack := models.Must(models.Sequential(layers.InputLayer(keras.Shape{4, 3}), layers.LSTM(3).ReturnSequences(true), models.WithName("stack")))
	a, b := input("a", 4), input("b", 4)
	x, y := embed(3).Apply(a), layers.Embedding(9, 3).Apply(b)
	z := layers.SimpleRNN(3).Apply(inner.Apply(x, y))
	w := layers.SimpleRNN(3).ReturnSequences(true).Apply(stack.Apply(x), z)
	v := layers.SimpleRNN(3).ReturnSequences(true).Apply(x, z)
	return build(keras.List{a, b}, layers.GRU(2).Apply(symbolic.Add(v, w)), "nested")
}

// TestMasksAreDrawnAsInKeras: a model that is drawn here is written as Keras writes the same program.
func TestMasksAreDrawnAsInKeras(t *testing.T) {
	seen := 0
	for _, c := range jsonCases(t) {
		if masked[c.Name] == nil {
			continue
		}
		seen++
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			text, err := masked[c.Name]().ToJSON()
			require.NoError(t, err)
			want := regexp.MustCompile(`"training": false(, )?`).ReplaceAllString(c.JSON, "") // the default
			assert.Equal(t, canonical(t, want), canonical(t, string(text)))
		})
	}
	assert.Equal(t, len(masked), seen)
}

// TestDrawnMasksAreThoseThatTravel: a model whose masks come with its values computes what the model
// of its config does, where they are arguments.
func TestDrawnMasksAreThoseThatTravel(t *testing.T) {
	for name, draw := range masked {
		t.Run(name, func(t *testing.T) {
			m := draw()
			text, err := m.ToJSON()
			require.NoError(t, err)
			again, err := models.FromJSON(text)
			require.NoError(t, err)
			require.NoError(t, again.SetWeights(m.GetWeights()))
			var x data.List
			for _, in := range m.Inputs() {
				shape := append([]int{7}, in.Shape()[1:]...)
				for i, n := range shape {
					if n == keras.None {
						shape[i] = 5
					}
				}
				x = append(x, data.RandomInt(3, shape))
			}
			want, err := m.Predict(x)
			require.NoError(t, err)
			got, err := again.Predict(x)
			require.NoError(t, err)
			assert.Equal(t, floats(want), floats(got))
		})
	}
}

// TestCutBehindAMask: Keras refuses such a model, whose mask comes from before its input. Here it
// has none.
func TestCutBehindAMask(t *testing.T) {
	x := input("x", 4)
	h := layers.LSTM(3).ReturnSequences(true).Apply(embed(2).Apply(x))
	y := layers.GRU(2).Apply(h)
	m, err := models.New(h, y)
	require.NoError(t, err)
	names := []string{}
	for _, l := range m.Operations() {
		names = append(names, l.Class())
	}
	assert.Equal(t, []string{"InputLayer", "GRU"}, names)
}

// TestNamesOfMaskOperations: a layer of the name that an operation was given keeps it, as in a file
// of Keras 2, which has no such operations.
func TestNamesOfMaskOperations(t *testing.T) {
	keras.ClearSession()
	x := input("x", 4)
	h, join := embed(2).Apply(x), layers.Concatenate().WithName("concatenate")
	m, err := models.New(x, layers.GRU(2).Apply(join.Apply(h, h)))
	require.NoError(t, err)
	names := map[string]string{}
	for _, l := range m.Operations() {
		names[l.Name()] = fmt.Sprintf("%T", l)
	}
	assert.Len(t, names, len(m.Operations()))
	assert.Equal(t, "*layers.ConcatenateLayer", names["concatenate"])
	assert.Equal(t, "*symbolic.Operation", names["concatenate_1"])
}
