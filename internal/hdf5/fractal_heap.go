package hdf5

import "math/bits"

// fractalHeap holds the links of a large group, or the attributes of an object that has many or large
// ones (III.G). Small objects lie in blocks, which a table of doubling rows leads to.
type fractalHeap struct {
	f          *File
	address    uint64
	idSize     uint64
	hugeTree   uint64
	start      uint64 // size of a block in the first two rows
	maxDirect  uint64 // and in the last row of blocks that hold objects; blocks in rows below it have tables of their own
	columns    uint64
	offsetSize int // bytes of an offset in the heap
	lengthSize int // bytes of the length of an object in a block
	checksums  bool
	root       uint64
	rows       uint64                // of the root's table; 0: the root is a block
	blocks     map[uint64][]byte     // that have been read
	tables     map[uint64][]uint64   // of blocks
	huge       map[uint64]hugeObject // by number
}

type hugeObject struct{ address, size uint64 }

// readStored visits what a group or object keeps in a fractal heap: the message c says where the
// heap is, and the tree that leads to its objects.
func (f *File) readStored(c cursor, orderSize uint64, kind byte, visit func(cursor) error) error {
	c.version(0)
	if c.uint(1)&1 != 0 {
		c.bytes(orderSize) // the next number in the order of creation
	}
	address, tree := c.address(), c.address()
	if c.err != nil || address == undefined {
		return c.err
	}
	h, err := f.readFractalHeap(address)
	if err != nil {
		return err
	}
	return f.readTree2(tree, kind, func(record cursor) error {
		if kind == indexOfLinks {
			record.bytes(4) // hash of the name
		}
		id := record.part("heap identifier", h.idSize)
		if kind == indexOfAttributes && record.uint(1)&messageFlagShared != 0 {
			record.fail(ErrUnsupported, "expected an attribute here, received a reference to a shared one")
		}
		if record.err != nil {
			return record.err
		}
		o, err := h.object(&id)
		if err != nil {
			return err
		}
		return visit(o)
	})
}

func (f *File) readFractalHeap(address uint64) (*fractalHeap, error) {
	size := 4 + 1 + 2 + 2 + 1 + 4 + 12*f.lengthSize + 3*f.offsetSize + 2 + 2 + 2 + 2 + 4
	c := f.verified("fractal heap", address, uint64(size))
	c.signature("FRHP")
	c.version(0)
	h := &fractalHeap{f: f, address: address, idSize: c.uint(2), blocks: map[uint64][]byte{}, tables: map[uint64][]uint64{}}
	filters := c.uint(2)
	h.checksums = c.uint(1)&2 != 0
	maxObject := c.uint(4) // in a block
	c.length()             // the next huge object's number
	h.hugeTree = c.address()
	c.length() // free space
	c.address()
	c.bytes(uint64(8 * f.lengthSize)) // sizes and counts
	h.columns, h.start, h.maxDirect = c.uint(2), c.length(), c.length()
	bitsOfHeap := c.uint(2)
	c.bytes(2) // rows to begin with
	h.root, h.rows = c.address(), c.uint(2)
	if filters != 0 {
		c.fail(ErrUnsupported, "expected blocks without filters, received a pipeline of %d bytes", filters)
	}
	// A table below another one has at least a row, and offsets fit into 63 bits.
	if !isPower(h.start) || !isPower(h.maxDirect) || !isPower(h.columns) || h.maxDirect < h.start || maxObject == 0 || bitsOfHeap > 64 ||
		log2(h.start)+log2(h.columns)+int(h.rows) > 62 || 2*h.maxDirect < h.start*h.columns {
		c.fail(ErrFormat, "expected blocks whose sizes are powers of 2, received %d to %d bytes, %d rows of %d", h.start, h.maxDirect, h.rows, h.columns)
	}
	h.offsetSize = int(bitsOfHeap+7) / 8
	h.lengthSize = min(log2(h.maxDirect)+7, log2(maxObject)+7) / 8
	return h, c.err
}

func isPower(n uint64) bool { return bits.OnesCount64(n) == 1 }

// log2 of a positive number, rounded down.
func log2(n uint64) int { return bits.Len64(n) - 1 }

// object finds the object of an identifier: in a block, apart because it is huge, or in the identifier itself because it is tiny.
func (h *fractalHeap) object(id *cursor) (cursor, error) {
	flags := id.uint(1)
	switch flags >> 4 & 3 {
	case 0:
		offset, size := id.uint(h.offsetSize), id.uint(h.lengthSize)
		if id.err != nil {
			return *id, id.err
		}
		return h.managed(id, offset, size)
	case 1:
		return h.hugeObject(id)
	case 2:
		o := id.part("heap object", flags&15+1)
		return o, o.err
	}
	id.fail(ErrFormat, "expected an identifier of kind 0 to 2, received %#x", flags)
	return *id, id.err
}

// hugeObject finds an object that lies outside of the blocks, by its number.
func (h *fractalHeap) hugeObject(id *cursor) (cursor, error) {
	number := id.uint(int(min(h.idSize-1, 8)))
	if h.huge == nil && id.err == nil {
		h.huge = map[uint64]hugeObject{}
		id.err = h.f.readTree2(h.hugeTree, indexOfHugeObjects, func(record cursor) error {
			address, size, number := record.address(), record.length(), record.length()
			if record.err != nil {
				return record.err
			}
			h.huge[number] = hugeObject{address, size}
			return h.f.spend(memoryOfMessage)
		})
	}
	o, ok := h.huge[number]
	if !ok {
		id.fail(ErrFormat, "expected huge object %d to be listed, received none", number)
	}
	if id.err != nil {
		return *id, id.err
	}
	c := h.f.structure("heap object", o.address, o.size)
	return c, c.err
}

// managed finds an object in a block by its offset in the heap.
func (h *fractalHeap) managed(id *cursor, offset, size uint64) (cursor, error) {
	address, rows, blockSize := h.root, h.rows, h.start
	for rows > 0 {
		row, rowStart := uint64(0), uint64(0)
		for blockSize = h.start; row < rows && offset-rowStart >= blockSize*h.columns; row++ {
			rowStart += blockSize * h.columns
			if row > 0 {
				blockSize *= 2
			}
		}
		if row == rows {
			id.fail(ErrFormat, "expected an offset in %d rows of blocks, received one beyond", rows)
			return *id, id.err
		}
		table, err := h.table(address, rows)
		if err != nil {
			return *id, err
		}
		column := (offset - rowStart) / blockSize
		address = table[row*h.columns+column]
		offset -= rowStart + column*blockSize
		if rows = 0; blockSize > h.maxDirect {
			rows = uint64(log2(blockSize/(h.start*h.columns))) + 1
		}
	}
	block, ok := h.blocks[address]
	if !ok {
		c := h.block(address, blockSize)
		if c.err != nil {
			return *id, c.err
		}
		block = c.b
		h.blocks[address] = block
	}
	if offset > uint64(len(block)) || size > uint64(len(block))-offset {
		id.fail(ErrFormat, "expected an object in a block of %d bytes, received %d bytes at byte %d", len(block), size, offset)
		return *id, id.err
	}
	at := h.f.place(address) + int64(offset)
	return cursor{f: h.f, what: "heap object", start: at, at: at, b: block[offset : offset+size]}, nil
}

// block reads a block that holds objects, whose offsets count from its first byte.
func (h *fractalHeap) block(address, size uint64) cursor {
	c := h.f.structure("heap block", address, size)
	block := c.b
	c.signature("FHDB")
	c.version(0)
	c.bytes(uint64(h.f.offsetSize + h.offsetSize)) // address of the heap, offset in it
	if h.checksums && c.err == nil {
		sum := c.bytes(4)
		want := uint32(little(sum))
		clear(sum) // it counts as zero
		if got := lookup3(block); got != want && !h.f.unverified {
			c.fail(ErrFormat, "expected the checksum %08x, received bytes of %08x", want, got)
		}
	}
	c.b = block
	return c
}

// table reads the addresses of the blocks in a number of rows.
func (h *fractalHeap) table(address, rows uint64) ([]uint64, error) {
	if table, ok := h.tables[address]; ok && uint64(len(table)) == rows*h.columns {
		return table, nil
	}
	n := rows * h.columns
	prefix := uint64(4 + 1 + h.f.offsetSize + h.offsetSize)
	c := h.f.verified("heap table", address, prefix+n*uint64(h.f.offsetSize)+4)
	c.signature("FHIB")
	c.version(0)
	c.bytes(uint64(h.f.offsetSize + h.offsetSize))
	if c.err != nil {
		return nil, c.err
	}
	table := make([]uint64, n)
	for i := range table {
		table[i] = c.address()
	}
	h.tables[address] = table
	return table, c.err
}
