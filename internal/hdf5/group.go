package hdf5

import (
	"slices"
	"strings"
)

// Object is a *Group or a *Dataset.
type Object interface {
	// Attributes are its attributes, in the order of the file.
	Attributes() []*Attribute
	// Attribute is the value of one (see [Attribute.Value]); ErrNotFound if there is none of the name.
	Attribute(name string) (any, error)
}

// object is what groups and datasets have in common.
type object struct {
	f          *File
	address    uint64
	attributes []*Attribute
}

// Attributes are the object's attributes.
func (o *object) Attributes() []*Attribute { return slices.Clone(o.attributes) }

// Attribute is the value of one.
func (o *object) Attribute(name string) (any, error) {
	for _, a := range o.attributes {
		if a.name == name {
			return a.Value()
		}
	}
	return nil, fault(ErrNotFound, "attribute "+name, "the object at byte %d has none of this name", o.f.place(o.address))
}

// Group is an object that leads to others by names.
type Group struct {
	object
	links []link
	index map[string]int // of links by name
}

// Names are those of what the group leads to: by name, or in the order of creation if the group tracks it.
func (g *Group) Names() []string {
	names := make([]string, len(g.links))
	for i, l := range g.links {
		names[i] = l.name
	}
	return names
}

// Group is the group at a path: names with slashes between them. The empty path is g itself.
func (g *Group) Group(path string) (*Group, error) {
	o, err := g.Open(path)
	if err != nil {
		return nil, err
	}
	sub, ok := o.(*Group)
	if !ok {
		return nil, fault(ErrNotFound, path, "expected a group, received a dataset")
	}
	return sub, nil
}

// Dataset is the dataset at a path.
func (g *Group) Dataset(path string) (*Dataset, error) {
	o, err := g.Open(path)
	if err != nil {
		return nil, err
	}
	d, ok := o.(*Dataset)
	if !ok {
		return nil, fault(ErrNotFound, path, "expected a dataset, received a group")
	}
	return d, nil
}

// Open is the object at a path.
func (g *Group) Open(path string) (Object, error) {
	g.f.objectsMu.Lock()
	defer g.f.objectsMu.Unlock()
	var o Object = g
	for rest := path; rest != ""; {
		var name string
		name, rest, _ = strings.Cut(rest, "/")
		parent, ok := o.(*Group)
		if !ok {
			return nil, fault(ErrNotFound, path, "expected a group in front of /%s, received a dataset", name)
		}
		i, ok := parent.index[name]
		if !ok {
			return nil, fault(ErrNotFound, path, "the group at byte %d has nothing named %q", g.f.place(parent.address), name)
		}
		l := parent.links[i]
		if l.kind != linkHard {
			return nil, fault(ErrUnsupported, path, "expected %q to be in this file, received a link to a path", name)
		}
		var err error
		if o, err = g.f.object(l.address); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// object reads the group or dataset at an address, once.
func (f *File) object(address uint64) (Object, error) {
	if o, ok := f.objects[address]; ok {
		return o, nil
	}
	h, err := f.readHeader(address)
	if err != nil {
		return nil, err
	}
	common := object{f: f, address: address}
	if common.attributes, err = h.readAttributes(); err != nil {
		return nil, err
	}
	var o Object
	switch {
	case h.has(messageLayout):
		o, err = h.readDataset(common)
	case h.has(messageSymbolTable) || h.has(messageLink) || h.has(messageLinkInfo):
		g := &Group{object: common}
		g.links, g.index, err = h.readLinks()
		o = g
	default:
		err = &Error{Kind: ErrUnsupported, What: "object", Offset: f.place(address), Text: "expected a group or dataset, received neither"}
	}
	if err != nil {
		return nil, err
	}
	f.objects[address] = o
	return o, nil
}

// deepest is how many groups may lie in one another; Keras's have some ten.
const deepest = 256

// Walk calls visit for every object below the group, in order, each once: a group, then what is in
// it. It passes over links to paths and other files, and ends at the first error.
func (g *Group) Walk(visit func(path string, o Object) error) error {
	return g.walk("", deepest, map[Object]bool{g: true}, visit)
}

func (g *Group) walk(prefix string, depth int, seen map[Object]bool, visit func(string, Object) error) error {
	for _, l := range g.links {
		if l.kind != linkHard {
			continue
		}
		o, err := g.Open(l.name)
		if err != nil {
			return err
		}
		if seen[o] {
			continue
		}
		seen[o] = true
		path := prefix + l.name
		if err := visit(path, o); err != nil {
			return err
		}
		sub, ok := o.(*Group)
		if !ok {
			continue
		}
		if depth == 0 {
			return fault(ErrFormat, path, "expected at most %d groups in one another, received more", deepest)
		}
		if err := sub.walk(path+"/", depth-1, seen, visit); err != nil {
			return err
		}
	}
	return nil
}
