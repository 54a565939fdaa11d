// Command gokeras is our side of the benchmarks: it does the workloads of the given
// names, or all, and prints a line of JSON for each result.
//
//	go run ./bench/gokeras mnist predict1
package main

import (
	"fmt"
	"os"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/bench"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/models"
)

func main() {
	plan, err := bench.ReadPlan()
	if err == nil {
		err = bench.Run(os.Stdout, workloads(plan), os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gokeras:", err)
		os.Exit(1)
	}
}

// results is what a workload gives.
type results = []bench.Result

func workloads(p bench.Plan) []bench.Workload {
	training := func(name string, build builder) bench.Workload {
		return bench.Workload{Name: name, Run: func() (results, error) { return train(p.Warmups, p.Sizes[name], build) }}
	}
	prediction := func(name string, build builder, call caller) bench.Workload {
		return bench.Workload{Name: name, Run: func() (results, error) { return predict(p.Warmups, p.Sizes[name], build, call) }}
	}
	predicted := func(m *models.Model, x *tensor.Dense) (*tensor.Dense, error) { return m.Predict(x) }
	return []bench.Workload{
		training("mnist", mnist),
		training("resnet", resnet),
		training("tickets", tickets),
		training("mlp", mlp),
		prediction("predict1", mnist, predicted),
		prediction("call1", mnist, func(m *models.Model, x *tensor.Dense) (*tensor.Dense, error) { return models.Call(m, x) }),
		prediction("predict256", mnist, func(m *models.Model, x *tensor.Dense) (*tensor.Dense, error) { return m.PredictOnBatch(x) }),
		prediction("vgg1", vgg, predicted),
		prediction("vgg8", vgg, predicted),
		{Name: "batch-growth", Run: func() (results, error) { return batchGrowth(p) }},
		{Name: "depth-growth", Run: func() (results, error) { return depthGrowth(p) }},
		{Name: "steps-memory", Run: func() (results, error) { return stepsMemory(p) }},
		{Name: "predict-memory", Run: func() (results, error) { return predictMemory(p) }},
	}
}

// train times epochs of Fit, then counts what steps of one more allocate.
func train(warmups int, size bench.Size, build builder) (results, error) {
	t, err := build(size.Batch * size.Steps)
	if err != nil {
		return nil, err
	}
	fit := func(hooks ...callbacks.Callback) error {
		_, err := t.model.Fit(t.x, t.y, models.FitConfig{BatchSize: size.Batch, Verbose: models.Silent, Callbacks: hooks})
		return err
	}
	ms, err := bench.Time(warmups, size.Repeats, func() error { return fit() })
	if err != nil {
		return nil, err
	}

	// The first and the last quarter are left out: an epoch begins and ends there.
	first, last := size.Steps/4, size.Steps-1-size.Steps/4
	var allocs, bytes [2]float64
	err = fit(callbacks.Lambda(callbacks.LambdaSpec{
		OnTrainBatchEnd: func(_ *callbacks.Run, step int, _ callbacks.Logs) error {
			switch step {
			case first:
				allocs[0], bytes[0] = bench.Allocated()
			case last:
				allocs[1], bytes[1] = bench.Allocated()
			}
			return nil
		},
	}))
	steps := float64(last - first)
	return results{{
		Ms:     ms / float64(size.Steps),
		Allocs: (allocs[1] - allocs[0]) / steps,
		Bytes:  (bytes[1] - bytes[0]) / steps,
	}}, err
}

// caller has a model compute one batch.
type caller func(m *models.Model, x *tensor.Dense) (*tensor.Dense, error)

// predict times calls on one batch.
func predict(warmups int, size bench.Size, build builder, call caller) (results, error) {
	t, err := build(size.Batch)
	if err != nil {
		return nil, err
	}
	ms, err := bench.Time(warmups, size.Repeats, func() error {
		_, err := call(t.model, t.batch())
		return err
	})
	return results{{Ms: ms}}, err
}
