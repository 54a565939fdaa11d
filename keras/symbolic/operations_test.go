package symbolic_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// array is a tensor of a fixture.
type array struct {
	Shape []int
	DType string
	Data  []any
}

func (a array) floats() []float64 {
	out := make([]float64, len(a.Data))
	for i, v := range a.Data {
		switch v := v.(type) {
		case float64:
			out[i] = v
		case bool:
			out[i] = map[bool]float64{true: 1}[v]
		}
	}
	return out
}

func (a array) tensor(t *testing.T) *tensor.Dense {
	dt, err := keras.ParseDType(a.DType)
	require.NoError(t, err)
	out := tensor.New(tensor.Of(dt), tensor.WithShape(a.Shape...))
	require.NoError(t, kernels.Cast(a.floats(), out.Data()))
	return out
}

func floats(t *testing.T, d *tensor.Dense) []float64 {
	out := make([]float64, d.Shape().TotalSize())
	v := d.Data()
	if d.IsScalar() {
		v = []float32{d.ScalarValue().(float32)}
	}
	require.NoError(t, kernels.Cast(v, out))
	return out
}

func constant[T any](shape []int, values ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
}

type graph = func(x, z, i *keras.Tensor) *keras.Tensor

// unary is a graph of one operation.
func unary(f func(x *keras.Tensor) *keras.Tensor) graph {
	return func(x, _, _ *keras.Tensor) *keras.Tensor { return f(x) }
}

// optional is unary for one that takes options.
func optional(f func(x *keras.Tensor, options ...symbolic.Option) *keras.Tensor, options ...symbolic.Option) graph {
	return func(x, _, _ *keras.Tensor) *keras.Tensor { return f(x, options...) }
}

// binary is a graph of one operation on x and z.
func binary(f func(x1, x2 any) *keras.Tensor) graph {
	return func(x, z, _ *keras.Tensor) *keras.Tensor { return f(x, z) }
}

func item(key string) graph {
	return func(x, _, _ *keras.Tensor) *keras.Tensor { return symbolic.GetItem(x, key) }
}

// graphs are the cases of tools/golden/families/operations.py, by name.
var graphs = map[string]graph{
	"x + z":   binary(symbolic.Add),
	"x * 2":   func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Multiply(x, 2) },
	"2.0 * x": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Multiply(2.0, x) },
	"1 - x":   func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Subtract(1, x) },
	"x / z":   binary(symbolic.TrueDivide),
	"divide":  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Divide(x, 4) },
	"-x":      unary(symbolic.Negative),
	"abs(x)":  unary(symbolic.Absolute),
	"abs(x) ** 1.5": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Power(symbolic.Absolute(x), 1.5)
	},
	"x % 0.75":  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Mod(x, 0.75) },
	"x // 0.75": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.FloorDivide(x, 0.75) },
	"an expression": func(x, z, i *keras.Tensor) *keras.Tensor {
		first := symbolic.Multiply(symbolic.Negative(symbolic.Add(z, x)), 2.0)
		return symbolic.Subtract(first, symbolic.TrueDivide(x, 4.0))
	},
	"x @ z": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.MatMul(x, symbolic.Transpose(z, 0, 2, 1))
	},
	"matmul with a constant": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.MatMul(x, constant[float32]([]int{3, 2}, 1, 2, 3, 4, 5, 6.5))
	},
	"dot with a constant": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Dot(x, constant[float32]([]int{3}, 1, 2, 0.5))
	},
	"add a constant": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Add(x, constant[float32]([]int{3}, 1, 2, 3))
	},
	"add a constant of integers": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Add(x, constant[int32]([]int{4, 1}, 1, 2, 3, 4))
	},
	"maximum":               binary(symbolic.Maximum),
	"maximum with a number": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Maximum(0.5, x) },
	"minimum":               binary(symbolic.Minimum),
	"exp":                   unary(symbolic.Exp),
	"expm1":                 unary(symbolic.Expm1),
	"log":                   func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Log(symbolic.Absolute(x)) },
	"log1p":                 func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Log1p(symbolic.Absolute(x)) },
	"sqrt":                  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Sqrt(symbolic.Absolute(x)) },
	"rsqrt":                 func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Rsqrt(symbolic.Absolute(x)) },
	"reciprocal":            unary(symbolic.Reciprocal),
	"square":                unary(symbolic.Square),
	"sign":                  unary(symbolic.Sign),
	"sin":                   unary(symbolic.Sin),
	"cos":                   unary(symbolic.Cos),
	"erf":                   unary(symbolic.Erf),
	"floor":                 unary(symbolic.Floor),
	"ceil":                  unary(symbolic.Ceil),
	"round":                 func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Round(x, 0) },
	"round to one decimal":  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Round(x, 1) },
	"clip":                  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Clip(x, 0, 1) },
	"stop_gradient":         unary(symbolic.StopGradient),
	"relu":                  unary(symbolic.ReLU),
	"relu6":                 unary(symbolic.ReLU6),
	"sigmoid":               unary(symbolic.Sigmoid),
	"tanh":                  unary(symbolic.Tanh),
	"softplus":              unary(symbolic.Softplus),
	"softsign":              unary(symbolic.Softsign),
	"silu":                  unary(symbolic.SiLU),
	"log_sigmoid":           unary(symbolic.LogSigmoid),
	"selu":                  unary(symbolic.SELU),
	"elu":                   optional(symbolic.ELU, symbolic.Alpha(0.5)),
	"celu":                  optional(symbolic.CELU, symbolic.Alpha(0.5)),
	"leaky_relu":            optional(symbolic.LeakyReLU, symbolic.NegativeSlope(0.3)),
	"gelu":                  optional(symbolic.GELU),
	"gelu, exact":           optional(symbolic.GELU, symbolic.Approximate(false)),
	"softmax":               optional(symbolic.Softmax),
	"softmax over an axis":  optional(symbolic.Softmax, symbolic.Axis(1)),
	"log_softmax":           optional(symbolic.LogSoftmax),
	"x > 0":                 func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Greater(x, 0) },
	"x >= z":                binary(symbolic.GreaterEqual),
	"x < z":                 binary(symbolic.Less),
	"x <= 0.5":              func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.LessEqual(x, 0.5) },
	"equal":                 func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Equal(i, 2) },
	"not_equal":             binary(symbolic.NotEqual),
	"and, or, xor, not": func(x, z, i *keras.Tensor) *keras.Tensor {
		both := symbolic.LogicalAnd(symbolic.Greater(x, 0), symbolic.Greater(z, 0))
		large := symbolic.Greater(x, 1)
		return symbolic.LogicalOr(both, symbolic.LogicalXor(large, symbolic.LogicalNot(symbolic.Greater(z, 1))))
	},
	"where": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Where(symbolic.Greater(x, z), x, z)
	},
	"where, a number": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Where(symbolic.Greater(x, 0), 0.0, x)
	},
	"x[:, 0]":         item(":, 0"),
	"x[..., -1]":      item("..., -1"),
	"x[:, 1:3, ::2]":  item(":, 1:3, ::2"),
	"x[:, None]":      item(":, None"),
	"x[:, -3:, ::-1]": item(":, -3:, ::-1"),
	"x[:, 2:0:-1]":    item(":,2:0:-1"),
	"x[0]":            item("0"),
	"reshape":         func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Reshape(x, -1, 2, 6) },
	"expand_dims":     func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.ExpandDims(x, -1) },
	"squeeze":         func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Squeeze(symbolic.ExpandDims(x, 1), 1) },
	"transpose":       func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Transpose(x) },
	"moveaxis":        func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.MoveAxis(x, 1, 2) },
	"swapaxes":        func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.SwapAxes(x, 1, -1) },
	"flip":            func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Flip(x, 1) },
	"repeat":          func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Repeat(x, 2, symbolic.Axis(1)) },
	"tile":            func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Tile(x, 1, 2, 3) },
	"broadcast_to":    func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.BroadcastTo(symbolic.Mean(x), 2, 4) },
	"pad": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Pad(x, [2]int{}, [2]int{1, 2}, [2]int{0, 1})
	},
	"split": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Split(x, 2, symbolic.Axis(1))[1] },
	"concatenate": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Concatenate(keras.List{x, z}, symbolic.Axis(-1))
	},
	"stack":             func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Stack(keras.List{x, z}, symbolic.Axis(1)) },
	"one_hot":           func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.OneHot(i, 5) },
	"cast":              func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Cast(x, tensor.Int32) },
	"cast of integers":  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Cast(i, tensor.Float32) },
	"convert_to_tensor": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.ConvertToTensor(x) },
	"zeros_like, ones_like": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Add(symbolic.ZerosLike(x), symbolic.OnesLike(z))
	},
	"concatenate along the batch": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Concatenate(keras.List{x, z}) },
	"sum":                         optional(symbolic.Sum, symbolic.Axis(-1)),
	"sum of all":                  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Multiply(x, symbolic.Sum(x)) },
	"mean over axes, kept":        optional(symbolic.Mean, symbolic.Axis(1, 2), symbolic.KeepDims()),
	"max":                         optional(symbolic.Max, symbolic.Axis(1)),
	"min":                         optional(symbolic.Min, symbolic.Axis(-2), symbolic.KeepDims()),
	"prod":                        optional(symbolic.Prod, symbolic.Axis(1)),
	"var":                         optional(symbolic.Var, symbolic.Axis(1)),
	"std":                         optional(symbolic.Std, symbolic.Axis(1)),
	"logsumexp":                   optional(symbolic.LogSumExp, symbolic.Axis(1)),
	"any": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Any(symbolic.Greater(x, 1.5), symbolic.Axis(1))
	},
	"all": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.All(symbolic.Greater(x, -1.5), symbolic.Axis(1))
	},
	"argmax":         optional(symbolic.ArgMax, symbolic.Axis(-1)),
	"integers + 1":   func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Add(i, 1) },
	"integers * 0.5": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Multiply(i, 0.5) },
	"integers / integers": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.TrueDivide(i, symbolic.Add(i, 1))
	},
	"integers and floats": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Add(i, symbolic.GetItem(x, "..., 0"))
	},
	"sum of integers":  func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Sum(i, symbolic.Axis(1)) },
	"mean of integers": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Mean(i, symbolic.Axis(1)) },
	"float64": func(x, z, i *keras.Tensor) *keras.Tensor {
		return symbolic.Add(symbolic.Cast(x, tensor.Float64), symbolic.Multiply(x, 0.1))
	},
	"a layer, an operation, a layer": func(x, z, i *keras.Tensor) *keras.Tensor {
		return layers.Flatten().Apply(symbolic.Multiply(layers.ReLU().Apply(x), z))
	},
	"one operand twice": func(x, z, i *keras.Tensor) *keras.Tensor { return symbolic.Multiply(x, x) },
}

// fromFilesOnly are cases of operations that only Keras's activation functions make.
var fromFilesOnly = "activations.relu"

func TestOperationsAreThoseOfKeras(t *testing.T) {
	text, err := os.ReadFile("testdata/operations.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Name          string
			Nodes         []string
			JSON, Summary string
			Shape         []*int
			DType         string
			Inputs        []array
			Output        array
		}
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.Len(t, file.Cases, len(graphs)+1)
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			x, z := keras.Input(keras.Shape{4, 3}, keras.WithName("x")), keras.Input(keras.Shape{4, 3}, keras.WithName("z"))
			i := keras.Input(keras.Shape{4}, keras.WithName("i"), keras.WithDType(tensor.Int32))
			draw := graphs[c.Name]
			if c.Name == fromFilesOnly {
				draw = optional(symbolic.LeakyReLU)
			}
			y := draw(x, z, i)
			require.NoError(t, y.Err())
			m := models.Must(models.New(keras.List{x, z, i}, y, models.WithName("m")))
			written, err := m.ToJSON()
			require.NoError(t, err)
			if c.Name == fromFilesOnly {
				node := c.Nodes[0]
				at := strings.Index(string(written), `{"module": "keras.src.ops.nn"`)
				end := strings.Index(string(written), `], "input_layers"`)
				written = []byte(strings.ReplaceAll(string(written[:at])+node+string(written[end:]), `["leaky_relu", 0, 0]`, `["re_lu", 0, 0]`))
				m, err = models.FromJSON(written)
				require.NoError(t, err)
			}
			for _, node := range c.Nodes {
				assert.Contains(t, string(written), node)
			}
			if c.JSON != "" {
				assert.Equal(t, c.JSON, string(written))
				assert.Equal(t, c.Summary, m.Summary().String())
			}
			shape := keras.Shape{}
			for _, d := range c.Shape {
				if d == nil {
					shape = append(shape, keras.None)
				} else {
					shape = append(shape, *d)
				}
			}
			assert.Equal(t, shape, m.Output().Shape())
			assert.Equal(t, c.DType, m.Output().DType().String())

			again, err := models.FromJSON(written)
			require.NoError(t, err)
			second, err := again.ToJSON()
			require.NoError(t, err)
			assert.Equal(t, string(written), string(second))
			in := data.List{c.Inputs[0].tensor(t), c.Inputs[1].tensor(t), c.Inputs[2].tensor(t)}
			for _, m := range []*models.Model{m, again} {
				out, err := models.Call(m, in)
				require.NoError(t, err)
				assert.Equal(t, c.Output.Shape, append([]int{}, out.Shape()...))
				assert.Equal(t, c.Output.DType, out.Dtype().String())
				for k, want := range c.Output.floats() {
					assert.InDelta(t, want, floats(t, out)[k], 2e-6*max(1, math.Abs(want)), "element %d", k)
				}
			}
		})
	}
}

func TestModelsWithOperations(t *testing.T) {
	keras.ClearSession()
	x := keras.Input(keras.Shape{3}, keras.WithName("x"))
	h := layers.Dense(3).WithName("h").Apply(x)
	y := layers.Dense(1).WithName("y").Apply(symbolic.Add(symbolic.Multiply(h, 2.0), x))
	m := models.Must(models.New(x, y))
	names := func(list []keras.Layer) (names []string) {
		for _, l := range list {
			names = append(names, l.Name())
		}
		return names
	}
	assert.Equal(t, []string{"x", "h", "y"}, names(m.Layers()), "operations are no layers")
	assert.Equal(t, []string{"x", "h", "multiply", "add", "y"}, names(m.Operations()))
	_, err := m.GetLayer("add")
	require.Error(t, err)
	assert.Len(t, m.Weights(), 4)

	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.01), Loss: losses.Named("mse")}))
	in := constant([]int{8, 3}, make([]float32, 24)...)
	for i := range in.Float32s() {
		in.Float32s()[i] = float32(math.Sin(float64(i)))
	}
	target := constant([]int{8, 1}, make([]float32, 8)...)
	history, err := m.Fit(in, target, models.FitConfig{Epochs: 3, Verbose: models.Silent})
	require.NoError(t, err)
	assert.Less(t, history.History["loss"][2], history.History["loss"][0], "gradients flow through operations")

	part := models.Must(models.New(keras.List{h, x}, m.Operations()[3].Output()))
	assert.Equal(t, []string{"keras_tensorCLONE", "multiply", "x", "add"}, names(part.Operations()), "a model in the middle")
	out, err := part.Predict(data.List{in, in})
	require.NoError(t, err)
	assert.InDelta(t, 3*in.Float32s()[1], out.Float32s()[1], 1e-6)
}

func TestWrongOperands(t *testing.T) {
	x, z := keras.Input(keras.Shape{4, 3}), keras.Input(keras.Shape{5, 3})
	var none *keras.Tensor
	for _, c := range []struct {
		reason string
		make   func() *keras.Tensor
		want   string
	}{
		{"shapes that do not broadcast", func() *keras.Tensor { return symbolic.Add(x, z) }, "(Add) at operations_test.go:"},
		{"sizes that are not known are None", func() *keras.Tensor { return symbolic.Add(x, z) }, "expected shapes that broadcast, received (None, 4, 3), (None, 5, 3)"},
		{"a string", func() *keras.Tensor { return symbolic.Add(x, "1") }, "expected a *keras.Tensor, a number or a *tensor.Dense for x2, received string"},
		{"no tensor", func() *keras.Tensor { return symbolic.Add(1, 2) }, "expected a *keras.Tensor among the operands, received none"},
		{"nil", func() *keras.Tensor { return symbolic.Exp(none) }, "expected a tensor, received nil as input 0"},
		{"nil as a number", func() *keras.Tensor { return symbolic.Add(x, nil) }, "for x2, received <nil>"},
		{"an option that it does not have", func() *keras.Tensor { return symbolic.Softmax(x, symbolic.KeepDims()) }, "expected one of the options name, axis, received keepdims"},
		{"an axis that is not there", func() *keras.Tensor { return symbolic.Sum(x, symbolic.Axis(3)) }, "axis"},
		{"axes for one", func() *keras.Tensor { return symbolic.Softmax(x, symbolic.Axis(1, 2)) }, "expected an integer for axis, received [1 2]"},
		{"a bad name", func() *keras.Tensor { return symbolic.Sum(x, symbolic.Name("a/b")) }, "without the character /"},
		{"a key that is none", func() *keras.Tensor { return symbolic.GetItem(x, ":, a") }, `expected a key such as ":, 0, 1:-1", received ":, a"`},
		{"too many indices", func() *keras.Tensor { return symbolic.GetItem(x, "0, 0, 0, 0") }, "expected at most 3 indices, received 4"},
		{"two ellipses", func() *keras.Tensor { return symbolic.GetItem(x, "..., 0, ...") }, "one ellipsis"},
		{"an index outside", func() *keras.Tensor { return symbolic.GetItem(x, ":, 4") }, "expected an index into an axis of size 4, received 4"},
		{"an empty part", func() *keras.Tensor { return symbolic.GetItem(x, ":, 3:1") }, "a part of an axis of size 4"},
		{"a step of 0", func() *keras.Tensor { return symbolic.GetItem(x, ":, ::0") }, "a step that is not 0"},
		{"parts that do not divide", func() *keras.Tensor { return symbolic.Split(x, 3, symbolic.Axis(1))[0] }, "divides 4"},
		{"nothing to join", func() *keras.Tensor { return symbolic.Stack(nil) }, "a *keras.Tensor among the operands"},
		{"an error that comes along", func() *keras.Tensor { return symbolic.Exp(layers.Dense(-1).Apply(x)) }, "units"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			y := c.make()
			require.ErrorContains(t, y.Err(), c.want)
		})
	}
}

func TestOperationsOfFilesAreChecked(t *testing.T) {
	keras.ClearSession()
	x := keras.Input(keras.Shape{2}, keras.WithName("x"))
	text, err := models.Must(models.New(x, symbolic.Add(x, constant[float32]([]int{2}, 1, 2)))).ToJSON()
	require.NoError(t, err)
	good := string(text)
	_, err = models.FromJSON(text)
	require.NoError(t, err)
	for _, c := range []struct{ reason, old, new, want string }{
		{"an operation that nobody knows", `"class_name": "Add"`, `"class_name": "Madd"`, "registered operation, received Madd"},
		{"an option that it does not have", `"config": {"name": "add"}`, `"config": {"name": "add", "axis": 1}`, "expected one of the options name, received axis"},
		{"a type that is none", `"dtype": "float32"}}], "kwargs"`, `"dtype": "float31"}}], "kwargs"`, "a dtype"},
		{"lists of two lengths", `[1.0, 2.0]`, `[[1.0], 2.0]`, "lists of one length"},
		{"a string", `[1.0, 2.0]`, `["1", "2"]`, "lists of one length"},
		{"no elements", `[1.0, 2.0]`, `[]`, "a tensor with elements"},
		{"a class of constants that is not read", `__numpy__`, `__lambda__`, "for x2, received keras.Config"},
		{"too many operands", `"kwargs": {}}]}], "input`, `"kwargs": {"x1": 1}}]}], "input`, ""},
		{"one operand too many", `"args": [{`, `"args": [1, 2, {`, "expected at most 2 operands, received 4"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bad := strings.Replace(good, c.old, c.new, 1)
			require.NotEqual(t, good, bad)
			_, err := models.FromJSON([]byte(bad))
			if c.want == "" {
				require.NoError(t, err, "Keras takes the first")
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
