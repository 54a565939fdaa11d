package ops_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// parameters are the arguments of an activation function in Keras; those that are
// not there have Keras's defaults.
type parameters map[string]any

func (p parameters) number(name string, byDefault float64) float64 {
	if v, ok := p[name].(float64); ok {
		return v
	}
	return byDefault
}

// axis is the last one by default.
func (p parameters) axis() int { return int(p.number("axis", -1)) }

// withParameters are the functions that have arguments.
var withParameters = map[string]func(x *gorgonia.Node, p parameters) *gorgonia.Node{
	"relu": func(x *gorgonia.Node, p parameters) *gorgonia.Node {
		return ops.ReLUWith(x, p.number("negative_slope", 0), p.number("max_value", math.Inf(1)), p.number("threshold", 0))
	},
	"leaky_relu": func(x *gorgonia.Node, p parameters) *gorgonia.Node {
		return ops.LeakyReLU(x, p.number("negative_slope", 0.2))
	},
	"elu":  func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.ELU(x, p.number("alpha", 1)) },
	"celu": func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.CELU(x, p.number("alpha", 1)) },
	"gelu": func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.GELU(x, p["approximate"].(bool)) },
	"hard_shrink": func(x *gorgonia.Node, p parameters) *gorgonia.Node {
		return ops.HardShrink(x, p.number("threshold", 0.5))
	},
	"soft_shrink": func(x *gorgonia.Node, p parameters) *gorgonia.Node {
		return ops.SoftShrink(x, p.number("threshold", 0.5))
	},
	"threshold": func(x *gorgonia.Node, p parameters) *gorgonia.Node {
		return ops.Threshold(x, p.number("threshold", 0), p.number("default_value", 0))
	},
	"squareplus":  func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.Squareplus(x, p.number("b", 4)) },
	"softmax":     func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.Softmax(x, p.axis()) },
	"log_softmax": func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.LogSoftmax(x, p.axis()) },
	"sparsemax":   func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.Sparsemax(x, p.axis()) },
	"glu":         func(x *gorgonia.Node, p parameters) *gorgonia.Node { return ops.GLU(x, p.axis()) },
}

// TestActivations compares values and gradients with Keras's.
func TestActivations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../activations/testdata/activations.json")
	require.NoError(t, err)
	var fixture struct {
		Cases []struct {
			Name, Function           string
			Params                   parameters
			Input, Output, Cotangent values
			InputGrad                values `json:"input_grad"`
		}
	}
	require.NoError(t, json.Unmarshal(text, &fixture))
	require.NotEmpty(t, fixture.Cases)
	drawn := map[string]bool{}
	for _, c := range fixture.Cases {
		drawn[c.Function] = true
		if _, several := c.Params["axis"].([]any); several {
			continue // for a layer to reshape
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			f := func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
				if len(c.Params) == 0 {
					return ops.Activate(in[0], activations.Activation(c.Function))
				}
				return withParameters[c.Function](in[0], c.Params)
			}
			p := compile(t, f, []values{c.Input}, tensor.Float32, c.Cotangent.Data, []bool{true}, 1)
			require.NoError(t, p.run())
			closeTo(t, c.Output.Data, numbersOf(t, p.out.Value()), 2e-6, "output (Keras)")
			closeTo(t, c.InputGrad.Data, numbersOf(t, p.grads[0].Value()), 5e-6, "gradient (Keras)")
			if slices.Contains(c.Input.Data, 0) || strings.Contains(c.Name, "large") {
				return // there is a kink, or a difference of large numbers
			}
			finiteDifferences(t, compile(t, f, []values{c.Input}, tensor.Float64, c.Cotangent.Data, []bool{true}, 1))
		})
	}
	for name := range withParameters {
		assert.True(t, drawn[name], "%s has no fixture", name)
	}
}

// TestLegacyHardSigmoid: clip(x/5+½, 0, 1) and its gradient, on both sides of the kinks and of those of Keras 3.
func TestLegacyHardSigmoid(t *testing.T) {
	t.Parallel()
	x := values{Shape: tensor.Shape{6}, Dtype: "float32", Data: []float64{-2.8, -2.4, -1, 0.5, 2.4, 2.7}}
	f := func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
		return ops.Activate(in[0], activations.LegacyHardSigmoid)
	}
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		p := compile(t, f, []values{x}, dt, []float64{1, 2, 3, 4, 5, 6}, []bool{true}, 1)
		require.NoError(t, p.run())
		closeTo(t, []float64{0, 0.02, 0.3, 0.6, 0.98, 1}, numbersOf(t, p.out.Value()), 1e-6, "output")
		closeTo(t, []float64{0, 0.4, 0.6, 0.8, 1, 0}, numbersOf(t, p.grads[0].Value()), 1e-6, "gradient")
	}
}

func TestNamedActivations(t *testing.T) {
	t.Parallel()
	x := keras.NewTrace(gorgonia.NewGraph(), true).Input("x", tensor.Shape{2}, tensor.Float32)
	for name, f := range map[activations.Activation]func(x *gorgonia.Node) *gorgonia.Node{
		activations.ReLU: ops.ReLU, activations.Sigmoid: ops.Sigmoid, activations.Tanh: ops.Tanh, activations.Softplus: ops.Softplus,
	} {
		assert.Equal(t, string(name), f(x).Op().String())
	}
	assert.Same(t, x, ops.Activate(x, activations.Linear))
	assert.ErrorIs(t, panicked(t, func() { ops.Activate(x, "rlu") }), keras.ErrArgument)
}

// A product or convolution that ends with relu is one Op, with the numbers of two.
func TestFusedReLU(t *testing.T) {
	t.Parallel()
	waves := func(dims ...int) values {
		v := ramp(dims...)
		for i := range v.Data {
			v.Data[i] = math.Sin(v.Data[i])
		}
		return v
	}
	for _, c := range []struct {
		name         string
		inputs       []values
		draw         func(in gorgonia.Nodes, a activations.Activation) *gorgonia.Node
		outputs      int
		channelsLast bool
	}{
		{"dense", []values{waves(2, 7, 3), waves(3, 4), waves(4)}, func(in gorgonia.Nodes, a activations.Activation) *gorgonia.Node {
			return ops.Dense(in[0], in[1], in[2], a)
		}, 2 * 7 * 4, true},
		{"conv", []values{waves(2, 7, 3), waves(3, 3, 4), waves(4)}, func(in gorgonia.Nodes, a activations.Activation) *gorgonia.Node {
			return ops.Conv(in[0], in[1], in[2], ops.ConvConfig{Activation: a})
		}, 2 * 5 * 4, true},
		{"conv", []values{waves(2, 3, 7), waves(3, 3, 4), waves(4)}, func(in gorgonia.Nodes, a activations.Activation) *gorgonia.Node {
			return ops.Conv(in[0], in[1], in[2], ops.ConvConfig{Activation: a, ChannelsFirst: true})
		}, 2 * 5 * 4, false},
	} {
		var results [2][][]float64
		for i, f := range []builder{
			func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return c.draw(in, activations.ReLU) },
			func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
				return ops.ReLU(c.draw(in, activations.Linear))
			},
		} {
			p := compile(t, f, c.inputs, tensor.Float32, waves(c.outputs).Data, []bool{true, true, true}, 1)
			require.NoError(t, p.run())
			results[i] = append(results[i], numbersOf(t, p.out.Value()))
			for input := range c.inputs {
				results[i] = append(results[i], numbersOf(t, p.grads[input].Value()))
			}
			if i == 0 && c.channelsLast {
				assert.Equal(t, c.name, p.out.Op().String())
			}
		}
		assert.Contains(t, results[0][0], 0.0, "%s: relu has something to cut off", c.name)
		assert.Equal(t, results[1], results[0], "%s: output and gradients", c.name)
	}
}

func TestLogits(t *testing.T) {
	t.Parallel()
	x := keras.NewTrace(gorgonia.NewGraph(), true).Input("x", tensor.Shape{2, 3}, tensor.Float32)
	for _, tt := range []struct {
		reason string
		from   *gorgonia.Node
		f      activations.Activation
		found  bool
	}{
		{"of a softmax", ops.Softmax(x, -1), activations.Softmax, true},
		{"of a sigmoid", ops.Sigmoid(x), activations.Sigmoid, true},
		{"of another function", ops.Sigmoid(x), activations.Softmax, false},
		{"of an input", x, activations.Softmax, false},
	} {
		logits, ok := ops.Logits(tt.from, tt.f)
		assert.Equal(t, tt.found, ok, tt.reason)
		if tt.found {
			assert.Same(t, x, logits, tt.reason)
		}
	}
}
