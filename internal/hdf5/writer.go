package hdf5

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Contents is what a file will hold. Its zero value is an empty file. Groups on the way to a path
// are made as they are needed; the first error is kept, and WriteTo returns it.
//
// The file is as h5py makes it by default, which all versions of HDF5 read.
type Contents struct {
	root node
	err  error
}

// node is a group, or a dataset if it has data.
type node struct {
	children   map[string]*node
	attributes []encodedAttribute
	data       *payload

	address uint64 // of its header
	links   *symbolTable
}

// Group adds a group.
func (c *Contents) Group(path string) { c.node(path) }

// Dataset adds a dataset. Its elements are read when the file is written, from data, which is
//
//	[]float32, []float64, []int8 … []int64, []uint8 … []uint64   of the type of that name
//	[]float32                                                    of Float16 and BFloat16, rounded
//	[]bool                                                       of Bools
func (c *Contents) Dataset(path string, t Type, shape []int, data any) {
	p, err := payloadOf(t, shape, data)
	if err != nil {
		c.fail(path, err)
		return
	}
	n := c.node(path)
	if n.data != nil || n.children != nil || n == &c.root {
		c.fail(path, fault(ErrArgument, "dataset", "expected a new name, received that of another object"))
		return
	}
	n.data = p
	if t == BFloat16 {
		c.Attribute(path, "dtype", t.String())
	}
}

// Attribute gives the object at a path, by default a group, an attribute. The value is a string, []string, int64,
// []int64, float64, []float64, bool or []bool. A list takes at most some 64,000 bytes: 4,000 strings, of any length.
func (c *Contents) Attribute(path, name string, value any) {
	n := c.node(path)
	a, err := encodeAttribute(name, value)
	if err == nil && slices.ContainsFunc(n.attributes, func(other encodedAttribute) bool { return other.name == name }) {
		err = fault(ErrArgument, name, "expected a new attribute, received one that is there")
	}
	if err != nil {
		c.fail(path, err)
		return
	}
	n.attributes = append(n.attributes, a)
}

// fail keeps the first error.
func (c *Contents) fail(path string, err error) {
	if c.err == nil {
		c.err = fmt.Errorf("%q: %w", path, err)
	}
}

// node is the object at a path, made if there is none.
func (c *Contents) node(path string) *node {
	n := &c.root
	for rest := path; rest != ""; {
		var name string
		name, rest, _ = strings.Cut(rest, "/")
		if name == "" || name == "." || strings.Contains(name, "\x00") {
			c.fail(path, fault(ErrArgument, "object", "expected names between slashes, received %q", name))
			return &node{}
		}
		if n.data != nil {
			c.fail(path, fault(ErrArgument, "object", "expected a group in front of /%s, received a dataset", name))
			return &node{}
		}
		next, ok := n.children[name]
		if !ok {
			if n.children == nil {
				n.children = map[string]*node{}
			}
			next = &node{}
			n.children[name] = next
		}
		n = next
	}
	return n
}

// Size is the size of the file.
func (c *Contents) Size() (int64, error) {
	p, err := c.plan()
	return int64(p.end), err
}

// WriteTo writes the file, from its first byte to its last.
func (c *Contents) WriteTo(w io.Writer) (int64, error) {
	p, err := c.plan()
	if err != nil {
		return 0, err
	}
	return p.write(w)
}

// plan is where everything will be in the file: parts without gaps, but to multiples of 8 bytes.
type plan struct {
	parts []part
	end   uint64
}

// part is a structure or the data of a dataset.
type part struct {
	size   uint64
	encode func() []byte // a structure, once all addresses are known
	data   *payload
}

// add gives a part its address.
func (p *plan) add(x part) uint64 {
	at := p.end
	p.parts = append(p.parts, x)
	p.end += uint64(padded8(int(x.size)))
	return at
}

// structure gives a structure its address. Its size does not depend on addresses, which it may hold.
func (p *plan) structure(encode func() []byte) uint64 {
	return p.add(part{size: uint64(len(encode())), encode: encode})
}

// plan finds a place for everything: strings, then each group in front of what is in it.
func (c *Contents) plan() (*plan, error) {
	p := &plan{}
	if c.err != nil {
		return p, c.err
	}
	p.structure(func() []byte { return encodeSuperblock(p.end, &c.root) })
	heap := &heapPlan{}
	c.root.placeStrings(heap)
	heap.place(p)
	c.root.place(p)
	return p, nil
}

// names are those of what a group holds, in the order of its tree.
func (n *node) names() []string { return slices.Sorted(maps.Keys(n.children)) }

// placeStrings puts the strings of all attributes into the global heap.
func (n *node) placeStrings(heap *heapPlan) {
	for i := range n.attributes {
		n.attributes[i].placeStrings(heap)
	}
	for _, name := range n.names() {
		n.children[name].placeStrings(heap)
	}
}

// place gives addresses to an object and everything below it.
func (n *node) place(p *plan) {
	n.address = p.structure(n.encodeHeader)
	if n.data != nil {
		n.data.address = undefined
		if n.data.size > 0 {
			n.data.address = p.add(part{size: n.data.size, data: n.data})
		}
		return
	}
	n.links = &symbolTable{group: n, names: n.names()}
	n.links.place(p)
	for _, name := range n.links.names {
		n.children[name].place(p)
	}
}

// write writes the parts one after the other.
func (p *plan) write(w io.Writer) (written int64, err error) {
	b := bufio.NewWriterSize(w, bufferSize)
	var zeros [8]byte
	for _, x := range p.parts {
		if x.data != nil {
			err = x.data.write(b)
		} else {
			_, err = b.Write(x.encode())
		}
		if err == nil {
			_, err = b.Write(zeros[:uint64(padded8(int(x.size)))-x.size])
		}
		if err != nil {
			return written, err
		}
		written += int64(padded8(int(x.size)))
	}
	return written, b.Flush()
}
