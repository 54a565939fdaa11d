package bench

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPlan(t *testing.T) {
	p, err := ReadPlan()
	require.NoError(t, err)
	assert.Positive(t, p.Warmups, "programs are built by the first run")
	assert.Positive(t, p.Starts)
	for _, name := range []string{"mnist", "resnet", "tickets", "mlp", "predict1", "call1", "predict256", "vgg1", "vgg8"} {
		size := p.Sizes[name]
		assert.Positive(t, size.Batch, name)
		assert.Positive(t, size.Repeats, name)
	}
	for _, name := range []string{"mnist", "resnet", "tickets", "mlp"} {
		assert.GreaterOrEqual(t, p.Sizes[name].Steps, 4, "%s: the first and last quarter of an epoch are left out", name)
	}
	python, err := os.ReadFile("keras_side.py")
	require.NoError(t, err)
	for name := range p.Sizes {
		assert.Contains(t, string(python), `"`+name+`": lambda`, "a workload of Python's side")
	}
	assert.Zero(t, p.Growth.Steps%p.Sizes["mlp"].Steps, "memory is watched for whole epochs")
}

func TestRun(t *testing.T) {
	workloads := []Workload{
		{Name: "one", Run: func() ([]Result, error) { return []Result{{Ms: 1.5, Allocs: 2}}, nil }},
		{Name: "two", Run: func() ([]Result, error) { return []Result{{N: 1, Resident: 7}, {N: 2, CallMs: 3}}, nil }},
		{Name: "bad", Run: func() ([]Result, error) { return nil, errors.New("no disk") }},
	}
	for _, c := range []struct {
		names        []string
		printed, err string
	}{
		{names: []string{"one"}, printed: `{"workload":"one","ms":1.5,"allocs":2}` + "\n"},
		{names: []string{"two"}, printed: `{"workload":"two","n":1,"resident":7}` + "\n" + `{"workload":"two","n":2,"call_ms":3}` + "\n"},
		{names: []string{"two", "tow"}, err: `no workload "tow"`},
		{names: []string{"bad"}, err: "bad: no disk"},
		{names: nil, err: "bad: no disk"}, // all of them
	} {
		var out strings.Builder
		err := Run(&out, workloads, c.names)
		if c.err != "" {
			assert.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.printed, out.String())
	}
}

// What keras_side.py prints has the form of Result.
func TestResultOfPython(t *testing.T) {
	var r Result
	lines := json.NewDecoder(strings.NewReader(`{"workload": "mlp", "ms": 3.97, "version": "Keras 3.15.1 on torch 2.15.0"}`))
	lines.DisallowUnknownFields()
	require.NoError(t, lines.Decode(&r))
	assert.Equal(t, Result{Workload: "mlp", Ms: 3.97, Version: "Keras 3.15.1 on torch 2.15.0"}, r)
}

func TestTime(t *testing.T) {
	calls := 0
	ms, err := Time(2, 3, func() error { calls++; return nil })
	require.NoError(t, err)
	assert.Equal(t, 5, calls)
	assert.GreaterOrEqual(t, ms, 0.0)

	_, err = Time(1, 1, func() error { return errors.New("no disk") })
	assert.EqualError(t, err, "no disk")
}

func TestMedian(t *testing.T) {
	assert.Equal(t, 2.0, Median([]float64{9, 1, 2}))
	assert.Equal(t, 2.5, Median([]float64{9, 1, 2, 3}))
	assert.Equal(t, 4.0, Median([]float64{4}))
}
