package hdf5

import "strings"

// text reads a string of variable length: where it is in a global heap (IV.B), 4 bytes
// for its length, an address, 4 bytes for its number there.
func (f *File) text(reference *cursor) (string, error) {
	length, address, number := reference.uint(4), reference.address(), reference.uint(4)
	if reference.err != nil || length == 0 {
		return "", reference.err
	}
	f.heapsMu.Lock()
	defer f.heapsMu.Unlock()
	heap, ok := f.heaps[address]
	if !ok {
		var err error
		if heap, err = f.readGlobalHeap(address); err != nil {
			return "", err
		}
		f.heaps[address] = heap
	}
	// Equal references give the same memory, however many there are.
	s, ok := heap[uint16(number)]
	if !ok || number > 1<<16-1 || length > uint64(len(s)) {
		reference.fail(ErrFormat, "expected object %d of %d bytes in the global heap at byte %d, received %d", number, length, f.place(address), len(s))
		return "", reference.err
	}
	s, _, _ = strings.Cut(s[:length], "\x00")
	return s, nil
}

// readGlobalHeap reads a collection of the global heap (III.E).
func (f *File) readGlobalHeap(address uint64) (map[uint16]string, error) {
	c := f.structure("global heap", address, uint64(8+f.lengthSize))
	c.signature("GCOL")
	c.version(1)
	c.bytes(3)
	size := c.length()
	if c.err != nil {
		return nil, c.err
	}
	c = f.structure("global heap", address, size)
	c.bytes(uint64(8 + f.lengthSize))
	heap := map[uint16]string{}
	for c.err == nil && len(c.b) >= 8+f.lengthSize {
		number := uint16(c.uint(2))
		c.bytes(6) // references to it, reserved
		n := c.length()
		if number == 0 { // free space, to the end
			break
		}
		heap[number] = string(c.bytes(n))
		c.bytes(min(uint64(padded8(int(n))-int(n)), uint64(len(c.b))))
		if c.err == nil {
			c.err = f.spend(memoryOfMessage + n)
		}
	}
	return heap, c.err
}
