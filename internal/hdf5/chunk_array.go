package hdf5

import "slices"

// chunkArray is an array of chunks' places, in blocks that may be cut into pages.
type chunkArray struct {
	*chunkIndex
	entrySize  int
	pageSize   uint64 // entries of a page; larger blocks have several
	offsetSize int    // bytes that a block's place in the array takes; 0 in fixed arrays
}

// begin reads the first fields of an array's header: signature, version, whether there are filters, size of an entry.
func (a *chunkArray) begin(c *cursor, signature string) {
	c.signature(signature)
	c.version(0)
	filtered := 0
	if len(a.to.filters) > 0 {
		filtered = 1
	}
	if got := c.uint(1); c.err == nil && got != uint64(filtered) {
		c.fail(ErrFormat, "expected kind %d of entries, received %d", filtered, got)
	}
	if a.entrySize = int(c.uint(1)); c.err == nil && a.entrySize < a.f.offsetSize {
		c.fail(ErrFormat, "expected entries of at least %d bytes, received %d", a.f.offsetSize, a.entrySize)
	}
}

// blockPrefix is the size of what precedes the entries of a block: signature, version, kind, address of the header, place in the array.
func (a *chunkArray) blockPrefix() uint64 { return uint64(4 + 1 + 1 + a.f.offsetSize + a.offsetSize) }

// pages is the number of pages of a block with n entries; 0 if it is not cut.
func (a *chunkArray) pages(n uint64) uint64 {
	if n <= a.pageSize {
		return 0
	}
	return (n-1)/a.pageSize + 1
}

// readPages reads the pages of a block with n entries that begins with chunk first. Pages without a
// bit in used were never written.
func (a *chunkArray) readPages(address, first, n uint64, used func(page uint64) bool) error {
	for page := range a.pages(n) {
		start := page * a.pageSize
		if !used(page) || first+start >= a.count() {
			continue
		}
		entries := min(a.pageSize, n-start)
		c := a.f.verified("chunk array's page", address+page*(a.pageSize*uint64(a.entrySize)+4), entries*uint64(a.entrySize)+4)
		if c.err == nil {
			c.err = a.readEntries(&c, first+start, entries, a.entrySize)
		}
		if c.err != nil {
			return c.err
		}
	}
	return nil
}

// isSet reports a bit of a bitmap, whose first bit is the highest of its first byte.
func isSet(bitmap []byte, i uint64) bool { return bitmap[i/8]<<(i%8)&0x80 != 0 }

// readFixed reads a fixed array (VII.C): a header and one block.
func (x *chunkIndex) readFixed(address uint64) error {
	a := &chunkArray{chunkIndex: x}
	c := x.f.verified("fixed array", address, uint64(4+1+1+1+1+x.f.lengthSize+x.f.offsetSize+4))
	a.begin(&c, "FAHD")
	a.pageSize = 1 << min(c.uint(1), 32)
	n, block := c.length(), c.address()
	if c.err != nil || block == undefined {
		return c.err
	}
	if n > uint64(x.f.size) {
		c.fail(ErrFormat, "expected less entries than bytes in the file, received %d", n)
		return c.err
	}
	pages := a.pages(n)
	size := a.blockPrefix() + 4
	if bitmap := (pages + 7) / 8; pages > 0 {
		size += bitmap
	} else {
		size += n * uint64(a.entrySize)
	}
	c = x.f.verified("fixed array's block", block, size)
	c.signature("FADB")
	c.version(0)
	c.bytes(a.blockPrefix() - 5)
	if c.err != nil {
		return c.err
	}
	if pages == 0 {
		return a.readEntries(&c, 0, n, a.entrySize)
	}
	return a.readPages(block+size, 0, n, func(page uint64) bool { return isSet(c.b, page) })
}

// extensibleArray is an array that grows: blocks become larger, and from some size on they
// are reached through super blocks.
type extensibleArray struct {
	chunkArray
	minEntries  uint64 // of a block
	superBlocks int
	direct      int // super blocks whose blocks the index block leads to
}

// readExtensible reads an extensible array (VII.D).
func (x *chunkIndex) readExtensible(address uint64) error {
	if axis := slices.Index(x.limits, unlimited); axis > 0 {
		x.axes = slices.Insert(slices.Delete(x.axes, axis, axis+1), 0, axis)
	}
	a := &extensibleArray{chunkArray: chunkArray{chunkIndex: x}}
	c := x.f.verified("extensible array", address, uint64(4+1+1+1+5+6*x.f.lengthSize+x.f.offsetSize+4))
	a.begin(&c, "EAHD")
	bitsOfCount, first := c.uint(1), c.uint(1)
	a.minEntries = c.uint(1)
	pointers := c.uint(1)
	a.pageSize = 1 << min(c.uint(1), 32)
	c.bytes(uint64(6 * x.f.lengthSize)) // counts and sizes
	index := c.address()
	if c.err == nil && (!isPower(a.minEntries) || !isPower(pointers) || bitsOfCount > 64) {
		c.fail(ErrFormat, "expected powers of 2, received blocks of %d entries, %d pointers", a.minEntries, pointers)
	}
	if c.err != nil || index == undefined {
		return c.err
	}
	a.offsetSize = int(bitsOfCount+7) / 8
	a.superBlocks = 1 + int(bitsOfCount) - log2(a.minEntries)
	a.direct = 2 * log2(pointers)
	addresses := 2*(pointers-1) + uint64(max(a.superBlocks-a.direct, 0))

	// The index block has the first entries, the addresses of the first blocks and of all super blocks.
	c = x.f.verified("extensible array's index", index, uint64(4+1+1+x.f.offsetSize)+first*uint64(a.entrySize)+addresses*uint64(x.f.offsetSize)+4)
	c.signature("EAIB")
	c.version(0)
	c.bytes(uint64(1 + x.f.offsetSize))
	if c.err != nil {
		return c.err
	}
	if err := a.readEntries(&c, 0, first, a.entrySize); err != nil {
		return err
	}
	return a.readSuperBlocks(&c, first)
}

// readSuperBlocks reads all blocks, which begin with chunk first.
func (a *extensibleArray) readSuperBlocks(index *cursor, first uint64) error {
	for i := 0; i < a.superBlocks && first < a.count(); i++ {
		blocks, n := uint64(1)<<(i/2), a.minEntries<<((i+1)/2)
		var err error
		if i < a.direct {
			err = a.readBlocks(index, first, blocks, n, nil)
		} else if address := index.address(); address != undefined && index.err == nil {
			err = a.readSuperBlock(address, first, blocks, n)
		}
		if err != nil {
			return err
		}
		first += blocks * n
	}
	return index.err
}

// readSuperBlock reads a super block: which pages are used, and where its blocks are.
func (a *extensibleArray) readSuperBlock(address, first, blocks, n uint64) error {
	bitmap := blocks * ((a.pages(n) + 7) / 8)
	c := a.f.verified("extensible array's super block", address, a.blockPrefix()+bitmap+blocks*uint64(a.f.offsetSize)+4)
	c.signature("EASB")
	c.version(0)
	c.bytes(a.blockPrefix() - 5)
	return a.readBlocks(&c, first, blocks, n, c.bytes(bitmap))
}

// readBlocks reads blocks of n entries, whose addresses come next in c.
func (a *extensibleArray) readBlocks(c *cursor, first, blocks, n uint64, used []byte) error {
	for i := range blocks {
		address := c.address()
		if c.err != nil {
			break
		}
		if start := first + i*n; address != undefined && start < a.count() {
			c.err = a.readBlock(address, start, n, func(page uint64) bool {
				return used != nil && isSet(used, i*a.pages(n)+page)
			})
		}
	}
	return c.err
}

func (a *extensibleArray) readBlock(address, first, n uint64, used func(page uint64) bool) error {
	size := a.blockPrefix() + 4
	if a.pages(n) == 0 {
		size += n * uint64(a.entrySize)
	}
	c := a.f.verified("extensible array's block", address, size)
	c.signature("EADB")
	c.version(0)
	c.bytes(a.blockPrefix() - 5)
	if c.err != nil {
		return c.err
	}
	if a.pages(n) == 0 {
		return a.readEntries(&c, first, n, a.entrySize)
	}
	return a.readPages(address+size, first, n, used)
}
