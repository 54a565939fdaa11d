package ops_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// fixture is testdata/ops.json, which tools/golden writes.
type fixture struct {
	Cases  []golden
	Errors []struct {
		Name  string
		Error struct{ Text string }
	}
}

// golden is what Keras computed: the gradients are those of Σ output·cotangent.
type golden struct {
	Name      string
	Axes      []int
	Inputs    []values
	Output    values
	Cotangent values
	Grads     []*values
}

// values is a tensor of a fixture.
type values struct {
	Shape tensor.Shape
	Dtype string
	Data  numbers
}

// numbers reads JSON numbers, booleans and "nan".
type numbers []float64

func (n *numbers) UnmarshalJSON(text []byte) error {
	var list []any
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*n = make(numbers, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case float64:
			(*n)[i] = v
		case bool:
			if v {
				(*n)[i] = 1
			}
		case string:
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return err
			}
			(*n)[i] = f
		}
	}
	return nil
}

var dtypes = map[string]tensor.Dtype{
	"bool": tensor.Bool, "uint8": tensor.Uint8, "int32": tensor.Int32, "int64": tensor.Int64, "float32": tensor.Float32, "float64": tensor.Float64,
}

// dtype is the type of a tensor where the floating ones are of type dt.
func (v values) dtype(dt tensor.Dtype) tensor.Dtype {
	if own := dtypes[v.Dtype]; !op.IsFloat(own) {
		return own
	}
	return dt
}

func readFixture(t *testing.T) fixture {
	t.Helper()
	text, err := os.ReadFile("testdata/ops.json")
	require.NoError(t, err)
	var f fixture
	require.NoError(t, json.Unmarshal(text, &f))
	require.NotEmpty(t, f.Cases)
	return f
}

// program is a graph on inputs of given values, with the gradient of
// Σ output·cotangent by those inputs that are wanted.
type program struct {
	trace   *keras.Trace
	in      gorgonia.Nodes
	out     *gorgonia.Node
	cost    *gorgonia.Node
	grads   map[int]*gorgonia.Node
	machine gorgonia.VM
}

// builder draws what is under test.
type builder func(t *keras.Trace, in gorgonia.Nodes) *gorgonia.Node

// compile draws f as often as copies says. Inputs that are not wanted are constants.
func compile(t *testing.T, f builder, inputs []values, dt tensor.Dtype, cotangent []float64, wants []bool, copies int) *program {
	t.Helper()
	trace := keras.NewTrace(gorgonia.NewGraph(), true)
	p := &program{trace: trace, grads: map[int]*gorgonia.Node{}}
	drawn := make(gorgonia.Nodes, len(inputs))
	for i, v := range inputs {
		n := trace.Input("x", v.Shape, v.dtype(dt))
		require.NoError(t, gorgonia.Let(n, valueOf(t, v, v.dtype(dt))))
		p.in, drawn[i] = append(p.in, n), n
		if !wants[i] {
			drawn[i] = op.Detach(n)
		}
	}
	var outs gorgonia.Nodes
	for range copies {
		outs = append(outs, f(trace, drawn))
	}
	p.out = outs[0]
	if cotangent != nil {
		p.cost = dot(cotangent, outs...)
		var by gorgonia.Nodes
		for i, w := range wants {
			if w {
				by = append(by, p.in[i])
			}
		}
		grads, err := gorgonia.Grad(p.cost, by...)
		require.NoError(t, err)
		for i, w := range wants {
			if w {
				p.grads[i], grads = grads[0], grads[1:]
			}
		}
	}
	p.machine = gorgonia.NewTapeMachine(trace.Graph())
	t.Cleanup(func() { assert.NoError(t, p.machine.Close()) })
	return p
}

// valueOf makes a tensor, or a scalar.
func valueOf(t *testing.T, v values, dt tensor.Dtype) any {
	t.Helper()
	require.Len(t, v.Data, keras.Shape(v.Shape).Size())
	shape := []int(v.Shape)
	if len(shape) == 0 {
		shape = []int{1}
	}
	d := tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
	require.NoError(t, kernels.Cast([]float64(v.Data), d.Data()))
	if len(v.Shape) == 0 {
		value, err := d.At(0)
		require.NoError(t, err)
		return value
	}
	return d
}

func (p *program) run() error {
	p.machine.Reset()
	return p.machine.RunAll()
}

// numbersOf is a copy of a value.
func numbersOf(t *testing.T, v gorgonia.Value) []float64 {
	t.Helper()
	switch v := v.(type) {
	case *tensor.Dense:
		x := make([]float64, v.Shape().TotalSize())
		require.NoError(t, kernels.Cast(v.Data(), x))
		return x
	case *gorgonia.F32:
		return []float64{float64(*v)}
	case *gorgonia.F64:
		return []float64{float64(*v)}
	case *gorgonia.I32:
		return []float64{float64(*v)}
	case *gorgonia.B:
		return map[gorgonia.B][]float64{false: {0}, true: {1}}[*v]
	}
	require.Failf(t, "a value of another type", "%T", v)
	return nil
}

// nudge moves element k of a float64 input and gives a function that moves it back.
func (p *program) nudge(input, k int, by float64) (undo func()) {
	switch v := p.in[input].Value().(type) {
	case *gorgonia.F64:
		old := *v
		*v += gorgonia.F64(by)
		return func() { *v = old }
	default:
		x := v.Data().([]float64)
		old := x[k]
		x[k] += by
		return func() { x[k] = old }
	}
}

// dot is an Op of the tests: Σ c·x over all elements of all nodes, a scalar.
func dot(c []float64, nodes ...*gorgonia.Node) *gorgonia.Node {
	dt := nodes[0].Dtype()
	return op.Apply(op.Spec{
		Name:    "dot",
		Outputs: []op.Output{{Shape: tensor.Shape{}, Dtype: dt}},
		Run:     op.ByType(dt, runDot[float32](c), runDot[float64](c)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			grads := make(gorgonia.Nodes, len(in))
			for i := range in {
				if wants[i] {
					grads[i] = op.Apply(op.Spec{
						Name: "dot gradient", Outputs: []op.Output{op.Like(in[i])},
						Run: op.ByType(dt, runDotGradient[float32](c), runDotGradient[float64](c)),
					}, grad)
				}
			}
			return grads
		},
	}, nodes...)
}

func runDot[T kernels.Float](c []float64) op.Run {
	return func(in, out []any) error {
		var sum float64
		for _, x := range in {
			for i, v := range x.([]T) {
				sum += c[i] * float64(v)
			}
		}
		out[0].([]T)[0] = T(sum)
		return nil
	}
}

func runDotGradient[T kernels.Float](c []float64) op.Run {
	return func(in, out []any) error {
		for i, v := range c {
			out[0].([]T)[i] = in[0].([]T)[0] * T(v)
		}
		return nil
	}
}

// closeTo compares numbers; NaN equals NaN.
func closeTo(t *testing.T, want, got []float64, tolerance float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for i, w := range want {
		if math.IsNaN(w) {
			assert.True(t, math.IsNaN(got[i]), "%s, element %d: want NaN, got %v", what, i, got[i])
			continue
		}
		assert.InDelta(t, w, got[i], tolerance*max(1, math.Abs(w)), "%s, element %d", what, i)
	}
}

// finiteDifferences compares the gradients of a float64 program with central differences.
func finiteDifferences(t *testing.T, p *program) {
	t.Helper()
	require.NoError(t, p.run())
	got := map[int][]float64{}
	for i, g := range p.grads {
		got[i] = numbersOf(t, g.Value())
	}
	cost := func() float64 {
		require.NoError(t, p.run())
		return numbersOf(t, p.cost.Value())[0]
	}
	const h = 1e-5
	for i, grads := range got {
		want := make([]float64, len(grads))
		for k := range grads {
			undo := p.nudge(i, k, h)
			up := cost()
			undo()
			undo = p.nudge(i, k, -h)
			want[k] = (up - cost()) / (2 * h)
			undo()
		}
		closeTo(t, want, grads, 1e-6, "gradient of input "+strconv.Itoa(i)+" (finite difference)")
	}
}

// smooth reports whether finite differences say what the gradient of a case is.
func smooth(g golden) bool {
	for _, kink := range []string{"ties", "bounds", "stop_gradient"} {
		if strings.Contains(g.Name, kink) {
			return false
		}
	}
	return true
}

// onlyWork checks that the gradient Op of the output makes nothing for inputs that
// want none. An input of that Op that another one made is always wanted.
func onlyWork(t *testing.T, p *program, wants []bool) {
	t.Helper()
	for _, n := range p.trace.Graph().AllNodes() {
		spec, _, ok := op.SpecOf(n)
		if !ok || spec.Name != p.out.Op().String()+" gradient" || len(spec.Outputs) == 1 || len(spec.Outputs) > len(wants) {
			continue
		}
		inputs := op.Children(p.out)
		if !slices.ContainsFunc(op.Children(n), func(c *gorgonia.Node) bool { return c == p.out || slices.Contains(inputs, c) }) {
			continue // of another Op of that name
		}
		for i, out := range spec.Outputs {
			given := slices.Contains(p.in, inputs[len(inputs)-len(spec.Outputs)+i])
			if given && !wants[len(wants)-len(spec.Outputs)+i] {
				assert.Equal(t, tensor.Shape{1}, out.Shape, "work for an input that wants no gradient")
			}
		}
	}
}

// drawingOf is the case of a fixture's name: that of its first word, "add" in
// "add (2, 3) (3,)" and "add, ties", where it has none of its own.
func drawingOf(name string) (key string, f drawing) {
	if f, ok := cases[name]; ok {
		return name, f
	}
	key = name[:strings.IndexAny(name+" ", " ,")]
	return key, cases[key]
}

// TestGolden compares every function with Keras, and its gradient with finite
// differences and with itself when only some of its inputs are wanted.
func TestGolden(t *testing.T) {
	t.Parallel()
	drawn := map[string]bool{}
	for _, g := range readFixture(t).Cases {
		name, f := drawingOf(g.Name)
		drawn[name] = true
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			require.NotNil(t, f, "no case in cases_test.go")
			f := func(trace *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return f(trace, in, g) }
			checkGolden(t, f, g)
		})
	}
	for name := range cases {
		assert.True(t, drawn[name], "%s has no fixture", name)
	}
}

func checkGolden(t *testing.T, f builder, g golden) {
	wants := make([]bool, len(g.Inputs))
	for i, grad := range g.Grads {
		wants[i] = grad != nil
	}
	p := compile(t, f, g.Inputs, tensor.Float32, g.Cotangent.Data, wants, 1)
	for range 2 { // the second run works in used buffers
		require.NoError(t, p.run())
		assert.Equal(t, []int(g.Output.Shape), append([]int{}, p.out.Shape()...))
		assert.Equal(t, dtypes[g.Output.Dtype], p.out.Dtype())
		closeTo(t, g.Output.Data, numbersOf(t, p.out.Value()), 5e-6, "output (Keras)")
		for i, n := range p.grads {
			assert.Equal(t, []int(g.Inputs[i].Shape), append([]int{}, n.Shape()...))
			closeTo(t, g.Grads[i].Data, numbersOf(t, n.Value()), 2e-5, "gradient of input "+strconv.Itoa(i)+" (Keras)")
		}
	}
	for i, v := range g.Inputs {
		closeTo(t, v.Data, numbersOf(t, p.in[i].Value()), 1e-7, "input, which is not to be written")
	}
	if g.Grads == nil {
		assert.False(t, op.Differentiable(p.out), "a gradient flows through")
		return
	}

	double := compile(t, f, g.Inputs, tensor.Float64, g.Cotangent.Data, wants, 1)
	require.NoError(t, double.run())
	closeTo(t, numbersOf(t, double.out.Value()), numbersOf(t, p.out.Value()), 5e-6, "float32 and float64")
	all := map[int][]float64{}
	for i, n := range double.grads {
		all[i] = numbersOf(t, n.Value())
	}
	if smooth(g) {
		finiteDifferences(t, double)
	}

	for i, w := range wants {
		alone := make([]bool, len(wants))
		alone[i] = true
		if !w {
			n := compile(t, f, g.Inputs, tensor.Float64, nil, alone, 1)
			assert.False(t, op.Differentiable(n.out), "a gradient flows to input %d", i)
			continue
		}
		twice := compile(t, f, g.Inputs, tensor.Float64, g.Cotangent.Data, alone, 2)
		require.NoError(t, twice.run())
		onlyWork(t, twice, alone)
		for k, v := range numbersOf(t, twice.grads[i].Value()) {
			assert.InDelta(t, 2*all[i][k], v, 1e-12*max(1, math.Abs(v)), "gradient of input %d alone, of two equal Ops, element %d", i, k)
		}
	}
}
