package regularizers_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/regularizers"
)

type weight struct {
	Shape keras.Shape
	Data  []float64
}

type fixture struct {
	Cases []struct {
		Regularizer      keras.Config
		Weight, Gradient weight
		Value            float64
	}
	Lookups []struct {
		Identifier, Class string
		Config            keras.Config
	}
	Errors []struct {
		Name  string
		Error struct{ Text string }
	}
}

func load(t *testing.T) (f fixture) {
	text, err := os.ReadFile("testdata/regularizers.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &f))
	return f
}

func deserialize(t *testing.T, cfg keras.Config) keras.Regularizer {
	o, err := keras.Deserialize(keras.KindRegularizer, cfg)
	require.NoError(t, err, "%s", cfg)
	return o.(keras.Regularizer)
}

// penalty computes times·Penalty(x) and its gradient.
func penalty(t *testing.T, r keras.Regularizer, x weight, dt tensor.Dtype, times float64) (value float64, grad []float64) {
	g := gorgonia.NewGraph()
	var data, factor any = x.Data, times
	if dt == tensor.Float32 {
		single := make([]float32, len(x.Data))
		for i, v := range x.Data {
			single[i] = float32(v)
		}
		data, factor = single, float32(times)
	}
	in := gorgonia.NewTensor(g, dt, len(x.Shape), gorgonia.WithShape(x.Shape...), gorgonia.WithName("x"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(x.Shape...), tensor.WithBacking(data))))
	p := r.Penalty(in)
	require.True(t, p.IsScalar())
	require.Equal(t, dt, p.Dtype())
	total := gorgonia.Must(gorgonia.Mul(p, gorgonia.NewConstant(factor)))
	grads, err := gorgonia.Grad(total, in)
	require.NoError(t, err)
	var pv, gv gorgonia.Value
	gorgonia.Read(p, &pv)
	gorgonia.Read(grads[0], &gv)
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	for range 2 { // a program runs many times
		vm.Reset()
		require.NoError(t, vm.RunAll())
	}
	require.Equal(t, x.Shape.String(), keras.Shape(gv.Shape()).String())
	switch d := gv.Data().(type) {
	case []float32:
		for _, v := range d {
			grad = append(grad, float64(v))
		}
		return float64(pv.Data().(float32)), grad
	case []float64:
		return pv.Data().(float64), d
	}
	require.Fail(t, "type of the gradient")
	return 0, nil
}

func TestGolden(t *testing.T) {
	for _, c := range load(t).Cases {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			value, grad := penalty(t, deserialize(t, c.Regularizer), c.Weight, dt, 1)
			name := fmt.Sprintf("%s of %s, %s", c.Regularizer, c.Weight.Shape, dt)
			assert.InDelta(t, c.Value, value, 1e-6*math.Max(1, c.Value), name)
			require.Len(t, grad, len(c.Gradient.Data))
			for i := range grad {
				assert.InDelta(t, c.Gradient.Data[i], grad[i], 1e-6, "%s: gradient [%d]", name, i)
			}
		}
	}
}

// all are the regularizers with factors that differ from the defaults.
func all() []keras.Regularizer {
	return []keras.Regularizer{
		regularizers.L1(0.3), regularizers.L2(0.7), regularizers.L1L2(0.2, 0.6),
		regularizers.OrthogonalRegularizer().Factor(0.5),
		regularizers.OrthogonalRegularizer().Factor(0.5).Mode("columns"),
	}
}

func TestFiniteDifferences(t *testing.T) {
	x := weight{Shape: keras.Shape{4, 5}}
	for i := range 20 {
		x.Data = append(x.Data, math.Sin(float64(3*i+1))*1.5)
	}
	const step, times = 1e-6, 3
	for _, r := range all() {
		_, grad := penalty(t, r, x, tensor.Float64, times)
		for i, v := range x.Data {
			x.Data[i] = v + step
			above, _ := penalty(t, r, x, tensor.Float64, times)
			x.Data[i] = v - step
			below, _ := penalty(t, r, x, tensor.Float64, times)
			x.Data[i] = v
			assert.InDelta(t, times*(above-below)/(2*step), grad[i], 1e-7, "%s: gradient [%d]", r.Config(), i)
		}
	}
}

// TestLarge has more elements than are summed at once, the last piece a short one.
func TestLarge(t *testing.T) {
	const n = 3*(1<<14) + 17
	x := weight{Shape: keras.Shape{n}}
	absolute, squares := 0.0, 0.0
	for i := range n {
		v := math.Sin(float64(i))
		x.Data = append(x.Data, v)
		absolute += math.Abs(v)
		squares += v * v
	}
	value, grad := penalty(t, regularizers.L1L2(0.1, 0.2), x, tensor.Float64, 1)
	for _, workers := range []int{1, 4} {
		before := runtime.GOMAXPROCS(workers)
		same, _ := penalty(t, regularizers.L1L2(0.1, 0.2), x, tensor.Float64, 1)
		runtime.GOMAXPROCS(before)
		assert.Equal(t, value, same, "the same bits with %d workers", workers)
	}
	assert.InEpsilon(t, 0.1*absolute+0.2*squares, value, 1e-12)
	for i, v := range x.Data {
		require.InDelta(t, 0.1*sign(v)+0.4*v, grad[i], 1e-15, "[%d]", i)
	}
}

func sign(v float64) float64 {
	if v == 0 {
		return 0
	}
	return math.Copysign(1, v)
}

func TestZero(t *testing.T) {
	for _, r := range all() {
		value, grad := penalty(t, r, weight{keras.Shape{2, 2}, []float64{0, 0, 0, 0}}, tensor.Float32, 1)
		assert.Zero(t, value, r.Class())
		assert.Equal(t, []float64{0, 0, 0, 0}, grad, r.Class())
	}
}

// plain rounds numbers to six digits and makes int and float64 alike: Keras keeps
// factors as float32 tensors.
func plain(cfg keras.Config) string {
	text := ""
	for _, e := range cfg {
		switch v := e.Value.(type) {
		case int:
			text += fmt.Sprintf("%s: %.6g, ", e.Key, float64(v))
		case float64:
			text += fmt.Sprintf("%s: %.6g, ", e.Key, v)
		case keras.Config:
			text += e.Key + ": {" + plain(v) + "}, "
		default:
			text += fmt.Sprintf("%s: %v, ", e.Key, v)
		}
	}
	return text
}

func serialize(r keras.Regularizer) keras.Config {
	return keras.Serialize(keras.KindRegularizer, r).(keras.Config)
}

func TestConfigs(t *testing.T) {
	made := map[string]bool{}
	for _, r := range []keras.Regularizer{
		regularizers.L1(), regularizers.L1(0.1), regularizers.L2(), regularizers.L2(0.1), regularizers.L1L2(0, 0),
		regularizers.L1L2(0.1, 0), regularizers.L1L2(0, 0.1), regularizers.L1L2(0.1, 0.2), regularizers.OrthogonalRegularizer(),
		regularizers.OrthogonalRegularizer().Factor(0.5).Mode("columns"),
		regularizers.OrthogonalRegularizer().Factor(0.5).Mode(regularizers.Rows),
	} {
		made[plain(serialize(r))] = true
	}
	for _, c := range load(t).Cases {
		assert.Contains(t, made, plain(c.Regularizer), "no constructor makes this")
		var read keras.Config
		require.NoError(t, json.Unmarshal([]byte(serialize(deserialize(t, c.Regularizer)).String()), &read))
		assert.Equal(t, plain(c.Regularizer), plain(read), "round trip")
	}
}

func TestEveryClassHasACase(t *testing.T) {
	cases := map[any]bool{}
	for _, c := range load(t).Cases {
		class, _ := c.Regularizer.Get("class_name")
		cases[class] = true
	}
	for _, class := range keras.Registered(keras.KindRegularizer) {
		assert.True(t, cases[class], "%s is registered, but in no case", class)
	}
}

// failure is the error that Penalty panics with, nil without one; Validate must
// report the same where the options alone are wrong.
func failure(r keras.Regularizer, shape keras.Shape, dt tensor.Dtype) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = p.(error)
		}
	}()
	r.Penalty(gorgonia.NewTensor(gorgonia.NewGraph(), dt, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName("x")))
	return nil
}

func TestNamed(t *testing.T) {
	for _, c := range load(t).Lookups {
		r := regularizers.Named(c.Identifier)
		err := failure(r, keras.Shape{2, 2}, tensor.Float32)
		if c.Class == "" {
			assert.ErrorContains(t, err, "Could not interpret regularizer identifier: "+c.Identifier+"; expected one of l1, l1l2, l2, orthogonal_regularizer")
			assert.ErrorIs(t, err, keras.ErrArgument)
			continue
		}
		assert.NoError(t, err)
		assert.Equal(t, c.Class, r.Class())
		assert.Equal(t, plain(c.Config), plain(r.Config()))
	}
}

func TestErrors(t *testing.T) {
	texts := map[string]string{}
	for _, e := range load(t).Errors {
		texts[e.Name] = e.Error.Text
	}
	matrix := keras.Shape{3, 4}
	for _, c := range []struct {
		name  string
		of    keras.Regularizer
		shape keras.Shape
		class error
		want  string
	}{
		{"negative factor", regularizers.L2(-0.1), matrix, keras.ErrArgument, "Invalid value for argument l2: expected a non-negative float."},
		{"infinite factor", regularizers.L1(math.Inf(1)), matrix, keras.ErrArgument, "Invalid value for argument l1: expected a non-negative float."},
		{"factor NaN", regularizers.L1L2(0, math.NaN()), matrix, keras.ErrArgument, "Received: l2=NaN"},
		{"negative factor of two", regularizers.L1L2(-2, 0), matrix, keras.ErrArgument, "Received: l1=-2"},
		{"two factors of L1", regularizers.L1(0.1, 0.2), matrix, keras.ErrArgument, "L1 takes one factor, received 2"},
		{"two factors of L2", regularizers.L2(0.1, 0.2), matrix, keras.ErrArgument, "L2 takes one factor, received 2"},
		{"negative factor, orthogonal", regularizers.OrthogonalRegularizer().Factor(-1), matrix, keras.ErrArgument, "Received: factor=-1"},
		{"unknown mode", regularizers.OrthogonalRegularizer().Mode("diagonal"), matrix, keras.ErrArgument, "Invalid value for argument `mode`. Expected one of {\"rows\", \"columns\"}. Received: mode=diagonal"},
		{"orthogonal of rank 4", regularizers.OrthogonalRegularizer(), keras.Shape{2, 2, 2, 2}, keras.ErrShape, "Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape=(2, 2, 2, 2)"},
		{"one row", regularizers.OrthogonalRegularizer(), keras.Shape{1, 4}, keras.ErrShape, "expected at least two rows to compare, received (1, 4)"},
		{"one column", regularizers.OrthogonalRegularizer().Mode("columns"), keras.Shape{4, 1}, keras.ErrShape, "expected at least two columns to compare, received (4, 1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := failure(c.of, c.shape, tensor.Float32)
			require.ErrorContains(t, err, c.want)
			require.ErrorIs(t, err, c.class)
			invalid := c.of.(interface{ Validate() error }).Validate()
			if c.class == keras.ErrArgument {
				assert.Equal(t, err, invalid)
			} else {
				assert.NoError(t, invalid)
			}
			if text, ok := texts[c.name]; ok {
				assert.Contains(t, text, c.want, "Keras's words")
				delete(texts, c.name)
			}
		})
	}
	assert.Empty(t, texts, "errors of Keras without a case")
	for _, r := range all() {
		assert.ErrorContains(t, failure(r, matrix, tensor.Int32), "expected float32 or float64", r.Class())
	}
}

func TestBadConfig(t *testing.T) {
	assert.Error(t, keras.Configure(regularizers.L1(), keras.Config{{Key: "l2", Value: 0.1}}), "a key of another class")
	assert.Error(t, keras.Configure(regularizers.L2(), keras.Config{{Key: "l2", Value: -0.1}}), "a value that is not allowed")
	assert.Error(t, keras.Configure(regularizers.OrthogonalRegularizer(), keras.Config{{Key: "mode", Value: "diagonal"}}), "a mode that is not known")
}

func ExampleL2() {
	fmt.Println(regularizers.L2().Config(), regularizers.L2(0.001).Config())
	// Output: {"l2": 0.01} {"l2": 0.001}
}

func ExampleOrthogonalRegularizer() {
	r := regularizers.OrthogonalRegularizer().Factor(0.1).Mode("columns")
	fmt.Println(r.Class(), r.Config())
	// Output: OrthogonalRegularizer {"factor": 0.1, "mode": "columns"}
}

func ExampleNamed() {
	fmt.Println(regularizers.Named("l1l2").Class())
	// Output: L1L2
}
