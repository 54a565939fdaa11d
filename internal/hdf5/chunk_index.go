package hdf5

import "fmt"

// The indexes of chunks that newer files have (IV.A.2.i, VII).
const (
	indexSingle     = 1
	indexImplicit   = 2
	indexFixed      = 3
	indexExtensible = 4
	indexTree       = 5

	flagSingleFiltered = 1 << 1
)

// chunkIndex reads where the chunks of a dataset are.
type chunkIndex struct {
	f      *File
	to     *chunked
	limits []uint64 // how far each axis of the dataset may grow
	axes   []int    // from the slowest to the fastest, in arrays of chunks
	total  uint64   // bytes of all chunks
}

// read reads the index that the rest of a data layout message describes; in version 3 it is the tree at an address.
func (x *chunkIndex) read(c *cursor, version byte, flags, tree uint64) error {
	x.axes = make([]int, len(x.limits))
	for i := range x.axes {
		x.axes[i] = i
	}
	if version == 3 {
		return x.readTree1(tree)
	}
	kind := c.uint(1)
	size, skipped := uint64(x.to.size), uint64(0)
	switch kind {
	case indexSingle:
		if flags&flagSingleFiltered != 0 {
			size, skipped = c.length(), c.uint(4)
		}
	case indexFixed:
		c.bytes(1)
	case indexExtensible:
		c.bytes(5)
	case indexTree:
		c.bytes(4 + 1 + 1)
	}
	address := c.address()
	if c.err != nil || address == undefined {
		return c.err
	}
	switch kind {
	case indexSingle:
		return x.add(make([]uint64, len(x.limits)), address, size, skipped)
	case indexImplicit:
		return x.readImplicit(address)
	case indexFixed:
		return x.readFixed(address)
	case indexExtensible:
		return x.readExtensible(address)
	case indexTree:
		return x.readTree2(address)
	}
	c.fail(ErrUnsupported, "expected an index of kind 1 to 5, received %d", kind)
	return c.err
}

// add keeps the chunk at a place of the grid, unless it is beyond the dataset's edge.
func (x *chunkIndex) add(at []uint64, address, size, skipped uint64) error {
	number := 0
	for i, n := range x.to.grid {
		if at[i] >= uint64(n) {
			return nil
		}
		number = number*n + int(at[i])
	}
	if err := x.f.check("chunk", address, size); err != nil {
		return err
	}
	if x.total += size; x.total > uint64(x.f.size) {
		return &Error{Kind: ErrFormat, What: "chunk", Offset: x.f.place(address), Text: fmt.Sprintf("expected chunks that do not overlap, received %d bytes of them in a file of %d", x.total, x.f.size)}
	}
	x.to.stored = append(x.to.stored, chunk{number, address, size, skipped})
	return x.f.spend(memoryOfChunk)
}

// readTree1 reads a tree of version 1 (III.A.1). Its keys are the size of a chunk, the filters it did
// not go through, and where its first element is along each axis and in an element.
func (x *chunkIndex) readTree1(address uint64) error {
	if address == undefined {
		return nil
	}
	rank := len(x.limits)
	t := tree1{f: x.f, kind: treeOfChunks, keySize: uint64(4 + 4 + 8*(rank+1)), leaf: func(key *cursor, child uint64) error {
		size, skipped := key.uint(4), key.uint(4)
		at := make([]uint64, rank)
		for i := range at {
			at[i] = key.uint(8) / uint64(x.to.shape[i])
		}
		return x.add(at, child, size, skipped)
	}}
	return t.walk(address, -1)
}

// readTree2 reads a tree of version 2 (III.A.2): its records have places in the grid.
func (x *chunkIndex) readTree2(address uint64) error {
	kind := byte(indexOfChunks)
	if len(x.to.filters) > 0 {
		kind = indexOfFilteredChunks
	}
	rank := len(x.limits)
	return x.f.readTree2(address, kind, func(record cursor) error {
		address, size, skipped := x.entry(&record, len(record.b)-8*rank)
		at := make([]uint64, rank)
		for i := range at {
			at[i] = record.uint(8)
		}
		if record.err != nil {
			return record.err
		}
		return x.add(at, address, size, skipped)
	})
}

// entry reads a chunk's address; with filters, also its size, in what is left of the entry's size, and which it did not go through.
func (x *chunkIndex) entry(c *cursor, entrySize int) (address, size, skipped uint64) {
	address = c.address()
	if len(x.to.filters) == 0 {
		return address, uint64(x.to.size), 0
	}
	width := entrySize - x.f.offsetSize - 4
	if width < 1 || width > 8 {
		c.fail(ErrFormat, "expected a size of 1 to 8 bytes, received %d", width)
		return
	}
	return address, c.uint(width), c.uint(4)
}

// readImplicit knows that all chunks are stored one after the other.
func (x *chunkIndex) readImplicit(address uint64) error {
	for number := range x.count() {
		at := address + number*uint64(x.to.size)
		if err := x.f.check("chunk", at, uint64(x.to.size)); err != nil { // so that it ends with the file
			return err
		}
		if err := x.addNumber(number, at, uint64(x.to.size), 0); err != nil {
			return err
		}
	}
	return nil
}

// Arrays of chunks number them in a grid as large as the dataset may become, the axis without limit outermost.

// steps is how many chunks there can be along an axis.
func (x *chunkIndex) steps(axis int) uint64 {
	return (x.limits[axis]-1)/uint64(x.to.shape[axis]) + 1
}

// count is one more than the greatest number of a chunk that the dataset has.
func (x *chunkIndex) count() uint64 {
	n := uint64(0)
	for _, axis := range x.axes {
		n = n*x.steps(axis) + uint64(x.to.grid[axis]-1)
	}
	return n + 1
}

// addNumber keeps the chunk of a number.
func (x *chunkIndex) addNumber(number, address, size, skipped uint64) error {
	if address == undefined {
		return nil
	}
	at := make([]uint64, len(x.axes))
	for i := len(x.axes) - 1; i > 0; i-- {
		steps := x.steps(x.axes[i])
		at[x.axes[i]] = number % steps
		number /= steps
	}
	at[x.axes[0]] = number
	return x.add(at, address, size, skipped)
}

// readEntries reads n entries of an array, whose chunks have numbers from first on.
func (x *chunkIndex) readEntries(c *cursor, first, n uint64, entrySize int) error {
	for i := range n {
		if address, size, skipped := x.entry(c, entrySize); c.err == nil {
			c.err = x.addNumber(first+i, address, size, skipped)
		}
		if c.err != nil {
			return c.err
		}
	}
	return nil
}
