package hdf5

import (
	"fmt"
	"slices"

	"github.com/pkg/errors"
)

// Dataset is an array.
type Dataset struct {
	object
	typ     datatype
	space   dataspace
	storage storage
}

// storage is where the elements of a dataset are.
type storage interface {
	// read fills e with the elements from a position on.
	read(d *Dataset, e elements, from int) error
}

// A dataset of n bytes takes at least n / maxRatio bytes of its file, but for a small one. Weights hardly
// shrink: of random numbers DEFLATE saves a tenth. Zeros shrink a thousandfold, and so
// would what somebody sends to exhaust our memory.
const (
	maxRatio   = 64
	ratioFloor = 1 << 20
)

// readDataset makes a dataset of its header.
func (h *header) readDataset(o object) (*Dataset, error) {
	d := &Dataset{object: o}
	typ := h.find(messageDatatype)
	var err error
	if d.typ, err = decodeDatatype(&typ); err != nil {
		return nil, err
	}
	if d.typ.Type == (Type{Opaque, 2}) && d.named("bfloat16") {
		d.typ.Type = BFloat16
	}
	if d.space, err = decodeDataspace(h.find(messageDataspace)); err != nil {
		return nil, err
	}
	limit := uint64(maxRatio*h.f.size + ratioFloor)
	if n, ok := d.space.bytes(d.typ.Size); !ok || max(n, uint64(d.typ.Size)) > limit {
		c := h.find(messageDataspace)
		c.fail(ErrFormat, "expected at most %d bytes in a file of %d, received shape %d of %s", limit, h.f.size, d.space.shape, d.typ)
		return nil, c.err
	}
	d.storage, err = h.readLayout(d)
	if errors.Is(err, ErrUnsupported) {
		d.storage, err = elsewhere{err}, nil
	}
	return d, err
}

// named reports whether Keras says that the opaque elements are of another type.
func (d *Dataset) named(dtype string) bool {
	value, err := d.Attribute("dtype")
	return err == nil && value == dtype
}

// Type is what the elements are.
func (d *Dataset) Type() Type { return d.typ.Type }

// Shape is the shape: empty for a scalar, nil for a dataset that has no elements, not even one.
func (d *Dataset) Shape() []int { return slices.Clone(d.space.shape) }

// Len is the number of elements.
func (d *Dataset) Len() int { return d.space.elements() }

// Read fills dst with the elements from a position on, in row-major order. It is
//
//	[]float32, []float64, []int8 … []int64, []uint8 … []uint64   for numbers and booleans
//	[]bool                                                       for booleans
//	[]string                                                     for strings
//	[]byte                                                       for opaque elements, of which each takes Type().Size bytes
//
// Floating-point numbers are rounded where dst is narrower; integers must fit, and do not take fractions. Numbers that
// are stored as dst has them go straight to it, others through a small buffer, chunks through
// one of their own size; whoever reads those in pieces should read whole rows of chunks.
func (d *Dataset) Read(dst any, from int) error {
	e, err := elementsOf(dst, &d.typ)
	if err != nil {
		return err
	}
	if n := e.len(); from < 0 || n > d.Len()-from {
		return &Error{Kind: ErrArgument, What: "dataset", Offset: d.f.place(d.address),
			Text: fmt.Sprintf("expected a part of %d elements, received %d from %d on", d.Len(), n, from)}
	}
	if e.len() == 0 {
		return nil
	}
	return d.storage.read(d, e, from)
}

// bufferSize is how much is read at once of numbers that need a conversion: it stays in the second-level cache.
const bufferSize = 128 << 10

// contiguous is storage in one piece.
type contiguous struct{ address uint64 }

func (s contiguous) read(d *Dataset, e elements, from int) error {
	size := d.typ.Size
	address := s.address + uint64(from)*uint64(size)
	if view := e.view(&d.typ); view != nil {
		return d.f.read("data", address, view)
	}
	step := max(bufferSize/size, 1)
	buffer := make([]byte, min(step, e.len())*size)
	for at := 0; at < e.len(); at += step {
		piece := buffer[:min(step, e.len()-at)*size]
		if err := d.f.read("data", address+uint64(at*size), piece); err != nil {
			return err
		}
		if err := e.put(at, piece, &d.typ, d.f); err != nil {
			return err
		}
	}
	return nil
}

// compact is storage in the header.
type compact struct{ data []byte }

func (s compact) read(d *Dataset, e elements, from int) error {
	size := d.typ.Size
	return e.put(0, s.data[from*size:(from+e.len())*size], &d.typ, d.f)
}

// unwritten is what has no storage yet: every element has this value.
type unwritten struct{ fill []byte }

func (s unwritten) read(d *Dataset, e elements, _ int) error {
	step := max(bufferSize/d.typ.Size, 1)
	buffer := slices.Repeat(s.fill, min(step, e.len()))
	for at := 0; at < e.len(); at += step {
		if err := e.put(at, buffer[:min(step, e.len()-at)*d.typ.Size], &d.typ, d.f); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere is storage that cannot be read, which is no matter until somebody wants to.
type elsewhere struct{ err error }

func (s elsewhere) read(*Dataset, elements, int) error { return s.err }
