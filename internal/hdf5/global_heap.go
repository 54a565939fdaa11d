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

// minHeap is the size of a collection of the global heap that holds little, newHeap the size at
// which another one is begun, which spares readers of one string the others.
const (
	minHeap = 4096
	newHeap = 1 << 16
)

// heapPlan is the global heap of a file to be written.
type heapPlan struct{ collections []*collection }

type collection struct {
	address uint64
	strings []string
	size    int // of the strings with their heads
}

// reference is where a string is in the global heap; nowhere if it is empty.
type reference struct {
	length int
	in     *collection
	number int
}

// put gives a string its place.
func (h *heapPlan) put(s string) reference {
	if s == "" {
		return reference{}
	}
	if n := len(h.collections); n == 0 || h.collections[n-1].size+len(s) > newHeap {
		h.collections = append(h.collections, &collection{})
	}
	c := h.collections[len(h.collections)-1]
	c.strings = append(c.strings, s)
	c.size += 16 + padded8(len(s))
	return reference{len(s), c, len(c.strings)}
}

func (h *heapPlan) place(p *plan) {
	for _, c := range h.collections {
		c.address = p.structure(c.encode)
	}
}

func (r reference) encode(e *encoder) {
	e.u32(r.length)
	if r.in == nil {
		e.zeros(12)
		return
	}
	e.u64(r.in.address)
	e.u32(r.number)
}

func (c *collection) encode() []byte {
	const head = 16 // of the collection, and of an object
	size := max(minHeap, head+c.size+head)
	var e encoder
	e.text("GCOL")
	e.u8(1, 0, 0, 0)
	e.u64(uint64(size))
	for i, s := range c.strings {
		e.u16(i + 1)
		e.u16(1) // reference to it
		e.u32(0)
		e.u64(uint64(len(s)))
		e.text(s)
		e.pad()
	}
	free := size - len(e.b)
	e.u64(0) // object 0 is the free space
	e.u64(uint64(free))
	e.zeros(free - head)
	return e.b
}
