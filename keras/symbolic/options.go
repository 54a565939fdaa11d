package symbolic

import (
	"gorgonia.org/tensor"
)

// Option is an option of an operation.
type Option struct {
	key   string
	value any
}

// Name names the operation. Default: the class in snake_case, numbered.
func Name(name string) Option { return Option{"name", name} }

// Axis sets axis: one, or several for a reduction. Negative ones count from the end.
func Axis(axes ...int) Option { return Option{"axis", oneOrList(axes)} }

// KeepDims sets keepdims: a reduction leaves axes of size 1.
func KeepDims() Option { return Option{"keepdims", true} }

// Approximate sets approximate, of GELU.
func Approximate(on bool) Option { return Option{"approximate", on} }

// NegativeSlope sets negative_slope, of LeakyReLU.
func NegativeSlope(slope float64) Option { return Option{"negative_slope", slope} }

// Alpha sets alpha, of ELU and CELU.
func Alpha(alpha float64) Option { return Option{"alpha", alpha} }

// DType sets dtype, of OneHot, ZerosLike and OnesLike.
func DType(dt tensor.Dtype) Option { return Option{"dtype", dt.String()} }

// oneOrList is integers as Keras writes an argument that may be one: None for none.
func oneOrList(ints []int) any {
	switch len(ints) {
	case 0:
		return nil
	case 1:
		return ints[0]
	}
	return list(ints)
}

// list is integers as a Config holds them.
func list(ints []int) []any {
	all := make([]any, len(ints))
	for i, n := range ints {
		all[i] = n
	}
	return all
}
