package hdf5

import "math"

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

// floatToHalf is the nearest number in half precision, the even one of two.
func floatToHalf(x float32) uint16 {
	b := math.Float32bits(x)
	sign, b := uint16(b>>31)<<15, b&^(1<<31)
	switch {
	case x != x:
		return sign | 0x7e00 | uint16(b>>13)&0x3ff
	case b >= math.Float32bits(65520): // halfway to where the next number would be
		return sign | 0x7c00
	case b < math.Float32bits(1.0/(1<<14)): // multiples of 2⁻²⁴
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(b))*(1<<24)))
	}
	return sign | uint16((b+0xfff+b>>13&1)>>13-(127-15)<<10)
}

// floatToBrain is the nearest bfloat16, the even one of two.
func floatToBrain(x float32) uint16 {
	b := math.Float32bits(x)
	if x != x {
		return uint16(b>>16) | 0x40 // stays NaN when the lower half is gone
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}
