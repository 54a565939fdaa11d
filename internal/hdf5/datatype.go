package hdf5

import "fmt"

// Kind is what sort of elements there are.
type Kind uint8

// The kinds of elements.
const (
	Other Kind = iota // compounds, references, lists, …: they are not read
	Int
	Uint
	Float
	BrainFloat // the upper half of a float32
	Bool
	String
	Opaque
)

// Type is what the elements of a dataset or attribute are, apart from details of storage.
type Type struct {
	Kind Kind
	Size int // of an element in the file, in bytes
}

// The types of numbers.
var (
	Int8     = Type{Int, 1}
	Int16    = Type{Int, 2}
	Int32    = Type{Int, 4}
	Int64    = Type{Int, 8}
	Uint8    = Type{Uint, 1}
	Uint16   = Type{Uint, 2}
	Uint32   = Type{Uint, 4}
	Uint64   = Type{Uint, 8}
	Float16  = Type{Float, 2}
	BFloat16 = Type{BrainFloat, 2} // Keras stores it as opaque bytes, and its name in an attribute "dtype"
	Float32  = Type{Float, 4}
	Float64  = Type{Float, 8}
	Bools    = Type{Bool, 1} // as h5py: an enumeration of FALSE and TRUE
)

// String is the name that NumPy and Keras use.
func (t Type) String() string {
	switch t.Kind {
	case Int:
		return fmt.Sprintf("int%d", 8*t.Size)
	case Uint:
		return fmt.Sprintf("uint%d", 8*t.Size)
	case Float:
		return fmt.Sprintf("float%d", 8*t.Size)
	case BrainFloat:
		return "bfloat16"
	case Bool:
		return "bool"
	case String:
		return "string"
	case Opaque:
		return fmt.Sprintf("opaque%d", 8*t.Size)
	}
	return "other"
}

// datatype is a Type with the details of its storage.
type datatype struct {
	Type
	bigEndian bool
	variable  bool // a string in the global heap
	padding   byte // of a string of fixed length
}

// Classes of datatypes, and how strings of fixed length are filled up (IV.A.2.d).
const (
	classInt      = 0
	classFloat    = 1
	classString   = 3
	classOpaque   = 5
	classEnum     = 8
	classVariable = 9

	padNull  = 1
	padSpace = 2
)

// decodeDatatype reads a datatype message. A type that is none of ours is an Other.
func decodeDatatype(c *cursor) (t datatype, err error) {
	head := byte(c.uint(1))
	flags := c.uint(3)
	size := c.uint(4)
	if version := head >> 4; c.err == nil && (version < 1 || version > 5) {
		c.fail(ErrUnsupported, "expected a version of 1 to 5, received %d", version)
	}
	if size == 0 || size > 1<<31-1 {
		c.fail(ErrFormat, "expected elements of 1 byte to 2 GiB, received %d bytes", size)
	}
	t.Size = int(size)
	switch head & 15 {
	case classInt:
		offset, precision := c.uint(2), c.uint(2)
		if isInt := size == 1 || isWidth(int(size)); isInt && offset == 0 && precision == 8*size {
			t.Kind = Uint
			if flags&8 != 0 {
				t.Kind = Int
			}
		}
		t.bigEndian = flags&1 != 0
	case classFloat:
		t.Kind = decodeFloat(c, flags, size)
		t.bigEndian = flags&1 != 0
	case classString:
		t.Kind, t.padding = String, byte(flags&15)
	case classOpaque:
		t.Kind = Opaque
	case classEnum:
		return decodeEnum(c, head>>4, flags&0xffff, t.Size)
	case classVariable:
		if flags&15 == 1 && t.Size == 8+c.f.offsetSize {
			t.Kind, t.variable = String, true
		}
	}
	return t, c.err
}

// float is how the bits of a floating-point number are used.
type float struct {
	exponentAt, exponentBits, mantissaAt, mantissaBits byte
	bias                                               uint32
}

// floats are the formats of IEEE 754, and bfloat16 as newer libraries write it.
var floats = map[Type]float{
	Float16:  {10, 5, 0, 10, 15},
	BFloat16: {7, 8, 0, 7, 127},
	Float32:  {23, 8, 0, 23, 127},
	Float64:  {52, 11, 0, 52, 1023},
}

const mantissaImplied = 2 // the bits 4 and 5 of the flags: the mantissa's first 1 is not stored

func decodeFloat(c *cursor, flags, size uint64) Kind {
	offset, precision := c.uint(2), c.uint(2)
	got := float{byte(c.uint(1)), byte(c.uint(1)), byte(c.uint(1)), byte(c.uint(1)), uint32(c.uint(4))}
	for t, want := range floats {
		if uint64(t.Size) == size && got == want && offset == 0 && precision == 8*size &&
			flags>>4&3 == mantissaImplied && flags&0x40 == 0 && flags>>8&0xff == precision-1 {
			return t.Kind
		}
	}
	return Other
}

// decodeEnum reads an enumeration, of integers with names; of the names only those of booleans matter.
func decodeEnum(c *cursor, version byte, members uint64, size int) (datatype, error) {
	t, err := decodeDatatype(c) // the integers' type
	if err != nil || t.Kind != Int && t.Kind != Uint || t.Size != size {
		c.fail(ErrFormat, "expected an enumeration of integers of %d bytes, received %s", size, t)
		return t, c.err
	}
	if members == 2 && size == 1 {
		if first, second := c.name(version < 3), c.name(version < 3); first == "FALSE" && second == "TRUE" && c.uint(2) == 1<<8 {
			t.Kind = Bool
		}
	}
	return t, c.err
}

// encode is a datatype message of version 1, little-endian.
func (t datatype) encode(e *encoder) {
	const version = 1 << 4
	switch t.Kind {
	case Int, Uint:
		sign := byte(0)
		if t.Kind == Int {
			sign = 8
		}
		e.u8(version|classInt, sign, 0, 0)
		e.u32(t.Size)
		e.u16(0)
		e.u16(8 * t.Size)
	case Float:
		f := floats[t.Type]
		e.u8(version|classFloat, mantissaImplied<<4, byte(8*t.Size-1), 0)
		e.u32(t.Size)
		e.u16(0)
		e.u16(8 * t.Size)
		e.u8(f.exponentAt, f.exponentBits, f.mantissaAt, f.mantissaBits)
		e.u32(int(f.bias))
	case BrainFloat:
		e.u8(version|classOpaque, 0, 0, 0)
		e.u32(t.Size)
	case Bool:
		e.u8(version|classEnum, 2, 0, 0)
		e.u32(1)
		datatype{Type: Int8}.encode(e)
		e.text("FALSE\x00\x00\x00TRUE\x00\x00\x00\x00\x00\x01")
	case String: // of variable length, UTF-8, of bytes
		e.u8(version|classVariable, 1, 1, 0)
		e.u32(t.Size)
		datatype{Type: Uint8}.encode(e)
	}
}
