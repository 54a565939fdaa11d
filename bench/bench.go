// Package bench compares GoKeras with Python Keras and with Gorgonia's own Ops:
//
//	make bench-keras
//
// measures all of them in one run and writes docs/benchmarks.md. Each side is a program
// that does the workloads it is told, and prints a [Result] as a line of JSON for each:
//
//	go run ./bench/gokeras mnist mlp
//	go run ./bench/gorgonia
//	KERAS_BACKEND=jax python bench/keras_side.py mnist mlp
//
// [Plan] says how much each of them does. Package compare runs them in turn.
package bench

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
)

// Plan says how much is done of each workload. All sides read it.
type Plan struct {
	Warmups int             // runs before those that are timed: programs are built, caches filled
	Sizes   map[string]Size // by workload
	Starts  int             // processes of a side whose start is timed, in a round
	Growth  Growth
}

// Size is how much is done of a workload.
type Size struct {
	Batch   int // samples in a step or call
	Steps   int // steps of training in an epoch, which is what is timed
	Repeats int // timed epochs or calls
}

// Growth says how far the workloads go that show how time and memory grow.
type Growth struct {
	Batch, Layers      int // the largest: they grow by doubling
	Repeats            int // timed steps or calls of each
	Steps, Predictions int // during which memory is watched
}

//go:embed plan.json
var plan []byte

// ReadPlan returns the plan of plan.json.
func ReadPlan() (Plan, error) {
	var p Plan
	return p, json.Unmarshal(plan, &p)
}

// Result is what a workload gives. Those that show growth give several.
type Result struct {
	Workload string  `json:"workload"`
	N        int     `json:"n,omitempty"`        // batch, layers, or steps so far
	Ms       float64 `json:"ms,omitempty"`       // median time of a step of training, or of a call
	CallMs   float64 `json:"call_ms,omitempty"`  // that of a call where both are timed
	Allocs   float64 `json:"allocs,omitempty"`   // allocations in a step
	Bytes    float64 `json:"bytes,omitempty"`    // allocated in a step
	Resident int64   `json:"resident,omitempty"` // bytes of memory in use
	Version  string  `json:"version,omitempty"`  // of what was measured
}

// Workload is one that a side can do.
type Workload struct {
	Name string
	Run  func() ([]Result, error)
}

// Run does the workloads of the given names, all of them without a name, and prints
// the results.
func Run(out io.Writer, workloads []Workload, names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(workloads, func(w Workload) bool { return w.Name == name }) {
			return fmt.Errorf("no workload %q", name)
		}
	}
	lines := json.NewEncoder(out)
	for _, w := range workloads {
		if len(names) > 0 && !slices.Contains(names, w.Name) {
			continue
		}
		results, err := w.Run()
		if err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
		for _, r := range results {
			r.Workload = w.Name
			if err := lines.Encode(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Time runs f warmups times, then repeats times, and returns the median of the
// latter in milliseconds.
func Time(warmups, repeats int, f func() error) (float64, error) {
	times := make([]float64, 0, repeats)
	for i := range warmups + repeats {
		start := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		if i >= warmups {
			times = append(times, float64(time.Since(start))/float64(time.Millisecond))
		}
	}
	return Median(times), nil
}

// Median is the middle of some numbers, the mean of the two for an even number of them.
func Median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// Allocated is what this process has allocated so far, counted and in bytes.
func Allocated() (allocs, bytes float64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Mallocs), float64(m.TotalAlloc)
}
