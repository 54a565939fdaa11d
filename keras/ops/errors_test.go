package ops_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// panicked is the error that f panics with.
func panicked(t *testing.T, f func()) (err error) {
	t.Helper()
	defer func() {
		r := recover()
		require.NotNil(t, r, "no panic")
		var ok bool
		err, ok = r.(error)
		require.True(t, ok, "a panic with %T: %v", r, r)
	}()
	f()
	return nil
}

func TestContractViolations(t *testing.T) {
	t.Parallel()
	trace := keras.NewTrace(gorgonia.NewGraph(), true)
	node := func(dt tensor.Dtype, dims ...int) *gorgonia.Node { return trace.Input("x", dims, dt) }
	f32 := func(dims ...int) *gorgonia.Node { return node(tensor.Float32, dims...) }
	for _, tt := range []struct {
		reason string
		f      func()
		want   string
	}{
		{"operands must broadcast", func() { ops.Add(f32(2, 3), f32(2)) }, "expected shapes that broadcast, received (2, 3), (2,)"},
		{"operands have one type", func() { ops.Mul(f32(2), node(tensor.Float64, 2)) }, "expected operands of type float32, received float64"},
		{"weights have the type of the input", func() { ops.Dense(f32(2, 3), node(tensor.Float64, 3, 4), nil, activations.Linear) }, "expected operands of type float32, received float64"},
		{"arithmetic is for floats", func() { ops.Add(node(tensor.Int32, 2), node(tensor.Int32, 2)) }, "expected float32 or float64, received int32"},
		{"pooling is for floats", func() { ops.MaxPool(node(tensor.Int32, 1, 4, 1), ops.PoolConfig{Window: []int{2}}) }, "expected float32 or float64, received int32"},
		{"moving elements is for types that Keras has", func() { ops.Reshape(node(tensor.Complex64, 2), 2) }, "expected bool, a type of integers, float32 or float64, received complex64"},
		{"a table has rows", func() { ops.Embedding(f32(2), node(tensor.Int32, 3)) }, "expected a table of shape (rows, n), received (2,)"},
		{"booleans have no order", func() { ops.Less(node(tensor.Bool, 2), node(tensor.Bool, 2)) }, "expected numbers, received bool"},
		{"logic is for booleans", func() { ops.LogicalOr(f32(2), f32(2)) }, "expected operands of type bool, received float32"},
		{"a condition is a boolean", func() { ops.Where(f32(2), f32(2), f32(2)) }, "expected a condition of type bool, received float32"},
		{"bounds have an order", func() { ops.Clip(f32(2), 1, 0) }, "expected bounds in ascending order, received 1, 0"},
		{"an axis is there", func() { ops.Sum(f32(2, 3), 2) }, "expected an axis of a tensor of shape (2, 3), received 2"},
		{"a negative axis is there", func() { ops.Softmax(f32(2, 3), -3) }, "expected an axis of a tensor of shape (2, 3), received -3"},
		{"an axis is reduced once", func() { ops.Mean(f32(2, 3), 1, -1) }, "expected axes that differ, received [1 -1]"},
		{"halves need an even size", func() { ops.GLU(f32(2, 3), 1) }, "expected an even size on the axis to halve, received (2, 3)"},
		{"a shape has as many elements", func() { ops.Reshape(f32(2, 3), 4, 2) }, "expected a shape of 6 elements, received (4, 2)"},
		{"the rest must divide", func() { ops.Reshape(f32(2, 3), 4, -1) }, "expected a shape of 6 elements, received (4, None)"},
		{"one size is free", func() { ops.Reshape(f32(2, 3), -1, -1) }, "expected one size of -1 at most, received (None, None)"},
		{"a new axis is in the result", func() { ops.ExpandDims(f32(2), 2) }, "expected different axes of a result of rank 2, received [2]"},
		{"only size 1 is squeezed", func() { ops.Squeeze(f32(1, 2), 1) }, "expected axes of size 1 to drop, received (1, 2)"},
		{"all axes have an order", func() { ops.Transpose(f32(2, 3), 0) }, "expected an order of all axes of (2, 3), received [0]"},
		{"an order has no axis twice", func() { ops.Transpose(f32(2, 3), 1, 1) }, "expected axes that differ, received [1 1]"},
		{"a part lies inside", func() { ops.Slice(f32(2, 3), 1, 1, 4) }, "expected a part of an axis of size 3, received [1, 4)"},
		{"a part is not empty", func() { ops.Slice(f32(2, 3), 1, 2, 2) }, "expected a part of an axis of size 3, received [2, 2)"},
		{"an element is there", func() { ops.Take(f32(2, 3), 0, -3) }, "expected an index into an axis of size 2, received -3"},
		{"nothing cannot be joined", func() { ops.Concat(0) }, "expected nodes to join, received none"},
		{"joined shapes fit", func() { ops.Concat(0, f32(2, 3), f32(2, 4)) }, "expected shapes that differ on the axis to join at most, received (2, 3), (2, 4)"},
		{"joined ranks fit", func() { ops.Concat(0, f32(2, 3), f32(2)) }, "expected shapes that differ on the axis to join at most, received (2, 3), (2,)"},
		{"nothing cannot be stacked", func() { ops.Stack(0) }, "expected nodes to stack, received none"},
		{"stacked shapes are equal", func() { ops.Stack(0, f32(2), f32(3)) }, "expected nodes of one shape, received (2,), (3,)"},
		{"the stacked axis is in the result", func() { ops.Stack(2, f32(2), f32(2)) }, "expected an axis of a result of rank 2, received 2"},
		{"padding is for all axes", func() { ops.Pad(f32(2, 3), []int{1}, []int{1}, 0) }, "expected padding for 2 axes, received [1], [1]"},
		{"padding adds", func() { ops.Pad(f32(2), []int{-1}, []int{1}, 0) }, "expected padding that is not negative, received [-1], [1]"},
		{"cropping is for all axes", func() { ops.Crop(f32(2, 3), []int{1}, []int{1}) }, "expected padding for 2 axes, received [1], [1]"},
		{"cropping leaves something", func() { ops.Crop(f32(2, 3), []int{0, 1}, []int{0, 2}) }, "expected less to cut than there is of (2, 3), received [0 1], [0 2]"},
		{"broadcasting repeats size 1 only", func() { ops.BroadcastTo(f32(2, 3), 4, 3) }, "expected a shape that (2, 3) broadcasts to, received (4, 3)"},
		{"broadcasting drops no axis", func() { ops.BroadcastTo(f32(2, 3), 3) }, "expected a shape that (2, 3) broadcasts to, received (3,)"},
		{"repeating leaves something", func() { ops.Repeat(f32(2), 0, 0) }, "expected at least one time, received 0"},
		{"repeating is for all axes", func() { ops.UpSample(f32(2, 3), 2) }, "expected times for all axes of (2, 3), received [2]"},
		{"a mask has no last axis", func() { ops.BatchMoments(f32(2, 3), node(tensor.Bool, 2, 3), 1) }, "expected a mask of the input's shape without the last axis, received (2, 3)"},
		{"a mask is of booleans", func() { ops.BatchMoments(f32(2, 3), f32(2), 1) }, "expected a mask of the input's shape without the last axis, received (2,)"},
		{"a channel has one mean", func() { ops.BatchNormalization(f32(2, 3), f32(3), f32(2), nil, nil, ops.BatchNormConfig{Axis: 1}) }, "expected a number for each place on the axis, received (2,)"},
		{"gamma is for all axes", func() { ops.LayerNormalization(f32(2, 3), f32(2), nil, []int{1}, 0, false) }, "expected a number for each place on the axes, received (2,)"},
		{"images have four axes", func() { ops.Resize(f32(2, 3), 4, 4, "bilinear") }, "expected an input of rank 4, received (2, 3)"},
		{"images have sizes", func() { ops.Resize(f32(1, 2, 2, 1), 0, 4, "bilinear") }, "expected positive sizes, received 0, 4"},
		{"images fit into memory", func() { ops.Resize(f32(1, 2, 2, 1), 1<<40, 1, "bilinear") }, "resize: expected an output of at most 17179869184 elements, received shape (1, 1099511627776, 1, 1)"},
		{"an interpolation is a known word", func() { ops.Resize(f32(1, 2, 2, 1), 4, 4, "nearest") }, "expected an interpolation bicubic, bilinear, lanczos3 or lanczos5, received nearest"},
		{"interpolation is for floats", func() { ops.Resize(node(tensor.Int32, 1, 2, 2, 1), 4, 4, "bicubic") }, "expected float32 or float64, received int32"},
		{"integers have an end", func() { ops.SaturateCast(f32(2), tensor.Float64) }, "expected a type of integers, received float64"},
		{"matrices fit", func() { ops.MatMul(f32(2, 3), f32(2, 3)) }, "expected matrices that can be multiplied, received (2, 3), (2, 3)"},
		{"batches fit", func() { ops.MatMul(f32(2, 3, 4), f32(3, 4, 5)) }, "expected matrices that can be multiplied, received (2, 3, 4), (3, 4, 5)"},
		{"scalars are no matrices", func() { ops.MatMul(f32(), f32(2, 2)) }, "expected matrices or vectors, received (), (2, 2)"},
		{"an equation has an arrow", func() { ops.Einsum("ab,bc", f32(2, 3), f32(3, 4)) }, "expected an equation like ab,bc->ac, received ab,bc"},
		{"each axis has a letter", func() { ops.Einsum("a,bc->ac", f32(2, 3), f32(3, 4)) }, "expected a letter for each axis in a,bc->ac, received (2, 3), (3, 4)"},
		{"a letter has one size", func() { ops.Einsum("ab,bc->ac", f32(2, 3), f32(4, 3)) }, "expected one size for each letter of ab,bc->ac, received (2, 3), (4, 3)"},
		{"there are no diagonals", func() { ops.Einsum("aa,ab->ab", f32(2, 2), f32(2, 3)) }, "expected different letters for the axes of a tensor, received aa,ab->ab"},
		{"a result has an operand's axes", func() { ops.Einsum("ab,bc->ad", f32(2, 3), f32(3, 4)) }, "expected a result whose axes are different ones of the operands, received ab,bc->ad"},
		{"a kernel fits its input", func() { ops.Dense(f32(2, 3), f32(2, 4), nil, activations.Linear) }, "expected a kernel whose first axis is the input's last one, received (2, 3), (2, 4)"},
		{"a bias fits its kernel", func() { ops.Dense(f32(2, 3), f32(3, 4), f32(3), activations.Linear) }, "expected a bias for each unit, received (3,)"},
		{"a convolution has axes to slide over", func() { ops.Conv(f32(2, 3), f32(2, 3), nil, ops.ConvConfig{}) }, "expected an input of rank 3 to 5 and a kernel of that rank, received (2, 3), (2, 3)"},
		{"a stride for each axis", func() { ops.Conv(f32(1, 4, 4, 1), f32(2, 2, 1, 1), nil, ops.ConvConfig{Strides: []int{2}}) }, "expected 2 positive strides, received [2]"},
		{"a dilation is positive", func() { ops.Conv(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvConfig{Dilation: []int{0}}) }, "expected 1 positive dilation rates, received [0]"},
		{"a padding is a known word", func() { ops.Conv(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvConfig{Padding: "full"}) }, `expected a padding of ["valid" "same" "causal"], received "full"`},
		{"channels fit", func() { ops.Conv(f32(1, 4, 3), f32(2, 2, 1), nil, ops.ConvConfig{}) }, "expected channels and filters in 1 groups, received (1, 4, 3), (2, 2, 1)"},
		{"filters fit the groups", func() { ops.Conv(f32(1, 4, 4), f32(2, 2, 3), nil, ops.ConvConfig{Groups: 2}) }, "expected channels and filters in 2 groups, received (1, 4, 4), (2, 2, 3)"},
		{"a bias for each filter", func() { ops.Conv(f32(1, 4, 1), f32(2, 1, 3), f32(2), ops.ConvConfig{}) }, "expected a bias for each filter, received (2,)"},
		{"a transposed convolution has axes to slide over", func() { ops.ConvTranspose(f32(2, 3), f32(2, 3), nil, ops.ConvTransposeConfig{}) }, "expected an input of rank 3 to 5 and a kernel of that rank, received (2, 3), (2, 3)"},
		{"its kernel's last axis is the input's", func() { ops.ConvTranspose(f32(1, 4, 3), f32(2, 3, 1), nil, ops.ConvTransposeConfig{}) }, "expected a kernel whose last axis is the input's, received (1, 4, 3), (2, 3, 1)"},
		{"its bias is for each filter", func() { ops.ConvTranspose(f32(1, 4, 3), f32(2, 5, 3), f32(3), ops.ConvTransposeConfig{}) }, "expected a bias for each filter, received (3,)"},
		{"it is not causal", func() { ops.ConvTranspose(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvTransposeConfig{Padding: "causal"}) }, `expected a padding of ["valid" "same"], received "causal"`},
		{"its strides are positive", func() { ops.ConvTranspose(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvTransposeConfig{Strides: []int{0}}) }, "expected 1 positive strides, received [0]"},
		{"its dilation is for each axis", func() {
			ops.ConvTranspose(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvTransposeConfig{Dilation: []int{1, 1}})
		}, "expected 1 positive dilation rates, received [1 1]"},
		{"its output padding is not negative", func() {
			ops.ConvTranspose(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvTransposeConfig{OutputPadding: []int{-1}})
		}, "expected an output padding of 1 numbers that are not negative, received [-1]"},
		{"its result fits into memory", func() {
			ops.ConvTranspose(f32(1, 4, 1), f32(2, 1, 1), nil, ops.ConvTransposeConfig{Strides: []int{1 << 40}})
		}, "conv_transpose: expected an output of at most 17179869184 elements, received shape (1, 4398046511104, 1)"},
		{"a kernel for each channel has axes", func() { ops.DepthwiseConv(f32(2, 3), f32(2, 3), nil, ops.ConvConfig{}) }, "expected a kernel of rank 3 to 5, received (2, 3)"},
		{"and a filter for each channel", func() { ops.DepthwiseConv(f32(1, 4, 3), f32(2, 2, 1), nil, ops.ConvConfig{}) }, "expected channels and filters in 2 groups, received (1, 4, 3), (2, 1, 2)"},
		{"a pooling has axes to slide over", func() { ops.MaxPool(f32(2, 3), ops.PoolConfig{}) }, "expected an input of rank 3 to 5, received (2, 3)"},
		{"a pooling has a window", func() { ops.MaxPool(f32(2, 3, 1), ops.PoolConfig{}) }, "expected 1 positive window sizes, received []"},
		{"a pooling is not causal", func() { ops.AveragePool(f32(2, 3, 1), ops.PoolConfig{Window: []int{2}, Padding: "causal"}) }, `expected a padding of ["valid" "same"], received "causal"`},
		{"a rate is a probability", func() { ops.Dropout(trace, f32(2), 1.5, nil, keras.NewSeedGenerator(1)) }, "expected a rate in [0, 1], received 1.5"},
		{"noise has the rank of x", func() { ops.Dropout(trace, f32(2, 3), 0.5, keras.Shape{2}, keras.NewSeedGenerator(1)) }, "expected a noise shape of the rank of (2, 3), received (2,)"},
		{"noise broadcasts", func() { ops.Dropout(trace, f32(2, 3), 0.5, keras.Shape{2, 2}, keras.NewSeedGenerator(1)) }, "expected a noise shape that broadcasts to (2, 3), received (2, 2)"},
		{"targets have the shape of predictions", func() { ops.SquaredError(f32(2), f32(2, 1)) }, "expected targets of the predictions' shape (2, 1), received (2,)"},
		{"labels have one axis less", func() { ops.SparseCategoricalCrossentropy(f32(2, 1), f32(2, 3), false, nil, -1) }, "expected labels of shape (2,), received (2, 1)"},
		{"a constant has elements", func() { ops.Zeros(trace, 2, -1) }, "expected positive sizes, received (2, None)"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			err := panicked(t, tt.f)
			assert.EqualError(t, err, tt.want)
		})
	}
	assert.ErrorIs(t, panicked(t, func() { ops.Add(f32(2, 3), f32(2)) }), keras.ErrShape)
	assert.ErrorIs(t, panicked(t, func() { ops.MaxPool(f32(2, 3, 1), ops.PoolConfig{Window: []int{2}, Padding: "x"}) }), keras.ErrArgument)
}

// TestOutputShapes compares sizes with unknown axes with those of real results,
// and the texts for results without elements with Keras's.
func TestOutputShapes(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, e := range readFixture(t).Errors {
		texts[e.Name] = e.Error.Text
	}
	none := keras.None
	for _, tt := range []struct {
		reason string
		shape  func() (keras.Shape, error)
		want   keras.Shape
		err    string
	}{
		{"None stays None", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, none, 7, 3}, []int{3, 2}, 8, ops.ConvConfig{Strides: []int{2, 2}})
		}, keras.Shape{none, none, 3, 8}, ""},
		{"same gives one output for each stride", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 28, 27, 3}, []int{6, 6}, 8, ops.ConvConfig{Strides: []int{2, 2}, Padding: "same"})
		}, keras.Shape{none, 14, 14, 8}, ""},
		{"causal keeps the length", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{2, 9, none}, []int{3}, 8, ops.ConvConfig{Padding: "causal", Dilation: []int{2}})
		}, keras.Shape{2, 9, 8}, ""},
		{"channels first", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 3, 5, 6}, []int{2, 2}, 8, ops.ConvConfig{ChannelsFirst: true})
		}, keras.Shape{none, 8, 4, 5}, ""},
		{"no room in Keras's words", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 2, 2, 1}, []int{3, 3}, 16, ops.ConvConfig{})
		}, nil, texts["ConvShape"]},
		{"no room because of a dilation", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 4, 3}, []int{3}, 2, ops.ConvConfig{Strides: []int{2}, Dilation: []int{2}})
		}, nil, texts["ConvShape, rank 1"]},
		{"a transposed convolution keeps None", func() (keras.Shape, error) {
			return ops.ConvTransposeShape(keras.Shape{none, none, 5, 3}, []int{3, 2}, 8, ops.ConvTransposeConfig{Strides: []int{2, 3}})
		}, keras.Shape{none, none, 15, 8}, ""},
		{"a transposed convolution, channels first", func() (keras.Shape, error) {
			return ops.ConvTransposeShape(keras.Shape{none, 3, 5, none}, []int{3, 3}, 8, ops.ConvTransposeConfig{ChannelsFirst: true, Padding: "same", OutputPadding: []int{2, 0}})
		}, keras.Shape{none, 8, 7, none}, ""},
		{"nothing comes of one element without a centre", func() (keras.Shape, error) {
			return ops.ConvTransposeShape(keras.Shape{none, 1, 3}, []int{2}, 8, ops.ConvTransposeConfig{Padding: "same", OutputPadding: []int{0}})
		}, nil, "expected an input of which something comes, received (None, 1, 3)"},
		{"the rank fits the transposed kernel", func() (keras.Shape, error) {
			return ops.ConvTransposeShape(keras.Shape{none, 2, 1}, []int{3, 3}, 16, ops.ConvTransposeConfig{})
		}, nil, "Input 0 is incompatible with the layer: expected min_ndim=4, found ndim=3. Full shape received: (None, 2, 1)"},
		{"a transposed kernel has a size", func() (keras.Shape, error) {
			return ops.ConvTransposeShape(keras.Shape{none, 2, 1}, []int{0}, 16, ops.ConvTransposeConfig{})
		}, nil, "expected 1 positive kernel sizes, received [0]"},
		{"the rank fits the kernel", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 2, 1}, []int{3, 3}, 16, ops.ConvConfig{})
		}, nil, "Input 0 is incompatible with the layer: expected min_ndim=4, found ndim=3. Full shape received: (None, 2, 1)"},
		{"a kernel has a size", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 2, 1}, []int{0}, 16, ops.ConvConfig{})
		}, nil, "expected 1 positive kernel sizes, received [0]"},
		{"a kernel has axes", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 2}, nil, 16, ops.ConvConfig{})
		}, nil, "expected 1 to 3 kernel sizes, received []"},
		{"a window has axes", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 2}, ops.PoolConfig{})
		}, nil, "expected 1 to 3 window sizes, received []"},
		{"a window has three axes at most", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 2, 2, 2, 2, 2}, ops.PoolConfig{Window: []int{1, 1, 1, 1}})
		}, nil, "expected 1 to 3 window sizes, received [1 1 1 1]"},
		{"strides are positive", func() (keras.Shape, error) {
			return ops.ConvShape(keras.Shape{none, 2, 1}, []int{1}, 16, ops.ConvConfig{Strides: []int{-1}})
		}, nil, "expected 1 positive strides, received [-1]"},

		{"a pooling keeps None and the channels", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, none, 7, none}, ops.PoolConfig{Window: []int{2, 3}})
		}, keras.Shape{none, none, 2, none}, ""},
		{"same pools what is left over", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 7, 4}, ops.PoolConfig{Window: []int{2}, Padding: "same"})
		}, keras.Shape{none, 4, 4}, ""},
		{"strides of their own, channels first", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 4, 7}, ops.PoolConfig{Window: []int{2}, Strides: []int{1}, ChannelsFirst: true})
		}, keras.Shape{none, 4, 6}, ""},
		{"no room to pool in Keras's words", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 5, 5, 1}, ops.PoolConfig{Window: []int{9, 9}})
		}, nil, texts["PoolShape"]},
		{"no room to pool on one axis", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 5, 1}, ops.PoolConfig{Window: []int{9}, Strides: []int{2}})
		}, nil, texts["PoolShape, rank 1"]},
		{"the rank fits the window", func() (keras.Shape, error) {
			return ops.PoolShape(keras.Shape{none, 5}, ops.PoolConfig{Window: []int{9}})
		}, nil, "Input 0 is incompatible with the layer: expected ndim=3, found ndim=2. Full shape received: (None, 5)"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := tt.shape()
			if tt.want == nil {
				require.NotEmpty(t, tt.err)
				require.EqualError(t, err, tt.err)
				assert.ErrorIs(t, err, keras.ErrShape)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}
