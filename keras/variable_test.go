package keras_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
)

func matrix(rows, cols int, values ...float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(values))
}

func TestVariable(t *testing.T) {
	v := keras.NewVariable("kernel", "dense/kernel", matrix(2, 2, 1, 2, 3, 4), true)
	assert.Equal(t, "kernel", v.Name())
	assert.Equal(t, "dense/kernel", v.Path())
	assert.Equal(t, keras.Shape{2, 2}, v.Shape())
	assert.Equal(t, tensor.Float32, v.DType())
	assert.Equal(t, 4, v.Size())
	assert.True(t, v.Trainable())
	assert.Equal(t, "<Variable path=dense/kernel, shape=(2, 2), dtype=float32>", v.String())

	v.Value().Data().([]float32)[0] = 9
	v.Shape()[0] = 9
	assert.Equal(t, []float32{1, 2, 3, 4}, v.Value().Data(), "Value is a copy")

	memory := v.Memory()
	source := matrix(2, 2, 5, 6, 7, 8)
	require.NoError(t, v.Assign(source))
	source.Data().([]float32)[0] = 9
	assert.Equal(t, []float32{5, 6, 7, 8}, v.Value().Data(), "Assign copies")
	assert.Same(t, memory, v.Memory(), "programs share the memory")

	scalar := keras.NewVariable("step", "step", tensor.New(tensor.FromScalar(float32(3))), true)
	assert.Equal(t, keras.Shape{}, scalar.Shape())
	assert.Equal(t, 1, scalar.Size())
	require.NoError(t, scalar.Assign(tensor.New(tensor.FromScalar(float32(4)))))
	assert.Equal(t, float32(4), scalar.Value().Data())
}

// Views are read in their order, not in that of the memory below.
func TestAssignViews(t *testing.T) {
	v := keras.NewVariable("kernel", "dense/kernel", matrix(2, 2, 0, 0, 0, 0), true)
	whole := matrix(2, 3, 1, 2, 3, 4, 5, 6)
	part, err := whole.Slice(nil, tensor.S(1, 3))
	require.NoError(t, err)
	ofView := keras.NewVariable("kernel", "dense/kernel", part.(*tensor.Dense), true)
	assert.Equal(t, []float32{2, 3, 5, 6}, ofView.Memory().Data(), "memory without gaps")
	require.NoError(t, v.Assign(part.(*tensor.Dense)))
	assert.Equal(t, []float32{2, 3, 5, 6}, v.Value().Data(), "columns of a matrix")

	turned := matrix(2, 2, 1, 2, 3, 4)
	require.NoError(t, turned.T())
	require.NoError(t, v.Assign(turned))
	assert.Equal(t, []float32{1, 3, 2, 4}, v.Value().Data(), "a transposed one")
}

func TestAssignRefuses(t *testing.T) {
	v := keras.NewVariable("kernel", "dense/kernel", matrix(2, 2, 1, 2, 3, 4), true)
	for _, tt := range []struct {
		reason string
		value  *tensor.Dense
		kind   error
		want   string
	}{
		{"nothing", nil, keras.ErrArgument, "expected a tensor for dense/kernel, received nil"},
		{"another size", matrix(1, 2, 1, 2), keras.ErrShape, "expected a value of shape (2, 2) for dense/kernel, received (1, 2)"},
		{"another rank, as many elements", tensor.New(tensor.WithBacking([]float32{1, 2, 3, 4})), keras.ErrShape, "expected a value of shape (2, 2) for dense/kernel, received (4,)"},
		{"another type", tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4})), keras.ErrArgument, "expected a value of type float32 for dense/kernel, received float64"},
	} {
		err := v.Assign(tt.value)
		assert.ErrorIs(t, err, tt.kind, tt.reason)
		assert.EqualError(t, err, tt.want, tt.reason)
	}
	assert.Equal(t, []float32{1, 2, 3, 4}, v.Value().Data())
}

// Whoever locks in LockOrder never waits for somebody who waits for him, and
// readers see all of a write or nothing.
func TestLocks(t *testing.T) {
	a := keras.NewVariable("a", "a", matrix(1, 1, 0), true)
	b := keras.NewVariable("b", "b", matrix(1, 1, 0), true)
	ordered := keras.LockOrder([]*keras.Variable{b, a, b})
	assert.Equal(t, []*keras.Variable{a, b}, ordered, "sorted, each once")

	var wg sync.WaitGroup
	for range 4 {
		for _, vars := range [][]*keras.Variable{{a, b}, {b, a}} {
			wg.Go(func() {
				for range 100 {
					o := keras.LockOrder(vars)
					keras.Lock(o)
					for _, v := range o {
						v.Memory().Data().([]float32)[0]++
					}
					keras.Unlock(o)
					keras.RLock(o)
					x, y := a.Memory().Data().([]float32)[0], b.Memory().Data().([]float32)[0]
					keras.RUnlock(o)
					if x != y {
						t.Error("a write was seen half done")
					}
					_ = a.Value()
				}
			})
		}
	}
	wg.Wait()
	assert.Equal(t, []float32{800}, a.Value().Data())
}

// counted is an initializer that says how often it was asked for elements.
type counted struct {
	keras.Initializer
	fills *int
}

func (c counted) Later(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, func(), error) {
	value := tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
	return value, func() { *c.fills++; _ = value.Memset(float32(7)) }, nil
}

func TestElementsAreMadeWhenTheyAreRead(t *testing.T) {
	weight := func() (*keras.Variable, *int) {
		fills := new(int)
		l := &probe{}
		l.Init(l, "Probe")
		return l.AddWeight("kernel", keras.Shape{2}, counted{initializers.Zeros(), fills}), fills
	}
	t.Run("read", func(t *testing.T) {
		v, fills := weight()
		assert.Equal(t, keras.Shape{2}, v.Shape())
		assert.Zero(t, *fills, "the shape is known without them")
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() { assert.Equal(t, []float32{7, 7}, v.Value().Data()) })
		}
		readers.Wait()
		assert.Equal(t, 1, *fills)
	})
	t.Run("assigned", func(t *testing.T) {
		v, fills := weight()
		require.NoError(t, v.Assign(tensor.New(tensor.WithBacking([]float32{1, 2}))))
		assert.Equal(t, []float32{1, 2}, v.Value().Data())
		assert.Zero(t, *fills)
	})
	t.Run("overwritten", func(t *testing.T) {
		v, fills := weight()
		copy(v.Overwrite().Float32s(), []float32{3, 4})
		assert.Equal(t, []float32{3, 4}, v.Memory().Data())
		assert.Zero(t, *fills)
	})
}
