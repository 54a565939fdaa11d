package models

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// gather copies rows of a tensor into memory of its own.
type gather func(rows []int) *tensor.Dense

// newGather copies at most size rows at once. nil is for nil.
func newGather(t *tensor.Dense, size int) (gather, error) {
	if t == nil {
		return nil, nil
	}
	switch d := t.Data().(type) {
	case []float32:
		return gatherOf(d, t.Shape(), size), nil
	case []float64:
		return gatherOf(d, t.Shape(), size), nil
	case []uint8:
		return gatherOf(d, t.Shape(), size), nil
	case []int8:
		return gatherOf(d, t.Shape(), size), nil
	case []int16:
		return gatherOf(d, t.Shape(), size), nil
	case []uint16:
		return gatherOf(d, t.Shape(), size), nil
	case []int32:
		return gatherOf(d, t.Shape(), size), nil
	case []uint32:
		return gatherOf(d, t.Shape(), size), nil
	case []int:
		return gatherOf(d, t.Shape(), size), nil
	case []int64:
		return gatherOf(d, t.Shape(), size), nil
	case []uint:
		return gatherOf(d, t.Shape(), size), nil
	case []uint64:
		return gatherOf(d, t.Shape(), size), nil
	case []bool:
		return gatherOf(d, t.Shape(), size), nil
	}
	return nil, keras.Expected(keras.ErrData, "numbers", t.Dtype())
}

func gatherOf[T any](src []T, shape tensor.Shape, size int) gather {
	row := len(src) / shape[0]
	dst := make([]T, size*row)
	tensors := map[int]*tensor.Dense{} // of a full batch, and of a short last one
	return func(rows []int) *tensor.Dense {
		for i, r := range rows {
			copy(dst[i*row:(i+1)*row], src[r*row:])
		}
		t, ok := tensors[len(rows)]
		if !ok {
			s := shape.Clone()
			s[0] = len(rows)
			t = tensor.New(tensor.WithShape(s...), tensor.WithBacking(dst[:len(rows)*row]))
			tensors[len(rows)] = t
		}
		return t
	}
}
