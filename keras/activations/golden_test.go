package activations_test

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
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
	Data  []number
}

// number is one of a fixture, where "inf" and "nan" are strings.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	var s string
	if json.Unmarshal(text, &s) != nil {
		s = string(text)
	}
	f, err := strconv.ParseFloat(s, 64)
	*n = number(f)
	return err
}

func (v values) tensor(dt tensor.Dtype) *tensor.Dense {
	singles, doubles := make([]float32, len(v.Data)), make([]float64, len(v.Data))
	for i, n := range v.Data {
		singles[i], doubles[i] = float32(n), float64(n)
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
	if c.Function == "sparsemax" {
		c.Output, c.InputGrad = c.sparsemax()
	}
	c.Output.compare(t, "output", yv)
	c.InputGrad = c.atKink(t, dx)
	c.InputGrad.compare(t, "gradient", dx)
	assert.Equal(t, c.Input.tensor(dt).Data(), x.Value().Data(), "the input stays as it is")
	return true
}

// kinks are the cases with a point, 0, at which Keras's gradient is a convention of
// TensorFlow or wrong; what is right lies between the two derivatives.
var kinks = map[string][2]float64{
	"selu() on (27,)":                              {1.0507009873554805, 1.0507009873554805 * 1.6732632423543772}, // of the right, of the left
	"celu() on (27,)":                              {1, 1},                                                        // Keras: 2, as max(x, 0) and min(x, 0) both count at 0
	"celu(alpha=0.5) on (27,)":                     {1, 1},
	"relu(threshold=-1.0, max_value=3.0) on (27,)": {0, 1}, // clip(x, 0, 3) begins to rise
}

// atKink is the gradient of Keras, with what was computed at a kink if it is allowed there.
func (c golden) atKink(t *testing.T, dx gorgonia.Value) values {
	between, ok := kinks[c.Name]
	if !ok {
		return c.InputGrad
	}
	grad := values{c.InputGrad.Shape, append([]number(nil), c.InputGrad.Data...)}
	for i, x := range c.Input.Data {
		if x == 0 {
			got := elements(dx)[i]
			slope := got / float64(c.Cotangent.Data[i])
			assert.True(t, slope > between[0]-1e-6 && slope < between[1]+1e-6, "the slope at 0 is %v", slope)
			grad.Data[i] = number(got)
		}
	}
	return grad
}

// sparsemax computes algorithm 1 of Martins and Astudillo (2016), and its Jacobian.
// Keras 3.15.1 adds up all sums of the support where the paper has the last one, so
// its numbers do not add up to 1 unless the support is one number; where it is, they
// must be the same.
func (c golden) sparsemax() (y, dx values) {
	axis := len(c.Input.Shape) - 1
	if a, ok := c.Params["axis"].(float64); ok {
		axis = int(a)
	}
	n, inner := c.Input.Shape[axis], c.Input.Shape[axis+1:].Size()
	y = values{c.Input.Shape, make([]number, len(c.Input.Data))}
	dx = values{c.Input.Shape, make([]number, len(c.Input.Data))}
	for first := range c.Input.Data {
		if first/inner%n != 0 {
			continue
		}
		var line []float64
		for k := range n {
			line = append(line, float64(c.Input.Data[first+k*inner]))
		}
		sort.Sort(sort.Reverse(sort.Float64Slice(line)))
		sum, tau := 0.0, 0.0
		for k, v := range line {
			sum += v
			if 1+float64(k+1)*v > sum {
				tau = (sum - 1) / float64(k+1)
			}
		}
		var support []int
		mean := number(0)
		for k := range n {
			at := first + k*inner
			if v := float64(c.Input.Data[at]) - tau; v > 0 {
				y.Data[at] = number(v)
				mean += c.Cotangent.Data[at]
				support = append(support, at)
			}
		}
		for _, at := range support {
			dx.Data[at] = c.Cotangent.Data[at] - mean/number(len(support))
		}
	}
	return y, dx
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
		w := float64(v.Data[i])
		assert.InDelta(t, w, g, 2e-6*math.Max(1, math.Abs(w)), "%s[%d]", what, i)
	}
}
