package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// Both learn, and so compute what they should.
func TestBothWaysLearn(t *testing.T) {
	keras.SetRandomSeed(2)
	train, test, err := datasets.Digits(datasets.WithCount(200, 60))
	require.NoError(t, err)
	for name, way := range map[string]func(train, test datasets.Split, batch, epochs int) (float64, error){
		"GoKeras": withGoKeras, "Gorgonia": withGorgonia,
	} {
		accuracy, err := way(train, test, 20, 4)
		require.NoError(t, err)
		assert.Greater(t, accuracy, 0.25, "%s: chance is 0.1", name)
		t.Logf("%s: %.2f", name, accuracy)
	}
}

// The networks are one: they have as many weights.
func TestBothWaysAreOneNetwork(t *testing.T) {
	model, err := network()
	require.NoError(t, err)
	g, err := draw(2, true, nil)
	require.NoError(t, err)
	size := 0
	for _, w := range g.weights {
		size += w.Shape().TotalSize()
	}
	assert.Equal(t, model.CountParams(), size)
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
