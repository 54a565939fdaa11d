package hdf5

// Trees of version 1 lead to the symbol nodes of an old group, or to chunks (III.A.1).
const (
	treeOfGroup  = 0
	treeOfChunks = 1
)

// tree1 is a tree of version 1: of its kind, with keys of a fixed size.
type tree1 struct {
	f       *File
	kind    uint64
	keySize uint64
	leaf    func(key *cursor, child uint64) error // is called for what the leaves lead to
}

// walk visits the node at an address and those below it. Its level is checked, so that
// it comes to an end, unless it is −1, for the root.
func (t *tree1) walk(address uint64, level int) error {
	prefix := uint64(8 + 2*t.f.offsetSize)
	c := t.f.structure("tree node", address, prefix)
	c.signature("TREE")
	kind, at, entries := c.uint(1), int(c.uint(1)), c.uint(2)
	if kind != t.kind || level >= 0 && at != level {
		c.fail(ErrFormat, "expected kind %d on level %d, received kind %d on level %d", t.kind, level, kind, at)
	}
	if c.err != nil {
		return c.err
	}
	c = t.f.structure("tree node", address+prefix, entries*(t.keySize+uint64(t.f.offsetSize)))
	for range entries {
		key, child := c.part("tree key", t.keySize), c.address()
		if c.err != nil {
			break
		}
		if at > 0 {
			c.err = t.walk(child, at-1)
		} else {
			c.err = t.leaf(&key, child)
		}
	}
	return c.err
}
