package optimizers

import "math"

var _ Schedule = (*CosineDecayRestartsSchedule)(nil)

// CosineDecayRestarts returns the schedule of half cosines one after the other
// (SGDR, Loshchilov and Hutter, 2016). The first takes firstDecaySteps, each other
// one TMul times the steps of the one before, from MMul times its height:
//
//	initialLearningRate · ((1−alpha)·½·m_mulⁱ·(1 + cos(π·fraction of the i-th)) + alpha)
//
// Defaults: TMul 2, MMul 1, Alpha 0. Errors: firstDecaySteps < 1.
func CosineDecayRestarts(initialLearningRate float64, firstDecaySteps int) *CosineDecayRestartsSchedule {
	s := &CosineDecayRestartsSchedule{cfg: restartsConfig{
		InitialLearningRate: initialLearningRate, FirstDecaySteps: firstDecaySteps, TMul: 2, MMul: 1, Name: "SGDRDecay",
	}}
	return s.init(s, "CosineDecayRestarts", &s.cfg, &s.cfg.Name, s.cfg.validate)
}

// CosineDecayRestartsSchedule is the schedule that CosineDecayRestarts returns.
type CosineDecayRestartsSchedule struct {
	schedule[CosineDecayRestartsSchedule]
	cfg restartsConfig
}

type restartsConfig struct {
	InitialLearningRate float64 `keras:"initial_learning_rate"`
	FirstDecaySteps     int     `keras:"first_decay_steps"`
	TMul                float64 `keras:"t_mul"`
	MMul                float64 `keras:"m_mul"`
	Alpha               float64 `keras:"alpha"`
	Name                string  `keras:"name"`
}

// TMul sets t_mul, by which each decay is longer than the one before. Default 2.
func (s *CosineDecayRestartsSchedule) TMul(factor float64) *CosineDecayRestartsSchedule {
	s.cfg.TMul = factor
	return s
}

// MMul sets m_mul, by which each decay starts higher than the one before. Default 1.
func (s *CosineDecayRestartsSchedule) MMul(factor float64) *CosineDecayRestartsSchedule {
	s.cfg.MMul = factor
	return s
}

// Alpha sets alpha, the end of a decay as a fraction of the first start. Default 0.
func (s *CosineDecayRestartsSchedule) Alpha(alpha float64) *CosineDecayRestartsSchedule {
	s.cfg.Alpha = alpha
	return s
}

func (c *restartsConfig) validate(f *faults) {
	f.requirePositive("first_decay_steps", c.FirstDecaySteps)
}

// At is the learning rate of a step.
func (s *CosineDecayRestartsSchedule) At(step int) float64 {
	c := &s.cfg
	t, alpha := float32(c.TMul), float32(c.Alpha)
	done := float32(step) / float32(c.FirstDecaySteps) // in lengths of the first decay
	restarts := floor(done)
	fraction := done - restarts
	if t != 1 { // the i-th begins at the geometric sum (1−tⁱ)/(1−t)
		restarts = floor(log(1-done*(1-t)) / log(t))
		fraction = (done - (1-pow(t, restarts))/(1-t)) / pow(t, restarts)
	}
	half := 0.5 * pow(float32(c.MMul), restarts) * (1 + cos(math.Pi*fraction))
	return float64(float32(c.InitialLearningRate) * ((1-alpha)*half + alpha))
}
