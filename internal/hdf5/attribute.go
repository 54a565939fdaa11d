package hdf5

import "strings"

// Attribute is a small value that a group or dataset carries.
type Attribute struct {
	f     *File
	name  string
	type_ datatype
	space dataspace
	data  cursor
	err   error // of the type: it is no matter until the value is asked for
}

// Name is the attribute's name.
func (a *Attribute) Name() string { return a.name }

// Type is what its elements are.
func (a *Attribute) Type() Type { return a.type_.Type }

// Shape is its shape: empty for a scalar, nil for an attribute without a value.
func (a *Attribute) Shape() []int { return a.space.shape }

// Value is its value: a string, int64, uint64, float64 or bool, a slice of these for what is no
// scalar, []byte for opaque bytes, nil if it has none.
func (a *Attribute) Value() (any, error) {
	if a.err != nil || a.space.shape == nil {
		return nil, a.err
	}
	n := a.space.elements()
	if want := uint64(n) * uint64(a.type_.Size); uint64(len(a.data.b)) < want {
		c := a.data
		c.fail(ErrFormat, "%s: expected a value of %d bytes, received %d", a.name, want, len(c.b))
		return nil, c.err
	}
	switch a.type_.Kind {
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
		return a.data.b[:n*a.type_.Size], nil
	}
	return nil, &Error{Kind: ErrUnsupported, What: "attribute " + a.name, Offset: a.data.start, Text: "expected numbers or strings, received elements of another type"}
}

// value decodes the n elements of an attribute.
func value[T any](a *Attribute, n int) (any, error) {
	v := make([]T, n)
	e, err := elementsOf(v, &a.type_)
	if err == nil {
		err = e.put(0, a.data.b[:n*a.type_.Size], &a.type_, a.f)
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
	if a.type_, a.err = decodeDatatype(&typ); a.err == nil {
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
