package hdf5

import (
	"encoding/binary"
	"math/bits"
)

// lookup3 is Bob Jenkins's hash of that name, with a seed of zero: the checksum of structures.
func lookup3(b []byte) uint32 {
	word := binary.LittleEndian.Uint32
	x := 0xdeadbeef + uint32(len(b))
	y, z := x, x
	for ; len(b) > 12; b = b[12:] {
		x, y, z = x+word(b), y+word(b[4:]), z+word(b[8:])
		x = (x - z) ^ bits.RotateLeft32(z, 4)
		z += y
		y = (y - x) ^ bits.RotateLeft32(x, 6)
		x += z
		z = (z - y) ^ bits.RotateLeft32(y, 8)
		y += x
		x = (x - z) ^ bits.RotateLeft32(z, 16)
		z += y
		y = (y - x) ^ bits.RotateLeft32(x, 19)
		x += z
		z = (z - y) ^ bits.RotateLeft32(y, 4)
		y += x
	}
	if len(b) == 0 {
		return z
	}
	var last [12]byte
	copy(last[:], b)
	x, y, z = x+word(last[:]), y+word(last[4:]), z+word(last[8:])
	z = (z ^ y) - bits.RotateLeft32(y, 14)
	x = (x ^ z) - bits.RotateLeft32(z, 11)
	y = (y ^ x) - bits.RotateLeft32(x, 25)
	z = (z ^ y) - bits.RotateLeft32(y, 16)
	x = (x ^ z) - bits.RotateLeft32(z, 4)
	y = (y ^ x) - bits.RotateLeft32(x, 14)
	z = (z ^ y) - bits.RotateLeft32(y, 24)
	return z
}

// fletcher32 is the checksum of chunks: of big-endian words, an odd byte is the upper half of the last one.
func fletcher32(b []byte) uint32 {
	var x, y uint32
	for len(b) > 0 {
		piece := b[:min(len(b), 720)] // longer sums would overflow
		b = b[len(piece):]
		for ; len(piece) > 1; piece = piece[2:] {
			x += uint32(piece[0])<<8 | uint32(piece[1])
			y += x
		}
		if len(piece) == 1 {
			x += uint32(piece[0]) << 8
			y += x
		}
		x, y = x&0xffff+x>>16, y&0xffff+y>>16
	}
	x, y = x&0xffff+x>>16, y&0xffff+y>>16
	return y<<16 | x
}
