package hdf5

import (
	"cmp"
	"encoding/binary"
)

// The messages of an object header that are read (IV.A.2).
const (
	messageDataspace     = 0x01
	messageLinkInfo      = 0x02
	messageDatatype      = 0x03
	messageOldFill       = 0x04
	messageFill          = 0x05
	messageLink          = 0x06
	messageExternal      = 0x07
	messageLayout        = 0x08
	messageFilters       = 0x0b
	messageAttribute     = 0x0c
	messageContinuation  = 0x10
	messageSymbolTable   = 0x11
	messageAttributeInfo = 0x15

	messageFlagShared = 1 << 1
	memoryOfMessage   = 128 // with what keeps it
)

var messageNames = map[uint64]string{
	messageDataspace: "dataspace", messageDatatype: "datatype", messageFill: "fill value", messageLayout: "data layout",
	messageFilters: "filter pipeline", messageAttribute: "attribute", messageLink: "link", messageSymbolTable: "symbol table",
}

// message is one of an object header.
type message struct {
	kind byte
	body cursor
}

// header is what describes a group or dataset: messages, in the order of the file.
type header struct {
	f        *File
	address  uint64
	messages []message
	blocks   []block // of messages, still to be read
}

type block struct{ address, size uint64 }

// readHeader reads an object header (IV.A.1).
func (f *File) readHeader(address uint64) (*header, error) {
	h := &header{f: f, address: address}
	c := f.structure("object header", address, 6)
	var err error
	if string(c.b[:min(4, len(c.b))]) == "OHDR" {
		c.bytes(4)
		c.version(2)
		err = h.read2(&c)
	} else {
		c.version(1)
		err = h.read1(&c)
	}
	return h, err
}

// read1 reads a header of version 1: a prefix, then blocks of messages.
func (h *header) read1(start *cursor) error {
	if start.err != nil {
		return start.err
	}
	const prefix = 16
	c := h.f.structure("object header", h.address, prefix)
	c.bytes(1 + 1 + 2 + 4) // version, reserved, counts of messages and of links to the object
	h.blocks = []block{{h.address + prefix, c.uint(4)}}
	for c.err == nil && len(h.blocks) > 0 {
		b := h.f.structure("object header's messages", h.blocks[0].address, h.blocks[0].size)
		h.blocks = h.blocks[1:]
		for c.err = b.err; c.err == nil && len(b.b) >= 8; c.err = b.err {
			kind, size, flags := b.uint(2), b.uint(2), byte(b.uint(1))
			b.bytes(3)
			h.add(&b, kind, size, flags)
		}
	}
	return c.err
}

// read2 reads a header of version 2: its blocks have signatures and checksums.
func (h *header) read2(start *cursor) error {
	flags := byte(start.uint(1))
	if start.err != nil {
		return start.err
	}
	prefix := uint64(6)
	if flags&0x20 != 0 {
		prefix += 16 // times
	}
	if flags&0x10 != 0 {
		prefix += 4 // when attributes are stored elsewhere
	}
	width := 1 << (flags & 3)
	c := h.f.structure("object header", h.address, prefix+uint64(width))
	c.bytes(prefix)
	size := c.uint(width)
	if prefix += uint64(width); size > uint64(h.f.size) {
		c.fail(ErrFormat, "expected messages of at most %d bytes, received %d", h.f.size, size)
	}
	if c.err != nil {
		return c.err
	}
	h.blocks = []block{{h.address, prefix + size + 4}}
	for first := true; len(h.blocks) > 0; first = false {
		b := h.f.verified("object header's messages", h.blocks[0].address, h.blocks[0].size)
		h.blocks = h.blocks[1:]
		if first {
			b.bytes(prefix)
		} else {
			b.signature("OCHK")
		}
		for b.err == nil && len(b.b) >= 4 {
			kind, size, messageFlags := b.uint(1), b.uint(2), byte(b.uint(1))
			if flags&4 != 0 {
				b.bytes(2) // order of creation
			}
			h.add(&b, kind, size, messageFlags)
		}
		if b.err != nil {
			return b.err
		}
	}
	return nil
}

// add keeps a message, or the block where messages go on.
func (h *header) add(b *cursor, kind, size uint64, flags byte) {
	body := b.part(cmp.Or(messageNames[kind], "message"), size)
	if kind == 0 || b.err != nil { // 0 is room left empty
		return
	}
	if flags&messageFlagShared != 0 {
		body.fail(ErrUnsupported, "expected it here, received a reference to a shared one")
	}
	if kind == messageContinuation {
		h.blocks = append(h.blocks, block{body.address(), body.length()})
		b.err = body.err
		return
	}
	b.err = h.f.spend(memoryOfMessage)
	h.messages = append(h.messages, message{byte(kind), body})
}

// find is the first message of a kind. Its error, that it is missing or shared, is for the decoder.
func (h *header) find(kind byte) cursor {
	for _, m := range h.messages {
		if m.kind == kind {
			return m.body
		}
	}
	c := cursor{f: h.f, what: messageNames[uint64(kind)], start: h.f.place(h.address)}
	c.fail(ErrFormat, "expected one in the object's header, received none")
	return c
}

// has reports whether there is a message of a kind.
func (h *header) has(kind byte) bool {
	for _, m := range h.messages {
		if m.kind == kind {
			return true
		}
	}
	return false
}

// encodeHeader is an object header of version 1, with all messages in one block.
func (n *node) encodeHeader() []byte {
	var e encoder
	count := 0
	message := func(kind int, encode func(*encoder)) {
		var body encoder
		encode(&body)
		body.pad()
		e.u16(kind)
		e.u16(len(body.b))
		e.u32(0)
		e.b = append(e.b, body.b...)
		count++
	}
	e.u8(1, 0)
	e.u16(0) // the number of messages
	e.u32(1) // of links to the object
	e.u32(0) // the size of the messages
	e.u32(0)
	if n.data != nil {
		message(messageDataspace, n.data.space.encode)
		message(messageDatatype, n.data.typ.encode)
		message(messageFill, func(e *encoder) { e.u8(2, 2, 2, 1, 0, 0, 0, 0) }) // zeros, written when there is data
		message(messageLayout, func(e *encoder) {
			e.u8(3, layoutContiguous)
			e.u64(n.data.address)
			e.u64(n.data.size)
		})
	} else {
		message(messageSymbolTable, n.links.encode)
	}
	for _, a := range n.attributes {
		message(messageAttribute, a.encode)
	}
	binary.LittleEndian.PutUint16(e.b[2:], uint16(count))
	binary.LittleEndian.PutUint32(e.b[8:], uint32(len(e.b)-16))
	return e.b
}
