package callbacks

import (
	"math"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// Mode says whether a monitored value is to fall or to rise.
type Mode string

// The modes. Auto knows loss and the compiled metrics by their bare names.
const (
	Auto Mode = "auto"
	Min  Mode = "min"
	Max  Mode = "max"
)

// monitor follows one value of the logs.
type monitor struct {
	class    string
	name     string
	mode     Mode
	minDelta float64
	rising   bool
	known    bool
}

// direct finds out whether more is better. Metrics are known when training has begun.
func (m *monitor) direct(r *Run) error {
	if m.known {
		return nil
	}
	switch m.mode {
	case Min:
	case Max:
		m.rising = true
	case Auto:
		bare := strings.TrimPrefix(m.name, "val_")
		up, compiled := r.Directions[bare]
		if !compiled && bare != "loss" {
			return keras.Fault(keras.ErrArgument, "%s callback received monitor=%s, but Keras isn't able to automatically determine whether that metric should be maximized or minimized. Pass `mode='max'` in order to monitor based on the highest metric value, or pass `mode='min'` in order to use the lowest value.", m.class, m.name)
		}
		m.rising = compiled && up
	default:
		return keras.Expected(keras.ErrArgument, "a mode auto, min or max", m.mode)
	}
	m.known = true
	return nil
}

// improves reports whether a value is better than the best so far; nil: there is none.
func (m *monitor) improves(value float64, best *float64) bool {
	delta := math.Abs(m.minDelta)
	switch {
	case best == nil:
		return true
	case m.rising:
		return value-delta > *best
	}
	return value+delta < *best
}

// value is the monitored value; where there is none, a warning with the value's name and
// those that there are.
func (m *monitor) value(logs Logs, warning string) (float64, bool) {
	v, ok := logs[m.name]
	if !ok {
		keras.Warn(warning, m.name, strings.Join(logs.Names(), ","))
	}
	return v, ok
}
