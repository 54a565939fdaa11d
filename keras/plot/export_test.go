package plot

import "gonum.org/v1/plot/vg"

// Fit is the number of dots per inch that a PNG gets.
func Fit(width, height float64, dpi int) int { return fit(vg.Length(width), vg.Length(height), dpi) }

// Ticks are the labels of an axis.
func Ticks(least, from, to float64) []string {
	var labels []string
	for _, t := range (roundNumbers{least}).Ticks(from, to) {
		labels = append(labels, t.Label)
	}
	return labels
}
