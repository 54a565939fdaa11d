package layers

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ keras.ConfigValue = (*renormClipping)(nil)

// renormStatistics are what BatchNormalization keeps for Renorm beside the moving
// statistics: a moving deviation, and the statistics that it corrects to.
type renormStatistics struct{ movingStddev, mean, stddev *keras.Variable }

func (s *renormStatistics) build(l *BatchNormalizationLayer, shape keras.Shape) {
	deviation := rootInitializer{l.cfg.MovingVarianceInitializer}
	s.movingStddev = l.AddWeight("moving_stddev", shape, deviation, keras.NonTrainable())
	s.mean = l.AddWeight("renorm_mean", shape, l.cfg.MovingMeanInitializer, keras.NonTrainable())
	s.stddev = l.AddWeight("renorm_stddev", shape, deviation, keras.NonTrainable())
}

// correct gives gamma and beta for (x̂·r + d)·gamma + beta, where x̂ has the batch's mean 0
// and deviation 1, and x̂·r + d those of the statistics, as far as the limits let it; and
// brings all statistics on.
func (s *renormStatistics) correct(l *BatchNormalizationLayer, t *keras.Trace, mean, variance, gamma, beta *gorgonia.Node) (scale, offset *gorgonia.Node) {
	c, inf := &l.cfg, math.Inf(1)
	stddev := ops.Sqrt(ops.Scale(variance, 1, c.Epsilon))
	to := ops.Clip(t.Var(s.stddev), math.Sqrt(c.Epsilon), inf)
	limit := c.RenormClipping.or
	r := ops.Clip(ops.Div(stddev, to), limit("rmin", -inf), limit("rmax", inf))
	d := ops.Clip(ops.Div(ops.Sub(mean, t.Var(s.mean)), to), -limit("dmax", inf), limit("dmax", inf))

	move(t, s.mean, mean, c.RenormMomentum)
	move(t, s.stddev, stddev, c.RenormMomentum)
	move(t, l.movingMean, mean, c.Momentum)
	moved := move(t, s.movingStddev, stddev, c.Momentum)
	t.Update(l.movingVariance, ops.Clip(ops.Scale(ops.Square(moved), 1, -c.Epsilon), 0, inf))

	if gamma != nil {
		r, d = ops.Mul(r, gamma), ops.Mul(d, gamma)
	}
	if beta != nil {
		d = ops.Add(d, beta)
	}
	return r, d
}

// rootInitializer makes the square roots of another's values.
type rootInitializer struct{ keras.Initializer }

// Initialize makes the values.
func (r rootInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	v, err := r.Initializer.Initialize(shape, dt)
	if err != nil {
		return nil, err
	}
	root, err := tensor.Sqrt(v)
	if err != nil {
		return nil, err
	}
	return root.(*tensor.Dense), nil
}

// renormClipping are limits by name; nil is None.
type renormClipping map[string]float64

// renormLimits are the names of the limits.
var renormLimits = []string{"rmax", "rmin", "dmax"}

// EncodeConfig is null or an object.
func (r renormClipping) EncodeConfig() any {
	if r == nil {
		return nil
	}
	cfg := keras.Config{}
	for _, name := range renormLimits {
		if v, ok := r[name]; ok {
			cfg = append(cfg, keras.Entry{Key: name, Value: v})
		}
	}
	return cfg
}

// DecodeConfig reads what EncodeConfig writes.
func (r *renormClipping) DecodeConfig(v any) error {
	if v == nil {
		*r = nil
		return nil
	}
	cfg, ok := v.(keras.Config)
	if !ok {
		return keras.Expected(keras.ErrConfig, "null or an object with limits", v)
	}
	*r = renormClipping{}
	for _, e := range cfg {
		switch n := e.Value.(type) {
		case nil:
		case int:
			(*r)[e.Key] = float64(n)
		case float64:
			(*r)[e.Key] = n
		default:
			return keras.Expected(keras.ErrConfig, "a number for "+e.Key, n)
		}
	}
	return nil
}

// or is a limit, or what stands for none.
func (r renormClipping) or(name string, none float64) float64 {
	if v, ok := r[name]; ok {
		return v
	}
	return none
}

func (r renormClipping) check(f *faults) {
	for _, name := range slices.Sorted(maps.Keys(r)) {
		f.require(slices.Contains(renormLimits, name), fmt.Sprintf("Received invalid keys for `renorm_clipping` argument: %s. Supported values: ['rmax', 'rmin', 'dmax'].", name))
	}
	inf := math.Inf(1)
	rmax, rmin, dmax := r.or("rmax", inf), r.or("rmin", -inf), r.or("dmax", inf)
	f.require(rmax >= rmin, fmt.Sprintf("rmax should be greater than rmin in the `renorm_clipping` argument. Received: rmax=%s, rmin=%s.",
		keras.FormatFloat(rmax), keras.FormatFloat(rmin)))
	f.require(dmax >= 0, fmt.Sprintf("dmax should be non-negative in the `renorm_clipping` argument. Received: dmax=%s.", keras.FormatFloat(dmax)))
}
