//go:build linux

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/bench"
)

// two rounds of everything; the second round is slower for all.
func twoRounds() (all samples) {
	ms := map[string]float64{gokeras: 50, tensorflow: 200, jax: 400, torch: 100, gorgonia: 700}
	mb := map[string]int64{gokeras: 64, tensorflow: 1024, jax: 640, torch: 2048, gorgonia: 1280}
	for round := range 2 {
		for _, m := range measurements[:5] {
			for _, side := range m.sides {
				s := sample{side: side, measurement: m.name, peak: mb[side] << 20}
				for _, w := range m.workloads {
					r := bench.Result{Workload: w, Ms: ms[side] * float64(1+round), Allocs: 12, Bytes: 3 << 20}
					if side == torch && round == 1 {
						r.Ms = 160 // 100/160 in the second round
					}
					if side == jax {
						r.Version = "Keras 3 on jax"
					}
					s.results = append(s.results, r)
				}
				all = append(all, s)
			}
		}
	}
	return append(all,
		sample{side: gokeras, measurement: "batch-growth", results: []bench.Result{
			{Workload: "batch-growth", N: 1, Ms: 2, CallMs: 0.5}, {Workload: "batch-growth", N: 64, Ms: 32, CallMs: 16}}},
		sample{side: gokeras, measurement: "steps-memory", results: []bench.Result{
			{Workload: "steps-memory", N: 1000, Resident: 32 << 20}, {Workload: "steps-memory", N: 2000, Resident: 33 << 20}}})
}

func TestTables(t *testing.T) {
	plan, err := bench.ReadPlan()
	require.NoError(t, err)
	all := twoRounds()

	// 50/100 and 100/160 are 0.5 and 0.625; their median is not that of the times.
	assert.Contains(t, times(plan, all), ""+
		"| milliseconds | batch | GoKeras | Keras/TensorFlow | Keras/JAX | Keras/Torch | ratio | wanted |\n"+
		"|---|--:|--:|--:|--:|--:|--:|--:|\n"+
		"| MnistModel, step of training | 256 | 75.0 (50.0–100) | 300 (200–400) | 600 (400–800) | 130 (100–160) | 0.562 (0.500–0.625) | ≤ 0.65 |\n")
	assert.Contains(t, times(plan, all), "| MnistModel, plain call | 1 | 75.0 (50.0–100) | 300 (200–400) | 600 (400–800) | 130 (100–160) | 0.562 (0.500–0.625) | – |\n")
	assert.Contains(t, peaks(all), "| mlp | 64.0 (64.0–64.0) | 1024 (1024–1024) | 640 (640–640) | 2048 (2048–2048) | 0.100 (0.100–0.100) | ≤ 0.20 |\n")
	assert.NotContains(t, peaks(all), "growth")
	assert.Contains(t, allocations(all), "| mlp | 12.0 | 3072 |\n")
	assert.Equal(t, ""+
		"| batch | step, ms | µs/image | prediction, ms | µs/image |\n"+
		"|---|--:|--:|--:|--:|\n"+
		"| 1 | 2.00 | 2000 | 0.500 | 500 |\n"+
		"| 64 | 32.0 | 500 | 16.0 | 250 |\n", growth(all, "batch-growth", "batch", "image"))
	assert.Equal(t, "| steps | 1000 | 2000 |\n|---|--:|--:|\n| megabytes | 32.0 | 33.0 |\n", memory(all, "steps-memory", "steps"))
	assert.Equal(t, "Not measured.\n", growth(all, "depth-growth", "layers", "layer"))
	assert.Equal(t, "Not measured.\n", memory(all, "predict-memory", "predictions"))
	assert.Contains(t, ownOps(all), "| Gorgonia | 1050 (700–1400) | 12.0 | 3.00 | 1280 (1280–1280) |\n| GoKeras | 75.0 (50.0–100) |")
}

func TestDocument(t *testing.T) {
	plan, err := bench.ReadPlan()
	require.NoError(t, err)
	for name, all := range map[string]samples{"everything": twoRounds(), "one measurement": twoRounds()[:5]} {
		text, err := write(plan, machine{Processor: "an abacus", Date: "2026-01-02"}, 2, all)
		require.NoError(t, err, name)
		for _, part := range []string{"an abacus", "| date | 2026-01-02 |\n| rounds | 2 |", "Keras 3 on jax", times(plan, all), peaks(all), ownOps(all)} {
			assert.Contains(t, text, part, name)
		}
		assert.NotContains(t, text, "<no value>", name)
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{1234.5: "1234", 123.4: "123", 12.34: "12.3", 1.234: "1.23", 0.1234: "0.123", 0: "0.000"} {
		assert.Equal(t, want, number(x))
	}
}

func TestDescribe(t *testing.T) {
	m := describe()
	assert.Contains(t, m.Kernels, "portable")
	assert.NotEmpty(t, m.Go)
	assert.Contains(t, m.System, "Linux")
}
