package constraints_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
)

type weight struct {
	Shape keras.Shape
	Data  []float32
}

// of is a copy of the weight in a type.
func (w weight) of(dt tensor.Dtype) *tensor.Dense {
	if dt == tensor.Float32 {
		return tensor.New(tensor.WithShape(w.Shape...), tensor.WithBacking(append([]float32(nil), w.Data...)))
	}
	data := make([]float64, len(w.Data))
	for i, v := range w.Data {
		data[i] = float64(v)
	}
	return tensor.New(tensor.WithShape(w.Shape...), tensor.WithBacking(data))
}

type fixture struct {
	Cases []struct {
		Constraint    keras.Config
		Weight, Value weight
	}
	Lookups []struct {
		Identifier, Class string
		Config            keras.Config
	}
}

func load(t *testing.T) (f fixture) {
	text, err := os.ReadFile("testdata/constraints.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &f))
	return f
}

func deserialize(t *testing.T, cfg keras.Config) keras.Constraint {
	o, err := keras.Deserialize(keras.KindConstraint, cfg)
	require.NoError(t, err, "%s", cfg)
	return o.(keras.Constraint)
}

// plain makes int and float64 alike: Keras keeps them as the user wrote them.
func plain(cfg keras.Config) string {
	text, _ := json.Marshal(cfg)
	var v any
	_ = json.Unmarshal(text, &v) // all numbers are float64
	return fmt.Sprint(v)
}

func TestGolden(t *testing.T) {
	for _, c := range load(t).Cases {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			w := c.Weight.of(dt)
			require.NoError(t, deserialize(t, c.Constraint).Constrain(w))
			assert.Equal(t, c.Weight.Shape.String(), keras.Shape(w.Shape()).String())
			assert.InDeltaSlice(t, c.Value.of(dt).Data(), w.Data(), 1e-6, "%s: %s", c.Constraint, dt)
		}
	}
}

// TestSetters: what each option changes, by the values of the fixture.
func TestSetters(t *testing.T) {
	made := map[string]bool{}
	for _, c := range []keras.Constraint{
		constraints.MaxNorm(), constraints.MaxNorm(1), constraints.MaxNorm(1).Axis(1), constraints.MaxNorm(1).Axis(-1),
		constraints.MaxNorm(1).Axis(0, 1, 2), constraints.UnitNorm(), constraints.UnitNorm().Axis(1),
		constraints.UnitNorm().Axis(0, 1), constraints.UnitNorm().Axis(0, 1, 2), constraints.NonNeg(), constraints.MinMaxNorm(),
		constraints.MinMaxNorm().MinValue(0.5).MaxValue(1).Rate(0.5), constraints.MinMaxNorm().MinValue(0.5),
		constraints.MinMaxNorm().MinValue(2.5).MaxValue(3).Axis(1),
		constraints.MinMaxNorm().MinValue(0.5).MaxValue(1.5).Rate(0.8).Axis(0, 1),
	} {
		made[plain(keras.Serialize(keras.KindConstraint, c).(keras.Config))] = true
	}
	for _, c := range load(t).Cases {
		assert.Contains(t, made, plain(c.Constraint), "no setters make this")
		assert.Equal(t, plain(c.Constraint), plain(keras.Serialize(keras.KindConstraint, deserialize(t, c.Constraint)).(keras.Config)), "round trip")
	}
}

func TestAllAxes(t *testing.T) {
	w := weight{keras.Shape{2, 2}, []float32{1, 2, 2, 4}}.of(tensor.Float64)
	all := constraints.UnitNorm().Axis()
	v, ok := all.Config().Get("axis")
	require.True(t, ok)
	assert.Nil(t, v, "None, as Keras writes it")
	o := deserialize(t, keras.Serialize(keras.KindConstraint, all).(keras.Config))
	require.NoError(t, o.Constrain(w))
	assert.InDeltaSlice(t, []float64{0.2, 0.4, 0.4, 0.8}, w.Float64s(), 1e-7, "the norm of all is 5")
}

func TestScalar(t *testing.T) {
	for _, dt := range []any{float32(-2), float64(-2)} {
		w := tensor.New(tensor.FromScalar(dt))
		require.NoError(t, constraints.UnitNorm().Axis().Constrain(w))
		assert.InDelta(t, -1, w.Data(), 1e-6)
		require.NoError(t, constraints.NonNeg().Constrain(w))
		assert.Zero(t, w.Data())
	}
}

func TestNaN(t *testing.T) {
	w := weight{keras.Shape{2, 2}, []float32{float32(math.NaN()), 3, 1, 4}}.of(tensor.Float64)
	require.NoError(t, constraints.MaxNorm(1).Constrain(w))
	assert.True(t, math.IsNaN(w.Float64s()[0]), "a weight that is not a number is not hidden")
	assert.InDelta(t, 0.6, w.Float64s()[1], 1e-6)
}

func TestEveryClassHasACase(t *testing.T) {
	cases := map[any]bool{}
	for _, c := range load(t).Cases {
		class, _ := c.Constraint.Get("class_name")
		cases[class] = true
	}
	for _, class := range keras.Registered(keras.KindConstraint) {
		assert.True(t, cases[class], "%s is registered, but in no case", class)
	}
}

func TestNamed(t *testing.T) {
	for _, c := range load(t).Lookups {
		got := constraints.Named(c.Identifier)
		err := got.Constrain(weight{keras.Shape{2, 2}, make([]float32, 4)}.of(tensor.Float32))
		if c.Class == "" {
			assert.ErrorContains(t, err, "Could not interpret constraint identifier: "+c.Identifier+"; expected one of max_norm,")
			assert.ErrorIs(t, err, keras.ErrArgument)
			continue
		}
		assert.NoError(t, err)
		assert.Equal(t, c.Class, got.Class())
		assert.Equal(t, plain(c.Config), plain(got.Config()))
	}
}

func TestErrors(t *testing.T) {
	vector := func() *tensor.Dense { return weight{keras.Shape{3}, []float32{1, 2, 3}}.of(tensor.Float32) }
	matrix := weight{keras.Shape{2, 2}, []float32{1, 2, 3, 4}}.of(tensor.Float32)
	view, err := matrix.Slice(nil, tensor.S(0))
	require.NoError(t, err)
	for _, c := range []struct {
		reason string
		of     keras.Constraint
		w      *tensor.Dense
		class  error
		want   string
	}{
		{"a norm is not negative", constraints.MaxNorm(-1), vector(), keras.ErrArgument, "max_value=-1"},
		{"a bound is a number", constraints.MaxNorm(math.NaN()), vector(), keras.ErrArgument, "max_value=NaN"},
		{"axes are not a second argument", constraints.MaxNorm(2, 1), vector(), keras.ErrArgument, "MaxNorm takes one max_value, received 2; set the axes with Axis"},
		{"the least norm is not negative", constraints.MinMaxNorm().MinValue(-1), vector(), keras.ErrArgument, "0 <= min_value <= max_value. Received: min_value=-1, max_value=1"},
		{"bounds have an order", constraints.MinMaxNorm().MinValue(2), vector(), keras.ErrArgument, "min_value=2, max_value=1"},
		{"a rate is a number", constraints.MinMaxNorm().Rate(math.NaN()), vector(), keras.ErrArgument, "rate=NaN"},
		{"an axis behind the last", constraints.UnitNorm().Axis(1), vector(), keras.ErrShape, "expected a weight that has the axes [1], received (3,)"},
		{"an axis before the first", constraints.UnitNorm().Axis(0, -2), vector(), keras.ErrShape, "expected a weight that has the axes [0 -2], received (3,)"},
		{"a scalar has no axis 0", constraints.UnitNorm(), tensor.New(tensor.FromScalar(float32(1))), keras.ErrShape, "received ()"},
		{"integers have no norm", constraints.UnitNorm(), tensor.New(tensor.WithBacking([]int32{1})), keras.ErrArgument, "expected the type float32 or float64, received int32"},
		{"integers, NonNeg", constraints.NonNeg(), tensor.New(tensor.WithBacking([]int32{1})), keras.ErrArgument, "received int32"},
		{"no weight", constraints.NonNeg(), nil, keras.ErrArgument, "contiguous"},
		{"a view of a column", constraints.NonNeg(), view.(*tensor.Dense), keras.ErrArgument, "contiguous"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			err := c.of.Constrain(c.w)
			require.ErrorContains(t, err, c.want)
			assert.ErrorIs(t, err, c.class)
		})
	}
	assert.Equal(t, []float32{1, 2, 3, 4}, matrix.Data(), "a weight that is refused stays as it is")
}

func TestBadConfig(t *testing.T) {
	for reason, entry := range map[string]keras.Entry{
		"a key of no class":          {Key: "max", Value: 1.0},
		"a value that is negative":   {Key: "max_value", Value: -1.0},
		"an axis that is a word":     {Key: "axis", Value: "last"},
		"a list of axes, one a word": {Key: "axis", Value: []any{0, "last"}},
	} {
		assert.Error(t, keras.Configure(constraints.MaxNorm(), keras.Config{entry}), reason)
	}
	assert.Error(t, keras.Configure(constraints.NonNeg(), keras.Config{{Key: "axis", Value: 0}}))
}

func ExampleMaxNorm() {
	w := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{3, 0.5, 4, -1}))
	err := constraints.MaxNorm(2).Constrain(w) // the columns have the norms 5 and 1.1
	fmt.Printf("%.3f %v\n", w.Data(), err)
	// Output: [1.200 0.500 1.600 -1.000] <nil>
}

func ExampleUnitNorm() {
	c := constraints.UnitNorm().Axis(0, 1, 2) // one norm for each filter of a Conv2D
	fmt.Println(c.Config())
	// Output: {"axis": [0, 1, 2]}
}

func ExampleNamed() {
	w := tensor.New(tensor.WithBacking([]float32{-1, 2}))
	fmt.Println(constraints.Named("non_neg").Constrain(w), w.Data())
	// Output: <nil> [0 2]
}
