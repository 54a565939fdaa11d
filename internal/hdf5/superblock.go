package hdf5

// signature begins every HDF5 file, at byte 0 or at a power of two from 512 on: in front of
// it users may keep what they like.
const (
	signature      = "\x89HDF\r\n\x1a\n"
	firstUserBlock = 512
	lastUserBlock  = 1 << 20
)

// readSuperblock finds the superblock (II.A) and takes from it what reading needs.
func (f *File) readSuperblock() error {
	if err := f.findSignature(); err != nil {
		return err
	}
	f.offsetSize, f.lengthSize = 8, 8
	start := f.base
	c := f.structure("superblock", 0, min(uint64(f.size)-start, 128))
	all := c.b
	c.signature(signature)
	version := c.version(0, 1, 2, 3)
	if version < 2 {
		c.bytes(4) // versions of other structures
	}
	f.offsetSize, f.lengthSize = int(c.uint(1)), int(c.uint(1))
	if !isWidth(f.offsetSize) || !isWidth(f.lengthSize) {
		c.fail(ErrUnsupported, "expected addresses and sizes of 2, 4 or 8 bytes, received %d and %d", f.offsetSize, f.lengthSize)
	}
	if c.err != nil {
		return c.err
	}
	var base, end uint64
	switch version {
	case 0, 1:
		c.bytes(1 + 2 + 2 + 4) // reserved, ranks of trees, flags
		if version == 1 {
			c.bytes(4) // rank of trees of chunks
		}
		base, _, end = c.address(), c.address(), c.address()
		c.address() // of a driver's own block
		c.address() // the root group's name
		f.root = c.address()
	default:
		c.bytes(1) // flags
		base, _, end = c.address(), c.address(), c.address()
		f.root = c.address()
		length := len(all) - len(c.b)
		if want := uint32(c.uint(4)); c.err == nil && want != lookup3(all[:length]) && !f.unverified {
			c.fail(ErrFormat, "expected the checksum %08x, received bytes of %08x", want, lookup3(all[:length]))
		}
	}
	if c.err == nil && end > uint64(f.size) {
		c.fail(ErrFormat, "expected %d bytes, received %d: the file is cut off", end, f.size)
	}
	f.base = base
	return c.err
}

func isWidth(n int) bool { return n == 2 || n == 4 || n == 8 }

// findSignature sets base to where the file begins.
func (f *File) findSignature() error {
	var head [len(signature)]byte
	for at := int64(0); at <= lastUserBlock && at+int64(len(head)) <= f.size; at = max(firstUserBlock, 2*at) {
		if n, err := f.r.ReadAt(head[:], at); n < len(head) {
			return &Error{What: "superblock", Offset: at, Cause: err}
		}
		if string(head[:]) == signature {
			f.base = uint64(at)
			return nil
		}
	}
	return &Error{Kind: ErrFormat, What: "file", Offset: 0, Text: "expected the signature of HDF5, received none"}
}

// The ranks of trees: symbol nodes have room for 2·leafRank links, tree nodes for 2·treeRank children.
const (
	leafRank = 4
	treeRank = 16
)

// encodeSuperblock is a superblock of version 0.
func encodeSuperblock(end uint64, root *node) []byte {
	var e encoder
	e.text(signature)
	e.u8(0, 0, 0, 0, 0, 8, 8, 0) // versions, sizes of addresses and lengths
	e.u16(leafRank)
	e.u16(treeRank)
	e.u32(0)
	e.u64(0) // base
	e.u64(undefined)
	e.u64(end)
	e.u64(undefined)
	root.encodeLink(&e, 0)
	return e.b
}
