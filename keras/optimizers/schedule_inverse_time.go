package optimizers

var _ Schedule = (*InverseTimeDecaySchedule)(nil)

// InverseTimeDecay returns the schedule
//
//	initialLearningRate / (1 + decayRate·step/decaySteps)
//
// with Staircase step/decaySteps is rounded down. Defaults: Staircase false.
// Errors: decaySteps < 1.
func InverseTimeDecay(initialLearningRate float64, decaySteps int, decayRate float64) *InverseTimeDecaySchedule {
	s := &InverseTimeDecaySchedule{cfg: decayConfig{
		InitialLearningRate: initialLearningRate, DecaySteps: decaySteps, DecayRate: decayRate, Name: "InverseTimeDecay",
	}}
	return s.init(s, "InverseTimeDecay", &s.cfg, &s.cfg.Name, s.cfg.validate)
}

// InverseTimeDecaySchedule is the schedule that InverseTimeDecay returns.
type InverseTimeDecaySchedule struct {
	schedule[InverseTimeDecaySchedule]
	cfg decayConfig
}

// Staircase sets staircase: the rate changes every decaySteps only. Default false.
func (s *InverseTimeDecaySchedule) Staircase(on bool) *InverseTimeDecaySchedule {
	s.cfg.Staircase = on
	return s
}

// At is the learning rate of a step.
func (s *InverseTimeDecaySchedule) At(step int) float64 {
	return float64(float32(s.cfg.InitialLearningRate) / (1 + float32(s.cfg.DecayRate)*s.cfg.periods(step)))
}
