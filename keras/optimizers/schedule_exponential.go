package optimizers

var _ Schedule = (*ExponentialDecaySchedule)(nil)

// ExponentialDecay returns the schedule
//
//	initialLearningRate · decayRate^(step/decaySteps)
//
// with Staircase the exponent is rounded down. Defaults: Staircase false.
// Errors: decaySteps < 1.
func ExponentialDecay(initialLearningRate float64, decaySteps int, decayRate float64) *ExponentialDecaySchedule {
	s := &ExponentialDecaySchedule{cfg: decayConfig{
		InitialLearningRate: initialLearningRate, DecaySteps: decaySteps, DecayRate: decayRate, Name: "ExponentialDecay",
	}}
	return s.init(s, "ExponentialDecay", &s.cfg, &s.cfg.Name, s.cfg.validate)
}

// ExponentialDecaySchedule is the schedule that ExponentialDecay returns.
type ExponentialDecaySchedule struct {
	schedule[ExponentialDecaySchedule]
	cfg decayConfig
}

// decayConfig is that of ExponentialDecay and InverseTimeDecay.
type decayConfig struct {
	InitialLearningRate float64 `keras:"initial_learning_rate"`
	DecaySteps          int     `keras:"decay_steps"`
	DecayRate           float64 `keras:"decay_rate"`
	Staircase           bool    `keras:"staircase"`
	Name                string  `keras:"name"`
}

// Staircase sets staircase: the rate changes every decaySteps only. Default false.
func (s *ExponentialDecaySchedule) Staircase(on bool) *ExponentialDecaySchedule {
	s.cfg.Staircase = on
	return s
}

func (c *decayConfig) validate(f *faults) { f.requirePositive("decay_steps", c.DecaySteps) }

// periods is step in units of decay_steps.
func (c *decayConfig) periods(step int) float32 {
	p := float32(step) / float32(c.DecaySteps)
	if c.Staircase {
		p = floor(p)
	}
	return p
}

// At is the learning rate of a step.
func (s *ExponentialDecaySchedule) At(step int) float64 {
	return float64(float32(s.cfg.InitialLearningRate) * pow(float32(s.cfg.DecayRate), s.cfg.periods(step)))
}
