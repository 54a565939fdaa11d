package layertest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// The tolerances, relative to the largest element.
const (
	forward    = 1e-5
	backward   = 1e-4
	difference = 1e-6 // between float64 gradients and finite differences
	rows       = 1e-12
	step       = 1e-5 // of the finite differences: truncation and rounding are both some 1e-10
)

// check is one case under test.
type check struct {
	*testing.T
	*golden
	class   string
	layer   func() keras.Layer
	options []Option
}

func (c *check) all() {
	warned := false
	keras.SetWarnings(func(text string) { warned = warned || strings.Contains(text, "destroy the mask") })
	defer keras.SetWarnings(nil)
	c.config()
	c.wrongInputs()
	if c.class == "InputLayer" {
		c.inputLayer()
	}
	if c.ConfigOnly {
		return
	}
	c.shapes()
	c.weights()
	c.float32()
	c.float64()
	c.restored()
	if !testing.Short() {
		c.saved()
	}
	c.batches()
	c.frozen()
	if !slices.Contains(c.options, Trains) {
		c.trainingFlag()
	}
	assert.Equal(c, c.MaskEnds, warned, "a warning that the mask ends")
}

// config compares the config with Keras's, key by key, and reads it back.
func (c *check) config() {
	cfg := c.layer().Config()
	assert.Empty(c, sameConfig("config", cfg, c.Config))
	for _, form := range []keras.Config{cfg, c.reparsed(cfg), c.Config} {
		o, err := keras.New(keras.KindLayer, c.class)
		require.NoError(c, err)
		require.NoError(c, keras.Configure(o, form))
		again := o.(keras.Layer).Config()
		assert.Empty(c, sameConfig("config after a round trip", again, c.Config))
	}
}

// reparsed is a config written as JSON and read again.
func (c *check) reparsed(cfg keras.Config) keras.Config {
	text, err := json.Marshal(cfg)
	require.NoError(c, err)
	var again keras.Config
	require.NoError(c, json.Unmarshal(text, &again))
	return again
}

// wrongInputs gives the layer what is no input: an error, never a panic.
func (c *check) wrongInputs() {
	assert.NotPanics(c, func() {
		assert.Error(c, c.layer().Apply(nil).Err(), "nil as input")
		assert.Error(c, c.layer().Apply().Err(), "no input")
		for rank := 1; rank <= 6; rank++ {
			s := make(keras.Shape, rank)
			for i := range s {
				s[i] = 1 + i%2
			}
			keras.Apply(c.layer(), keras.Input(nil, keras.WithBatchShape(s)))
			keras.Apply(c.layer(), keras.Input(nil, keras.WithBatchShape(s)), keras.Input(nil, keras.WithBatchShape(s)))
		}
	})
}

// inputLayer checks the tensor that an input layer starts a model with.
func (c *check) inputLayer() {
	out := c.layer().Output()
	require.NoError(c, out.Err())
	assert.Equal(c, keras.Shape(c.OutputShapes[0]), out.Shape())
	assert.Equal(c, c.OutputDType, out.DType().String())
	assert.Equal(c, c.OutputName, out.Name())
}

// shapes checks the symbolic outputs, for the fixture's inputs and for their real sizes.
func (c *check) shapes() {
	layer := c.layer()
	outs, err := c.symbolic(layer)
	require.NoError(c, err)
	require.Len(c, outs, len(c.OutputShapes))
	for i, o := range outs {
		assert.Equal(c, keras.Shape(c.OutputShapes[i]), o.Shape(), "symbolic shape of output %d", i)
		assert.Equal(c, c.Outputs[i].DType, o.DType().String(), "symbolic type of output %d", i)
	}
	var ins keras.List
	for _, a := range c.Inputs {
		ins = append(ins, keras.Input(nil, keras.WithBatchShape(a.Shape)))
	}
	for i, o := range keras.ApplyArgs(layer, keras.Args{Named: named(c.Call, known)}, ins...) {
		require.NoError(c, o.Err())
		want := c.Outputs[i].Shape.Clone()
		for axis := 1; axis < len(want) && c.onlyBatchUnknown(); axis++ {
			if c.OutputShapes[i][axis] == keras.None { // Keras does not know it either
				want[axis] = keras.None
			}
		}
		assert.Equal(c, want, o.Shape(), "shape of output %d for inputs of known sizes", i)
	}
}

// weights checks what Build made.
func (c *check) weights() {
	layer := c.layer()
	_, err := c.symbolic(layer)
	require.NoError(c, err)
	made := layer.Weights()
	require.Len(c, made, len(c.Weights))
	for i, w := range c.Weights {
		v := made[i]
		assert.Equal(c, w.Name, v.Name())
		assert.Equal(c, w.Path, v.Path())
		assert.Equal(c, w.Shape, v.Shape(), w.Path)
		assert.Equal(c, w.DType, v.DType().String(), w.Path)
		assert.Equal(c, w.Trainable, v.Trainable(), w.Path)
		if c.Initialized {
			c.close("initial "+w.Path, floats(v.Value().Data()), w.numbers(), forward)
		}
	}
}

// of is the layer in another type, with all that is inside it, built and compiled.
func (c *check) of(s setup) *instance {
	layer := c.layer()
	setType(layer, s.dtype)
	return c.compile(layer, s)
}

func setType(l keras.Layer, dt tensor.Dtype) {
	l.LayerBase().WithDType(dt)
	for _, inside := range l.LayerBase().Sublayers() {
		setType(inside, dt)
	}
}

func (c *check) compile(layer keras.Layer, s setup) *instance {
	n, err := c.build(layer, s)
	require.NoError(c, err)
	require.NoError(c, n.run())
	return n
}

// float32 compares everything with Keras's numbers.
func (c *check) float32() {
	if c.layer().DType() == tensor.Float64 {
		return
	}
	n := c.of(setup{dtype: tensor.Float32, training: c.Training, cost: true})
	c.outputs(n)
	for i, want := range c.InputGrads {
		if want != nil {
			c.gradient(n, fmt.Sprintf("input %d", i), n.inputs[i], want)
		}
	}
	var trainable []*keras.Variable
	for _, v := range n.layer.Weights() {
		if v.Trainable() {
			trainable = append(trainable, v)
		}
	}
	require.Len(c, trainable, len(c.WeightGrads))
	for i, want := range c.WeightGrads {
		if want != nil {
			c.gradient(n, trainable[i].Path(), trainable[i], want)
		}
	}
	require.Len(c, n.losses, len(c.Losses), "losses")
	for i, want := range c.Losses {
		c.close(fmt.Sprintf("loss %d", i), []float64{n.loss(i)}, []float64{float64(want)}, forward)
	}
	c.outputMask(n)
	c.twice(n)
	c.state(n)
	c.sgd(n, trainable)
}

// outputs compares outputs and their types with Keras's.
func (c *check) outputs(n *instance) {
	for i, want := range c.Outputs {
		shape, got := n.output(i)
		assert.Equal(c, want.Shape, keras.Shape(shape), "shape of output %d", i)
		if !want.isFloat() {
			assert.Equal(c, want.DType, n.program.Output(i).Dtype().String(), "type of output %d", i)
		}
		c.close(fmt.Sprintf("output %d", i), got, want.numbers(), forward)
	}
}

func (c *check) gradient(n *instance, name string, v *keras.Variable, want *array) {
	got, ok := n.gradient(v)
	require.True(c, ok, "%s has no gradient", name)
	c.close("gradient of "+name, got, want.numbers(), backward)
}

// outputMask compares the mask that leaves the layer.
func (c *check) outputMask(n *instance) {
	require.Equal(c, c.OutputMask != nil, n.masked, "the output has a mask")
	if n.masked {
		assert.Equal(c, c.OutputMask.tensor(tensor.Bool, nil).Bools(), n.mask())
	}
}

// twice runs the program again: the same bits.
func (c *check) twice(n *instance) {
	first, grads := n.values(), n.gradients()
	require.NoError(c, n.run())
	assert.Equal(c, first, n.values(), "outputs of a second run")
	assert.Equal(c, grads, n.gradients(), "gradients of a second run")
}

// sgd takes a step of gradient descent with the constraints, from the weights after the call.
func (c *check) sgd(n *instance, trainable []*keras.Variable) {
	if c.SGD == nil {
		return
	}
	for i, v := range trainable {
		g, _ := n.gradient(v)
		w := v.Value()
		for j, x := range w.Float32s() {
			w.Float32s()[j] = x - float32(c.SGD.LearningRate*g[j])
		}
		if k := v.Constraint(); k != nil {
			require.NoError(c, k.Constrain(w))
		}
		c.close(v.Path()+" after a step", floats(w.Data()), c.SGD.Weights[i].numbers(), forward)
	}
}

// state compares the weights after the call, if it changed some, with Keras's.
func (c *check) state(n *instance) {
	require.NoError(c, n.program.Commit())
	for i, v := range n.layer.Weights() {
		want := &c.Weights[i].array
		if c.WeightsAfter != nil {
			want = c.WeightsAfter[i]
		}
		c.close(v.Path()+" after the call", floats(v.Value().Data()), want.numbers(), forward)
	}
}

// float64 compares outputs with Keras's, and gradients with differences of the layer's own.
func (c *check) float64() {
	n := c.of(setup{dtype: tensor.Float64, training: c.Training, cost: true, withLoss: true})
	c.outputs(n)
	if c.Detached {
		return
	}
	grads := n.gradients()
	for k, v := range n.program.Variables() {
		got := grads[k]
		want := make([]float64, len(got))
		w := v.Memory().Float64s()
		for i := range w {
			at := w[i]
			w[i] = at + step
			above := c.cost(n)
			w[i] = at - step
			want[i] = (above - c.cost(n)) / (2 * step)
			w[i] = at
		}
		c.close("gradient of "+v.Path()+" against finite differences", got, want, difference)
	}
}

func (c *check) cost(n *instance) float64 {
	require.NoError(c, n.run())
	return n.program.Cost()
}

// restored checks that a layer made of the config computes the same bits.
func (c *check) restored() {
	s := setup{dtype: c.layer().DType(), training: c.Training}
	want := c.of(s).values()
	keras.ClearSession()
	o, err := keras.Deserialize(keras.KindLayer, c.reparsed(keras.Serialize(keras.KindLayer, c.layer()).(keras.Config)))
	require.NoError(c, err)
	assert.Equal(c, want, c.compile(o.(keras.Layer), s).values(), "outputs of the layer that its config makes")
}

// mixes reports whether samples depend on each other.
func (c *check) mixes() bool { return c.Training && slices.Contains(c.options, Mixes) }

// batches checks that each sample is computed as if it were alone: with 1 and with 3 of them.
func (c *check) batches() {
	samples := c.samples()
	if samples == 0 || c.mixes() {
		return
	}
	all := c.of(setup{dtype: tensor.Float64, training: c.Training}).values()
	for _, picked := range [][]int{{0}, {samples - 1, 0, samples - 1}} {
		some := c.of(setup{dtype: tensor.Float64, training: c.Training, rows: picked}).values()
		for i := range all {
			size := len(all[i]) / samples
			var want []float64
			for _, r := range picked {
				want = append(want, all[i][r*size:(r+1)*size]...)
			}
			c.close(fmt.Sprintf("output %d of a batch of %d", i, len(picked)), some[i], want, rows)
		}
	}
}

// frozen checks that no gradient reaches the weights of a frozen layer, and no
// penalty is on them.
func (c *check) frozen() {
	layer := c.layer()
	_, err := c.symbolic(layer)
	require.NoError(c, err)
	layer.SetTrainable(false) // after it is built: the fixture has a case that is frozen before
	n := c.compile(layer, setup{dtype: layer.DType(), training: c.Training, cost: true})
	for _, v := range layer.Weights() {
		assert.NotContains(c, n.program.Variables(), v, "%s is frozen", v.Path())
	}
	for i, want := range c.InputGrads {
		if want != nil && !c.mixes() {
			c.gradient(n, fmt.Sprintf("input %d of a frozen layer", i), n.inputs[i], want)
		}
	}
}

// trainingFlag checks that training changes nothing.
func (c *check) trainingFlag() {
	s := setup{dtype: c.layer().DType(), training: c.Training}
	want := c.of(s).values()
	s.training = !s.training
	assert.Equal(c, want, c.of(s).values(), "outputs in training and without")
}

// close compares numbers with a tolerance relative to the largest of those wanted.
func (c *check) close(what string, got, want []float64, tolerance float64) {
	c.Helper()
	if !assert.Len(c, got, len(want), what) {
		return
	}
	largest := 0.0
	for _, w := range want {
		if !math.IsInf(w, 0) {
			largest = max(largest, math.Abs(w)) // NaN stays NaN, and nothing is close
		}
	}
	for i, w := range want {
		if d := math.Abs(got[i] - w); got[i] != w && !(d <= tolerance*largest+1e-3*tolerance) {
			assert.Fail(c, what, "[%d]: got %v, want %v", i, got[i], w)
			return
		}
	}
}
