package hdf5

import (
	"io"
	"slices"
)

// payload is the data of a dataset to be written.
type payload struct {
	typ      datatype
	space    dataspace
	size     uint64
	elements writable
	address  uint64
}

// writable are elements that can also be stored.
type writable interface {
	elements
	// stored is the type that keeps them as they are.
	stored() Type
	// get converts elements from position at on to what fills raw.
	get(at int, raw []byte, t *datatype)
}

// payloadOf checks that data are what a dataset of a type and shape has.
func payloadOf(t Type, shape []int, data any) (*payload, error) {
	p := &payload{typ: datatype{Type: t}, space: dataspace{shape: append([]int{}, shape...)}}
	var ok bool
	if p.size, ok = p.space.bytes(t.Size); !ok || len(shape) > maxRank || slices.ContainsFunc(shape, func(d int) bool { return d < 0 }) {
		return nil, fault(ErrArgument, "dataset", "expected at most %d axes and 2⁶³ bytes, received shape %d", maxRank, shape)
	}
	e, err := elementsOf(data, &p.typ)
	if err != nil {
		return nil, err
	}
	p.elements, ok = e.(writable)
	_, rounded := data.([]float32)
	rounded = rounded && (t == Float16 || t == BFloat16)
	if !ok || !rounded && t != p.elements.stored() {
		return nil, mismatch(data, &p.typ)
	}
	if e.len() != p.space.elements() {
		return nil, fault(ErrArgument, "dataset", "expected %d elements for shape %d, received %d", p.space.elements(), shape, e.len())
	}
	return p, nil
}

// write writes the elements: as they lie in memory, or through a small buffer.
func (p *payload) write(w io.Writer) error {
	if view := p.elements.view(&p.typ); view != nil {
		_, err := w.Write(view)
		return err
	}
	step := bufferSize / p.typ.Size
	buffer := make([]byte, bufferSize)
	for at := 0; at < p.elements.len(); at += step {
		piece := buffer[:min(step, p.elements.len()-at)*p.typ.Size]
		p.elements.get(at, piece, &p.typ)
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}
