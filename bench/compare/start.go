//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/bench"
	"github.com/gokeras/gokeras/internal/npy"
)

// starters are the commands that load a model and predict, by side. Their files are in a folder.
func starters(folder, python string) (map[string]command, error) {
	program, model, image := filepath.Join(folder, "predict"), filepath.Join(folder, "mnist.keras"), filepath.Join(folder, "image.npy")
	build := exec.Command("go", "build", "-o", program, "./cmd/gokeras")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building from the root of the repository: %w\n%s", err, text)
	}
	if err := applications.MnistModel().Save(model); err != nil {
		return nil, err
	}
	f, err := os.Create(image)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := npy.Write(f, tensor.New(tensor.WithShape(1, 28, 28, 1), tensor.Of(tensor.Uint8))); err != nil {
		return nil, err
	}
	all := map[string]command{gokeras: {args: []string{program, "predict", model, "-x", image}}}
	for side, backend := range map[string]string{tensorflow: "tensorflow", jax: "jax", torch: "torch"} {
		all[side] = command{[]string{python, "bench/first_prediction.py", model, image}, []string{"KERAS_BACKEND=" + backend}}
	}
	return all, nil
}

// start starts a process several times. It returns the median time until the process prints,
// and the most memory that one had, in bytes.
func (c command) start(workload string, repeats int) (results []bench.Result, peak int64, err error) {
	var times []float64
	for range repeats {
		p := exec.Command(c.args[0], c.args[1:]...)
		p.Env = append(os.Environ(), c.environment...)
		var complaints bytes.Buffer
		p.Stderr = &complaints
		output, err := p.StdoutPipe()
		if err != nil {
			return nil, 0, err
		}
		begin := time.Now()
		if err := p.Start(); err != nil {
			return nil, 0, err
		}
		_, silent := output.Read(make([]byte, 1))
		times = append(times, float64(time.Since(begin))/float64(time.Millisecond))
		_, _ = io.Copy(io.Discard, output) // the rest: a program that cannot write would fail
		if err := p.Wait(); err != nil {
			return nil, 0, fmt.Errorf("%w\n%s", err, complaints.Bytes())
		}
		if silent != nil {
			return nil, 0, fmt.Errorf("expected a prediction, received nothing\n%s", complaints.Bytes())
		}
		peak = max(peak, peakOf(p.ProcessState))
	}
	return []bench.Result{{Workload: workload, Ms: bench.Median(times)}}, peak, nil
}

// peakOf is the most memory that a process had, in bytes.
func peakOf(p *os.ProcessState) int64 {
	const kilobyte = 1024 // what Linux counts in
	return p.SysUsage().(*syscall.Rusage).Maxrss * kilobyte
}
