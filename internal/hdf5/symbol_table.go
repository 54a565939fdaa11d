package hdf5

import "bytes"

// In an old group, a tree of version 1 leads to symbol nodes, whose entries have
// the places of their names in a local heap.

const (
	cachedSoftLink   = 2
	symbolTableEntry = 24 // bytes beside two addresses
)

// readSymbolTable reads the links of an old group, whose message has the addresses of its tree and heap (IV.A.2.r).
func (f *File) readSymbolTable(c cursor, add func(link) error) error {
	tree, heap := c.address(), c.address()
	if c.err != nil {
		return c.err
	}
	names, err := f.readLocalHeap(heap)
	if err != nil {
		return err
	}
	t := tree1{f: f, kind: treeOfGroup, keySize: uint64(f.lengthSize), leaf: func(_ *cursor, node uint64) error {
		return f.readSymbolNode(node, names, add)
	}}
	return t.walk(tree, -1)
}

// readLocalHeap reads the names of a group's links (III.D).
func (f *File) readLocalHeap(address uint64) (cursor, error) {
	c := f.structure("local heap", address, uint64(8+2*f.lengthSize+f.offsetSize))
	c.signature("HEAP")
	c.version(0)
	c.bytes(3)
	size := c.length()
	c.length() // of the first free place
	data := c.address()
	if c.err != nil {
		return c, c.err
	}
	names := f.structure("local heap's names", data, size)
	return names, names.err
}

// readSymbolNode reads some links of a group (III.B, III.C).
func (f *File) readSymbolNode(address uint64, names cursor, add func(link) error) error {
	c := f.structure("symbol node", address, 8)
	c.signature("SNOD")
	c.version(1)
	c.bytes(1)
	entries := c.uint(2)
	if c.err != nil {
		return c.err
	}
	c = f.structure("symbol node", address+8, entries*uint64(2*f.offsetSize+symbolTableEntry))
	for range entries {
		at, target := c.address(), c.address()
		kind := linkHard
		if c.uint(4) == cachedSoftLink {
			kind = linkSoft
		}
		c.bytes(symbolTableEntry - 4)
		if c.err != nil {
			break
		}
		var end int
		if at < uint64(len(names.b)) {
			end = bytes.IndexByte(names.b[at:], 0)
		}
		if at >= uint64(len(names.b)) || end < 0 {
			c.fail(ErrFormat, "expected a name in %d bytes of the local heap, received one at byte %d", len(names.b), at)
			break
		}
		c.err = add(link{name: string(names.b[at : at+uint64(end)]), kind: kind, address: target})
	}
	return c.err
}
