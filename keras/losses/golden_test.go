package losses_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/ops"
)

// fixture is testdata/losses.json, written by tools/golden from real Keras.
type fixture struct {
	Cases   []goldenCase
	Lookups []struct {
		Identifier, Function, Class string
		Config                      keras.Config
		Error                       *goldenError
	}
	Errors []struct {
		Name  string
		Error goldenError
	}
}

type goldenCase struct {
	Name, Class  string
	Args, Config keras.Config
	YTrue        goldenTensor  `json:"y_true"`
	YPred        goldenTensor  `json:"y_pred"`
	Activation   string        `json:"activation"`
	SampleWeight *goldenTensor `json:"sample_weight"`
	Mask         *goldenTensor `json:"mask"`
	Value        goldenTensor
	Gradient     goldenTensor
	Error        *goldenError
}

type goldenError struct{ Type, Text string }

type goldenTensor struct {
	Shape []int
	DType string `json:"dtype"`
	Data  []any
}

func readFixture(t *testing.T) fixture {
	t.Helper()
	text, err := os.ReadFile("testdata/losses.json")
	require.NoError(t, err)
	var f fixture
	require.NoError(t, json.Unmarshal(text, &f))
	require.NotEmpty(t, f.Cases)
	return f
}

// tensor is the tensor in its own type; a scalar is one of shape (1,).
func (g goldenTensor) tensor(t *testing.T) *tensor.Dense {
	t.Helper()
	shape := g.Shape
	if len(shape) == 0 {
		shape = []int{1}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(g.backing(t)))
}

func (g goldenTensor) backing(t *testing.T) any {
	t.Helper()
	switch g.DType {
	case "bool":
		return backing(g.Data, func(v any) bool { return v.(bool) })
	case "uint8":
		return backing(g.Data, func(v any) uint8 { return uint8(v.(float64)) })
	case "int32":
		return backing(g.Data, func(v any) int32 { return int32(v.(float64)) })
	case "int64":
		return backing(g.Data, func(v any) int64 { return int64(v.(float64)) })
	case "float32":
		return backing(g.Data, func(v any) float32 { return float32(v.(float64)) })
	}
	require.Fail(t, "a fixture of type "+g.DType)
	return nil
}

func backing[T any](data []any, f func(any) T) []T {
	out := make([]T, len(data))
	for i, v := range data {
		out[i] = f(v)
	}
	return out
}

// lossOf makes the loss of a case from its config, as it is read from a file, and from
// the arguments that Keras's get_config leaves out.
func (c goldenCase) lossOf(t *testing.T) losses.Loss {
	t.Helper()
	o, err := keras.New(keras.KindLoss, c.Class)
	require.NoError(t, err)
	require.NoError(t, keras.Configure(o, c.Config))
	require.NoError(t, keras.Configure(o, c.Args))
	return o.(losses.Loss)
}

// masked is a layer that gives its input a mask.
type masked struct {
	keras.Base
	mask *gorgonia.Node
}

func (m *masked) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(in...)
}

func (m *masked) ComputeMasks(*keras.Trace, []*gorgonia.Node, []*gorgonia.Node) ([]*gorgonia.Node, error) {
	return []*gorgonia.Node{m.mask}, nil
}

// problem is a loss of a variable.
type problem struct {
	loss                 losses.Loss
	yTrue, yPred, weight *tensor.Dense
	mask                 *tensor.Dense
	activation           string
}

// solve computes the loss and its gradient, of the sum if it is not reduced.
func (p problem) solve() (value, gradient []float64, shape tensor.Shape, err error) {
	data := []*tensor.Dense{p.yTrue}
	for _, d := range []*tensor.Dense{p.weight, p.mask} {
		if d != nil {
			data = append(data, d)
		}
	}
	feeds := make([]op.Output, len(data))
	for i, d := range data {
		feeds[i] = op.Output{Shape: d.Shape(), Dtype: d.Dtype()}
	}
	x := keras.NewVariable("x", "x", p.yPred.Clone().(*tensor.Dense), true) // which takes it over
	program, err := engine.Build(feeds, true, func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		yTrue, rest := in[0], in[1:]
		var weight *gorgonia.Node
		if p.weight != nil {
			weight, rest = rest[0], rest[1:]
		}
		yPred := t.Var(x)
		if p.activation != "" {
			yPred = ops.Activate(yPred, activations.Activation(p.activation))
		}
		if p.mask != nil {
			m := &masked{mask: rest[0]}
			m.Init(m, "Masked")
			m.WithDType(yPred.Dtype())
			yPred = t.Apply(m, yPred)
		}
		v, err := p.loss.Value(t, yTrue, yPred, weight)
		if err != nil {
			return engine.Drawing{}, err
		}
		shape = v.Shape().Clone()
		cost := v
		if v.Dims() > 0 {
			cost = ops.Sum(v)
		}
		return engine.Drawing{Outputs: []*gorgonia.Node{v}, Cost: cost}, nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	if err := program.Run(data); err != nil {
		return nil, nil, nil, err
	}
	if d, ok := program.Output(0).(*tensor.Dense); ok {
		value = floats(d)
	} else {
		value = []float64{engine.Scalar(program.Output(0))}
	}
	return value, floats(program.Gradient(0)), shape, nil
}

func floats(d *tensor.Dense) []float64 {
	switch x := d.Data().(type) {
	case []float64:
		return append([]float64(nil), x...)
	case []float32:
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = float64(v)
		}
		return out
	case float32:
		return []float64{float64(x)}
	case float64:
		return []float64{x}
	}
	return nil
}

func closeTo(t *testing.T, want []any, got []float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for i, w := range want {
		w := w.(float64)
		assert.InDelta(t, w, got[i], 1e-6+2e-5*math.Abs(w), "%s[%d]", what, i)
	}
}

// TestGolden compares values and gradients with Keras's.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, c := range readFixture(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			p := problem{loss: c.lossOf(t), yTrue: c.YTrue.tensor(t), yPred: c.YPred.tensor(t), activation: c.Activation}
			if c.SampleWeight != nil {
				p.weight = c.SampleWeight.tensor(t)
			}
			if c.Mask != nil {
				p.mask = c.Mask.tensor(t)
			}
			value, gradient, shape, err := p.solve()
			if c.Error != nil {
				require.Error(t, err)
				if c.Error.Type == "ValueError" { // TensorFlow's own texts name its kernels
					assert.Equal(t, c.Error.Text, err.Error())
				}
				return
			}
			require.NoError(t, err)
			assert.Equal(t, append([]int{}, c.Value.Shape...), append([]int{}, shape...))
			closeTo(t, c.Value.Data, value, "value")
			closeTo(t, c.Gradient.Data, gradient, "gradient")
			if p.mask == nil && c.Activation == "" {
				got, err := losses.Evaluate(p.loss, p.yTrue, c.YPred.tensor(t), p.weight)
				require.NoError(t, err)
				closeTo(t, c.Value.Data, floats(got), "Evaluate")
			}
		})
	}
}

// TestGoldenConfig: a config that Keras wrote is read and written again.
func TestGoldenConfig(t *testing.T) {
	t.Parallel()
	for _, c := range readFixture(t).Cases {
		o, err := keras.New(keras.KindLoss, c.Class)
		require.NoError(t, err)
		require.NoError(t, keras.Configure(o, c.Config), c.Name)
		want := c.Config
		if r, _ := want.Get("reduction"); r == nil {
			want = want.With("reduction", "none") // which Keras reads as None
		}
		assert.Equal(t, want.String(), o.(losses.Loss).Config().String(), c.Name)
	}
}

// TestGoldenNames: what Keras knows under a name.
func TestGoldenNames(t *testing.T) {
	t.Parallel()
	for _, l := range readFixture(t).Lookups {
		n := losses.Named(l.Identifier)
		assert.Equal(t, l.Identifier, n.Name())
		assert.Equal(t, l.Identifier, n.Identifier())
		switch {
		case l.Identifier == "ce": // for Keras's compile, not for its losses.get
			assert.NoError(t, n.Err())
		case l.Error != nil:
			require.Error(t, n.Err(), l.Identifier)
			assert.Equal(t, l.Error.Text, n.Err().Error())
			_, err := n.ForOutputs([]string{"out"})
			assert.Equal(t, n.Err(), err)
			_, err = losses.Evaluate(n, vector(1), vector(1), nil)
			assert.ErrorContains(t, err, l.Error.Text)
		case l.Function != "":
			require.NoError(t, n.Err(), l.Identifier)
			assert.Equal(t, l.Function, keras.SnakeCase(n.Class()))
		default:
			require.NoError(t, n.Err(), l.Identifier)
			assert.Equal(t, l.Class, n.Class())
			assert.Equal(t, l.Config.With("name", l.Identifier).String(), n.Config().String())
		}
	}
}

// TestUnknownReduction: Keras's text; the order of its set is chance.
func TestUnknownReduction(t *testing.T) {
	t.Parallel()
	_, err := losses.Evaluate(losses.MeanSquaredError().Reduction("average"), vector(1), vector(1), nil)
	require.Error(t, err)
	want := readFixture(t).Errors[0].Error.Text
	assert.ElementsMatch(t, []byte(want), []byte(err.Error()))
	assert.ErrorIs(t, err, keras.ErrArgument)
}

// TestEveryClassIsCompared: a loss that is registered has cases from Keras.
func TestEveryClassIsCompared(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range readFixture(t).Cases {
		seen[c.Class] = true
	}
	for _, name := range keras.Registered(keras.KindLoss) {
		o, err := keras.New(keras.KindLoss, name)
		require.NoError(t, err)
		assert.True(t, seen[o.(losses.Loss).Class()], name)
	}
}

func vector(data ...float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(data)), tensor.WithBacking(data))
}
