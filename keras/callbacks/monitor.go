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

// monitoring is Base for callbacks that follow one value of the logs, with setters that
// keep the callback's own type.
type monitoring[Self any] struct {
	Base
	self     *Self
	class    string
	monitor  string
	mode     Mode
	minDelta float64
	verbose  int

	best   *float64 // nil: none yet
	rising bool
	known  bool // rising is
}

// init makes self a callback of a class.
func (m *monitoring[Self]) init(self *Self, class string) *Self {
	m.self, m.class, m.monitor, m.mode = self, class, "val_loss", Auto
	return self
}

// Monitor sets the name of the value. Default val_loss.
func (m *monitoring[Self]) Monitor(name string) *Self {
	m.monitor = name
	return m.self
}

// Mode sets whether the value is to fall or to rise. Default auto.
func (m *monitoring[Self]) Mode(mode Mode) *Self {
	m.mode = mode
	return m.self
}

// Verbose 1 says what the callback does. Default 0.
func (m *monitoring[Self]) Verbose(n int) *Self {
	m.verbose = n
	return m.self
}

// direct finds out whether more is better. Metrics are known when training has begun.
func (m *monitoring[Self]) direct(r *Run) error {
	if m.known {
		return nil
	}
	switch m.mode {
	case Min:
	case Max:
		m.rising = true
	case Auto:
		bare := strings.TrimPrefix(m.monitor, "val_")
		up, compiled := r.Directions[bare]
		if !compiled && bare != "loss" {
			return keras.Fault(keras.ErrArgument, "%s callback received monitor=%s, but Keras isn't able to automatically determine whether that metric should be maximized or minimized. Pass `mode='max'` in order to monitor based on the highest metric value, or pass `mode='min'` in order to use the lowest value.", m.class, m.monitor)
		}
		m.rising = compiled && up
	default:
		return keras.Expected(keras.ErrArgument, "a mode auto, min or max", m.mode)
	}
	m.known = true
	return nil
}

// improves reports whether a value is better than another; nil: there is none.
func (m *monitoring[Self]) improves(value float64, than *float64) bool {
	delta := math.Abs(m.minDelta)
	switch {
	case than == nil:
		return true
	case m.rising:
		return value-delta > *than
	}
	return value+delta < *than
}

// value is the monitored value; where there is none, a warning with its name and those
// that there are.
func (m *monitoring[Self]) value(logs Logs, warning string) (float64, bool) {
	v, ok := logs[m.monitor]
	if !ok {
		keras.Warn(warning, m.monitor, strings.Join(logs.Names(), ","))
	}
	return v, ok
}
