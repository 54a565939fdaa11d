package hdf5

import "fmt"

// undefined is the address of what does not exist.
const undefined = ^uint64(0)

// cursor decodes one structure of a file, which is little-endian. Its first error stays:
// from then on its methods return zeros, so that a decoder looks for it once, at its end.
type cursor struct {
	f     *File
	what  string // the structure, for errors
	start int64  // where it begins in the file
	b     []byte // what has not been decoded yet
	at    int64  // where that begins
	err   error
}

// fail keeps the first error.
func (c *cursor) fail(kind error, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{Kind: kind, What: c.what, Offset: c.start, Text: fmt.Sprintf(format, args...)}
		c.b = nil
	}
}

// bytes are the next n bytes; nil if there are fewer.
func (c *cursor) bytes(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.fail(ErrFormat, "expected %d more bytes, received %d", n, len(c.b))
		return nil
	}
	b := c.b[:n:n]
	c.b, c.at = c.b[n:], c.at+int64(n)
	return b
}

// uint is the next number of n bytes, at most 8.
func (c *cursor) uint(n int) uint64 { return little(c.bytes(uint64(n))) }

// little is a little-endian number.
func little(b []byte) (v uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

// address is the next address, relative to the file's base; undefined if all its bits are set.
func (c *cursor) address() uint64 {
	v := c.uint(c.f.offsetSize)
	if v == undefined>>(64-8*c.f.offsetSize) {
		return undefined
	}
	return v
}

// length is the next size of something in the file.
func (c *cursor) length() uint64 { return c.uint(c.f.lengthSize) }

// signature wants the next bytes to be these.
func (c *cursor) signature(want string) {
	if got := c.bytes(uint64(len(want))); c.err == nil && string(got) != want {
		c.fail(ErrFormat, "expected %s, received %q", want, got)
	}
}

// version wants the next byte to be one of these, and returns it.
func (c *cursor) version(known ...byte) byte {
	got := byte(c.uint(1))
	for _, v := range known {
		if v == got {
			return got
		}
	}
	c.fail(ErrUnsupported, "expected a version of %v, received %d", known, got)
	return got
}

// part is a cursor over the next n bytes, a structure of its own.
func (c *cursor) part(what string, n uint64) cursor {
	at := c.at
	b := c.bytes(n)
	return cursor{f: c.f, what: what, start: at, b: b, at: at, err: c.err}
}

// name is the next text that ends in a zero byte, in old structures padded to a multiple of 8 bytes.
func (c *cursor) name(padded bool) string {
	for i, x := range c.b {
		if x != 0 {
			continue
		}
		name := string(c.bytes(uint64(i)))
		if i++; padded {
			i = padded8(i)
		}
		c.bytes(uint64(i - len(name)))
		return name
	}
	c.fail(ErrFormat, "expected a name that ends in a zero byte, received none")
	return ""
}

// padded8 is the next multiple of 8.
func padded8(n int) int { return (n + 7) &^ 7 }
