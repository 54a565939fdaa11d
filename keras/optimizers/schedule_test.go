package optimizers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/optimizers"
)

type scheduleCase struct {
	Schedule keras.Config
	Steps    []int
	Rates    []float64
}

func scheduleCases(t *testing.T) []scheduleCase {
	t.Helper()
	var f struct{ Cases []scheduleCase }
	load(t, "schedules.json", &f)
	require.NotEmpty(t, f.Cases)
	return f.Cases
}

// TestSchedules: a schedule made from Keras's config gives Keras's rates, and that
// config again. The tolerance is some float32 roundings of the initial rate.
func TestSchedules(t *testing.T) {
	cases := map[string]bool{}
	for _, c := range scheduleCases(t) {
		o, err := keras.Deserialize(keras.KindSchedule, c.Schedule)
		require.NoError(t, err)
		s := o.(optimizers.Schedule)
		cases[s.Class()] = true
		assert.Equal(t, c.Schedule.String(), keras.Serialize(keras.KindSchedule, s).(keras.Config).String())
		for i, step := range c.Steps {
			assert.InDelta(t, c.Rates[i], s.At(step), 3e-8, "%s at step %d", c.Schedule, step)
		}
	}
	for _, class := range keras.Registered(keras.KindSchedule) {
		o, err := keras.New(keras.KindSchedule, class)
		require.NoError(t, err)
		if _, ok := o.(*optimizers.FuncSchedule); ok {
			continue // of another test
		}
		assert.True(t, cases[class], "no case for the schedule %s", class)
	}
}

// TestScheduleSetters: what a chain writes is, in this order, what Keras writes for
// the schedules of the fixture.
func TestScheduleSetters(t *testing.T) {
	chains := []optimizers.Schedule{
		optimizers.ExponentialDecay(0.1, 10, 0.5),
		optimizers.ExponentialDecay(0.1, 10, 0.5).Staircase(true),
		optimizers.PiecewiseConstantDecay([]int{5, 10}, []float64{0.1, 0.05, 0.01}),
		optimizers.PiecewiseConstantDecay([]int{1}, []float64{1, 0.5}),
		optimizers.PolynomialDecay(0.1, 10),
		optimizers.PolynomialDecay(0.1, 10).EndLearningRate(0.01).Power(2),
		optimizers.PolynomialDecay(0.1, 10).Power(0.5).Cycle(true),
		optimizers.InverseTimeDecay(0.1, 10, 0.5),
		optimizers.InverseTimeDecay(0.1, 10, 0.5).Staircase(true),
		optimizers.CosineDecay(0.1, 10),
		optimizers.CosineDecay(0.1, 10).Alpha(0.1),
		optimizers.CosineDecay(0, 10).WarmupTarget(0.1).WarmupSteps(5),
		optimizers.CosineDecay(0.01, 10).Alpha(0.2).WarmupTarget(0.1).WarmupSteps(3),
		optimizers.CosineDecay(0.1, 10).WarmupSteps(5),
		optimizers.CosineDecayRestarts(0.1, 5),
		optimizers.CosineDecayRestarts(0.1, 5).TMul(1).MMul(0.5),
		optimizers.CosineDecayRestarts(0.1, 4).TMul(1.5).MMul(0.8).Alpha(0.1),
		optimizers.ExponentialDecay(0.1, 10, 0.5).WithName("mine"),
	}
	cases := scheduleCases(t)
	require.Len(t, chains, len(cases))
	for i, s := range chains {
		assert.Equal(t, cases[i].Schedule.String(), keras.Serialize(keras.KindSchedule, s).(keras.Config).String())
	}
}

// TestScheduleOfAFunction: its config names it as Keras names functions, and is
// read where the name is registered.
func TestScheduleOfAFunction(t *testing.T) {
	keras.ClearSession()
	halving := func(name string) *optimizers.FuncSchedule {
		return optimizers.ScheduleFunc(name, func(step int) float64 { return math.Pow(0.5, float64(step)) })
	}
	o := optimizers.SGD().Schedule(halving("halving"))
	require.NoError(t, o.Err())
	cfg := o.Config()
	lr, _ := cfg.Get("learning_rate")
	assert.Equal(t, `{"module": "builtins", "class_name": "function", "config": "halving", "registered_name": "function"}`, lr.(keras.Config).String())

	err := optimizers.SGD().FromConfig(optimizers.SGD().Schedule(halving("nobody's")).Config())
	require.ErrorIs(t, err, keras.ErrConfig)
	assert.Contains(t, err.Error(), "expected the name of a registered learning rate schedule, received nobody's")

	keras.Register(keras.KindSchedule, map[string]keras.Factory{"halving": func() any { return halving("halving") }})
	again := optimizers.SGD()
	require.NoError(t, again.FromConfig(cfg))
	assert.Equal(t, cfg.String(), again.Config().String())

	v := variable("w", 1)
	require.NoError(t, again.Build([]*keras.Variable{v}))
	require.Len(t, again.Variables(), 1, "a schedule has no variable")
	for _, want := range []float64{0, -0.5, -0.75} { // w −= ½^step·1, from 1
		require.NoError(t, again.Step(gradient(1)))
		assert.Equal(t, []float64{want}, numbers(v.Value()))
	}
	assert.Equal(t, 0.125, again.LearningRate())
}

// TestWrongSchedules: a schedule that says it is wrong makes the optimizer say so,
// and does not panic.
func TestWrongSchedules(t *testing.T) {
	for _, tt := range []struct {
		reason string
		s      optimizers.Schedule
		want   string
	}{
		{"more boundaries than values", optimizers.PiecewiseConstantDecay([]int{1, 2}, []float64{0.5}), "boundaries=[1, 2] of length 2, and values=[0.5] of length 1"},
		{"no values at all", optimizers.PiecewiseConstantDecay(nil, nil), "values=[] of length 0"},
		{"no length", optimizers.CosineDecayRestarts(0.1, -1), "Argument `first_decay_steps` must be > 0. Received: first_decay_steps=-1"},
		{"no function", optimizers.ScheduleFunc("f", nil), "expected a schedule with a name and a function"},
		{"no name", optimizers.ScheduleFunc("", func(int) float64 { return 1 }), "expected a schedule with a name and a function"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			o := optimizers.Adam().Schedule(tt.s)
			require.ErrorIs(t, o.Err(), keras.ErrArgument)
			assert.Contains(t, o.Err().Error(), tt.want)
			assert.Equal(t, o.Err(), o.Build(nil))
			assert.NotPanics(t, func() { tt.s.At(100) })
		})
	}
	s := optimizers.CosineDecay(0.1, 10)
	err := s.FromConfig(keras.Config{{Key: "decay_steps", Value: 0}})
	require.ErrorContains(t, err, "must be > 0")
	require.ErrorContains(t, s.FromConfig(keras.Config{{Key: "decay_steps", Value: "many"}}), "decay_steps")
}
