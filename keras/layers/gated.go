package layers

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
)

// gatedConfig are the options of LSTM, GRU and SimpleRNN and of their cells. Each class
// shows the keys that it has, in Keras's order.
type gatedConfig struct {
	Units                int                    `keras:"units"`
	Activation           activations.Activation `keras:"activation"`
	RecurrentActivation  activations.Activation `keras:"recurrent_activation"`
	UseBias              bool                   `keras:"use_bias"`
	KernelInitializer    keras.Initializer      `keras:"kernel_initializer"`
	RecurrentInitializer keras.Initializer      `keras:"recurrent_initializer"`
	BiasInitializer      keras.Initializer      `keras:"bias_initializer"`
	UnitForgetBias       bool                   `keras:"unit_forget_bias"`
	KernelRegularizer    keras.Regularizer      `keras:"kernel_regularizer"`
	RecurrentRegularizer keras.Regularizer      `keras:"recurrent_regularizer"`
	BiasRegularizer      keras.Regularizer      `keras:"bias_regularizer"`
	ActivityRegularizer  any                    `keras:"activity_regularizer"` // the place of the key; keras.Base has the value
	KernelConstraint     keras.Constraint       `keras:"kernel_constraint"`
	RecurrentConstraint  keras.Constraint       `keras:"recurrent_constraint"`
	BiasConstraint       keras.Constraint       `keras:"bias_constraint"`
	Dropout              float64                `keras:"dropout"`
	RecurrentDropout     float64                `keras:"recurrent_dropout"`
	ResetAfter           bool                   `keras:"reset_after"`
	Seed                 *int                   `keras:"seed"`
}

func newGatedConfig(units int) *gatedConfig {
	return &gatedConfig{
		Units: units, Activation: activations.Tanh, RecurrentActivation: activations.Sigmoid, UseBias: true,
		KernelInitializer: initializers.GlorotUniform(), RecurrentInitializer: initializers.Orthogonal(), BiasInitializer: initializers.Zeros(),
		UnitForgetBias: true, ResetAfter: true,
	}
}

// weights are the places of the options of kernel and bias.
func (c *gatedConfig) weights() kernelAndBias {
	return kernelAndBias{
		weightOptions{&c.KernelInitializer, &c.KernelRegularizer, &c.KernelConstraint},
		weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
	}
}

// recurrent are those of the weights of states.
func (c *gatedConfig) recurrent() weightOptions {
	return weightOptions{&c.RecurrentInitializer, &c.RecurrentRegularizer, &c.RecurrentConstraint}
}

func (c *gatedConfig) validate() error {
	var f faults
	f.require(c.Units > 0, fmt.Sprintf("Received an invalid value for argument `units`, expected a positive integer, got %d.", c.Units))
	f.gated(c)
	return f.err()
}

// gated adds the violations of all options but units.
func (f *faults) gated(c *gatedConfig) {
	f.require(c.Dropout >= 0 && c.Dropout <= 1, "expected a dropout between 0 and 1, received "+keras.FormatFloat(c.Dropout))
	f.require(c.RecurrentDropout >= 0 && c.RecurrentDropout <= 1,
		"expected a recurrent_dropout between 0 and 1, received "+keras.FormatFloat(c.RecurrentDropout))
	f.accept(c.Activation.Validate())
	f.accept(c.RecurrentActivation.Validate())
	c.weights().check(f)
	c.recurrent().check(f)
}

// gatedCellConfig is what a cell shows of a gatedConfig.
type gatedCellConfig struct {
	*gatedConfig
	keys []string
}

// ConfigKeys are the keys that the class has.
func (c *gatedCellConfig) ConfigKeys() []string { return c.keys }

// gatedLayer is what LSTM, GRU and SimpleRNN share: a cell of their own, with which they
// share the options.
type gatedLayer[Self any] struct {
	recurrent[Self]
	gatedSetters[Self]
}

func (l *gatedLayer[Self]) init(self *Self, class string, cfg *gatedConfig, cell Cell, keys []string) *Self {
	l.options, l.rank = &sequenceConfig{Cell: cell}, 3
	l.gatedSetters = newGatedSetters(self, cfg)
	return l.base.init(self, class, &gatedLayerConfig{l.options, cfg, keys})
}

// Build makes the cell's weights, in the layer's own type, and the states of a stateful layer.
func (l *gatedLayer[Self]) Build(in ...keras.Shape) error {
	l.options.Cell.LayerBase().WithDType(l.DType())
	return l.recurrent.Build(in...)
}

// gatedLayerConfig is what a layer shows of both of its configs.
type gatedLayerConfig struct {
	*sequenceConfig
	*gatedConfig
	keys []string
}

// ConfigKeys are the keys that the class has.
func (c *gatedLayerConfig) ConfigKeys() []string { return c.keys }

func (c *gatedLayerConfig) validate() error { return c.gatedConfig.validate() }

// gatedSetters are the setters that LSTM, GRU, SimpleRNN and their cells have in common.
type gatedSetters[Self any] struct {
	weightSetters[Self]
	owner *Self
	cfg   *gatedConfig
}

func newGatedSetters[Self any](owner *Self, cfg *gatedConfig) gatedSetters[Self] {
	return gatedSetters[Self]{newWeightSetters(owner, cfg.weights()), owner, cfg}
}

// Activation sets activation. Default tanh.
func (s *gatedSetters[Self]) Activation(a activations.Activation) *Self {
	s.cfg.Activation = a
	return s.owner
}

// UseBias sets use_bias. Default true.
func (s *gatedSetters[Self]) UseBias(on bool) *Self {
	s.cfg.UseBias = on
	return s.owner
}

// RecurrentInitializer sets recurrent_initializer, of the weights of states. Default Orthogonal.
func (s *gatedSetters[Self]) RecurrentInitializer(i keras.Initializer) *Self {
	s.cfg.RecurrentInitializer = i
	return s.owner
}

// RecurrentRegularizer sets recurrent_regularizer. Default none.
func (s *gatedSetters[Self]) RecurrentRegularizer(r keras.Regularizer) *Self {
	s.cfg.RecurrentRegularizer = r
	return s.owner
}

// RecurrentConstraint sets recurrent_constraint. Default none.
func (s *gatedSetters[Self]) RecurrentConstraint(c keras.Constraint) *Self {
	s.cfg.RecurrentConstraint = c
	return s.owner
}

// Dropout sets dropout, the fraction of the inputs' features that training leaves out,
// the same in all steps of a sequence. It is brought into [0, 1]. Default 0.
func (s *gatedSetters[Self]) Dropout(rate float64) *Self {
	s.cfg.Dropout = min(max(rate, 0), 1)
	return s.owner
}

// RecurrentDropout sets recurrent_dropout, the same for the states. Default 0.
func (s *gatedSetters[Self]) RecurrentDropout(rate float64) *Self {
	s.cfg.RecurrentDropout = min(max(rate, 0), 1)
	return s.owner
}

// Seed sets seed, which makes dropout repeatable. Default a random one.
func (s *gatedSetters[Self]) Seed(seed int) *Self {
	s.cfg.Seed = &seed
	return s.owner
}

// gateSetters are those of LSTM, GRU and their cells.
type gateSetters[Self any] struct {
	owner *Self
	cfg   *gatedConfig
}

// RecurrentActivation sets recurrent_activation, of the gates. Default sigmoid.
func (s *gateSetters[Self]) RecurrentActivation(a activations.Activation) *Self {
	s.cfg.RecurrentActivation = a
	return s.owner
}
