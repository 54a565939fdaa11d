package op

import (
	"unsafe"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// newScalar is a 0 of a type, as Gorgonia has it: not a tensor.
func newScalar(dt tensor.Dtype) gorgonia.Value {
	switch dt {
	case tensor.Float32:
		return gorgonia.NewF32(0)
	case tensor.Float64:
		return gorgonia.NewF64(0)
	case tensor.Int32:
		return gorgonia.NewI32(0)
	case tensor.Int64:
		return gorgonia.NewI64(0)
	case tensor.Uint8:
		return gorgonia.NewU8(0)
	case tensor.Bool:
		return gorgonia.NewB(false)
	}
	panic(errors.Errorf("expected float32, float64, int32, int64, uint8 or bool for a scalar, received %s", dt))
}

// elements is the memory of a value as a slice, of length 1 for a scalar.
func elements(v gorgonia.Value) any {
	switch v := v.(type) {
	case *tensor.Dense:
		if v.IsScalar() { // whose Data is no slice
			v = v.ShallowClone()
			if err := v.Reshape(1); err != nil {
				panic(err)
			}
		}
		return v.Data()
	case *gorgonia.F32:
		return unsafe.Slice((*float32)(v), 1)
	case *gorgonia.F64:
		return unsafe.Slice((*float64)(v), 1)
	case *gorgonia.I32:
		return unsafe.Slice((*int32)(v), 1)
	case *gorgonia.I64:
		return unsafe.Slice((*int64)(v), 1)
	case *gorgonia.U8:
		return unsafe.Slice((*uint8)(v), 1)
	case *gorgonia.B:
		return unsafe.Slice((*bool)(v), 1)
	}
	panic(errors.Errorf("an input of type %T", v))
}
