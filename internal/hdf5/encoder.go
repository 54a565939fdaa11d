package hdf5

import "encoding/binary"

// encoder makes one structure of a file. Addresses and sizes take 8 bytes.
type encoder struct{ b []byte }

func (e *encoder) u8(v ...byte)  { e.b = append(e.b, v...) }
func (e *encoder) u16(v int)     { e.b = binary.LittleEndian.AppendUint16(e.b, uint16(v)) }
func (e *encoder) u32(v int)     { e.b = binary.LittleEndian.AppendUint32(e.b, uint32(v)) }
func (e *encoder) u64(v uint64)  { e.b = binary.LittleEndian.AppendUint64(e.b, v) }
func (e *encoder) text(s string) { e.b = append(e.b, s...) }
func (e *encoder) zeros(n int)   { e.b = append(e.b, make([]byte, n)...) }

// pad fills up to a multiple of 8 bytes.
func (e *encoder) pad() { e.zeros(padded8(len(e.b)) - len(e.b)) }
