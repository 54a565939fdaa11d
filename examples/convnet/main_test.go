package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

const images = 20

func digits(t *testing.T) datasets.Split {
	keras.SetRandomSeed(2)
	split, _, err := datasets.Digits(datasets.WithCount(images, 1))
	require.NoError(t, err)
	return split
}

func all() (indices []int) {
	for i := range images {
		indices = append(indices, i)
	}
	return indices
}

func TestBothWaysRun(t *testing.T) {
	d := digits(t)
	for name, way := range map[string]func(train, test datasets.Split, batch, epochs int) (float64, error){
		"GoKeras": withGoKeras, "Gorgonia": withGorgonia,
	} {
		accuracy, err := way(d, d, images/2, 1)
		require.NoError(t, err, name)
		assert.GreaterOrEqual(t, accuracy, 0.0)
	}
}

// The networks are one: with the same weights they give the same, and training makes both surer of
// the classes that it shows them.
func TestBothWaysAreOneNetwork(t *testing.T) {
	d := digits(t)
	model, err := network()
	require.NoError(t, err)
	trainer, err := newTrainer(images)
	require.NoError(t, err)
	defer trainer.machine.Close()
	for i, w := range model.Weights() {
		copy(trainer.weights[i].Value().Data().([]float32), channelsFirst(w.Value()))
	}
	x := data.ExpandDims(d.X, -1)
	withGoKeras := func() []float32 {
		y, err := model.Predict(x)
		require.NoError(t, err)
		return y.Float32s()
	}
	withGorgonia := func() []float32 {
		g, err := draw(images, false, trainer.graph)
		require.NoError(t, err)
		g.fill(d, all())
		machine := gorgonia.NewTapeMachine(g.ExprGraph)
		defer machine.Close()
		require.NoError(t, machine.RunAll())
		return g.output.Value().Data().([]float32)
	}
	before := withGoKeras()
	assert.InDeltaSlice(t, before, withGorgonia(), 1e-5)

	for range 10 {
		_, err := model.TrainOnBatch(x, d.Y)
		require.NoError(t, err)
		trainer.fill(d, all())
		require.NoError(t, trainer.step())
	}
	for name, after := range map[string][]float32{"GoKeras": withGoKeras(), "Gorgonia": withGorgonia()} {
		assert.Greater(t, right(d, after), 1.5*right(d, before), name)
	}
}

// channelsFirst is a weight in the order that Gorgonia has it in.
func channelsFirst(w *tensor.Dense) []float32 {
	const side = 3 // of a kernel, and of the images before the dense layers
	from, shape := w.Float32s(), w.Shape()
	switch {
	case len(shape) == 4: // a kernel (3, 3, in, out) becomes (out, in, 3, 3)
	case shape[0] == 128*side*side: // so do pixels: (3, 3, 128) becomes (128, 3, 3)
		shape = tensor.Shape{side, side, 128, shape[1]}
	default:
		return from
	}
	in, out := shape[2], shape[3]
	to := make([]float32, len(from))
	for i, v := range from {
		pixel, channel, unit := i/(in*out), i/out%in, i%out
		if len(w.Shape()) == 4 {
			to[(unit*in+channel)*side*side+pixel] = v
		} else {
			to[(channel*side*side+pixel)*out+unit] = v
		}
	}
	return to
}

// right is the mean probability of the right classes.
func right(d datasets.Split, probabilities []float32) (mean float64) {
	for i, class := range d.Y.Uint8s() {
		mean += float64(probabilities[i*10+int(class)]) / images
	}
	return mean
}

// A step of training on 100 images, from bytes to new weights.
func BenchmarkStep(b *testing.B) {
	const batch = 100
	train, _, err := datasets.Digits(datasets.WithCount(batch, 1))
	require.NoError(b, err)
	indices := make([]int, batch)
	for i := range indices {
		indices[i] = i
	}
	b.Run("GoKeras", func(b *testing.B) {
		model, err := network()
		require.NoError(b, err)
		x := data.ExpandDims(train.X, -1)
		step := func() {
			_, err := model.TrainOnBatch(x, train.Y)
			require.NoError(b, err)
		}
		step() // makes the program
		b.ReportAllocs()
		for b.Loop() {
			step()
		}
	})
	b.Run("Gorgonia", func(b *testing.B) {
		t, err := newTrainer(batch)
		require.NoError(b, err)
		defer t.machine.Close()
		step := func() {
			t.fill(train, indices)
			require.NoError(b, t.step())
		}
		step()
		b.ReportAllocs()
		for b.Loop() {
			step()
		}
	})
}
