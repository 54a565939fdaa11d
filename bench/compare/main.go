//go:build linux

// Command compare measures all sides in one run, in turn, each in a fresh process, and
// writes docs/benchmarks.md:
//
//	make bench-keras
//	go run ./bench/compare -python bench/.venv/bin/python -rounds 1 mlp predict
//
// With names of measurements it does only these, prints what the document would say of
// them, and writes nothing. It runs on Linux, which tells the memory of a process.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/bench"
)

// document is the file that is written.
const document = "docs/benchmarks.md"

func main() {
	python := flag.String("python", "bench/.venv/bin/python", "the interpreter that has bench/requirements.txt; make bench-keras prepares it")
	rounds := flag.Int("rounds", 3, "how often the sides take turns")
	flag.Parse()
	if err := run(*python, *rounds, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// run measures, prints the document, and writes it if it is complete.
func run(python string, rounds int, names []string) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	if rounds < 1 {
		return fmt.Errorf("expected at least 1 round, received %d", rounds)
	}
	if _, err := exec.LookPath(python); err != nil {
		return fmt.Errorf("%w: Keras needs Python 3.11 with bench/requirements.txt; make bench-keras prepares it in bench/.venv", err)
	}
	programs, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(programs)
	build := exec.Command("go", "build", "-o", programs, "./bench/gokeras", "./bench/gorgonia")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building from the root of the repository: %w\n%s", err, text)
	}
	keras := []string{python, "bench/keras_side.py"}
	commands := map[string]command{
		gokeras:    {args: []string{filepath.Join(programs, "gokeras")}},
		tensorflow: {keras, []string{"KERAS_BACKEND=tensorflow"}},
		jax:        {keras, []string{"KERAS_BACKEND=jax"}},
		torch:      {keras, []string{"KERAS_BACKEND=torch"}},
		gorgonia:   {args: []string{filepath.Join(programs, "gorgonia")}},
	}
	starts, err := starters(programs, python)
	if err != nil {
		return err
	}
	plan, err := bench.ReadPlan()
	if err != nil {
		return err
	}

	var all samples
	for round := range rounds {
		for _, m := range chosen {
			if round > 0 && m.once {
				continue
			}
			for _, side := range m.sides {
				fmt.Fprintf(os.Stderr, "round %d of %d: %s: %s\n", round+1, rounds, m.name, side)
				var results []bench.Result
				var peak int64
				if m.start {
					results, peak, err = starts[side].start(m.workloads[0], plan.Starts)
				} else {
					results, peak, err = commands[side].measure(m.workloads)
				}
				if err != nil {
					return fmt.Errorf("%s of %s: %w", m.name, side, err)
				}
				all = append(all, sample{side, m.name, results, peak})
			}
		}
	}

	text, err := write(plan, describe(), rounds, all)
	if err != nil {
		return err
	}
	fmt.Print(text)
	if len(names) > 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(document), 0o755); err != nil {
		return err
	}
	return os.WriteFile(document, []byte(text), 0o644)
}

// choose returns the measurements of the given names, all of them without a name.
func choose(names []string) (chosen []measurement, err error) {
	if len(names) == 0 {
		return measurements, nil
	}
	var known []string
	for _, m := range measurements {
		known = append(known, m.name)
		if slices.Contains(names, m.name) {
			chosen = append(chosen, m)
		}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("expected names of measurements (%s), received %q", strings.Join(known, ", "), name)
		}
	}
	return chosen, nil
}
