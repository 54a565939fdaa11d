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

// symbolTable is the tree, symbol nodes and local heap of a group to be written.
type symbolTable struct {
	group   *node
	names   []string
	offsets []uint64 // of the names in the heap
	heap    uint64
	data    uint64     // of the heap
	leaves  []uint64   // the symbol nodes
	levels  [][]uint64 // the tree nodes, from the lowest level to the root
}

const (
	linksOfLeaf    = 2 * leafRank
	childrenOfNode = 2 * treeRank
)

// tree is the address of the root of the tree.
func (s *symbolTable) tree() uint64 {
	if len(s.levels) == 0 {
		return undefined
	}
	return s.levels[len(s.levels)-1][0]
}

// encode is a symbol table message.
func (s *symbolTable) encode(e *encoder) {
	if s == nil { // before it has a place
		s = &symbolTable{}
	}
	e.u64(s.tree())
	e.u64(s.heap)
}

// place gives addresses to the heap, the symbol nodes and the tree, which has as few nodes as possible.
func (s *symbolTable) place(p *plan) {
	s.heap = p.structure(s.encodeHeap)
	s.data = p.structure(s.encodeNames)
	for first := 0; first < len(s.names); first += linksOfLeaf {
		s.leaves = append(s.leaves, p.structure(func() []byte { return s.encodeLeaf(first) }))
	}
	for below := s.leaves; ; below = s.levels[len(s.levels)-1] {
		level := len(s.levels)
		var nodes []uint64
		for first := 0; first == 0 || first < len(below); first += childrenOfNode {
			number := len(nodes)
			nodes = append(nodes, p.structure(func() []byte { return s.encodeNode(level, number) }))
		}
		if s.levels = append(s.levels, nodes); len(nodes) == 1 {
			return
		}
	}
}

func (s *symbolTable) encodeHeap() []byte {
	const noFreeSpace = 1
	var e encoder
	e.text("HEAP")
	e.u32(0)
	e.u64(uint64(len(s.encodeNames())))
	e.u64(noFreeSpace)
	e.u64(s.data)
	return e.b
}

// encodeNames is the data of the heap: an empty name, then the others.
func (s *symbolTable) encodeNames() []byte {
	var e encoder
	e.u64(0)
	s.offsets = s.offsets[:0]
	for _, name := range s.names {
		s.offsets = append(s.offsets, uint64(len(e.b)))
		e.text(name + "\x00")
		e.pad()
	}
	return e.b
}

// encodeLeaf is the symbol node whose first link has this number.
func (s *symbolTable) encodeLeaf(first int) []byte {
	last := min(first+linksOfLeaf, len(s.names))
	var e encoder
	e.text("SNOD")
	e.u8(1, 0)
	e.u16(last - first)
	for i := first; i < last; i++ {
		s.group.children[s.names[i]].encodeLink(&e, s.offsets[i])
	}
	e.zeros((linksOfLeaf - (last - first)) * (16 + symbolTableEntry))
	return e.b
}

// encodeLink is an entry of a symbol table: the place of a name, and what readers like to know of the object.
func (n *node) encodeLink(e *encoder, name uint64) {
	const cachedGroup = 1
	e.u64(name)
	e.u64(n.address)
	if n.links == nil {
		e.zeros(symbolTableEntry)
		return
	}
	e.u32(cachedGroup)
	e.u32(0)
	n.links.encode(e)
}

// encodeNode is a tree node: its children, and between them the places of the greatest names before.
func (s *symbolTable) encodeNode(level, number int) []byte {
	below, namesOfChild := s.leaves, linksOfLeaf
	for _, nodes := range s.levels[:level] {
		below = nodes
		namesOfChild *= childrenOfNode
	}
	first := number * childrenOfNode
	last := min(first+childrenOfNode, len(below))
	key := func(child int) uint64 {
		n := min(child*namesOfChild, len(s.names))
		if n == 0 {
			return 0
		}
		return s.offsets[n-1]
	}
	sibling := func(number int) uint64 {
		if level >= len(s.levels) || number < 0 || number >= len(s.levels[level]) {
			return undefined
		}
		return s.levels[level][number]
	}
	var e encoder
	e.text("TREE")
	e.u8(treeOfGroup, byte(level))
	e.u16(last - first)
	e.u64(sibling(number - 1))
	e.u64(sibling(number + 1))
	for child := first; child < last; child++ {
		e.u64(key(child))
		e.u64(below[child])
	}
	e.u64(key(last))
	e.zeros((childrenOfNode - (last - first)) * 16)
	return e.b
}
