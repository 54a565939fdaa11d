package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*BatchNormalizationLayer)(nil)
	_ keras.ShapeInferer = (*BatchNormalizationLayer)(nil)
	_ keras.MaskTaker    = (*BatchNormalizationLayer)(nil)
)

// BatchNormalization returns a layer that shifts and scales what is at each place of an
// axis, over all other axes, to mean 0 and deviation 1, and from there on:
// (x − mean)/√(variance + ε)·gamma + beta.
//
//	input  any shape        gamma, beta                  (channels)
//	output the same         moving_mean, moving_variance (channels), not trained
//
// In training mean and variance are those of the batch, and move the moving ones:
// moving·momentum + batch·(1 − momentum). Otherwise, and where the layer is frozen, they
// are the moving ones. What a mask shuts out does not count for mean and variance. The
// mask passes through.
//
// Defaults: Axis −1, Momentum 0.99, Epsilon 0.001, Center true, Scale true,
// BetaInitializer Zeros, GammaInitializer Ones, MovingMeanInitializer Zeros,
// MovingVarianceInitializer Ones, no regularizers, no constraints, Renorm false.
//
// Errors: limits of RenormClipping that contradict each other; an axis that the input
// does not have, or whose size is unknown or not that for which the layer was built; a
// mask without an element for each line along the input's last axis.
func BatchNormalization() *BatchNormalizationLayer {
	l := &BatchNormalizationLayer{cfg: batchNormalizationConfig{
		Axis: -1, Momentum: 0.99,
		MovingMeanInitializer: initializers.Zeros(), MovingVarianceInitializer: initializers.Ones(),
		RenormMomentum: 0.99,
	}}
	l.options = l.cfg.places()
	l.options.defaults()
	l.PassMask()
	return l.init(l, "BatchNormalization", &l.cfg)
}

// BatchNormalizationLayer is the layer that BatchNormalization returns.
type BatchNormalizationLayer struct {
	norm[BatchNormalizationLayer]
	cfg                        batchNormalizationConfig
	rank                       int // of the input for which the layer was built
	movingMean, movingVariance *keras.Variable
	renorm                     renormStatistics
}

type batchNormalizationConfig struct {
	Axis                      int               `keras:"axis"`
	Momentum                  float64           `keras:"momentum"`
	Epsilon                   float64           `keras:"epsilon"`
	Center                    bool              `keras:"center"`
	Scale                     bool              `keras:"scale"`
	BetaInitializer           keras.Initializer `keras:"beta_initializer"`
	GammaInitializer          keras.Initializer `keras:"gamma_initializer"`
	MovingMeanInitializer     keras.Initializer `keras:"moving_mean_initializer"`
	MovingVarianceInitializer keras.Initializer `keras:"moving_variance_initializer"`
	BetaRegularizer           keras.Regularizer `keras:"beta_regularizer"`
	GammaRegularizer          keras.Regularizer `keras:"gamma_regularizer"`
	BetaConstraint            keras.Constraint  `keras:"beta_constraint"`
	GammaConstraint           keras.Constraint  `keras:"gamma_constraint"`
	Synchronized              bool              `keras:"synchronized"`
	Renorm                    bool              `keras:"renorm"`
	RenormClipping            renormClipping    `keras:"renorm_clipping"`
	RenormMomentum            float64           `keras:"renorm_momentum"`
}

// places are those of the options that normalizations share.
func (c *batchNormalizationConfig) places() normOptions {
	return normOptions{
		&c.Epsilon, &c.Center, &c.Scale,
		weightOptions{&c.BetaInitializer, &c.BetaRegularizer, &c.BetaConstraint},
		weightOptions{&c.GammaInitializer, &c.GammaRegularizer, &c.GammaConstraint},
	}
}

// Axis sets axis, whose places have a mean and a variance each. Default −1, the last one.
func (l *BatchNormalizationLayer) Axis(axis int) *BatchNormalizationLayer {
	l.cfg.Axis = axis
	return l
}

// Momentum sets momentum, the share of a moving number that stays. Default 0.99.
func (l *BatchNormalizationLayer) Momentum(m float64) *BatchNormalizationLayer {
	l.cfg.Momentum = m
	return l
}

// MovingMeanInitializer sets moving_mean_initializer. Default Zeros.
func (l *BatchNormalizationLayer) MovingMeanInitializer(i keras.Initializer) *BatchNormalizationLayer {
	l.cfg.MovingMeanInitializer = i
	return l
}

// MovingVarianceInitializer sets moving_variance_initializer. Default Ones.
func (l *BatchNormalizationLayer) MovingVarianceInitializer(i keras.Initializer) *BatchNormalizationLayer {
	l.cfg.MovingVarianceInitializer = i
	return l
}

// Synchronized sets synchronized: whether several devices share their statistics. There
// is one, so it changes nothing. Default false.
func (l *BatchNormalizationLayer) Synchronized(on bool) *BatchNormalizationLayer {
	l.cfg.Synchronized = on
	return l
}

// Renorm sets renorm: whether training corrects the batch's statistics towards those of
// earlier batches (batch renormalization, arXiv:1702.03275). Default false.
func (l *BatchNormalizationLayer) Renorm(on bool) *BatchNormalizationLayer {
	l.cfg.Renorm = on
	if on && l.cfg.RenormClipping == nil {
		l.cfg.RenormClipping = renormClipping{}
	}
	return l
}

// RenormClipping sets renorm_clipping, limits of Renorm's correction x·r + d: "rmin" and
// "rmax" of r, "dmax" of d on both sides of 0. Default none.
func (l *BatchNormalizationLayer) RenormClipping(limits map[string]float64) *BatchNormalizationLayer {
	l.cfg.RenormClipping = limits
	return l
}

// RenormMomentum sets renorm_momentum, the momentum of the statistics that Renorm
// corrects to. Default 0.99.
func (l *BatchNormalizationLayer) RenormMomentum(m float64) *BatchNormalizationLayer {
	l.cfg.RenormMomentum = m
	return l
}

func (c *batchNormalizationConfig) validate() error {
	var f faults
	options := c.places()
	options.check(&f)
	f.valid(c.MovingMeanInitializer, c.MovingVarianceInitializer)
	if c.Renorm {
		c.RenormClipping.check(&f)
	}
	return f.err()
}

// Build makes gamma and beta, and the moving statistics.
func (l *BatchNormalizationLayer) Build(in ...keras.Shape) error {
	axis, err := axisOf(in[0], l.cfg.Axis)
	if err != nil {
		return err
	}
	l.rank = len(in[0])
	shape := keras.Shape{in[0][axis]}
	l.addWeights(shape, l.cfg.Scale, l.cfg.Center)
	l.movingMean = l.AddWeight("moving_mean", shape, l.cfg.MovingMeanInitializer, keras.NonTrainable())
	l.movingVariance = l.AddWeight("moving_variance", shape, l.cfg.MovingVarianceInitializer, keras.NonTrainable())
	if l.cfg.Renorm {
		l.renorm.build(l, shape)
	}
	return nil
}

// OutputShapes gives the input's shape.
func (l *BatchNormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	if l.Built() && len(in[0]) != l.rank {
		return nil, keras.WrongRank(l.rank, in[0])
	}
	axis, err := axisOf(in[0], l.cfg.Axis)
	if err != nil {
		return nil, err
	}
	if d := in[0][axis]; l.Built() && d != keras.None && d != l.movingMean.Size() {
		return nil, keras.WrongAxis(l.cfg.Axis, l.movingMean.Size(), in[0])
	}
	return out, nil
}

// TakesMask says that Keras's call has an argument mask.
func (l *BatchNormalizationLayer) TakesMask() bool { return true }

// Call normalizes, and moves the moving statistics in training.
func (l *BatchNormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, gamma, beta := l.float(in[0]), t.Var(l.gamma), t.Var(l.beta)
	mask, err := lineMask(t.Mask(0), keras.Shape(x.Shape()))
	if err != nil {
		return nil, err
	}
	cfg := ops.BatchNormConfig{Axis: l.cfg.Axis, Epsilon: l.cfg.Epsilon}
	if !t.Training || !l.IsTrainable() {
		return t.Out(ops.BatchNormalization(x, t.Var(l.movingMean), t.Var(l.movingVariance), gamma, beta, cfg))
	}
	mean, variance := ops.BatchMoments(x, mask, l.cfg.Axis)
	if l.cfg.Renorm {
		gamma, beta = l.renorm.correct(l, t, mean, variance, gamma, beta)
	} else {
		move(t, l.movingMean, mean, l.cfg.Momentum)
		move(t, l.movingVariance, variance, l.cfg.Momentum)
	}
	cfg.OfBatch, cfg.Mask = true, mask
	return t.Out(ops.BatchNormalization(x, mean, variance, gamma, beta, cfg))
}

// move brings a moving average on by a value, and gives what it becomes.
func move(t *keras.Trace, average *keras.Variable, value *gorgonia.Node, momentum float64) *gorgonia.Node {
	moved := ops.Add(ops.Scale(t.Var(average), momentum, 0), ops.Scale(value, 1-momentum, 0))
	t.Update(average, moved)
	return moved
}

// lineMask is a mask with an element for each line along the last axis of a shape.
func lineMask(mask *gorgonia.Node, shape keras.Shape) (*gorgonia.Node, error) {
	if mask == nil {
		return nil, nil
	}
	lines := shape[:len(shape)-1]
	if mask.Dims() != len(lines) || !broadcastsTo(mask.Shape(), lines) {
		return nil, keras.Fault(keras.ErrShape, "The mask provided should be one dimension less than the inputs. "+
			"Received: mask.shape=%s, inputs.shape=%s", keras.Shape(mask.Shape()), shape)
	}
	return ops.BroadcastTo(mask, lines...), nil
}
