package hdf5

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// File is an HDF5 file that is read. Its methods, and those of its groups and datasets,
// may be called by many goroutines.
type File struct {
	r    io.ReaderAt
	size int64

	base       uint64 // where address 0 is
	offsetSize int    // bytes of an address
	lengthSize int    // bytes of a size
	root       uint64 // address of the root group's header

	unverified bool // checksums are not looked at: a fuzzer cannot guess them

	budget    atomic.Int64
	objectsMu sync.Mutex
	objects   map[uint64]Object
	heapsMu   sync.Mutex
	heaps     map[uint64]map[uint16]string
}

// Everything that describes the file (headers, names, trees, attributes, places of chunks) is read
// once and kept, so its memory is bounded by the file's size: cycles and structures that
// overlap exceed what follows, and files that are sound do not come near.
const (
	budgetFactor = 16
	budgetFloor  = 1 << 20
)

// Open reads the head of a file of the given size. What it holds is read when it is asked for.
func Open(r io.ReaderAt, size int64) (*File, error) { return open(r, size, false) }

func open(r io.ReaderAt, size int64, unverified bool) (*File, error) {
	f := &File{r: r, size: size, unverified: unverified, objects: map[uint64]Object{}, heaps: map[uint64]map[uint16]string{}}
	f.budget.Store(budgetFactor*size + budgetFloor)
	if err := f.readSuperblock(); err != nil {
		return nil, err
	}
	return f, nil
}

// Root is the group that holds everything.
func (f *File) Root() (*Group, error) {
	f.objectsMu.Lock()
	defer f.objectsMu.Unlock()
	o, err := f.object(f.root)
	if err != nil {
		return nil, err
	}
	g, ok := o.(*Group)
	if !ok {
		return nil, &Error{Kind: ErrFormat, What: "root object", Offset: f.place(f.root), Text: "expected a group, received a dataset"}
	}
	return g, nil
}

// place is the offset of an address in the file; −1 if it has none.
func (f *File) place(address uint64) int64 {
	at := address + f.base
	if address == undefined || at < address || at > uint64(f.size) {
		return -1
	}
	return int64(at)
}

// check reports an error unless n bytes at an address are in the file.
func (f *File) check(what string, address, n uint64) error {
	at := f.place(address)
	switch {
	case address == undefined:
		return &Error{Kind: ErrFormat, What: what, Offset: -1, Text: "expected an address, received none"}
	case at < 0:
		return &Error{Kind: ErrFormat, What: what, Offset: -1, Text: fmt.Sprintf("expected an address in %d bytes, received %d", f.size, address)}
	case n > uint64(f.size-at):
		return &Error{Kind: ErrFormat, What: what, Offset: at, Text: fmt.Sprintf("expected %d bytes, received %d: the file is cut off", n, f.size-at)}
	}
	return nil
}

// read fills b from an address.
func (f *File) read(what string, address uint64, b []byte) error {
	if err := f.check(what, address, uint64(len(b))); err != nil {
		return err
	}
	at := f.place(address)
	if n, err := f.r.ReadAt(b, at); n < len(b) {
		return &Error{What: what, Offset: at, Cause: err}
	}
	return nil
}

// spend takes the memory of something that is kept from the budget.
func (f *File) spend(n uint64) error {
	if f.budget.Add(-int64(n)) < 0 {
		return &Error{Kind: ErrFormat, What: "file", Offset: -1, Text: fmt.Sprintf("expected a description in proportion to its %d bytes, received cycles or structures that overlap", f.size)}
	}
	return nil
}

// structure reads n bytes of the file's description.
func (f *File) structure(what string, address, n uint64) cursor {
	c := cursor{f: f, what: what, start: f.place(address), at: f.place(address)}
	if c.err = f.check(what, address, n); c.err != nil {
		return c
	}
	if c.err = f.spend(n); c.err != nil {
		return c
	}
	b := make([]byte, n)
	if c.err = f.read(what, address, b); c.err == nil {
		c.b = b
	}
	return c
}

// verified reads n bytes that end in a checksum, and leaves it away.
func (f *File) verified(what string, address, n uint64) cursor {
	c := f.structure(what, address, n)
	if c.err == nil && n < 4 {
		c.fail(ErrFormat, "expected at least the 4 bytes of a checksum, received %d", n)
	}
	if c.err != nil {
		return c
	}
	body := c.b[:n-4]
	want, got := uint32(little(c.b[n-4:])), lookup3(body)
	if c.b = body; want != got && !f.unverified {
		c.fail(ErrFormat, "expected the checksum %08x, received bytes of %08x", want, got)
	}
	return c
}
