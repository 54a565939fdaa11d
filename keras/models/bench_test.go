package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// benchmarkSteps reports what a step of Fit costs, callbacks and reading included.
func benchmarkSteps(b *testing.B, m *models.Model, loss losses.Loss, x, y *tensor.Dense, batch int) {
	require.NoError(b, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: loss}))
	ds := data.FromTensorSlices(x, y).Batch(batch).Cache().Repeat()
	fit := func(steps int) {
		_, err := m.Fit(ds, nil, models.FitConfig{StepsPerEpoch: steps, Verbose: models.Silent})
		require.NoError(b, err)
	}
	fit(2)
	b.ReportAllocs()
	b.ResetTimer()
	fit(b.N)
}

func BenchmarkMLPStep(b *testing.B) {
	x, y := hashed(0, 256, []int{784}, 255)
	benchmarkSteps(b, mlp(), losses.SparseCategoricalCrossentropy().FromLogits(true), x, y, 64)
}

func BenchmarkMnistModelStep(b *testing.B) {
	x, y := hashed(0, 512, []int{28, 28, 1}, 0)
	benchmarkSteps(b, mnistModel(0.4), losses.SparseCategoricalCrossentropy(), x, y, 256)
}

func BenchmarkPredict(b *testing.B) {
	x, _ := hashed(0, 1024, []int{784}, 255)
	m := mlp()
	b.ReportAllocs()
	for b.Loop() {
		_, err := m.Predict(x)
		require.NoError(b, err)
	}
}
