package optimizers

import (
	"fmt"
	"math"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

var _ Schedule = (*PiecewiseConstantDecaySchedule)(nil)

// PiecewiseConstantDecay returns the schedule that is values[0] up to and with step
// boundaries[0], values[1] up to and with boundaries[1], and so on; the last of the
// values after the last boundary. Errors: not one value more than boundaries.
func PiecewiseConstantDecay(boundaries []int, values []float64) *PiecewiseConstantDecaySchedule {
	s := &PiecewiseConstantDecaySchedule{cfg: piecewiseConfig{
		Boundaries: boundaries, Values: values, Name: "PiecewiseConstant",
	}}
	return s.init(s, "PiecewiseConstantDecay", &s.cfg, &s.cfg.Name, s.cfg.validate)
}

// PiecewiseConstantDecaySchedule is the schedule that PiecewiseConstantDecay returns.
type PiecewiseConstantDecaySchedule struct {
	schedule[PiecewiseConstantDecaySchedule]
	cfg piecewiseConfig
}

type piecewiseConfig struct {
	Boundaries []int     `keras:"boundaries"`
	Values     []float64 `keras:"values"`
	Name       string    `keras:"name"`
}

func (c *piecewiseConfig) validate(f *faults) {
	f.require(len(c.Boundaries) == len(c.Values)-1,
		"The length of boundaries should be 1 less than the length of values. Received: boundaries=%s of length %d, and values=%s of length %d.",
		list(c.Boundaries), len(c.Boundaries), list(c.Values), len(c.Values))
}

// list is numbers as Python shows them.
func list[N int | float64](numbers []N) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = fmt.Sprint(n)
		if f, ok := any(n).(float64); ok {
			texts[i] = keras.FormatFloat(f)
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// At is the learning rate of a step; NaN where there is no value for it.
func (s *PiecewiseConstantDecaySchedule) At(step int) float64 {
	piece := 0
	for piece < len(s.cfg.Boundaries) && step > s.cfg.Boundaries[piece] {
		piece++
	}
	if piece >= len(s.cfg.Values) {
		return math.NaN()
	}
	return float64(float32(s.cfg.Values[piece]))
}
