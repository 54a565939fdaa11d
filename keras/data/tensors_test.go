package data

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"testing"
	"unsafe"

	"github.com/gokeras/gokeras/keras"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

func scalar(v any) *tensor.Dense { return tensor.New(tensor.FromScalar(v)) }

func TestShapes(t *testing.T) {
	image := fromBacking([]uint8{1, 2, 3, 4, 5, 6}, 2, 3)
	for _, tt := range []struct {
		reason string
		got    *tensor.Dense
		shape  tensor.Shape
	}{
		{"-1 is after the last axis", ExpandDims(image, -1), tensor.Shape{2, 3, 1}},
		{"0 is before the first", ExpandDims(image, 0), tensor.Shape{1, 2, 3}},
		{"-rank-1 too", ExpandDims(image, -3), tensor.Shape{1, 2, 3}},
		{"rank is after the last", ExpandDims(image, 2), tensor.Shape{2, 3, 1}},
		{"between", ExpandDims(image, 1), tensor.Shape{2, 1, 3}},
		{"of a scalar", ExpandDims(scalar(uint8(1)), 0), tensor.Shape{1}},
		{"-1 is what is left", Reshape(image, -1, 2), tensor.Shape{3, 2}},
		{"all of it", Reshape(image, -1), tensor.Shape{6}},
		{"left is 1", Reshape(image, 6, -1), tensor.Shape{6, 1}},
		{"nothing is left open", Reshape(image, 3, 2, 1), tensor.Shape{3, 2, 1}},
		{"to a scalar", Reshape(vector(1.5)), tensor.Shape{}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			assert.Equal(t, tt.shape, tt.got.Shape())
			if tt.shape.TotalSize() == 6 {
				assert.Equal(t, image.Data(), tt.got.Data())
			}
		})
	}
	assert.Equal(t, tensor.Shape{2, 3}, image.Shape(), "the argument keeps its shape")
	assert.Equal(t, uint8(4), Slice(image, 1, 2).Data().([]uint8)[0])
	assert.Equal(t, tensor.Shape{1, 3}, Slice(image, 1, 2).Shape())
	assert.Equal(t, []string{"b", "c"}, Slice(vector("a", "b", "c"), 1, 3).Data())

	ExpandDims(image, 0).Data().([]uint8)[0] = 9
	Reshape(image, 6).Data().([]uint8)[1] = 8
	Slice(image, 1, 2).Data().([]uint8)[0] = 7
	assert.Equal(t, []uint8{9, 8, 3, 7, 5, 6}, image.Data(), "all three share memory")
}

func TestFunctionPanics(t *testing.T) {
	image := fromBacking([]uint8{1, 2, 3, 4, 5, 6}, 2, 3)
	words := vector("a", "b")
	for _, tt := range []struct {
		reason string
		call   func()
		want   string
	}{
		{"axis too large", func() { ExpandDims(image, 3) }, "data.ExpandDims: expected an axis from -3 to 2 for (2, 3) uint8, received 3"},
		{"axis too small", func() { ExpandDims(image, -4) }, "data.ExpandDims: expected an axis from -3 to 2 for (2, 3) uint8, received -4"},
		{"other size", func() { Reshape(image, 4) }, "data.Reshape: expected a shape of 6 elements for (2, 3) uint8, received [4]"},
		{"not divisible", func() { Reshape(image, -1, 4) }, "data.Reshape: expected a shape of 6 elements for (2, 3) uint8, received [-1 4]"},
		{"two open", func() { Reshape(image, -1, -1) }, "data.Reshape: expected positive dimensions and at most one -1 for (2, 3) uint8, received [-1 -1]"},
		{"zero", func() { Reshape(image, 0, -1) }, "data.Reshape: expected positive dimensions and at most one -1 for (2, 3) uint8, received [0 -1]"},
		{"a product that overflows to 6 or 0", func() { Reshape(image, 1<<32, 1<<32) }, "data.Reshape: expected positive dimensions and at most one -1 for (2, 3) uint8, received [4294967296 4294967296]"},
		{"rows that are not there", func() { Slice(image, 1, 3) }, "data.Slice: expected 0 ≤ from < to ≤ 2 for (2, 3) uint8, received 1 and 3"},
		{"no rows", func() { Slice(image, 1, 1) }, "data.Slice: expected 0 ≤ from < to ≤ 2 for (2, 3) uint8, received 1 and 1"},
		{"rows of a scalar", func() { Slice(scalar(1.0), 0, 1) }, "data.Slice: expected rows along axis 0, received the scalar () float64"},
		{"cast of words", func() { Cast(words, tensor.Int) }, "data.Cast: expected numbers or bools, received (2,) string"},
		{"cast to words", func() { Cast(image, tensor.String) }, "data.Cast: expected a type of numbers or bool, received string"},
		{"scaled words", func() { Scale(words, 2) }, "data.Scale: expected numbers or bools, received (2,) string"},
		{"compared words", func() { Equal(words, 2) }, "data.Equal: expected numbers or bools, received (2,) string"},
		{"negative dimension", func() { RandomUniform([]int{2, -1}) }, "data.RandomUniform: expected positive dimensions, received [2 -1]"},
		{"endless shape", func() { RandomNormal([]int{1 << 30, 1 << 30}) }, "data.RandomNormal: expected at most 17179869184 elements, received [1073741824 1073741824]"},
		{"no numbers below 0", func() { RandomInt(0, []int{2}) }, "data.RandomInt: expected an upper bound of at least 1, received 0"},
	} {
		t.Run(tt.reason, func(t *testing.T) { assert.PanicsWithError(t, tt.want, tt.call) })
	}
}

func TestRows(t *testing.T) {
	x := fromBacking([]int32{0, 1, 2, 3, 4, 5}, 3, 2)
	got, err := Rows(x, []int{2, 0, 2, 1})
	require.NoError(t, err)
	assert.Equal(t, []int32{4, 5, 0, 1, 4, 5, 2, 3}, got.Data())
	assert.Equal(t, tensor.Shape{4, 2}, got.Shape())
	words, err := Rows(vector("a", "b"), []int{1})
	require.NoError(t, err)
	assert.Equal(t, []string{"b"}, words.Data())
	for _, tt := range []struct {
		reason  string
		t       *tensor.Dense
		indices []int
		want    string
	}{
		{"past the end", x, []int{0, 3}, "data: Rows: expected indices from 0 to 2 for (3, 2) int32, received 3"},
		{"before the start", x, []int{-1}, "data: Rows: expected indices from 0 to 2 for (3, 2) int32, received -1"},
		{"none", x, nil, "data: Rows: expected at least one index, received none"},
		{"scalar", scalar(1.0), []int{0}, "data: Rows: expected rows along axis 0, received the scalar () float64"},
	} {
		_, err := Rows(tt.t, tt.indices)
		assert.EqualError(t, err, tt.want, tt.reason)
	}
}

// Printed by tf.cast of TensorFlow 2.21 on x86-64, one value at a time: its vectorised
// loops differ from this, and from each other, where C leaves the result open.
func TestCast(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	from := []float64{300.7, -1, 2.5, -2.9, 127.9, 128, -129, 3e9, -3e9, 5e9, 1e19, 2e19, -1e19, nan, inf, -inf, 0, 0.5}
	for _, want := range []any{
		[]int8{44, -1, 2, -2, 127, -128, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		[]uint8{44, 255, 2, 254, 127, 128, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		[]int16{300, -1, 2, -2, 127, 128, -129, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		[]uint16{300, 65535, 2, 65534, 127, 128, 65407, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		[]int32{300, -1, 2, -2, 127, 128, -129, math.MinInt32, math.MinInt32, math.MinInt32, math.MinInt32, math.MinInt32, math.MinInt32, math.MinInt32, math.MinInt32, math.MinInt32, 0, 0},
		[]uint32{300, 4294967295, 2, 4294967294, 127, 128, 4294967167, 3000000000, 1294967296, 705032704, 0, 0, 0, 0, 0, 0, 0, 0},
		[]int64{300, -1, 2, -2, 127, 128, -129, 3000000000, -3000000000, 5000000000, math.MinInt64, math.MinInt64, math.MinInt64, math.MinInt64, math.MinInt64, math.MinInt64, 0, 0},
		[]uint64{300, 18446744073709551615, 2, 18446744073709551614, 127, 128, 18446744073709551487, 3000000000, 18446744070709551616, 5000000000, 10000000000000000000, 1 << 63, 1 << 63, 1 << 63, 1 << 63, 1 << 63, 0, 0},
		[]bool{true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, false, true},
	} {
		dtype := tensor.New(tensor.WithBacking(want)).Dtype()
		assert.Equal(t, want, Cast(vector(from...), dtype).Data(), "float64 to %v", dtype)
		single := Cast(vector(from...), tensor.Float32)
		if dtype == tensor.Uint64 { // 1e19 is not a float32
			continue
		}
		assert.Equal(t, want, Cast(single, dtype).Data(), "float32 to %v", dtype)
	}
	integers := []int64{300, -1, 127, 128, 255, 1 << 31, 1<<32 + 5, -1<<31 - 1, 1<<53 + 1, 0}
	for _, want := range []any{
		[]int8{44, -1, 127, -128, -1, 0, 5, -1, 1, 0},
		[]uint8{44, 255, 127, 128, 255, 0, 5, 255, 1, 0},
		[]int32{300, -1, 127, 128, 255, -2147483648, 5, 2147483647, 1, 0},
		[]uint32{300, 4294967295, 127, 128, 255, 2147483648, 5, 2147483647, 1, 0},
		[]bool{true, true, true, true, true, true, true, true, true, false},
		[]float32{300, -1, 127, 128, 255, 2147483648, 4294967296, -2147483648, 9007199254740992, 0},
		[]float64{300, -1, 127, 128, 255, 2147483648, 4294967301, -2147483649, 9007199254740992, 0},
	} {
		dtype := tensor.New(tensor.WithBacking(want)).Dtype()
		assert.Equal(t, want, Cast(vector(integers...), dtype).Data(), "int64 to %v", dtype)
	}
	assert.Equal(t, []float32{1, 0}, Cast(vector(true, false), tensor.Float32).Data())
}

func TestCastBetweenAllTypes(t *testing.T) {
	types := []tensor.Dtype{
		tensor.Float32, tensor.Float64, tensor.Int, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64,
		tensor.Uint, tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64, tensor.Bool,
	}
	ones := fromBacking([]uint8{1, 0, 1, 1}, 2, 2)
	for _, from := range types {
		for _, to := range types {
			there := Cast(Cast(ones, from), to)
			assert.Equal(t, to, there.Dtype())
			assert.Equal(t, tensor.Shape{2, 2}, there.Shape())
			assert.Equal(t, ones.Data(), Cast(there, tensor.Uint8).Data(), "%v to %v", from, to)
		}
	}
	assert.Equal(t, float32(3), Cast(scalar(uint8(3)), tensor.Float32).Data(), "scalars stay scalars")
	same := Cast(ones, tensor.Uint8)
	same.Data().([]uint8)[0] = 9
	assert.Equal(t, uint8(1), ones.Data().([]uint8)[0], "a cast to the same type is a copy too")
}

func TestScale(t *testing.T) {
	all := make([]uint8, 256)
	for i := range all {
		all[i] = uint8(i)
	}
	scaled := Scale(fromBacking(all, 16, 16), 1.0/255)
	assert.Equal(t, tensor.Shape{16, 16}, scaled.Shape())
	// The bytes of numpy.arange(256).astype("float32") / 255 (NumPy 2).
	pixels := scaled.Data().([]float32)
	sum := sha256.Sum256(unsafe.Slice((*byte)(unsafe.Pointer(&pixels[0])), 4*len(pixels)))
	assert.Equal(t, "010413efe9fc4438fee48de66c4d09f377b28af6a9fe2522201e8c1dbb831fc8", hex.EncodeToString(sum[:]))
	assert.Equal(t, []float32{2, 0}, Scale(vector(true, false), 2).Data())
}

func TestEqual(t *testing.T) {
	got := Equal(fromBacking([]uint8{0, 1, 0, 2}, 2, 2), 0)
	assert.Equal(t, []uint8{1, 0, 1, 0}, got.Data())
	assert.Equal(t, tensor.Shape{2, 2}, got.Shape())
	assert.Equal(t, []uint8{1, 0}, Equal(vector[float32](0.1, 0.5), 0.1).Data(), "0.1 in float32")
	assert.Equal(t, []uint8{0, 0}, Equal(vector[uint8](44, 1), 300).Data(), "nothing wraps around")
	assert.Equal(t, []uint8{0}, Equal(vector(math.NaN()), math.NaN()).Data())
	assert.Equal(t, uint8(1), Equal(scalar(int64(-3)), -3).Data(), "a scalar label")
}

// Printed by keras.utils.to_categorical of Keras 3.15.1.
func TestToCategorical(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		labels  *tensor.Dense
		classes int
		shape   tensor.Shape
		want    []float32
	}{
		{"a last axis of 1 is dropped, the number of classes is found", fromBacking([]int64{0, 2}, 2, 1), 0, tensor.Shape{2, 3}, []float32{1, 0, 0, 0, 0, 1}},
		{"more classes than labels show", vector[uint8](1, 0), 3, tensor.Shape{2, 3}, []float32{0, 1, 0, 1, 0, 0}},
		{"higher ranks", fromBacking([]int32{0, 1, 1, 0}, 2, 2), 2, tensor.Shape{2, 2, 2}, []float32{1, 0, 0, 1, 0, 1, 1, 0}},
		{"a scalar, as MapY sees it", scalar(uint8(1)), 3, tensor.Shape{3}, []float32{0, 1, 0}},
		{"fractions are cut off", vector(1.9, 0.2), 0, tensor.Shape{2, 2}, []float32{0, 1, 1, 0}},
		{"one label alone is no axis to drop", vector[int64](0), 0, tensor.Shape{1, 1}, []float32{1}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := ToCategorical(tt.labels, tt.classes)
			require.NoError(t, err)
			assert.Equal(t, tt.shape, got.Shape())
			assert.Equal(t, tt.want, got.Data())
		})
	}
	for _, tt := range []struct {
		reason  string
		labels  *tensor.Dense
		classes int
		want    string
	}{
		{"too large", vector[int64](0, 10), 10, "data: ToCategorical: expected labels from 0 to 9, received 10 at position 1"},
		{"negative", vector[int64](-1, 1), 0, "data: ToCategorical: expected labels from 0 to 1, received -1 at position 0"},
		{"a number of classes that no memory holds", vector[int64](math.MaxInt64, 1), 0, "data: ToCategorical: expected labels from 0 to 17179869184, received 9223372036854775807 at position 0"},
		{"a result that no memory holds", vector[int64](1<<33, 1, 1), 0, "data: ToCategorical: expected at most 17179869184 elements, received [3 8589934593]"},
		{"classes below 0", vector[int64](1), -1, "data: ToCategorical: expected a number of classes, or 0 to find it, received -1"},
		{"words", vector("a"), 0, "data: ToCategorical: expected numbers, received (1,) string"},
		{"nothing", nil, 0, "data: ToCategorical: expected labels, received nil"},
	} {
		_, err := ToCategorical(tt.labels, tt.classes)
		assert.EqualError(t, err, tt.want, tt.reason)
	}
}

func TestRandom(t *testing.T) {
	const n = 100000
	moments := func(v []float64) (mean, variance float64) {
		for _, x := range v {
			mean += x / n
		}
		for _, x := range v {
			variance += (x - mean) * (x - mean) / n
		}
		return mean, variance
	}
	wide := func(x *tensor.Dense) []float64 { return Cast(x, tensor.Float64).Data().([]float64) }

	// Tolerances are six standard errors of the mean, σ/√n, and of the variance, at most 2σ²/√n.
	uniform := RandomUniform(tensor.Shape{n / 10, 10})
	mean, variance := moments(wide(uniform))
	assert.Equal(t, tensor.Float32, uniform.Dtype())
	assert.Equal(t, tensor.Shape{n / 10, 10}, uniform.Shape())
	assert.InDelta(t, 0.5, mean, 6*math.Sqrt(1.0/12/n))
	assert.InDelta(t, 1.0/12, variance, 6*2.0/12/math.Sqrt(n))

	mean, variance = moments(wide(RandomNormal([]int{n})))
	assert.InDelta(t, 0, mean, 6/math.Sqrt(n))
	assert.InDelta(t, 1, variance, 6*2/math.Sqrt(n))

	integers := RandomInt(3, []int{n})
	counts := map[int64]int{}
	for _, v := range integers.Data().([]int64) {
		counts[v]++
	}
	require.Len(t, counts, 3)
	for v := range int64(3) {
		assert.InDelta(t, n/3.0, counts[v], 6*math.Sqrt(n*2.0/9), "value %d", v)
	}
	assert.True(t, RandomUniform(nil).IsScalar())
	draws := func() []any {
		keras.SetRandomSeed(42)
		return []any{RandomUniform([]int{8}).Data(), RandomNormal([]int{8}).Data(), RandomInt(100, keras.Shape{8}).Data()}
	}
	assert.Equal(t, draws(), draws(), "the global seed decides")
	assert.NotEqual(t, RandomUniform([]int{8}).Data(), RandomUniform([]int{8}).Data(), "each call draws anew")
}
