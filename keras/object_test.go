package keras_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestObjectsPrintInOneLine(t *testing.T) {
	warmUp := optimizers.ScheduleFunc("warm_up", func(int) float64 { return 1 })
	for _, tt := range []struct {
		object any
		want   string
	}{
		{optimizers.Adam().WithName("adam"), "Adam(name=adam, learning_rate=0.001, use_ema=False, ema_momentum=0.99, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False)"},
		{optimizers.SGD().WithName("slow").Schedule(optimizers.ExponentialDecay(0.1, 10, 0.9)).ClipNorm(1),
			"SGD(name=slow, learning_rate=ExponentialDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.9, staircase=False, name=ExponentialDecay), " +
				"clipnorm=1.0, use_ema=False, ema_momentum=0.99, momentum=0.0, nesterov=False)"},
		{optimizers.SGD().WithName("sgd").Schedule(warmUp), "SGD(name=sgd, learning_rate=warm_up, use_ema=False, ema_momentum=0.99, momentum=0.0, nesterov=False)"},
		{optimizers.PiecewiseConstantDecay([]int{1, 2}, []float64{1, 0.5, 0.1}), "PiecewiseConstantDecay(boundaries=[1, 2], values=[1.0, 0.5, 0.1], name=PiecewiseConstant)"},
		{warmUp, "warm_up"},
		{losses.List{losses.Huber(), losses.Named("mse")}, "[Huber(name=huber_loss, reduction=sum_over_batch_size, delta=1.0) MeanSquaredError(name=mse, reduction=sum_over_batch_size)]"},
		{losses.Func("mine", nil), "LossFunctionWrapper(name=mine, reduction=sum_over_batch_size)"},
		{metrics.List{metrics.BinaryAccuracy(), metrics.Named("mse")}, "[<BinaryAccuracy name=binary_accuracy> <MeanSquaredError name=mse>]"},
		{initializers.GlorotUniform(), "GlorotUniform"},
		{initializers.RandomNormal(), "RandomNormal(mean=0.0, stddev=0.05)"},
		{initializers.Zeros(), "Zeros"},
		{regularizers.L1L2(0.1, 0.2), "L1L2(l1=0.1, l2=0.2)"},
		{constraints.MaxNorm(2), "MaxNorm(max_value=2.0, axis=0)"},
		{constraints.NonNeg(), "NonNeg"},
		{layers.Dense(3).WithName("head"), "<Dense name=head, built=False>"},
	} {
		assert.Equal(t, tt.want, fmt.Sprint(tt.object))
	}
}

func TestDescribe(t *testing.T) {
	assert.Equal(t, "Mine", keras.Describe(described{"none": nil}))
	assert.Equal(t, "Mine(list=[None, True, a])", keras.Describe(described{"list": []any{nil, true, "a"}}))
	assert.Equal(t, `Mine(x={"a": 1})`, keras.Describe(described{"x": keras.Config{{Key: "a", Value: 1}}}))
}

// described is an object with a config.
type described map[string]any

func (d described) Class() string { return "Mine" }
func (d described) Config() (cfg keras.Config) {
	for k, v := range d {
		cfg = append(cfg, keras.Entry{Key: k, Value: v})
	}
	return cfg
}

// Without a String method of its type, or of what it embeds, an object prints its memory.
func TestEveryRegisteredClassPrintsItself(t *testing.T) {
	for _, kind := range []keras.Kind{keras.KindInitializer, keras.KindRegularizer, keras.KindConstraint,
		keras.KindLoss, keras.KindMetric, keras.KindOptimizer, keras.KindSchedule} {
		classes := keras.Registered(kind)
		require.NotEmpty(t, classes, kind)
		for _, class := range classes {
			o, err := keras.New(kind, class)
			require.NoError(t, err)
			assert.Regexp(t, regexp.MustCompile(`^<?\w+([ (].*[)>])?$`), fmt.Sprint(o), "%s %s", kind, class)
			assert.NotContains(t, fmt.Sprint(o), "0x", "%s %s", kind, class)
		}
	}
}
