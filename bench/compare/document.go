//go:build linux

package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/gokeras/gokeras/bench"
)

//go:embed document.md.tmpl
var text string

// goals are the rows of the comparison, with the largest ratio that is wanted; 0: none.
var goals = []struct {
	title, workload string
	wanted          float64
}{
	{"MnistModel, step of training", "mnist", 0.65},
	{"toy ResNet, step of training", "resnet", 0.70},
	{"tickets, step of training", "tickets", 0.80},
	{"MLP, step of training", "mlp", 0.60},
	{"MnistModel, `predict`", "predict1", 0.20},
	{"MnistModel, plain call", "call1", 0},
	{"MnistModel, `predict_on_batch`", "predict256", 0.75},
	{"VGG19, `predict`", "vgg1", 0.70},
	{"VGG19, `predict`", "vgg8", 0.70},
	{"MnistModel, from the start of a process to its first prediction", "start", 0.02},
}

// write returns the document.
func write(plan bench.Plan, m machine, rounds int, all samples) (string, error) {
	var b strings.Builder
	err := template.Must(template.New("").Parse(text)).Execute(&b, map[string]any{
		"Machine":     m,
		"Rounds":      rounds,
		"Plan":        plan,
		"Versions":    versions(all),
		"Times":       times(plan, all),
		"Peaks":       peaks(all),
		"Allocations": allocations(all),
		"Batches":     growth(all, "batch-growth", "batch", "image"),
		"Depths":      growth(all, "depth-growth", "layers", "layer"),
		"Steps":       memory(all, "steps-memory", "steps"),
		"Predictions": memory(all, "predict-memory", "predictions"),
		"Gorgonia":    ownOps(all),
	})
	return b.String(), err
}

// versions are those that the sides name.
func versions(all samples) (found []string) {
	for _, s := range all {
		for _, r := range s.results {
			if r.Version != "" && !slices.Contains(found, r.Version) {
				found = append(found, r.Version)
			}
		}
	}
	return found
}

func times(plan bench.Plan, all samples) string {
	var rows [][]string
	for _, g := range goals {
		ms := func(side string) []float64 { return all.times(side, g.workload) }
		if ms(gokeras) != nil {
			rows = append(rows, append([]string{g.title, fmt.Sprint(max(1, plan.Sizes[g.workload].Batch))}, compared(ms, g.wanted)...))
		}
	}
	return table(slices.Concat([]string{"milliseconds", "batch"}, comparison, []string{"ratio", "wanted"}), rows)
}

func peaks(all samples) string {
	var rows [][]string
	for _, m := range measurements {
		mb := func(side string) []float64 { return all.peaks(side, m.name) }
		if !m.once && mb(gokeras) != nil {
			rows = append(rows, append([]string{m.name}, compared(mb, m.memory)...))
		}
	}
	return table(slices.Concat([]string{"megabytes"}, comparison, []string{"ratio", "wanted"}), rows)
}

// compared are the cells of the numbers of each side, one a round; of the ratio of
// GoKeras to the best backend of the same round; and of the ratio that is wanted.
func compared(of func(side string) []float64, wanted float64) (cells []string) {
	ratios := slices.Clone(of(gokeras))
	for round := range ratios {
		best := of(backends[0])[round]
		for _, side := range backends[1:] {
			best = min(best, of(side)[round])
		}
		ratios[round] /= best
	}
	for _, side := range comparison {
		cells = append(cells, spread(of(side)))
	}
	goal := "–"
	if wanted > 0 {
		goal = fmt.Sprintf("≤ %.2f", wanted)
	}
	return append(cells, spread(ratios), goal)
}

func allocations(all samples) string {
	var rows [][]string
	for _, workload := range []string{"mnist", "resnet", "tickets", "mlp"} {
		if results := all.of(gokeras, workload); results != nil {
			r := results[len(results)-1]
			rows = append(rows, []string{workload, number(r.Allocs), number(r.Bytes / 1024)})
		}
	}
	return table([]string{"a step of", "allocations", "kilobytes"}, rows)
}

// growth shows times as a whole and for each of the units that grow in number.
func growth(all samples, workload, units, unit string) string {
	var rows [][]string
	for _, r := range all.of(gokeras, workload) {
		const micro = 1000
		n := float64(r.N)
		rows = append(rows, []string{fmt.Sprint(r.N), number(r.Ms), number(micro * r.Ms / n), number(r.CallMs), number(micro * r.CallMs / n)})
	}
	return table([]string{units, "step, ms", "µs/" + unit, "prediction, ms", "µs/" + unit}, rows)
}

func memory(all samples, workload, units string) string {
	results := all.of(gokeras, workload)
	if results == nil {
		return table(nil, nil)
	}
	header, row := []string{units}, []string{"megabytes"}
	for _, r := range results {
		header = append(header, fmt.Sprint(r.N))
		row = append(row, number(megabytes(float64(r.Resident))))
	}
	return table(header, [][]string{row})
}

func ownOps(all samples) string {
	var rows [][]string
	for _, side := range []string{gorgonia, gokeras} {
		if results := all.of(side, "mnist"); results != nil {
			r := results[len(results)-1]
			rows = append(rows, []string{side, spread(all.times(side, "mnist")), number(r.Allocs),
				number(megabytes(r.Bytes)), spread(all.peaks(side, "mnist"))})
		}
	}
	return table([]string{"", "ms/step", "allocations/step", "MB allocated/step", "peak memory, MB"}, rows)
}

// spread is the median of some numbers with the smallest and the largest.
func spread(numbers []float64) string {
	median := number(bench.Median(numbers))
	if len(numbers) == 1 {
		return median
	}
	return fmt.Sprintf("%s (%s–%s)", median, number(slices.Min(numbers)), number(slices.Max(numbers)))
}

// number shows three digits, and all of those before the point.
func number(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	default:
		return fmt.Sprintf("%.3f", x)
	}
}

// table is a table in Markdown: words to the left, numbers to the right.
func table(header []string, rows [][]string) string {
	if rows == nil {
		return "Not measured.\n"
	}
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(header)
	fmt.Fprintf(&b, "|---|%s\n", strings.Repeat("--:|", len(header)-1))
	for _, row := range rows {
		line(row)
	}
	return b.String()
}
