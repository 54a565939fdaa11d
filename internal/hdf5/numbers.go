package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unsafe"
)

type number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// numbers are elements of a Go type.
type numbers[T number] []T

// numbersOf makes elements of a slice that can take those of a type: a fraction is no integer.
func numbersOf[T number](s []T, t *datatype) (elements, error) {
	isNumber := t.Kind == Int || t.Kind == Uint || t.Kind == Bool
	isFraction := t.Kind == Float || t.Kind == BrainFloat
	if !isNumber && !(isFraction && takesFractions[T]()) {
		return nil, mismatch(s, t)
	}
	return numbers[T](s), nil
}

func takesFractions[T number]() bool { return T(1)/T(2) != 0 }

// typeOf is the Type of a Go type.
func typeOf[T number]() Type {
	var zero T
	t := Type{Int, int(unsafe.Sizeof(zero))}
	switch {
	case takesFractions[T]():
		t.Kind = Float
	case zero-1 > 0:
		t.Kind = Uint
	}
	return t
}

// littleEndian reports whether numbers lie in this computer's memory as in files that are not big-endian.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

func (s numbers[T]) len() int { return len(s) }

func (s numbers[T]) view(t *datatype) []byte {
	if t.Type != typeOf[T]() || !littleEndian || t.bigEndian && t.Size > 1 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*t.Size)
}

func (s numbers[T]) put(at int, raw []byte, t *datatype, _ *File) error {
	if view := s.view(t); view != nil {
		copy(view[at*t.Size:], raw)
		return nil
	}
	if t.bigEndian && t.Size > 1 {
		raw = slices.Clone(raw)
		for i := 0; i < len(raw); i += t.Size {
			slices.Reverse(raw[i : i+t.Size])
		}
	}
	dst, le := s[at:at+len(raw)/t.Size], binary.LittleEndian
	switch t.Type {
	case Float64:
		for i := range dst {
			dst[i] = T(math.Float64frombits(le.Uint64(raw[8*i:])))
		}
	case Float32:
		for i := range dst {
			dst[i] = T(math.Float32frombits(le.Uint32(raw[4*i:])))
		}
	case Float16:
		for i := range dst {
			dst[i] = T(halfToFloat(le.Uint16(raw[2*i:])))
		}
	case BFloat16:
		for i := range dst {
			dst[i] = T(math.Float32frombits(uint32(le.Uint16(raw[2*i:])) << 16))
		}
	default:
		return s.putIntegers(dst, raw, t)
	}
	return nil
}

// putIntegers converts integers, which must fit, and booleans.
func (s numbers[T]) putIntegers(dst []T, raw []byte, t *datatype) error {
	exact := !takesFractions[T]()
	unused := 64 - 8*t.Size
	for i := range dst {
		v := little(raw[i*t.Size : (i+1)*t.Size])
		var fits bool
		switch t.Kind {
		case Int:
			signed := int64(v<<unused) >> unused
			dst[i] = T(signed)
			fits = exact && int64(dst[i]) == signed && (dst[i] < 0) == (signed < 0)
			v = uint64(signed)
		case Bool:
			v = min(v, 1)
			fallthrough
		default:
			dst[i] = T(v)
			fits = exact && uint64(dst[i]) == v && dst[i] >= 0
		}
		if exact && !fits {
			return fault(ErrArgument, "data", "expected integers that fit into %T, received %s", dst, integer(v, t.Kind))
		}
	}
	return nil
}

func integer(v uint64, k Kind) string {
	if k == Int {
		return fmt.Sprint(int64(v))
	}
	return fmt.Sprint(v)
}

// stored is the type that keeps the numbers as they are.
func (s numbers[T]) stored() Type { return typeOf[T]() }

func (s numbers[T]) get(at int, raw []byte, t *datatype) {
	le := binary.LittleEndian
	for i, v := range s[at : at+len(raw)/t.Size] {
		switch b := raw[i*t.Size:]; t.Type {
		case Float64:
			le.PutUint64(b, math.Float64bits(float64(v)))
		case Float32:
			le.PutUint32(b, math.Float32bits(float32(v)))
		case Float16:
			le.PutUint16(b, floatToHalf(float32(v)))
		case BFloat16:
			le.PutUint16(b, floatToBrain(float32(v)))
		default:
			for j, u := 0, uint64(v); j < t.Size; j, u = j+1, u>>8 {
				b[j] = byte(u)
			}
		}
	}
}
