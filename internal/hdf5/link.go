package hdf5

import (
	"cmp"
	"slices"
	"strings"
)

// The kinds of links.
const (
	linkHard = 0
	linkSoft = 1 // to a path; others lead to other files
)

// link leads from a group to an object.
type link struct {
	name    string
	kind    int
	address uint64
	order   uint64 // of creation, where the group tracks it
}

// readLinks are the links of a group, and where each name is among them: in the order of creation where the group tracks it, else by
// name, as h5py has them.
func (h *header) readLinks() (links []link, index map[string]int, err error) {
	add := func(l link) error {
		links = append(links, l)
		return h.f.spend(memoryOfMessage + uint64(len(l.name)))
	}
	decode := func(c cursor) error {
		l, err := decodeLink(c)
		if err != nil {
			return err
		}
		return add(l)
	}
	ordered := false
	for _, m := range h.messages {
		switch m.kind {
		case messageSymbolTable:
			err = h.f.readSymbolTable(m.body, add)
		case messageLink:
			err = decode(m.body)
		case messageLinkInfo:
			if m.body.err == nil && len(m.body.b) > 1 {
				ordered = m.body.b[1]&1 != 0
			}
			err = h.f.readStored(m.body, 8, indexOfLinks, decode)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(links, func(a, b link) int {
		if ordered && a.order != b.order {
			return cmp.Compare(a.order, b.order)
		}
		return strings.Compare(a.name, b.name)
	})
	index = make(map[string]int, len(links))
	for i, l := range links {
		_, twice := index[l.name]
		if twice || l.name == "" || strings.Contains(l.name, "/") {
			c := cursor{what: "group", start: h.f.place(h.address)}
			c.fail(ErrFormat, "expected names without slashes, each once, received %q", l.name)
			return nil, nil, c.err
		}
		index[l.name] = i
	}
	return links, index, nil
}

// decodeLink reads a link message (IV.A.2.g).
func decodeLink(c cursor) (l link, err error) {
	c.version(1)
	flags := c.uint(1)
	if flags&8 != 0 {
		l.kind = int(c.uint(1))
	}
	if flags&4 != 0 {
		l.order = c.uint(8)
	}
	if flags&16 != 0 {
		c.bytes(1) // characters of the name
	}
	l.name = string(c.bytes(c.uint(1 << (flags & 3))))
	if l.kind == linkHard {
		l.address = c.address()
	}
	return l, c.err
}
