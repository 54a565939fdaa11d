// Package npy reads and writes arrays in NumPy's npy format.
package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// NumPy's own reader refuses longer headers (numpy/lib/format.py, _MAX_HEADER_SIZE).
const maxHeader = 10000

const magic = "\x93NUMPY"

// The header is a Python literal that NumPy writes with sorted keys.
var pattern = regexp.MustCompile(`^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*$`)

// Header is the head of an array.
type Header struct {
	Descr   string // the type as NumPy writes it
	Fortran bool   // column-major
	Shape   []int
}

// types are the types of numbers, as NumPy writes them after the byte order.
var types = map[tensor.Dtype]string{
	tensor.Bool: "b1", tensor.Int8: "i1", tensor.Int16: "i2", tensor.Int32: "i4", tensor.Int64: "i8",
	tensor.Uint8: "u1", tensor.Uint16: "u2", tensor.Uint32: "u4", tensor.Uint64: "u8", tensor.Float32: "f4", tensor.Float64: "f8",
}

// Descr is a type, little-endian, as NumPy writes it; empty for one that is no number.
func Descr(dt tensor.Dtype) string {
	switch name := types[dt]; {
	case name == "":
		return ""
	case dt.Size() == 1:
		return "|" + name
	default:
		return "<" + name
	}
}

// ReadHeader reads what precedes the elements of an array (numpy/lib/format.py):
//
//	magic  \x93NUMPY, major and minor version
//	length of the header, little-endian, uint16 in version 1, uint32 after it
//	header {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
func ReadHeader(r io.Reader) (*Header, error) {
	start := make([]byte, 8)
	if _, err := io.ReadFull(r, start); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	if string(start[:6]) != magic {
		return nil, errors.Errorf("expected the magic string %q, received %q", magic, start[:6])
	}
	var length uint32
	if start[6] == 1 {
		var short uint16
		err := binary.Read(r, binary.LittleEndian, &short)
		if err != nil {
			return nil, errors.WithMessage(err, "expected an npy header")
		}
		length = uint32(short)
	} else if err := binary.Read(r, binary.LittleEndian, &length); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	if length > maxHeader {
		return nil, errors.Errorf("expected a header of at most %d bytes, received %d", maxHeader, length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	return parse(string(text))
}

func parse(text string) (*Header, error) {
	parts := pattern.FindStringSubmatch(text)
	if parts == nil {
		return nil, errors.Errorf("expected a header with descr, fortran_order and shape, received %.80q", text)
	}
	h := &Header{Descr: parts[1], Fortran: parts[2] == "True"}
	for n := range strings.SplitSeq(parts[3], ",") {
		if n = strings.TrimSpace(n); n == "" { // (5,) ends with a comma
			continue
		}
		v, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return nil, errors.WithMessage(err, "shape")
		}
		h.Shape = append(h.Shape, int(v))
	}
	return h, nil
}

// text is the header of version 1 as NumPy writes it, so that elements begin at a multiple of 64.
func (h Header) text() []byte {
	var shape strings.Builder
	for i, n := range h.Shape {
		if i > 0 {
			shape.WriteByte(' ')
		}
		fmt.Fprintf(&shape, "%d,", n)
	}
	list := shape.String()
	if len(h.Shape) > 1 {
		list = strings.TrimSuffix(list, ",")
	}
	order := "False"
	if h.Fortran {
		order = "True"
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", h.Descr, order, list)
	const before, newline, alignment = len(magic) + 4, 1, 64
	end := (before + len(dict) + newline + alignment - 1) / alignment * alignment
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(end-before))
	return fmt.Appendf(b, "%-*s\n", end-before-newline, dict)
}
