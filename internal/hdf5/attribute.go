package hdf5

import "strings"

// Attribute is a small value that a group or dataset carries.
type Attribute struct {
	f     *File
	name  string
	typ   datatype
	space dataspace
	data  cursor
	err   error // of the type: it is no matter until the value is asked for
}

// Name is the attribute's name.
func (a *Attribute) Name() string { return a.name }

// Type is what its elements are.
func (a *Attribute) Type() Type { return a.typ.Type }

// Shape is its shape: empty for a scalar, nil for an attribute without a value.
func (a *Attribute) Shape() []int { return a.space.shape }

// Value is its value: a string, int64, uint64, float64 or bool, a slice of these for what is no
// scalar, []byte for opaque bytes, nil if it has none.
func (a *Attribute) Value() (any, error) {
	if a.err != nil || a.space.shape == nil {
		return nil, a.err
	}
	n := a.space.elements()
	if want, ok := a.space.bytes(a.typ.Size); !ok || uint64(len(a.data.b)) < want {
		c := a.data
		c.fail(ErrFormat, "%s: expected a value of shape %d, received %d bytes", a.name, a.space.shape, len(c.b))
		return nil, c.err
	}
	switch a.typ.Kind {
	case Int:
		return value[int64](a, n)
	case Uint:
		return value[uint64](a, n)
	case Float, BrainFloat:
		return value[float64](a, n)
	case Bool:
		return value[bool](a, n)
	case String:
		return value[string](a, n)
	case Opaque:
		return a.data.b[:n*a.typ.Size], nil
	}
	return nil, &Error{Kind: ErrUnsupported, What: "attribute " + a.name, Offset: a.data.start, Text: "expected numbers or strings, received elements of another type"}
}

// value decodes the n elements of an attribute.
func value[T any](a *Attribute, n int) (any, error) {
	v := make([]T, n)
	e, err := elementsOf(v, &a.typ)
	if err == nil {
		err = e.put(0, a.data.b[:n*a.typ.Size], &a.typ, a.f)
	}
	if err != nil {
		return nil, err
	}
	if len(a.space.shape) == 0 {
		return v[0], nil
	}
	return v, nil
}

// decodeAttribute reads an attribute message (IV.A.2.m).
func decodeAttribute(c cursor) (*Attribute, error) {
	version := c.version(1, 2, 3)
	flags := c.uint(1)
	nameSize, typeSize, spaceSize := c.uint(2), c.uint(2), c.uint(2)
	if version == 3 {
		c.bytes(1) // characters of the name
	}
	part := func(what string, n uint64) cursor {
		p := c.part(what, n)
		if version == 1 {
			c.bytes(uint64(padded8(int(n))) - n)
		}
		return p
	}
	name, typ, space := part("attribute's name", nameSize), part("attribute's datatype", typeSize), part("attribute's dataspace", spaceSize)
	a := &Attribute{f: c.f, data: c}
	a.name, _, _ = strings.Cut(string(name.b), "\x00")
	a.data.what = "attribute"
	if c.err != nil {
		return nil, c.err
	}
	if flags&3 != 0 {
		c.fail(ErrUnsupported, "%s: expected its type here, received a reference to a shared one", a.name)
		a.err = c.err
		return a, nil
	}
	if a.typ, a.err = decodeDatatype(&typ); a.err == nil {
		a.space, a.err = decodeDataspace(space)
	}
	return a, nil
}

// readAttributes are the attributes of an object, in the order of the file.
func (h *header) readAttributes() ([]*Attribute, error) {
	var list []*Attribute
	seen := map[string]bool{}
	add := func(c cursor) error {
		a, err := decodeAttribute(c)
		if err == nil && seen[a.name] {
			c.fail(ErrFormat, "expected one attribute %q, received two", a.name)
			err = c.err
		}
		if err != nil {
			return err
		}
		seen[a.name] = true
		list = append(list, a)
		return h.f.spend(memoryOfMessage + uint64(len(a.name)))
	}
	for _, m := range h.messages {
		var err error
		switch m.kind {
		case messageAttribute:
			err = add(m.body)
		case messageAttributeInfo:
			err = h.f.readStored(m.body, 2, indexOfAttributes, add)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// maxMessage is how much a message of an object header holds, a multiple of 8.
const maxMessage = 1<<16 - 8

// encodedAttribute is an attribute to be written: numbers, or strings and where they are.
type encodedAttribute struct {
	name    string
	numbers *payload
	typ     datatype
	space   dataspace
	strings []string
	places  []reference
}

// encodeAttribute makes an attribute of a Go value.
func encodeAttribute(name string, value any) (a encodedAttribute, err error) {
	if name == "" || strings.Contains(name, "\x00") {
		return a, fault(ErrArgument, "attribute", "expected a name, received %q", name)
	}
	a = encodedAttribute{name: name, typ: datatype{Type: Type{String, 16}, variable: true}, space: dataspace{shape: []int{}}}
	switch v := value.(type) {
	case string:
		a.strings = []string{v}
	case []string:
		a.strings, a.space.shape = v, []int{len(v)}
		if len(v) == 0 { // an empty list is one of numbers to h5py
			err = a.setNumbers(Float64, []int{0}, []float64{})
		}
	case int64:
		err = a.setNumbers(Int64, []int{}, []int64{v})
	case []int64:
		err = a.setNumbers(Int64, []int{len(v)}, v)
	case float64:
		err = a.setNumbers(Float64, []int{}, []float64{v})
	case []float64:
		err = a.setNumbers(Float64, []int{len(v)}, v)
	case bool:
		err = a.setNumbers(Bools, []int{}, []bool{v})
	case []bool:
		err = a.setNumbers(Bools, []int{len(v)}, v)
	default:
		err = fault(ErrArgument, name, "expected a string, int64, float64, bool or a list of these, received %T", value)
	}
	a.places = make([]reference, len(a.strings))
	var e encoder
	if a.encode(&e); err == nil && len(e.b) > maxMessage {
		err = fault(ErrArgument, name, "expected at most %d bytes, received %d; split it, as Keras does into %[3]s0, %[3]s1, …?", maxMessage, len(e.b), name)
	}
	return a, err
}

func (a *encodedAttribute) setNumbers(t Type, shape []int, data any) (err error) {
	if a.numbers, err = payloadOf(t, shape, data); err == nil {
		a.typ, a.space = a.numbers.typ, a.numbers.space
	}
	return err
}

// placeStrings puts the strings into the global heap.
func (a *encodedAttribute) placeStrings(heap *heapPlan) {
	for i, s := range a.strings {
		a.places[i] = heap.put(s)
	}
}

// encode is an attribute message of version 1.
func (a *encodedAttribute) encode(e *encoder) {
	var typ, space encoder
	a.typ.encode(&typ)
	a.space.encode(&space)
	e.u8(1, 0)
	e.u16(len(a.name) + 1)
	e.u16(len(typ.b))
	e.u16(len(space.b))
	for _, part := range []string{a.name + "\x00", string(typ.b), string(space.b)} {
		e.text(part)
		e.pad()
	}
	for _, place := range a.places {
		place.encode(e)
	}
	if a.numbers != nil {
		raw := make([]byte, a.numbers.size)
		a.numbers.elements.get(0, raw, &a.typ)
		e.b = append(e.b, raw...)
	}
}
