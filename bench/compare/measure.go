//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/gokeras/gokeras/bench"
)

// The sides.
const (
	gokeras    = "GoKeras"
	tensorflow = "Keras/TensorFlow"
	jax        = "Keras/JAX"
	torch      = "Keras/Torch"
	gorgonia   = "Gorgonia"
)

// backends are the sides of Python Keras, all those that GoKeras is compared with.
var backends = []string{tensorflow, jax, torch}

// comparison is GoKeras and Python Keras, in turn.
var comparison = append([]string{gokeras}, backends...)

// measurement is what one process of each side does.
type measurement struct {
	name      string
	workloads []string
	sides     []string
	once      bool    // not in every round: nobody is compared with
	start     bool    // processes are timed from their start, not what they do
	memory    float64 // the largest ratio of memory that is wanted; 0: none, as where weights alone are most of it
}

var measurements = []measurement{
	{name: "mnist", workloads: []string{"mnist"}, sides: append(slices.Clone(comparison), gorgonia), memory: 0.20},
	{name: "resnet", workloads: []string{"resnet"}, sides: comparison, memory: 0.20},
	{name: "tickets", workloads: []string{"tickets"}, sides: comparison, memory: 0.20},
	{name: "mlp", workloads: []string{"mlp"}, sides: comparison, memory: 0.20},
	{name: "predict", workloads: []string{"predict1", "call1", "predict256"}, sides: comparison, memory: 0.20},
	{name: "vgg", workloads: []string{"vgg1", "vgg8"}, sides: comparison},
	{name: "start", workloads: []string{"start"}, sides: comparison, start: true, memory: 0.20},
	{name: "batch-growth", workloads: []string{"batch-growth"}, sides: []string{gokeras}, once: true},
	{name: "depth-growth", workloads: []string{"depth-growth"}, sides: []string{gokeras}, once: true},
	{name: "steps-memory", workloads: []string{"steps-memory"}, sides: []string{gokeras}, once: true},
	{name: "predict-memory", workloads: []string{"predict-memory"}, sides: []string{gokeras}, once: true},
}

// command starts a side.
type command struct {
	args        []string
	environment []string // in addition to ours
}

// measure runs the workloads in a process of their own, and returns their results with
// the most memory that the process had, in bytes.
func (c command) measure(workloads []string) (results []bench.Result, peak int64, err error) {
	p := exec.Command(c.args[0], append(slices.Clone(c.args[1:]), workloads...)...)
	p.Env = append(os.Environ(), c.environment...)
	var complaints bytes.Buffer
	p.Stderr = &complaints
	output, err := p.Output()
	if err != nil {
		return nil, 0, fmt.Errorf("%w\n%s", err, complaints.Bytes())
	}
	results, err = parse(output)
	if err != nil {
		return nil, 0, err
	}
	for _, w := range workloads {
		if !slices.ContainsFunc(results, func(r bench.Result) bool { return r.Workload == w }) {
			return nil, 0, fmt.Errorf("no result of %s in %q", w, output)
		}
	}
	return results, peakOf(p.ProcessState), nil
}

// parse reads what a side prints.
func parse(output []byte) (results []bench.Result, err error) {
	lines := json.NewDecoder(bytes.NewReader(output))
	for {
		var r bench.Result
		if err := lines.Decode(&r); errors.Is(err, io.EOF) {
			return results, nil
		} else if err != nil {
			return nil, fmt.Errorf("expected lines of JSON, received %q: %w", output, err)
		}
		results = append(results, r)
	}
}

// sample is what a process gave.
type sample struct {
	side, measurement string
	results           []bench.Result
	peak              int64 // bytes
}

// samples are those of all rounds, in order.
type samples []sample

// of returns the results of a side and workload: one a round, several for growth.
func (all samples) of(side, workload string) (results []bench.Result) {
	for _, s := range all {
		for _, r := range s.results {
			if s.side == side && r.Workload == workload {
				results = append(results, r)
			}
		}
	}
	return results
}

// times returns the milliseconds of each round.
func (all samples) times(side, workload string) (ms []float64) {
	for _, r := range all.of(side, workload) {
		ms = append(ms, r.Ms)
	}
	return ms
}

// peaks returns the megabytes of each round.
func (all samples) peaks(side, measurement string) (mb []float64) {
	for _, s := range all {
		if s.side == side && s.measurement == measurement {
			mb = append(mb, megabytes(float64(s.peak)))
		}
	}
	return mb
}

func megabytes(bytes float64) float64 { return bytes / (1 << 20) }
