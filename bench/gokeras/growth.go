package main

import (
	"fmt"
	"os"

	"github.com/gokeras/gokeras/bench"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// batchGrowth times a step of training and a prediction of MnistModel for batches of
// 1, 2, 4, …
func batchGrowth(p bench.Plan) (results, error) {
	return growth(p, p.Growth.Batch, mnist)
}

// depthGrowth times them for stacks of 1, 2, 4, … layers, on batches of 64.
func depthGrowth(p bench.Plan) (results, error) {
	return growth(p, p.Growth.Layers, func(depth int) (*task, error) { return stack(64, 64, depth) })
}

// growth times a step and a prediction of the tasks for 1, 2, 4, … up to a limit.
func growth(p bench.Plan, limit int, build builder) (all results, err error) {
	for n := 1; n <= limit; n *= 2 {
		t, err := build(n)
		if err != nil {
			return nil, err
		}
		step, err := bench.Time(p.Warmups, p.Growth.Repeats, func() error {
			_, err := t.model.TrainOnBatch(t.x, t.y)
			return err
		})
		if err != nil {
			return nil, err
		}
		call, err := bench.Time(p.Warmups, p.Growth.Repeats, func() error {
			_, err := t.model.PredictOnBatch(t.batch())
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, bench.Result{N: n, Ms: step, CallMs: call})
	}
	return all, nil
}

// samplesOfMemory is how often the memory is looked at.
const samplesOfMemory = 10

// stepsMemory looks at the memory while Fit makes steps of the MLP.
func stepsMemory(p bench.Plan) (all results, err error) {
	size := p.Sizes["mlp"]
	t, err := mlp(size.Batch * size.Steps)
	if err != nil {
		return nil, err
	}
	steps := 0
	_, err = t.model.Fit(t.x, t.y, models.FitConfig{
		BatchSize: size.Batch, Epochs: p.Growth.Steps / size.Steps, Verbose: models.Silent,
		Callbacks: []callbacks.Callback{callbacks.Lambda(callbacks.LambdaSpec{
			OnTrainBatchEnd: func(*callbacks.Run, int, callbacks.Logs) error {
				steps++
				return watch(&all, steps, p.Growth.Steps)
			},
		})},
	})
	return all, err
}

// predictMemory looks at the memory while MnistModel predicts batches of 1 to 64
// images, of another size each time.
func predictMemory(p bench.Plan) (all results, err error) {
	const largest = 64
	t, err := mnist(largest)
	if err != nil {
		return nil, err
	}
	for i := range p.Growth.Predictions {
		size := 1 + i*37%largest // 37 has no factor in common with 64: all sizes, and far from their neighbours
		if _, err := t.model.PredictOnBatch(data.Slice(t.batch(), 0, size)); err != nil {
			return nil, err
		}
		if err := watch(&all, i+1, p.Growth.Predictions); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// watch notes the memory when another part of the work is done.
func watch(all *results, done, total int) error {
	if done%max(1, total/samplesOfMemory) != 0 {
		return nil
	}
	bytes, err := resident()
	*all = append(*all, bench.Result{N: done, Resident: bytes})
	return err
}

// resident is the memory that this process has, in bytes, as Linux counts it.
func resident() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("the memory of a process is known on Linux only: %w", err)
	}
	var total, resident int64
	_, err = fmt.Sscan(string(text), &total, &resident)
	return resident * int64(os.Getpagesize()), err
}
