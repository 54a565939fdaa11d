package hdf5

import (
	"bytes"
	"compress/zlib"
	"io"

	"github.com/pkg/errors"
)

// The filters that are read, by their registered numbers, and some that are not.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
)

var foreignFilters = map[uint64]string{4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32015: "zstd"}

// filter is one that chunks went through when they were written.
type filter struct {
	id     uint64
	params []uint64
}

// decodeFilters reads a filter pipeline message (IV.A.2.l).
func decodeFilters(c cursor) ([]filter, error) {
	version, n := c.version(1, 2), c.uint(1)
	if version == 1 {
		c.bytes(6)
	}
	var list []filter
	for range n {
		f := filter{id: c.uint(2)}
		nameSize := uint64(0)
		if version == 1 || f.id >= 256 {
			nameSize = c.uint(2)
		}
		c.bytes(2) // whether it is optional
		params := c.uint(2)
		if version == 1 {
			nameSize = uint64(padded8(int(nameSize)))
		}
		c.bytes(nameSize)
		for range params {
			if f.params = append(f.params, c.uint(4)); c.err != nil {
				return nil, c.err
			}
		}
		if version == 1 && params%2 == 1 {
			c.bytes(4)
		}
		if f.id < filterDeflate || f.id > filterFletcher32 {
			c.fail(ErrUnsupported, "expected deflate, shuffle or fletcher32, received %d %s", f.id, foreignFilters[f.id])
		}
		list = append(list, f)
	}
	return list, c.err
}

// unfilter undoes filters, for chunk after chunk. Its buffers take turns.
type unfilter struct {
	filters  []filter
	size     int // of a chunk without filters
	buffers  [2][]byte
	inflater io.ReadCloser
}

// chunk is what a stored chunk was before filters; those with a bit in skipped were left out. The
// result may be b, and is good until the next call.
func (u *unfilter) chunk(b []byte, skipped uint64) (_ []byte, err error) {
	for i := len(u.filters) - 1; i >= 0 && err == nil; i-- {
		if skipped>>i&1 != 0 {
			continue
		}
		switch f := u.filters[i]; f.id {
		case filterDeflate:
			b, err = u.inflate(b)
		case filterShuffle:
			b, err = u.unshuffle(b, f.params)
		case filterFletcher32:
			b, err = verifyFletcher32(b)
		}
	}
	if err == nil && len(b) < u.size {
		err = errors.Errorf("expected %d bytes, received %d", u.size, len(b))
	}
	return b, err
}

// room is a buffer that does not hold what was decoded last.
func (u *unfilter) room(n int) []byte {
	u.buffers[0], u.buffers[1] = u.buffers[1], u.buffers[0]
	if cap(u.buffers[0]) < n {
		u.buffers[0] = make([]byte, n)
	}
	return u.buffers[0][:n]
}

func (u *unfilter) inflate(b []byte) (_ []byte, err error) {
	if u.inflater == nil {
		u.inflater, err = zlib.NewReader(bytes.NewReader(b))
	} else {
		err = u.inflater.(zlib.Resetter).Reset(bytes.NewReader(b), nil)
	}
	if err != nil {
		return nil, errors.WithMessage(err, "deflate")
	}
	room := u.room(u.size + 4*len(u.filters) + 1) // checksums may be inside; one byte more shows that there are too many
	n := 0
	for n < len(room) && err == nil {
		var more int
		more, err = u.inflater.Read(room[n:])
		n += more
	}
	switch err {
	case io.EOF: // the end, and its checksum is right
		return room[:n], nil
	case nil:
		return nil, errors.Errorf("deflate: expected at most %d bytes, received more", len(room)-1)
	}
	return nil, errors.WithMessage(err, "deflate")
}

// unshuffle puts the bytes of each element together again: the first ones of all elements come first.
func (u *unfilter) unshuffle(b []byte, params []uint64) ([]byte, error) {
	if len(params) == 0 || params[0] == 0 {
		return nil, errors.New("shuffle: expected the size of an element, received none")
	}
	if params[0] > uint64(len(b)) {
		return b, nil
	}
	size := int(params[0])
	n := len(b) / size
	out := u.room(len(b))
	for i := range size {
		for j, x := range b[i*n : (i+1)*n] {
			out[j*size+i] = x
		}
	}
	copy(out[n*size:], b[n*size:])
	return out, nil
}

func verifyFletcher32(b []byte) ([]byte, error) {
	n := len(b) - 4
	if n < 0 {
		return nil, errors.New("fletcher32: expected a checksum, received less than 4 bytes")
	}
	if want, got := uint32(little(b[n:])), fletcher32(b[:n]); want != got {
		return nil, errors.Errorf("fletcher32: expected the checksum %08x, received bytes of %08x", want, got)
	}
	return b[:n], nil
}
