package symbolic

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// signed and unsigned are the types of integers, each wider than the one before.
var (
	signed   = []tensor.Dtype{tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64}
	unsigned = []tensor.Dtype{tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64}
)

// isFloat reports whether a type is one that Ops compute in.
func isFloat(dt tensor.Dtype) bool { return dt == tensor.Float32 || dt == tensor.Float64 }

// wider is the type of what is made of tensors of two types, by Keras's rules (those of JAX).
func wider(a, b tensor.Dtype) tensor.Dtype {
	switch {
	case a == b || b == tensor.Bool:
		return a
	case a == tensor.Bool:
		return b
	case a == tensor.Float64 || b == tensor.Float64:
		return tensor.Float64
	case a == tensor.Float32 || b == tensor.Float32:
		return tensor.Float32
	}
	as, bs := slices.Index(signed, a), slices.Index(signed, b)
	au, bu := slices.Index(unsigned, a), slices.Index(unsigned, b)
	switch {
	case as >= 0 && bs >= 0:
		return signed[max(as, bs)]
	case au >= 0 && bu >= 0:
		return unsigned[max(au, bu)]
	}
	if s, u := max(as, bs), max(au, bu); u+1 < len(signed) { // a signed type holds an unsigned one that is narrower
		return signed[max(s, u+1)]
	}
	return tensor.Float32
}

// typeWith is the type of what is made of a tensor and a Python number: the number does not
// count, unless the tensor's kind cannot hold it.
func typeWith(dt tensor.Dtype, number any) tensor.Dtype {
	switch number.(type) {
	case float64:
		if !isFloat(dt) {
			return tensor.Float32
		}
	case int:
		if dt == tensor.Bool {
			return tensor.Int32
		}
	}
	return dt
}

// resultType is the type of what is made of all arguments.
func (c *call) resultType() tensor.Dtype {
	var dt tensor.Dtype
	for _, a := range c.args {
		var of tensor.Dtype
		switch x := a.(type) {
		case *gorgonia.Node:
			of = x.Dtype()
		case *tensor.Dense:
			of = x.Dtype()
		default:
			continue
		}
		if dt.Type == nil {
			dt = of
		}
		dt = wider(dt, of)
	}
	for _, a := range c.args {
		dt = typeWith(dt, a)
	}
	return dt
}

// constant is a node of a number, bool or tensor; numbers are of a type.
func constant(t *keras.Trace, v any, dt tensor.Dtype) *gorgonia.Node {
	switch x := v.(type) {
	case *tensor.Dense:
		return ops.Constant(t, x)
	case int:
		return scalar(t, float64(x), dt)
	case float64:
		return scalar(t, x, dt)
	case bool:
		return scalar(t, map[bool]float64{true: 1}[x], dt)
	}
	panic(keras.Expected(keras.ErrArgument, "a tensor or number", fmt.Sprintf("%T", v)))
}

func scalar(t *keras.Trace, v float64, dt tensor.Dtype) *gorgonia.Node {
	one := tensor.New(tensor.Of(dt), tensor.WithShape(1))
	if err := kernels.Cast([]float64{v}, one.Data()); err != nil {
		panic(err)
	}
	return ops.Reshape(ops.Constant(t, one))
}

// operands are the arguments as nodes of one type.
func (c *call) operands(dt tensor.Dtype) []*gorgonia.Node {
	all := make([]*gorgonia.Node, len(c.args))
	for i := range c.args {
		all[i] = cast(c.node(i, dt), dt)
	}
	return all
}

// cast is ops.Cast; of numbers those are true that are not 0.
func cast(x *gorgonia.Node, dt tensor.Dtype) *gorgonia.Node { return ops.Cast(x, dt) }

// asFloat is a node in the type that Keras computes functions of floats in.
func asFloat(x *gorgonia.Node) *gorgonia.Node {
	if isFloat(x.Dtype()) {
		return x
	}
	return cast(x, tensor.Float32)
}

// throughFloat runs Ops, which take floats, on nodes of one type: integers as float64, and back.
func throughFloat(f func(in []*gorgonia.Node) *gorgonia.Node, in []*gorgonia.Node) *gorgonia.Node {
	dt := in[0].Dtype()
	if isFloat(dt) {
		return f(in)
	}
	wide := make([]*gorgonia.Node, len(in))
	for i, n := range in {
		wide[i] = cast(n, tensor.Float64)
	}
	return cast(f(wide), dt)
}
