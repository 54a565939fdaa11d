package main

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/bench"
	"github.com/gokeras/gokeras/keras/data"
)

// small is a plan that takes no time.
var small = bench.Plan{
	Warmups: 1,
	Sizes: map[string]bench.Size{
		"mnist": {Batch: 2, Steps: 4, Repeats: 1}, "resnet": {Batch: 2, Steps: 4, Repeats: 1}, "mlp": {Batch: 2, Steps: 4, Repeats: 1},
		"tickets":  {Batch: 2, Steps: 4, Repeats: 1},
		"predict1": {Batch: 1, Repeats: 1}, "call1": {Batch: 1, Repeats: 1}, "predict256": {Batch: 2, Repeats: 1},
		"vgg1": {Batch: 1, Repeats: 1}, "vgg8": {Batch: 1, Repeats: 1},
	},
	Growth: bench.Growth{Batch: 2, Layers: 4, Repeats: 1, Steps: 20, Predictions: 10},
}

func TestWorkloads(t *testing.T) {
	for _, w := range workloads(small) {
		t.Run(w.Name, func(t *testing.T) {
			if strings.HasSuffix(w.Name, "-memory") && runtime.GOOS != "linux" {
				t.Skip("the memory of a process is known on Linux only")
			}
			results, err := w.Run()
			require.NoError(t, err)
			_, err = json.Marshal(results) // no NaN, no infinity
			require.NoError(t, err)

			numbers := []int{0}
			switch w.Name {
			case "batch-growth":
				numbers = []int{1, 2}
			case "depth-growth":
				numbers = []int{1, 2, 4}
			case "steps-memory":
				numbers = []int{2, 4, 6, 8, 10, 12, 14, 16, 18, 20}
			case "predict-memory":
				numbers = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
			}
			require.Len(t, results, len(numbers))
			for i, r := range results {
				assert.Equal(t, numbers[i], r.N)
				assert.Equal(t, strings.HasSuffix(w.Name, "-memory"), r.Resident > 0)
				assert.NotEqual(t, r.Resident > 0, r.Ms > 0)
				assert.Equal(t, strings.HasSuffix(w.Name, "-growth"), r.CallMs > 0)
				assert.Equal(t, small.Sizes[w.Name].Steps > 0, r.Allocs > 0)
			}
		})
	}
}

// The document says how large the models are.
func TestModels(t *testing.T) {
	for _, c := range []struct {
		name   string
		build  builder
		params int
	}{
		{"mnist", mnist, 76810}, {"resnet", resnet, 223242}, {"mlp", mlp, 55050}, {"tickets", tickets, 1392097}, {"vgg", vgg, 143667240},
	} {
		task, err := c.build(3)
		require.NoError(t, err)
		assert.Equal(t, c.params, task.model.CountParams(), c.name)
		for _, structure := range []any{task.x, task.y} {
			if structure == nil { // VGG19 only predicts
				continue
			}
			leaves, _, err := data.Leaves(structure)
			require.NoError(t, err)
			for _, l := range leaves {
				assert.Equal(t, 3, l.Shape()[0], c.name)
			}
		}
	}
}
