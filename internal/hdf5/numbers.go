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

// halfToFloat is the value of a number in half precision.
func halfToFloat(h uint16) float32 {
	sign, exponent, mantissa := uint32(h>>15)<<31, uint32(h>>10)&31, uint32(h)&1023
	switch exponent {
	case 0: // mantissa · 2⁻²⁴
		return math.Float32frombits(sign | math.Float32bits(float32(mantissa)/(1<<24)))
	case 31: // infinity and NaN
		return math.Float32frombits(sign | 0xff<<23 | mantissa<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | mantissa<<13)
}
