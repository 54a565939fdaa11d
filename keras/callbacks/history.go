package callbacks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gokeras/gokeras/internal/console"
)

// historyRows is how many epochs a table shows.
const historyRows = 20

// History keeps the logs of every epoch. Fit returns one. Printed, or as the last value
// of a notebook's cell, it is a table; of many epochs the first and the last ones.
type History struct {
	Base
	// History has the values of each epoch by name: loss, val_accuracy.
	History map[string][]float64
	// Vectors has, for metrics that are vectors, the vector of each epoch.
	Vectors map[string][][]float64
	// Epoch has the numbers of the epochs, from 0.
	Epoch []int
}

var _ Callback = (*History)(nil)

// OnTrainBegin forgets an earlier run.
func (h *History) OnTrainBegin(*Run, Logs) error {
	h.History, h.Vectors, h.Epoch = map[string][]float64{}, map[string][][]float64{}, nil
	return nil
}

// OnEpochEnd adds an epoch.
func (h *History) OnEpochEnd(r *Run, epoch int, logs Logs) error {
	h.Epoch = append(h.Epoch, epoch)
	for k, v := range logs {
		h.History[k] = append(h.History[k], v)
	}
	for k, v := range r.Vectors {
		h.Vectors[k] = append(h.Vectors[k], append([]float64(nil), v...))
	}
	return nil
}

// EpochsOf are the epochs, from 0, that the values of a name are of: with a
// ValidationFreq of 2 these are every second one for the val_ names.
func (h *History) EpochsOf(name string) []int {
	values := len(h.History[name])
	if values == 0 {
		return nil
	}
	epochs := h.Epoch
	for every := 2; len(epochs) > values; every++ {
		epochs = nil
		for _, e := range h.Epoch {
			if (e+1)%every == 0 {
				epochs = append(epochs, e)
			}
		}
	}
	return epochs
}

// String is the table as text. Epochs count from 1, as in the progress.
func (h *History) String() string {
	if h == nil || len(h.Epoch) == 0 {
		return "no epochs"
	}
	return h.table().String()
}

// HTML is the table for notebooks.
func (h *History) HTML() string {
	if h == nil || len(h.Epoch) == 0 {
		return console.Plain(h.String()).HTML()
	}
	return h.table().HTML()
}

// SimpleRender is the table by MIME type, for notebooks.
func (h *History) SimpleRender() map[string]any {
	return map[string]any{"text/html": h.HTML(), "text/plain": h.String()}
}

// validation is 1 for a name of the validation data, else 0.
func validation(name string) int {
	if strings.HasPrefix(name, "val_") {
		return 1
	}
	return 0
}

// table has the names of the training data first, then those of the validation data.
func (h *History) table() console.Listing {
	names := make([]string, 0, len(h.History))
	for k := range h.History {
		names = append(names, k)
	}
	slices.Sort(names)
	slices.SortStableFunc(names, func(a, b string) int { return validation(a) - validation(b) })
	l := console.Listing{Head: append([]string{"epoch"}, names...)}
	row := map[int][]string{}
	for _, e := range h.Epoch {
		cells := make([]string, len(l.Head))
		cells[0] = strconv.Itoa(e + 1)
		row[e], l.Rows = cells, append(l.Rows, cells)
	}
	for k, name := range names {
		epochs := h.EpochsOf(name)
		for i, v := range h.History[name][:min(len(epochs), len(h.History[name]))] {
			row[epochs[i]][k+1] = console.Decimal(v)
		}
	}
	return l.Shortened(historyRows)
}
