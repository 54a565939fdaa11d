package activations_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// golden is a case of Keras: values, and gradients of Σ cotangent·output.
type golden struct {
	Name, Function string
	Params         map[string]any
	Input          values
	Output         values
	Cotangent      values
	InputGrad      values `json:"input_grad"`
}

type values struct {
	Shape keras.Shape
	Data  []float64
}

func (v values) tensor(dt tensor.Dtype) *tensor.Dense {
	singles, doubles := make([]float32, len(v.Data)), make([]float64, len(v.Data))
	for i, n := range v.Data {
		singles[i], doubles[i] = float32(n), n
	}
	var data any = doubles
	if dt == tensor.Float32 {
		data = singles
	}
	return tensor.New(tensor.WithShape(v.Shape...), tensor.WithBacking(data))
}

// parameters are the functions whose parameters a case may set.
var parameters = map[string]func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node{
	"relu": func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node {
		limit, ok := p["max_value"]
		if !ok {
			limit = math.Inf(1)
		}
		return ops.ReLUWith(x, p["negative_slope"], limit, p["threshold"])
	},
	"leaky_relu": func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node {
		return ops.LeakyReLU(x, p["negative_slope"])
	},
	"elu":         func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.ELU(x, p["alpha"]) },
	"celu":        func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.CELU(x, p["alpha"]) },
	"gelu":        func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.GELU(x, p["approximate"] == 1) },
	"hard_shrink": func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.HardShrink(x, p["threshold"]) },
	"soft_shrink": func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.SoftShrink(x, p["threshold"]) },
	"threshold": func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node {
		return ops.Threshold(x, p["threshold"], p["default_value"])
	},
	"squareplus":  func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.Squareplus(x, p["b"]) },
	"softmax":     func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.Softmax(x, int(p["axis"])) },
	"log_softmax": func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.LogSoftmax(x, int(p["axis"])) },
	"sparsemax":   func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.Sparsemax(x, int(p["axis"])) },
	"glu":         func(x *gorgonia.Node, p map[string]float64) *gorgonia.Node { return ops.GLU(x, int(p["axis"])) },
}

// draw makes the node of a case; ok is false for parameters that keras/ops has not.
func (c golden) draw(t *testing.T, x *gorgonia.Node) (y *gorgonia.Node, ok bool) {
	if len(c.Params) == 0 {
		return ops.Activate(x, activations.Activation(c.Function)), true
	}
	p := map[string]float64{}
	for key, v := range c.Params {
		switch v := v.(type) {
		case float64:
			p[key] = v
		case bool:
			p[key] = map[bool]float64{true: 1}[v]
		default:
			return nil, false
		}
	}
	f, ok := parameters[c.Function]
	require.True(t, ok, "no function for %s", c.Name)
	return f(x, p), true
}

func TestGolden(t *testing.T) {
	seen := map[activations.Activation]bool{}
	for _, c := range load(t).Cases {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprintf("%s/%s", c.Name, dt), func(t *testing.T) { seen[activations.Activation(c.Function)] = c.run(t, dt) })
		}
	}
	for _, a := range activations.Builtin() {
		assert.True(t, seen[a], "no case for %s", a)
	}
}

// run compares the values and the gradient, and reports whether it could.
func (c golden) run(t *testing.T, dt tensor.Dtype) bool {
	g := gorgonia.NewGraph()
	node := func(name string, v values) *gorgonia.Node {
		return gorgonia.NewTensor(g, dt, len(v.Shape), gorgonia.WithShape(v.Shape...), gorgonia.WithName(name), gorgonia.WithValue(v.tensor(dt)))
	}
	x := node("x", c.Input)
	y, ok := c.draw(t, x)
	if !ok {
		t.Skipf("keras/ops takes one axis, not %v", c.Params)
	}
	if c.Function == "linear" {
		assert.Same(t, x, y, "the input itself")
		return true
	}
	grads, err := gorgonia.Backpropagate(gorgonia.Nodes{y}, gorgonia.Nodes{node("cotangent", c.Cotangent)}, gorgonia.Nodes{x})
	require.NoError(t, err)
	var yv, dx gorgonia.Value
	gorgonia.Read(y, &yv)
	gorgonia.Read(grads[0], &dx)
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	require.NoError(t, vm.RunAll())
	c.Output.compare(t, "output", yv)
	c.InputGrad.compare(t, "gradient", dx)
	assert.Equal(t, c.Input.tensor(dt).Data(), x.Value().Data(), "the input stays as it is")
	return true
}

// elements makes the elements float64.
func elements(v gorgonia.Value) []float64 {
	switch d := v.Data().(type) {
	case []float32:
		out := make([]float64, len(d))
		for i, x := range d {
			out[i] = float64(x)
		}
		return out
	default:
		return d.([]float64)
	}
}

// compare allows for the rounding of Keras's float32: some ulp of the number, or of
// what was subtracted to make it.
func (v values) compare(t *testing.T, what string, got gorgonia.Value) {
	require.Equal(t, v.Shape.String(), keras.Shape(got.Shape()).String(), what)
	for i, g := range elements(got) {
		w := v.Data[i]
		assert.InDelta(t, w, g, 2e-6*math.Max(1, math.Abs(w)), "%s[%d]", what, i)
	}
}
