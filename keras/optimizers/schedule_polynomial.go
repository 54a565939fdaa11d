package optimizers

var _ Schedule = (*PolynomialDecaySchedule)(nil)

// PolynomialDecay returns the schedule
//
//	(initialLearningRate − end)·(1 − step/decaySteps)^power + end
//
// which stays at end after decaySteps; with Cycle decaySteps is multiplied so that
// it is never before step. Defaults: EndLearningRate 0.0001, Power 1, Cycle false.
// Errors: decaySteps < 1.
func PolynomialDecay(initialLearningRate float64, decaySteps int) *PolynomialDecaySchedule {
	s := &PolynomialDecaySchedule{cfg: polynomialConfig{
		InitialLearningRate: initialLearningRate, DecaySteps: decaySteps,
		EndLearningRate: 0.0001, Power: 1, Name: "PolynomialDecay",
	}}
	return s.init(s, "PolynomialDecay", &s.cfg, &s.cfg.Name, s.cfg.validate)
}

// PolynomialDecaySchedule is the schedule that PolynomialDecay returns.
type PolynomialDecaySchedule struct {
	schedule[PolynomialDecaySchedule]
	cfg polynomialConfig
}

type polynomialConfig struct {
	InitialLearningRate float64 `keras:"initial_learning_rate"`
	DecaySteps          int     `keras:"decay_steps"`
	EndLearningRate     float64 `keras:"end_learning_rate"`
	Power               float64 `keras:"power"`
	Cycle               bool    `keras:"cycle"`
	Name                string  `keras:"name"`
}

// EndLearningRate sets end_learning_rate. Default 0.0001.
func (s *PolynomialDecaySchedule) EndLearningRate(lr float64) *PolynomialDecaySchedule {
	s.cfg.EndLearningRate = lr
	return s
}

// Power sets power, the exponent. Default 1.
func (s *PolynomialDecaySchedule) Power(power float64) *PolynomialDecaySchedule {
	s.cfg.Power = power
	return s
}

// Cycle sets cycle: start again, lower, after the end. Default false.
func (s *PolynomialDecaySchedule) Cycle(on bool) *PolynomialDecaySchedule {
	s.cfg.Cycle = on
	return s
}

func (c *polynomialConfig) validate(f *faults) { f.requirePositive("decay_steps", c.DecaySteps) }

// At is the learning rate of a step.
func (s *PolynomialDecaySchedule) At(step int) float64 {
	c := &s.cfg
	initial, end := float32(c.InitialLearningRate), float32(c.EndLearningRate)
	at, steps := float32(step), float32(c.DecaySteps)
	switch {
	case !c.Cycle:
		at = min(at, steps)
	case step != 0:
		steps *= ceil(at / steps)
	}
	return float64((initial-end)*pow(1-at/steps, float32(c.Power)) + end)
}
