package symbolic

import (
	"fmt"
	"reflect"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

// Arguments are those of a call, in Keras's order and as a Config holds them.
func (o *Operation) Arguments(n *keras.Node) (args []any, kwargs keras.Config) {
	in, named := n.Inputs(), n.Args().Named
	kwargs = keras.Config{}
	for _, p := range o.row.params {
		v, given := named[p.name]
		switch {
		case given:
			v = encode(v)
		case p.list:
			v, in = in, nil
		case len(in) > 0:
			v, in = in[0], in[1:]
		}
		if p.keyword {
			kwargs = append(kwargs, keras.Entry{Key: p.name, Value: v})
		} else {
			args = append(args, v)
		}
	}
	return args, kwargs
}

// Bind makes the inputs of a call, and its Args, of arguments as a Config holds them, with
// tensors among them.
func (o *Operation) Bind(args []any, kwargs keras.Config) (keras.List, keras.Args, error) {
	return o.bind(args, kwargs)
}

func (o *Operation) bind(args []any, kwargs keras.Config) (in keras.List, call keras.Args, err error) {
	call.Named = map[string]any{}
	if len(args) > len(o.row.params) {
		return nil, call, keras.Expected(keras.ErrArgument, fmt.Sprintf("at most %d operands", len(o.row.params)), len(args))
	}
	for i, p := range o.row.params {
		v, given := kwargs.Get(p.name)
		if i < len(args) {
			v, given = args[i], true
		}
		switch x := v.(type) {
		case *keras.Tensor:
			in = append(in, x)
			continue
		case keras.List:
			if !p.list {
				return nil, call, keras.Expected(keras.ErrArgument, "one tensor for "+p.name, len(x))
			}
			in = append(in, x...)
			continue
		}
		if v == nil && (!given || p.keyword) {
			continue
		}
		if call.Named[p.name], err = decode(p.name, v); err != nil {
			return nil, call, err
		}
	}
	if len(in) == 0 {
		return nil, call, keras.Expected(keras.ErrArgument, "a *keras.Tensor among the operands", "none")
	}
	return in, call, nil
}

// encode is a constant as a Config holds it.
func encode(v any) any {
	t, ok := v.(*tensor.Dense)
	if !ok {
		return v
	}
	return keras.Config{{Key: "class_name", Value: "__numpy__"},
		{Key: "config", Value: keras.Config{{Key: "value", Value: nested(t)}, {Key: "dtype", Value: t.Dtype().String()}}}}
}

// nested are the elements of a tensor as lists in lists.
func nested(t *tensor.Dense) any {
	flat := reflect.ValueOf(t.Data())
	if t.IsScalar() {
		return plain(reflect.ValueOf(t.ScalarValue()))
	}
	var build func(shape []int, from int) any
	build = func(shape []int, from int) any {
		if len(shape) == 0 {
			return plain(flat.Index(from))
		}
		size := keras.Shape(shape[1:]).Size()
		list := make([]any, shape[0])
		for i := range list {
			list[i] = build(shape[1:], from+i*size)
		}
		return list
	}
	return build(t.Shape(), 0)
}

// plain is an element as a Config holds it.
func plain(v reflect.Value) any {
	switch {
	case v.CanInt():
		return int(v.Int())
	case v.CanUint():
		return int(v.Uint())
	case v.CanFloat():
		return v.Float()
	}
	return v.Bool()
}

// decode is a constant of a call: an operand that a user gave, or what a Config holds.
func decode(name string, v any) (any, error) {
	switch x := v.(type) {
	case int, float64, bool:
		return x, nil
	case nil:
		if name == keyName {
			return x, nil
		}
	case string:
		if name == keyName {
			return parseKey(x)
		}
	case *tensor.Dense:
		if x != nil {
			if x.RequiresIterator() {
				return x.Materialize().(*tensor.Dense), nil
			}
			return x, nil
		}
	case []any:
		if name == keyName {
			return x, nil
		}
	case keras.Config:
		if name == keyName {
			return x, nil
		}
		if class, _ := x.Get("class_name"); class == "__numpy__" || class == "__tensor__" {
			return decodeTensor(x)
		}
	}
	return nil, keras.Expected(keras.ErrArgument, "a *keras.Tensor, a number or a *tensor.Dense for "+name, fmt.Sprintf("%T", v))
}

// decodeTensor reads what encode writes.
func decodeTensor(c keras.Config) (*tensor.Dense, error) {
	inner, _ := c.Get("config")
	cfg, _ := inner.(keras.Config)
	name, _ := cfg.Get("dtype")
	dt, err := keras.ParseDType(name)
	if err != nil {
		return nil, err
	}
	value, _ := cfg.Get("value")
	var shape []int
	for v := value; ; {
		list, ok := v.([]any)
		if !ok {
			break
		}
		shape = append(shape, len(list))
		if len(list) == 0 {
			return nil, keras.Expected(keras.ErrConfig, "a tensor with elements", "none")
		}
		v = list[0]
	}
	var flat []float64
	if err := flatten(value, shape, &flat); err != nil {
		return nil, err
	}
	out := tensor.New(tensor.Of(dt), tensor.WithShape(append(shape, 1)...))
	if err := kernels.Cast(flat, out.Data()); err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		return tensor.New(tensor.FromScalar(out.Get(0))), nil
	}
	return out, out.Reshape(shape...)
}

// flatten appends the numbers of lists in lists of a shape.
func flatten(v any, shape []int, to *[]float64) error {
	if len(shape) == 0 {
		switch x := v.(type) {
		case int:
			*to = append(*to, float64(x))
			return nil
		case float64:
			*to = append(*to, x)
			return nil
		case bool:
			*to = append(*to, map[bool]float64{true: 1}[x])
			return nil
		}
	}
	list, ok := v.([]any)
	if len(shape) == 0 || !ok || len(list) != shape[0] {
		return keras.Expected(keras.ErrConfig, "numbers in lists of one length", fmt.Sprintf("%T", v))
	}
	for _, e := range list {
		if err := flatten(e, shape[1:], to); err != nil {
			return err
		}
	}
	return nil
}
