package layers

import (
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// array is an array of numbers that a config has as a list of lists, or as one number
// without axes; nil is None.
type array struct {
	shape  keras.Shape
	values []float64
	err    error // of a tensor that has no numbers
}

var _ keras.ConfigValue = (*arrayOption)(nil)

// arrayOption is an option that is such an array.
type arrayOption struct{ *array }

// EncodeConfig is the number or the list.
func (o arrayOption) EncodeConfig() any {
	if o.array == nil {
		return nil
	}
	values := o.values
	var list func(axes keras.Shape) any
	list = func(axes keras.Shape) any {
		if len(axes) == 0 {
			v := values[0]
			values = values[1:]
			return v
		}
		all := make([]any, axes[0])
		for i := range all {
			all[i] = list(axes[1:])
		}
		return all
	}
	return list(o.shape)
}

// DecodeConfig reads what EncodeConfig writes.
func (o *arrayOption) DecodeConfig(v any) error {
	if v == nil {
		o.array = nil
		return nil
	}
	n := &array{shape: keras.Shape{}}
	for first := v; ; {
		list, ok := first.([]any)
		if !ok {
			break
		}
		n.shape = append(n.shape, len(list))
		if len(list) == 0 {
			break
		}
		first = list[0]
	}
	var read func(v any, axes keras.Shape) bool
	read = func(v any, axes keras.Shape) bool {
		switch v := v.(type) {
		case int:
			n.values = append(n.values, float64(v))
			return len(axes) == 0
		case float64:
			n.values = append(n.values, v)
			return len(axes) == 0
		case []any:
			return len(axes) > 0 && len(v) == axes[0] && !slices.ContainsFunc(v, func(e any) bool { return !read(e, axes[1:]) })
		}
		return false
	}
	if !read(v, n.shape) {
		return keras.Expected(keras.ErrConfig, "a number, or lists of numbers of equal lengths", v)
	}
	o.array = n
	return nil
}

// numbers are one number, or several along one axis.
func numbers(given []float64) arrayOption {
	n := &array{shape: keras.Shape{}, values: slices.Clone(given)}
	if len(given) != 1 {
		n.shape = keras.Shape{len(given)}
	}
	return arrayOption{n}
}

// arrayOf is the array that a tensor of numbers holds.
func arrayOf(t *tensor.Dense) arrayOption {
	if t == nil {
		return arrayOption{}
	}
	if _, err := keras.ParseDType(t.Dtype().String()); err != nil {
		return arrayOption{&array{err: err}}
	}
	t = data.Cast(t, tensor.Float64)
	if t.Dims() == 0 {
		return numbers([]float64{t.ScalarValue().(float64)})
	}
	return arrayOption{&array{shape: keras.Shape(t.Shape()), values: t.Float64s()}}
}

// dense is the array as a tensor of the given shape.
func (n *array) dense(shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithBacking(slices.Clone(n.values)), tensor.WithShape(shape...))
}
