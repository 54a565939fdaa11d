package datasets

import (
	"encoding/binary"
	"io"

	"github.com/pkg/errors"
)

// This file has what instructions take from the pickle and from the stack.

func (m *machine) readByte() byte {
	if m.err != nil {
		return 0
	}
	if m.at == m.limit {
		m.fail("expected a pickle of at most %d bytes", m.limit)
		return 0
	}
	b, err := m.r.ReadByte()
	if err != nil {
		m.ended(err)
		return 0
	}
	m.at++
	return b
}

func (m *machine) ended(err error) {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	m.err = errors.WithStack(err)
}

// readBytes reads n bytes, which the limit must allow before they get memory.
func (m *machine) readBytes(n uint64) []byte {
	if m.err != nil {
		return nil
	}
	if n > uint64(m.limit-m.at) {
		m.fail("expected a pickle of at most %d bytes, received a string of %d", m.limit, n)
		return nil
	}
	b := make([]byte, n)
	read, err := io.ReadFull(m.r, b)
	m.at += int64(read)
	if err != nil {
		m.ended(err)
	}
	return b
}

// readNumber reads an unsigned integer of n bytes, little-endian.
func (m *machine) readNumber(n int) uint64 {
	var b [8]byte
	for i := range n {
		b[i] = m.readByte()
	}
	return binary.LittleEndian.Uint64(b[:])
}

// pushLong reads a signed integer of n bytes, little-endian.
func (m *machine) pushLong(n byte) {
	if n > 8 {
		m.fail("expected an integer of up to 8 bytes, received one of %d", n)
		return
	}
	shift := 64 - 8*n
	v := int64(m.readNumber(int(n))<<shift) >> shift
	if v != int64(int32(v)) {
		m.fail("expected integers of 32 bits, received %d", v)
		return
	}
	m.push(int32(v))
}

// readLine reads text to the end of a line.
func (m *machine) readLine() string {
	var line []byte
	for m.err == nil {
		b := m.readByte()
		if b == '\n' {
			break
		}
		if line = append(line, b); len(line) > 100 {
			m.fail("expected a name of up to 100 bytes, received %q…", line)
		}
	}
	return string(line)
}

func (m *machine) push(object any) {
	if len(m.stack) == maxStack {
		m.fail("expected at most %d objects on the stack", maxStack)
		return
	}
	m.stack = append(m.stack, object)
}

// pushObject pushes a new object. Their number is limited; integers are not counted, as
// they take no more memory than file.
func (m *machine) pushObject(object any) {
	if m.made++; m.made > maxObjects {
		m.fail("expected at most %d objects", maxObjects)
		return
	}
	m.push(object)
}

// take removes the last n objects from the stack. They are overwritten by the next push.
func (m *machine) take(n int) []any {
	floor := 0 // a mark ends what an instruction may take
	if len(m.marks) > 0 {
		floor = m.marks[len(m.marks)-1]
	}
	if n > len(m.stack)-floor {
		m.fail("expected %d objects on the stack, received %d", n, len(m.stack)-floor)
	}
	if m.err != nil {
		return nil
	}
	taken := m.stack[len(m.stack)-n:]
	m.stack = m.stack[:len(m.stack)-n]
	return taken
}

func (m *machine) pop() any {
	if taken := m.take(1); taken != nil {
		return taken[0]
	}
	return nil
}

// top returns the last object on the stack and leaves it there.
func (m *machine) top() any {
	object := m.pop()
	if m.err == nil {
		m.push(object)
	}
	return object
}

// sinceMark removes the last mark and returns how many objects are above it.
func (m *machine) sinceMark() int {
	if len(m.marks) == 0 {
		m.fail("expected a mark on the stack, received none")
		return 0
	}
	last := len(m.marks) - 1
	mark := m.marks[last]
	m.marks = m.marks[:last]
	return len(m.stack) - mark
}

// popString pops a short string.
func (m *machine) popString() string {
	object := m.pop()
	s, ok := object.([]byte)
	if !ok || len(s) > 100 {
		m.fail("expected a string of up to 100 bytes, received %T", object)
		return ""
	}
	return string(s)
}
