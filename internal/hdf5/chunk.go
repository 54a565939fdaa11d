package hdf5

import (
	"cmp"
	"slices"
)

// chunked is storage in pieces of equal shape: the array is cut by a grid, and those at its edges are
// stored whole. A chunk that was never written is not stored.
type chunked struct {
	shape   []int   // of a chunk
	grid    []int   // chunks along each axis of the dataset
	size    int     // bytes of a chunk, without filters
	stored  []chunk // by number
	filters []filter
	fill    []byte // of an element
	// Chunks that reach over the edge went through no filter.
	plainEdges bool
}

// chunk is where one is.
type chunk struct {
	number  int // in the grid, in row-major order
	address uint64
	size    uint64 // as stored
	skipped uint64 // a bit for each filter that it did not go through
}

const (
	memoryOfChunk = 64
	allFilters    = ^uint64(0)
)

// readChunked reads the rest of a data layout message, and where all chunks are.
func (h *header) readChunked(d *Dataset, c *cursor, version byte, fill []byte) (storage, error) {
	s := &chunked{fill: fill, size: d.typ.Size}
	if h.has(messageFilters) {
		var err error
		if s.filters, err = decodeFilters(h.find(messageFilters)); err != nil {
			return nil, err
		}
	}
	var flags uint64
	if version == 4 {
		flags = c.uint(1)
		s.plainEdges = flags&1 != 0
	}
	rank, width := int(c.uint(1)), 4
	var tree uint64
	if version == 3 {
		tree = c.address()
	} else {
		width = int(c.uint(1))
	}
	if rank != len(d.space.shape)+1 || rank < 2 || width < 1 || width > 8 {
		c.fail(ErrFormat, "expected chunks of rank %d, received rank %d", len(d.space.shape), rank-1)
		return nil, c.err
	}
	limit := uint64(maxRatio*h.f.size + ratioFloor)
	for i := range rank - 1 {
		n := c.uint(width)
		if n == 0 || n > limit/uint64(s.size) {
			c.fail(ErrFormat, "expected chunks of at most %d bytes in a file of %d, received axis %d of length %d", limit, h.f.size, i, n)
			return nil, c.err
		}
		s.shape = append(s.shape, int(n))
		s.grid = append(s.grid, (d.space.shape[i]+int(n)-1)/int(n))
		s.size *= int(n)
	}
	c.uint(width) // size of an element
	if c.err != nil || slices.Contains(d.space.shape, 0) {
		return s, c.err
	}
	x := chunkIndex{f: h.f, to: s, limits: d.space.limits}
	if err := x.read(c, version, flags, tree); err != nil {
		return nil, err
	}
	slices.SortFunc(s.stored, func(a, b chunk) int { return cmp.Compare(a.number, b.number) })
	for i := range s.stored {
		if i > 0 && s.stored[i].number == s.stored[i-1].number {
			c.fail(ErrFormat, "expected one chunk %d, received two", s.stored[i].number)
		}
	}
	return s, c.err
}

// chunkReader reads one chunk after the other.
type chunkReader struct {
	*chunked
	d       *Dataset
	undo    unfilter
	buffer  []byte // of the chunk as it is stored
	missing []byte // a chunk of fill values, once it is needed
}

// read visits the chunks that have a part in what is wanted, and of these the rows.
func (s *chunked) read(d *Dataset, e elements, from int) error {
	strides := stridesOf(d.space.shape)
	to := from + e.len()
	r := &chunkReader{chunked: s, d: d, undo: unfilter{filters: s.filters, size: s.size}}
	at := make([]int, len(s.grid)) // of the chunk in the grid
	for at[0] = from / strides[0] / s.shape[0]; at[0] < s.grid[0] && at[0]*s.shape[0]*strides[0] < to; next(at, s.grid) {
		raw, err := r.load(at)
		if err != nil {
			return err
		}
		if err := r.rows(at, strides, func(first, source, n int) error {
			skip := max(from-first, 0)
			if n = min(n, to-first) - skip; n <= 0 {
				return nil
			}
			size := d.typ.Size
			source += skip
			return e.put(first+skip-from, raw[source*size:(source+n)*size], &d.typ, d.f)
		}); err != nil {
			return err
		}
	}
	return nil
}

// load is the chunk at a place of the grid, without its filters. It is good until the next call.
func (r *chunkReader) load(at []int) ([]byte, error) {
	number, edge := 0, false
	for i, n := range r.grid {
		number = number*n + at[i]
		edge = edge || (at[i]+1)*r.shape[i] > r.d.space.shape[i]
	}
	i, ok := slices.BinarySearchFunc(r.stored, number, func(c chunk, n int) int { return cmp.Compare(c.number, n) })
	if !ok {
		if r.missing == nil {
			r.missing = slices.Repeat(r.fill, r.size/len(r.fill))
		}
		return r.missing, nil
	}
	c := r.stored[i]
	r.buffer = slices.Grow(r.buffer[:0], int(c.size))[:c.size]
	if err := r.d.f.read("chunk", c.address, r.buffer); err != nil {
		return nil, err
	}
	if edge && r.plainEdges {
		c.skipped = allFilters
	}
	raw, err := r.undo.chunk(r.buffer, c.skipped)
	if err != nil {
		return nil, &Error{Kind: ErrFormat, What: "chunk", Offset: r.d.f.place(c.address), Cause: err}
	}
	return raw, nil
}

// rows visits the rows of the chunk at a place of the grid: n elements, of which the first has these positions in the dataset and in the chunk.
func (r *chunkReader) rows(at, strides []int, visit func(first, source, n int) error) error {
	rank := len(at)
	steps := stridesOf(r.shape)
	inside := make([]int, rank) // how far the chunk reaches before the dataset's edge
	first := 0
	for i := range at {
		inside[i] = min(r.shape[i], r.d.space.shape[i]-at[i]*r.shape[i])
		first += at[i] * r.shape[i] * strides[i]
	}
	n := inside[rank-1]
	inside[rank-1] = 1
	for row := make([]int, rank); row[0] < inside[0]; next(row, inside) {
		position, source := first, 0
		for i, x := range row {
			position += x * strides[i]
			source += x * steps[i]
		}
		if err := visit(position, source, n); err != nil {
			return err
		}
	}
	return nil
}

// next counts up an index, the last axis first. The first axis may reach its end.
func next(index, shape []int) {
	for i := len(index) - 1; i > 0; i-- {
		if index[i]++; index[i] < shape[i] {
			return
		}
		index[i] = 0
	}
	index[0]++
}

// stridesOf are the distances of neighbours along each axis, in row-major order.
func stridesOf(shape []int) []int {
	strides := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	return strides
}
