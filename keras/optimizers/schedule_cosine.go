package optimizers

import "math"

var _ Schedule = (*CosineDecaySchedule)(nil)

// CosineDecay returns the schedule of half a cosine (Loshchilov and Hutter, 2016):
//
//	initialLearningRate · ((1−alpha)·½(1 + cos(π·step/decaySteps)) + alpha)
//
// which stays at its end after decaySteps. With WarmupTarget it first rises from
// initialLearningRate to the target, straight and in WarmupSteps; then the target
// decays, in decaySteps more. Defaults: Alpha 0, no WarmupTarget, WarmupSteps 0.
// Errors: decaySteps < 1.
func CosineDecay(initialLearningRate float64, decaySteps int) *CosineDecaySchedule {
	s := &CosineDecaySchedule{cfg: cosineConfig{
		InitialLearningRate: initialLearningRate, DecaySteps: decaySteps, Name: "CosineDecay",
	}}
	return s.init(s, "CosineDecay", &s.cfg, &s.cfg.Name, s.cfg.validate)
}

// CosineDecaySchedule is the schedule that CosineDecay returns.
type CosineDecaySchedule struct {
	schedule[CosineDecaySchedule]
	cfg cosineConfig
}

type cosineConfig struct {
	InitialLearningRate float64  `keras:"initial_learning_rate"`
	DecaySteps          int      `keras:"decay_steps"`
	Alpha               float64  `keras:"alpha"`
	Name                string   `keras:"name"`
	WarmupTarget        *float64 `keras:"warmup_target"`
	WarmupSteps         int      `keras:"warmup_steps"`
}

// Alpha sets alpha, the end as a fraction of the start. Default 0.
func (s *CosineDecaySchedule) Alpha(alpha float64) *CosineDecaySchedule {
	s.cfg.Alpha = alpha
	return s
}

// WarmupTarget sets warmup_target, the learning rate after the warm-up. Default none: no warm-up.
func (s *CosineDecaySchedule) WarmupTarget(lr float64) *CosineDecaySchedule {
	s.cfg.WarmupTarget = &lr
	return s
}

// WarmupSteps sets warmup_steps. Default 0.
func (s *CosineDecaySchedule) WarmupSteps(steps int) *CosineDecaySchedule {
	s.cfg.WarmupSteps = steps
	return s
}

func (c *cosineConfig) validate(f *faults) { f.requirePositive("decay_steps", c.DecaySteps) }

// At is the learning rate of a step.
func (s *CosineDecaySchedule) At(step int) float64 {
	c := &s.cfg
	from, at, steps := float32(c.InitialLearningRate), float32(step), float32(c.DecaySteps)
	if c.WarmupTarget != nil {
		target, warmup := float32(*c.WarmupTarget), float32(c.WarmupSteps)
		if at < warmup {
			return float64((target-from)*(at/warmup) + from)
		}
		from, at = target, at-warmup
	}
	half := 0.5 * (1 + cos(math.Pi*(min(at, steps)/steps)))
	return float64(from * (float32(1-c.Alpha)*half + float32(c.Alpha)))
}
