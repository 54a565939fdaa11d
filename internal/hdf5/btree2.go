package hdf5

import "math/bits"

// What the records of a tree of version 2 are (III.A.2).
const (
	indexOfHugeObjects    = 1
	indexOfLinks          = 5
	indexOfAttributes     = 8
	indexOfChunks         = 10
	indexOfFilteredChunks = 11
)

// A node has a signature, version, kind and checksum beside its records.
const nodeOverhead = 4 + 1 + 1 + 4

// tree2 is a tree of version 2.
type tree2 struct {
	f          *File
	kind       byte
	nodeSize   uint64
	recordSize uint64
	countSize  int         // bytes that a count of a node's records takes
	levels     []nodeShape // from the leaves up
	visit      func(record cursor) error
}

// nodeShape is how much fits into a node and what is below it.
type nodeShape struct {
	records   uint64 // at most, in a node
	total     uint64 // at most, with all nodes below
	totalSize int    // bytes that a count of them takes in the node above; none does for a leaf
}

// readTree2 visits the records of a tree of version 2, in any order.
func (f *File) readTree2(address uint64, kind byte, visit func(record cursor) error) error {
	c := f.verified("tree", address, uint64(4+1+1+4+2+2+1+1+f.offsetSize+2+f.lengthSize+4))
	c.signature("BTHD")
	c.version(0)
	if got := byte(c.uint(1)); c.err == nil && got != kind {
		c.fail(ErrFormat, "expected kind %d, received %d", kind, got)
	}
	t := tree2{f: f, kind: kind, visit: visit, nodeSize: c.uint(4), recordSize: c.uint(2)}
	depth := int(c.uint(2))
	c.bytes(2) // when nodes split and merge
	root, records := c.address(), c.uint(2)
	if c.err != nil || root == undefined || records == 0 {
		return c.err
	}
	if !t.measure(depth) {
		c.fail(ErrFormat, "expected nodes that hold records of %d bytes, received nodes of %d bytes on %d levels", t.recordSize, t.nodeSize, depth)
		return c.err
	}
	return t.walk(root, records, depth)
}

// measure finds how many records the nodes of each level hold, which decides how wide counts
// are. It reports whether there can be such a tree.
func (t *tree2) measure(depth int) bool {
	const deepest = 32 // a tree this deep would exceed all files
	if t.recordSize == 0 || t.nodeSize < nodeOverhead+t.recordSize || depth > deepest {
		return false
	}
	leaf := (t.nodeSize - nodeOverhead) / t.recordSize
	t.countSize = width(leaf)
	t.levels = []nodeShape{{records: leaf, total: leaf}}
	for level := range depth {
		below := t.levels[level]
		pointer := uint64(t.f.offsetSize + t.countSize + below.totalSize)
		if t.nodeSize < nodeOverhead+2*pointer+t.recordSize {
			return false
		}
		n := (t.nodeSize - nodeOverhead - pointer) / (t.recordSize + pointer)
		high, total := bits.Mul64(n+1, below.total)
		if high > 0 || total+n < total {
			return false
		}
		t.levels = append(t.levels, nodeShape{n, total + n, width(total + n)})
	}
	return true
}

// width is how many bytes hold numbers up to n.
func width(n uint64) int { return (bits.Len64(n) + 7) / 8 }

// walk visits the records of a node and of those below it.
func (t *tree2) walk(address, records uint64, level int) error {
	shape := t.levels[level]
	if records > shape.records {
		return &Error{Kind: ErrFormat, What: "tree node", Offset: t.f.place(address), Text: "expected fewer records than fit into it, received more"}
	}
	size, signature, childSize := nodeOverhead+records*t.recordSize, "BTLF", 0
	if level > 0 {
		signature = "BTIN"
		childSize = t.f.offsetSize + t.countSize + t.levels[level-1].totalSize
		size += (records + 1) * uint64(childSize)
	}
	c := t.f.verified("tree node", address, size)
	c.signature(signature)
	c.version(0)
	c.bytes(1) // the tree's kind again
	for range records {
		record := c.part("tree record", t.recordSize)
		if c.err == nil {
			c.err = t.visit(record)
		}
	}
	if level == 0 {
		return c.err
	}
	for range records + 1 {
		child, n := c.address(), c.uint(t.countSize)
		c.bytes(uint64(t.levels[level-1].totalSize))
		if c.err != nil {
			break
		}
		c.err = t.walk(child, n, level-1)
	}
	return c.err
}
