// Command gorgonia makes the training steps of MnistModel with nothing but Gorgonia's
// own Ops, machine and solver, as one would without GoKeras:
//
//	go run ./bench/gorgonia
//
// What is different from the other sides is to the advantage of Gorgonia: images come
// as float32 and already scaled, for it has no Op that converts uint8; channels come
// first, as its Conv2d wants them; nothing is shuffled, and no accuracy is counted.
// Conv2d pads both sides alike, which is what Keras's "same" comes to for these sizes.
// Dropout has a wrong gradient at this rate, but takes its time.
package main

import (
	"fmt"
	"math/rand/v2"
	"os"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/bench"
)

func main() {
	plan, err := bench.ReadPlan()
	if err == nil {
		mnist := func() ([]bench.Result, error) { return train(plan.Warmups, plan.Sizes["mnist"]) }
		err = bench.Run(os.Stdout, []bench.Workload{{Name: "mnist", Run: mnist}}, os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gorgonia:", err)
		os.Exit(1)
	}
}

// train times the steps of an epoch, one by one, and counts what they allocate.
func train(warmups int, size bench.Size) ([]bench.Result, error) {
	m := draw(size.Batch)
	if _, err := gorgonia.Grad(m.loss, m.weights...); err != nil {
		return nil, err
	}
	machine := gorgonia.NewTapeMachine(m.graph, gorgonia.BindDualValues(m.weights...))
	defer machine.Close()
	solver := gorgonia.NewAdamSolver()

	images := batches(size, pixels*pixels, func(row []float32) {
		for i := range row {
			row[i] = rand.Float32()
		}
	})
	labels := batches(size, classes, func(row []float32) { row[rand.IntN(classes)] = 1 })

	done := 0
	var allocs, bytes float64
	ms, err := bench.Time(warmups, size.Steps, func() error {
		if done == warmups {
			allocs, bytes = bench.Allocated()
		}
		copy(m.images.Value().Data().([]float32), images[done%size.Steps])
		copy(m.labels.Value().Data().([]float32), labels[done%size.Steps])
		done++
		machine.Reset()
		if err := machine.RunAll(); err != nil {
			return err
		}
		return solver.Step(gorgonia.NodesToValueGrads(m.weights))
	})
	allocsAfter, bytesAfter := bench.Allocated()
	steps := float64(size.Steps)
	return []bench.Result{{Ms: ms, Allocs: (allocsAfter - allocs) / steps, Bytes: (bytesAfter - bytes) / steps}}, err
}

// batches makes the data of an epoch, a slice for each step.
func batches(size bench.Size, columns int, fill func(row []float32)) [][]float32 {
	all := make([][]float32, size.Steps)
	for i := range all {
		all[i] = make([]float32, size.Batch*columns)
		for row := range size.Batch {
			fill(all[i][row*columns : (row+1)*columns])
		}
	}
	return all
}
