package hdf5

// The classes of data layouts (IV.A.2.i).
const (
	layoutCompact    = 0
	layoutContiguous = 1
	layoutChunked    = 2
)

// readLayout finds where a dataset's elements are.
func (h *header) readLayout(d *Dataset) (storage, error) {
	c := h.find(messageLayout)
	version, class := c.version(3, 4), c.uint(1)
	if h.has(messageExternal) {
		c.fail(ErrUnsupported, "expected data in this file, received the names of others")
	}
	if c.err != nil {
		return nil, c.err
	}
	fill, err := h.readFill(d.typ.Size)
	if err != nil {
		return nil, err
	}
	size, _ := d.space.bytes(d.typ.Size)
	switch class {
	case layoutCompact:
		data := c.bytes(c.uint(2))
		if uint64(len(data)) < size {
			c.fail(ErrFormat, "expected %d bytes of data, received %d", size, len(data))
		}
		return compact{data}, c.err
	case layoutContiguous:
		address, stored := c.address(), c.length()
		if c.err != nil || address == undefined || size == 0 {
			return unwritten{fill}, c.err
		}
		if stored < size {
			c.fail(ErrFormat, "expected %d bytes of data, received %d", size, stored)
			return nil, c.err
		}
		return contiguous{address}, h.f.check("data", address, size)
	case layoutChunked:
		return h.readChunked(d, &c, version, fill)
	}
	c.fail(ErrUnsupported, "expected data in this file, received layout class %d", class)
	return nil, c.err
}

// readFill is the value of elements that were never written (IV.A.2.e, f), zero unless the file says another.
func (h *header) readFill(size int) ([]byte, error) {
	var c cursor
	defined := true
	switch {
	case h.has(messageFill):
		c = h.find(messageFill)
		switch c.version(1, 2, 3) {
		case 1:
			c.bytes(3)
		case 2:
			c.bytes(2) // when room is made, when it is filled
			defined = c.uint(1) == 1
		case 3:
			defined = c.uint(1)&0x20 != 0
		}
	case h.has(messageOldFill):
		c = h.find(messageOldFill)
	default:
		defined = false
	}
	fill := make([]byte, size)
	if c.err != nil || !defined {
		return fill, c.err
	}
	n := c.uint(4)
	value := c.bytes(n)
	if c.err == nil && n != 0 && n != uint64(size) {
		c.fail(ErrFormat, "expected %d bytes, received %d", size, n)
	}
	copy(fill, value)
	return fill, c.err
}
