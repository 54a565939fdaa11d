package npy_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/npy"
)

// saved is what numpy.save writes: its header fills the file to 128 bytes, then come the elements.
func saved(dict string, elements string) []byte {
	return []byte("\x93NUMPY\x01\x00\x76\x00" + dict + strings.Repeat(" ", 117-len(dict)) + "\n" + elements)
}

// numpy is arrays and what numpy.save makes of them.
var numpy = []struct {
	name  string
	array *tensor.Dense
	file  []byte
}{
	{"np.array([[0, 1, 2], [3, 4, 5]], 'float32')", dense([]float32{0, 1, 2, 3, 4, 5}, 2, 3),
		saved("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "\x00\x00\x00\x00\x00\x00\x80?\x00\x00\x00@\x00\x00@@\x00\x00\x80@\x00\x00\xa0@")},
	{"np.array([1, -2], 'int64')", dense([]int64{1, -2}, 2),
		saved("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", "\x01\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff")},
	{"np.array([[True], [False]])", dense([]bool{true, false}, 2, 1),
		saved("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 1), }", "\x01\x00")},
	{"np.array([[[7, 8]]], 'uint8')", dense([]uint8{7, 8}, 1, 1, 2),
		saved("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 2), }", "\x07\x08")},
}

func dense(elements any, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}

func open(file []byte) (*npy.Reader, error) {
	return npy.NewReader(bytes.NewReader(file), int64(len(file)))
}

func TestNumPy(t *testing.T) {
	for _, tt := range numpy {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, npy.Write(&b, tt.array))
			assert.Equal(t, tt.file, b.Bytes())

			r, err := open(tt.file)
			require.NoError(t, err)
			assert.EqualValues(t, tt.array.Shape(), r.Shape())
			got, err := r.Next(1000)
			require.NoError(t, err)
			assert.Equal(t, tt.array.Shape(), got.Shape())
			assert.Equal(t, tt.array.Data(), got.Data())
			_, err = r.Next(1000)
			assert.Equal(t, io.EOF, err)
		})
	}
}

func TestTypes(t *testing.T) {
	for descr, want := range map[string]any{
		"|i1": []int8{1, 2}, "<i2": []int16{1, 2}, "<i4": []int32{1, 2}, "<i8": []int64{1, 2}, "|u1": []uint8{1, 2},
		"<u2": []uint16{1, 2}, "<u4": []uint32{1, 2}, "<u8": []uint64{1, 2}, "<f4": []float32{1, 2}, "<f8": []float64{1, 2},
		">i2": []int16{1, 2}, ">u4": []uint32{1, 2}, ">f4": []float32{1, 2}, ">f8": []float64{1, 2},
	} {
		order := binary.ByteOrder(binary.LittleEndian)
		if descr[0] == '>' {
			order = binary.BigEndian
		}
		var elements bytes.Buffer
		require.NoError(t, binary.Write(&elements, order, want))
		r, err := open(saved(fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (2,), }", descr), elements.String()))
		require.NoError(t, err, descr)
		got, err := r.Next(2)
		require.NoError(t, err, descr)
		assert.Equal(t, want, got.Data(), descr)
	}
}

// TestPieces: rows come a few at a time, from either order of elements.
func TestPieces(t *testing.T) {
	const rows = 5
	row := func(i int) []uint8 { return []uint8{uint8(10 * i), uint8(10*i + 1), uint8(10*i + 2), uint8(10*i + 3)} }
	var c, fortran []byte
	for i := range rows {
		c = append(c, row(i)...)
	}
	for k := range 2 {
		for j := range 2 {
			for i := range rows {
				fortran = append(fortran, row(i)[2*j+k])
			}
		}
	}
	for order, elements := range map[string][]byte{"False": c, "True": fortran} {
		r, err := open(saved("{'descr': '|u1', 'fortran_order': "+order+", 'shape': (5, 2, 2), }", string(elements)))
		require.NoError(t, err)
		var got []uint8
		var sizes []int
		for {
			part, err := r.Next(2)
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			sizes = append(sizes, part.Shape()[0])
			got = append(got, part.Uint8s()...)
		}
		assert.Equal(t, []int{2, 2, 1}, sizes)
		assert.Equal(t, c, got, "fortran_order %s", order)
	}
}

func TestRefused(t *testing.T) {
	header := func(descr, shape string) string {
		return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape)
	}
	for _, tt := range []struct {
		file []byte
		want string
	}{
		{[]byte("not an array"), `expected the magic string "\x93NUMPY", received "not an"`},
		{saved(header("<f2", "2,"), "1234"), `expected integers, booleans, or floats of 32 or 64 bits, received the type "<f2"`},
		{saved(header("", "2,"), "1234"), `expected integers, booleans, or floats of 32 or 64 bits, received the type ""`},
		{saved(header("<f4", ""), "1234"), "expected an array with an axis of samples, received a single number"},
		{saved(header("<f4", "0, 3"), ""), "expected at least one element, received shape [0 3]"},
		{saved(header("<f4", "2, 4611686018427387904, 4"), "1234"), "expected no more elements than the file can hold, received shape [2 4611686018427387904 4]"},
		{saved(header("<f8", "18,"), "1234"), "expected no more elements than the file can hold, received shape [18]"},
		{saved(header("<f4", "2,"), "1234"), "expected 2 more elements, received 1: unexpected EOF"},
		{saved(header("<f4", "2,"), ""), "expected 2 more elements, received 0: unexpected EOF"},
		{saved(header("<f4", "1,"), "12345"), "expected the end of the array, received more elements"},
		{saved(strings.Replace(header("<f4", "1, 2"), "False", "True", 1), "12345"), "expected 2 elements: unexpected EOF"},
	} {
		r, err := open(tt.file)
		for err == nil {
			_, err = r.Next(10)
		}
		assert.EqualError(t, err, tt.want)
	}
	assert.ErrorContains(t, npy.Write(io.Discard, dense([]string{"a"}, 1)), "expected numbers, received elements of type string")
}

// TestLargeArrays: an array is written in pieces; an error of the writer is passed on.
func TestLargeArrays(t *testing.T) {
	elements := make([]float32, 40000)
	for i := range elements {
		elements[i] = float32(i)
	}
	var b bytes.Buffer
	require.NoError(t, npy.Write(&b, dense(elements, 200, 200)))
	r, err := open(b.Bytes())
	require.NoError(t, err)
	got, err := r.Next(200)
	require.NoError(t, err)
	assert.Equal(t, elements, got.Data())
	assert.ErrorIs(t, npy.Write(&full{room: 1000}, dense(elements, 200, 200)), errFull)
	assert.ErrorIs(t, npy.Write(&full{}, dense(elements, 200, 200)), errFull)
}

var errFull = errors.New("full")

// full is a disk with little room.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func FuzzReader(f *testing.F) {
	for _, tt := range numpy {
		f.Add(tt.file)
	}
	f.Add(saved("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 2), }", "12345678"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := open(file)
		for rows := 1; err == nil; rows++ {
			_, err = r.Next(rows)
		}
	})
}
