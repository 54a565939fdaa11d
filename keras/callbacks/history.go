package callbacks

// History keeps the logs of every epoch. Fit returns one.
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
