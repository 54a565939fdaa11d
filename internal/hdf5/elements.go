package hdf5

import "bytes"

// elements is a slice of a caller, to be filled with elements of a file.
type elements interface {
	len() int
	// view is the memory of the slice if elements of the type lie in it as they do in the file, else nil.
	view(*datatype) []byte
	// put converts what was read, for positions from at on. It does not change raw.
	put(at int, raw []byte, t *datatype, f *File) error
}

// elementsOf makes elements of a slice that can take those of a type.
func elementsOf(slice any, t *datatype) (elements, error) {
	switch s := slice.(type) {
	case []float32:
		return numbersOf(s, t)
	case []float64:
		return numbersOf(s, t)
	case []int8:
		return numbersOf(s, t)
	case []int16:
		return numbersOf(s, t)
	case []int32:
		return numbersOf(s, t)
	case []int64:
		return numbersOf(s, t)
	case []uint8:
		if t.Kind == Opaque && len(s)%t.Size == 0 {
			return blobs{s, t.Size}, nil
		}
		return numbersOf(s, t)
	case []uint16:
		return numbersOf(s, t)
	case []uint32:
		return numbersOf(s, t)
	case []uint64:
		return numbersOf(s, t)
	case []bool:
		if t.Kind == Bool {
			return bools(s), nil
		}
	case []string:
		if t.Kind == String {
			return texts(s), nil
		}
	}
	return nil, mismatch(slice, t)
}

func mismatch(slice any, t *datatype) error {
	kind := ErrArgument
	if t.Kind == Other {
		kind = ErrUnsupported
	}
	return fault(kind, "data", "expected a slice for elements of type %s, received %T", t, slice)
}

// texts are strings.
type texts []string

func (s texts) len() int              { return len(s) }
func (s texts) view(*datatype) []byte { return nil }

func (s texts) put(at int, raw []byte, t *datatype, f *File) error {
	for ; len(raw) > 0; raw, at = raw[t.Size:], at+1 {
		b := raw[:t.Size]
		switch {
		case t.variable:
			var err error
			if s[at], err = f.text(&cursor{f: f, what: "string", start: -1, b: b}); err != nil {
				return err
			}
			continue
		case t.padding == padSpace:
			b = bytes.TrimRight(b, " ")
		case t.padding == padNull:
			b = bytes.TrimRight(b, "\x00")
		default:
			b, _, _ = bytes.Cut(b, []byte{0})
		}
		s[at] = string(b)
	}
	return nil
}

// bools are booleans: zero is false.
type bools []bool

func (s bools) len() int              { return len(s) }
func (s bools) view(*datatype) []byte { return nil } // other bytes than 0 and 1 make no bool

func (s bools) put(at int, raw []byte, _ *datatype, _ *File) error {
	for i, x := range raw {
		s[at+i] = x != 0
	}
	return nil
}

func (s bools) stored() Type { return Bools }

func (s bools) get(at int, raw []byte, _ *datatype) {
	for i := range raw {
		raw[i] = 0
		if s[at+i] {
			raw[i] = 1
		}
	}
}

// blobs are opaque elements, one after the other.
type blobs struct {
	b    []byte
	size int
}

func (s blobs) len() int              { return len(s.b) / s.size }
func (s blobs) view(*datatype) []byte { return s.b }

func (s blobs) put(at int, raw []byte, _ *datatype, _ *File) error {
	copy(s.b[at*s.size:], raw)
	return nil
}
