package optimizers_test

import (
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func variable(name string, values ...float64) *keras.Variable {
	return keras.NewVariable(name, "dense/"+name, dense(tensor.Float32, []int{len(values)}, values), true)
}

func gradient(values ...float64) []*tensor.Dense {
	return []*tensor.Dense{dense(tensor.Float32, []int{len(values)}, values)}
}

// everything has every option that changes what a step does.
func everything() []optimizers.Optimizer {
	schedule := func() optimizers.Schedule { return optimizers.CosineDecayRestarts(0.1, 5) }
	return []optimizers.Optimizer{
		optimizers.SGD(0.1),
		optimizers.SGD().Schedule(schedule()).Momentum(0.9).Nesterov(true).WeightDecay(0.1).ClipNorm(1),
		optimizers.RMSprop(0.1).Momentum(0.9).Centered(true).GlobalClipNorm(1).LossScaleFactor(8),
		optimizers.Adam(0.1).AMSGrad(true).ClipValue(0.5).UseEMA(true).EMAOverwriteFrequency(2).GradientAccumulationSteps(3),
		optimizers.AdamW().Schedule(optimizers.PolynomialDecay(0.1, 7).Cycle(true)),
	}
}

// TestAllViolationsAtOnce: options are checked together, and say which optimizer they are of.
func TestAllViolationsAtOnce(t *testing.T) {
	keras.ClearSession()
	o := optimizers.SGD(0.1, 0.2).Momentum(2).ClipNorm(1).GlobalClipNorm(0.5).UseEMA(true).EMAMomentum(-1).EMAOverwriteFrequency(-3).
		GradientAccumulationSteps(-2).ExcludeFromWeightDecay("bias(").WithName("a/b").Schedule(optimizers.ExponentialDecay(1, 0, 1))
	err := o.Err()
	require.ErrorIs(t, err, keras.ErrArgument)
	assert.Equal(t, "sgd (SGD): expected at most one learning rate, received [0.1 0.2]; "+
		"error parsing regexp: missing closing ): `bias(`; "+
		`expected a name without the character /, received "a/b"; `+
		"Argument `decay_steps` must be > 0. Received: decay_steps=0; "+
		"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: clipnorm=1.0, clipvalue=None, global_clipnorm=0.5; "+
		"`gradient_accumulation_steps` must be an integer >= 2. Received: gradient_accumulation_steps=-2; "+
		"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum=-1.0; "+
		"`ema_overwrite_frequency` must be an integer >= 1 or None. Received: ema_overwrite_frequency=-3; "+
		"`momentum` must be a float between [0, 1].", err.Error())
	assert.Equal(t, err, o.Build(nil))
	assert.False(t, o.Built())
}

// TestNames: automatic names count, and a name of one's own uses up none.
func TestNames(t *testing.T) {
	keras.ClearSession()
	assert.Equal(t, "rm_sprop", optimizers.RMSprop().Name())
	assert.Equal(t, "mine", optimizers.RMSprop().WithName("mine").Name())
	assert.Equal(t, "rm_sprop_1", optimizers.RMSprop().Name())
	assert.Equal(t, "adam_w", optimizers.AdamW().Name())
	o := optimizers.Adam()
	require.NoError(t, o.FromConfig(keras.Config{{Key: "name", Value: "saved"}, {Key: "decay", Value: 0.0}, {Key: "learning_rate", Value: 1}}))
	assert.Equal(t, "saved", o.Name())
	assert.Equal(t, 1.0, o.LearningRate())
	assert.Equal(t, "adam", optimizers.Adam().Name())
}

func TestBuild(t *testing.T) {
	keras.ClearSession()
	a, b, other := variable("a", 1), variable("b", 2), variable("other", 3)
	o := optimizers.SGD(0.5).Momentum(0.5)
	assert.Empty(t, o.Variables())
	require.NoError(t, o.SetLearningRate(1))
	require.NoError(t, o.Build([]*keras.Variable{a, b}))
	require.True(t, o.Built())
	state := o.Variables()
	require.NoError(t, o.Build([]*keras.Variable{a, b}))
	assert.Equal(t, state, o.Variables(), "the same variables make no new state")

	err := o.Build([]*keras.Variable{a, other})
	require.ErrorIs(t, err, keras.ErrState)
	assert.Equal(t, "sgd (SGD): Unknown variable: <Variable path=dense/other, shape=(1,), dtype=float32>. This optimizer can only be called for the variables it was originally built with. "+
		"When working with a new set of variables, you should recreate a new optimizer instance.", err.Error())

	require.NoError(t, o.Build([]*keras.Variable{b}), "a part of the variables: the others are frozen now")
	require.NoError(t, o.Step(gradient(1)))
	assert.Equal(t, []float64{1}, numbers(a.Value()))
	assert.Equal(t, []float64{1}, numbers(b.Value()), "2 − 1·1")
	assert.Equal(t, state, o.Variables())
	assert.Equal(t, 1, o.Iterations())

	lr, _ := o.Config().Get("learning_rate")
	assert.Equal(t, 1.0, lr)
	require.NoError(t, o.SetLearningRate(0.1))
	lr, _ = o.Config().Get("learning_rate")
	assert.Equal(t, 0.10000000149011612, lr, "the float32 of now")
}

func TestBuildErrors(t *testing.T) {
	keras.ClearSession()
	integer := keras.NewVariable("n", "x/n", tensor.New(tensor.WithShape(2), tensor.Of(tensor.Int64)), true)
	for _, tt := range []struct {
		reason string
		v      *keras.Variable
		want   string
	}{
		{"integers have no gradient", integer, "expected variables of type float32 or float64, received <Variable path=x/n, shape=(2,), dtype=int64>"},
		{"nil is no variable", nil, "expected variables, received nil"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			o := optimizers.SGD()
			require.ErrorContains(t, o.Build([]*keras.Variable{tt.v}), tt.want)
			assert.False(t, o.Built())
			assert.Empty(t, o.Variables())
		})
	}
}

// TestOptionsAreFixedByBuild: the state depends on them.
func TestOptionsAreFixedByBuild(t *testing.T) {
	for _, change := range []func(o *optimizers.AdamOptimizer){
		func(o *optimizers.AdamOptimizer) { o.AMSGrad(true) },
		func(o *optimizers.AdamOptimizer) { o.WithName("late") },
		func(o *optimizers.AdamOptimizer) { o.Schedule(optimizers.CosineDecay(1, 1)) },
	} {
		o := optimizers.Adam()
		v := variable("v", 1)
		require.NoError(t, o.Build([]*keras.Variable{v}))
		before := o.Config().String()
		change(o)
		require.ErrorContains(t, o.Step(gradient(1)), "the options of an optimizer that is built cannot change")
		assert.Equal(t, before, o.Config().String())
		assert.Equal(t, []float64{1}, numbers(v.Value()))
	}
	o := optimizers.Adam()
	require.NoError(t, o.Build(nil))
	require.ErrorContains(t, o.FromConfig(o.Config()), "cannot change")
}

// TestStepErrors: a bad call changes nothing.
func TestStepErrors(t *testing.T) {
	for _, tt := range []struct {
		reason string
		grads  []*tensor.Dense
		want   string
	}{
		{"too few", gradient(1), "expected 2 gradients, one for each variable, received 1"},
		{"none at all", []*tensor.Dense{nil, nil}, "No gradients provided for any variable."},
		{"a shape of its own", []*tensor.Dense{nil, dense(tensor.Float32, []int{2}, nil)},
			"expected a gradient like <Variable path=dense/b, shape=(1,), dtype=float32>, received shape (2,) and dtype float32"},
		{"a type of its own", []*tensor.Dense{dense(tensor.Float64, []int{1}, nil), nil}, "received shape (1,) and dtype float64"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			a, b := variable("a", 1), variable("b", 1)
			o := optimizers.SGD()
			require.ErrorContains(t, o.Step(tt.grads), "call Build with the variables to train")
			require.NoError(t, o.Build([]*keras.Variable{a, b}))
			require.ErrorContains(t, o.Step(tt.grads), tt.want)
			assert.Equal(t, []float64{1, 1}, append(numbers(a.Value()), numbers(b.Value())...))
			assert.Zero(t, o.Iterations())
		})
	}
	o := optimizers.SGD()
	require.NoError(t, o.Build(nil))
	require.NoError(t, o.Step(nil), "without variables there is nothing to do, as in Keras")
	assert.Zero(t, o.Iterations())
}

// TestNilGradient: the variable stays as it is, for every rule and every option, its
// constraint too; with moving averages it may become its average, which is its value.
func TestNilGradient(t *testing.T) {
	for _, o := range everything() {
		a, b := variable("a", 1), variable("b", 1)
		keras.WithConstraint(failing{})(b)
		require.NoError(t, o.Build([]*keras.Variable{a, b}))
		for range 3 {
			require.NoError(t, o.Step(append(gradient(1), nil)))
		}
		assert.NotEqual(t, []float64{1}, numbers(a.Value()), o.Class())
		assert.Equal(t, []float64{1}, numbers(b.Value()), o.Class())
		assert.Equal(t, 3/max(1, accumulation(o)), o.Iterations())
	}
}

func accumulation(o optimizers.Optimizer) int {
	k, _ := o.Config().Get("gradient_accumulation_steps")
	n, _ := k.(int)
	return n
}

// TestGradientsAreReadOnly: they belong to the graph that computed them.
func TestGradientsAreReadOnly(t *testing.T) {
	for _, o := range everything() {
		v := variable("v", 1, 2)
		require.NoError(t, o.Build([]*keras.Variable{v}))
		for range 4 {
			g := gradient(3, -4)
			require.NoError(t, o.Step(g))
			assert.Equal(t, []float64{3, -4}, numbers(g[0]), o.Class())
		}
	}
}

// TestTransposedGradient: Gorgonia may hand out a view whose memory is in another order.
func TestTransposedGradient(t *testing.T) {
	v := keras.NewVariable("v", "v", dense(tensor.Float32, []int{3, 2}, make([]float64, 6)), true)
	o := optimizers.SGD(1)
	require.NoError(t, o.Build([]*keras.Variable{v}))
	g := dense(tensor.Float32, []int{2, 3}, []float64{1, 2, 3, 4, 5, 6})
	require.NoError(t, g.T())
	require.NoError(t, o.Step([]*tensor.Dense{g}))
	assert.Equal(t, []float64{-1, -4, -2, -5, -3, -6}, numbers(v.Value()))
}

// TestNotFinite: what clipping makes of gradients that are not numbers, after
// base_optimizer.py. A norm of ∞ makes the quotient 0, and the joint norm of ∞
// makes NaN of everything.
func TestNotFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, tt := range []struct {
		reason string
		o      optimizers.Optimizer
		g      []float64
		want   []float64
	}{
		{"∞/∞ is NaN, 1/∞ is 0", optimizers.SGD(1).ClipNorm(1), []float64{inf, 1}, []float64{nan, 0}},
		{"NaN spreads over the tensor", optimizers.SGD(1).ClipNorm(1), []float64{nan, 1}, []float64{nan, nan}},
		{"∞ spreads over all as NaN", optimizers.SGD(1).GlobalClipNorm(1), []float64{inf, 1}, []float64{nan, nan}},
		{"a value is limited", optimizers.SGD(1).ClipValue(1), []float64{inf, nan}, []float64{-1, nan}},
		{"no gradient has no norm", optimizers.SGD(1).ClipNorm(1), []float64{0, 0}, []float64{0, 0}},
		{"a norm that is not positive is none", optimizers.SGD(1).ClipNorm(0), []float64{2, 3}, []float64{-2, -3}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			v := variable("v", 0, 0)
			require.NoError(t, tt.o.Build([]*keras.Variable{v}))
			require.NoError(t, tt.o.Step(gradient(tt.g...)))
			got := numbers(v.Value())
			for i := range got {
				if math.IsNaN(tt.want[i]) {
					assert.True(t, math.IsNaN(got[i]), "element %d is %v", i, got[i])
				} else {
					assert.Equal(t, tt.want[i], got[i]+0, "element %d", i)
				}
			}
		})
	}
}

// TestExclusions: by variable, and by a regular expression found in the name.
func TestExclusions(t *testing.T) {
	kernel, bias, gamma := variable("kernel", 1), variable("bias", 1), variable("gamma", 1)
	o := optimizers.SGD(1).WeightDecay(0.5).ExcludeFromWeightDecay("^b.*s$").ExcludeVariablesFromWeightDecay(gamma)
	require.NoError(t, o.Build([]*keras.Variable{kernel, bias, gamma}))
	zero := gradient(0)[0]
	require.NoError(t, o.Step([]*tensor.Dense{zero, zero, zero}))
	assert.Equal(t, []float64{0.5}, numbers(kernel.Value()))
	assert.Equal(t, []float64{1}, numbers(bias.Value()))
	assert.Equal(t, []float64{1}, numbers(gamma.Value()))
}

type failing struct{ keras.Constraint }

func (failing) Constrain(*tensor.Dense) error { return errors.New("no room") }

func TestConstraintError(t *testing.T) {
	v := variable("v", 1)
	keras.WithConstraint(failing{})(v)
	o := optimizers.SGD()
	require.NoError(t, o.Build([]*keras.Variable{v}))
	require.EqualError(t, o.Step(gradient(1)), "constraint of dense/v: no room")
	assert.Zero(t, o.Iterations(), "also: the locks are free again")
}

func TestLossScale(t *testing.T) {
	assert.Equal(t, 1.0, optimizers.SGD().LossScale())
	assert.Equal(t, 8.0, optimizers.SGD().LossScaleFactor(8).LossScale())
}

// TestLoadedState: what is assigned to Variables is what the next step goes on from.
func TestLoadedState(t *testing.T) {
	train := func(o optimizers.Optimizer, v *keras.Variable, steps int) {
		for range steps {
			require.NoError(t, o.Step(gradient(0.3, -0.2)))
		}
	}
	for i, o := range everything() {
		v := variable("v", 1, 2)
		require.NoError(t, o.Build([]*keras.Variable{v}))
		train(o, v, 4)
		again, w := everything()[i], variable("v", numbers(v.Value())...)
		require.NoError(t, again.Build([]*keras.Variable{w}))
		for j, s := range o.Variables() {
			require.NoError(t, again.Variables()[j].Assign(s.Value()))
		}
		train(o, v, 3)
		train(again, w, 3)
		assert.Equal(t, numbers(v.Value()), numbers(w.Value()), o.Class())
		assert.Equal(t, o.Iterations(), again.Iterations())
	}
}

// TestFinalizeBeforeTheFirstStep: there is no average yet.
func TestFinalizeBeforeTheFirstStep(t *testing.T) {
	v := variable("v", 1, 2)
	o := optimizers.SGD().UseEMA(true)
	require.NoError(t, o.Finalize())
	require.NoError(t, o.Build([]*keras.Variable{v}))
	require.NoError(t, o.Finalize())
	assert.Equal(t, []float64{1, 2}, numbers(v.Value()))
}

// TestNoAllocations: a step in steady state makes no garbage.
func TestNoAllocations(t *testing.T) {
	for _, o := range everything() {
		vars := []*keras.Variable{variable("a", 1, 2, 3), variable("b", 1)}
		grads := append(gradient(1, -2, 3), gradient(1)...)
		require.NoError(t, o.Build(vars))
		step := func() {
			if err := o.Step(grads); err != nil {
				t.Fatal(err)
			}
		}
		for range 6 {
			step()
		}
		assert.Zero(t, testing.AllocsPerRun(100, step), o.Config().String())
	}
}

// large is two variables that kernels work on in pieces, and their gradients.
func large(n int) ([]*keras.Variable, []*tensor.Dense) {
	var vars []*keras.Variable
	var grads []*tensor.Dense
	for k, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		values, slopes := make([]float64, n), make([]float64, n)
		for i := range values {
			values[i], slopes[i] = math.Sin(float64(i+k)), math.Cos(float64(3*i+k))
		}
		name := "v" + dt.String()
		vars = append(vars, keras.NewVariable(name, name, dense(dt, []int{n}, values), true))
		grads = append(grads, dense(dt, []int{n}, slopes))
	}
	return vars, grads
}

// TestWorkers: one processor and several compute the same bits.
func TestWorkers(t *testing.T) {
	run := func(o optimizers.Optimizer, workers int) [][]float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
		vars, grads := large(50_001)
		require.NoError(t, o.Build(vars))
		for range 4 {
			require.NoError(t, o.Step(grads))
		}
		return [][]float64{numbers(vars[0].Value()), numbers(vars[1].Value())}
	}
	for i, o := range everything() {
		one := run(o, 1)
		for _, workers := range []int{2, 3} {
			assert.True(t, assert.ObjectsAreEqual(one, run(everything()[i], workers)), "%s with %d workers", o.Class(), workers)
		}
	}
}

// TestReadWhileStepping: readers see a variable before a step or after it.
func TestReadWhileStepping(t *testing.T) {
	v := variable("v", make([]float64, 1000)...)
	o := optimizers.SGD(1).UseEMA(true)
	require.NoError(t, o.Build([]*keras.Variable{v}))
	ones := make([]float64, 1000)
	for i := range ones {
		ones[i] = -1
	}
	g := gradient(ones...)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got := numbers(v.Value())
				if got[0] != got[999] {
					t.Errorf("half a step: %v and %v", got[0], got[999])
				}
				if n := o.Iterations(); float64(n) < got[0] {
					t.Errorf("%d iterations after the value %v", n, got[0])
				}
				o.LearningRate()
				o.Config()
				o.Variables()[2].Value()
				if err := o.SetLearningRate(1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 500 {
		require.NoError(t, o.Step(g))
	}
	close(done)
	readers.Wait()
	require.NoError(t, o.Finalize())
}

func BenchmarkStep(b *testing.B) {
	const n = 1 << 20
	for _, o := range everything() {
		b.Run(o.Name(), func(b *testing.B) {
			vars, grads := large(n)
			if err := o.Build(vars[:1]); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(4 * n)
			b.ReportAllocs()
			for b.Loop() {
				if err := o.Step(grads[:1]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
