package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/bench"
)

func TestTrain(t *testing.T) {
	results, err := train(1, bench.Size{Batch: 2, Steps: 2})
	require.NoError(t, err)
	require.Len(t, results, 1)
	assert.Positive(t, results[0].Ms)
	assert.Positive(t, results[0].Allocs)
	assert.Positive(t, results[0].Bytes)
}

// It is MnistModel, and it learns: a program that computes something else would
// show nothing.
func TestModel(t *testing.T) {
	m := draw(2)
	size := 0
	for _, w := range m.weights {
		size += w.Shape().TotalSize()
	}
	assert.Equal(t, 76810, size)

	_, err := gorgonia.Grad(m.loss, m.weights...)
	require.NoError(t, err)
	machine := gorgonia.NewTapeMachine(m.graph, gorgonia.BindDualValues(m.weights...))
	defer machine.Close()
	images := m.images.Value().Data().([]float32)
	for i := range images {
		images[i] = float32(i%7) / 7
	}
	labels := m.labels.Value().Data().([]float32)
	labels[3], labels[classes+3] = 1, 1

	solver := gorgonia.NewAdamSolver()
	var losses []float32
	for range 40 {
		machine.Reset()
		require.NoError(t, machine.RunAll())
		losses = append(losses, m.loss.Value().Data().(float32))
		require.NoError(t, solver.Step(gorgonia.NodesToValueGrads(m.weights)))
	}
	assert.Less(t, losses[len(losses)-1], losses[0]/2)
}
