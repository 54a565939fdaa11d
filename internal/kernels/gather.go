package kernels

// The kernels of this file look up rows of a table by number. A negative one counts from
// the end, as in numpy: −1 is the last row.

// row is the place of the row that an id names, if it is below rows.
func row[I int32 | int64](id I, rows int) (at int, ok bool) {
	at = int(id)
	if at < 0 {
		at += rows
	}
	return at, uint(at) < uint(rows)
}

// Gather copies rows of width elements from a table:
//
//	y[i] = table[ids[i]]
//
// It returns -1, or the place of the first id that names no row: then y is not written.
func Gather[I int32 | int64, T Float](table []T, width int, ids []I, y []T) (bad int) {
	rows := len(table) / width
	for i, id := range ids {
		if _, ok := row(id, rows); !ok {
			return i
		}
	}
	if grain := max(1, elementGrain/width); len(ids) > grain {
		Parallel(len(ids), grain, func(lo, hi int) { gatherRows(table, width, ids[lo:hi], y[lo*width:]) })
	} else {
		gatherRows(table, width, ids, y)
	}
	return -1
}

func gatherRows[I int32 | int64, T Float](table []T, width int, ids []I, y []T) {
	rows := len(table) / width
	for i, id := range ids {
		at, _ := row(id, rows)
		copy(y[i*width:(i+1)*width], table[at*width:])
	}
}

// GatherGradient is the gradient of Gather by the table, for one array that has it in
// each step: rows that no id names are 0, and those that the last call wrote and this
// one does not are all that has to be cleared for it.
type GatherGradient[I int32 | int64, T Float] struct {
	width        int
	written, ids []I // of the last call and of this one
	dy, dTable   []T
}

// NewGatherGradient is for rows of width elements.
func NewGatherGradient[I int32 | int64, T Float](width int) *GatherGradient[I, T] {
	return &GatherGradient[I, T]{width: width}
}

// gatherColumns is how many columns of a table one processor adds up: two cache lines.
const gatherColumns = 32

// Add computes, for each row r of the table,
//
//	dTable[r] = Σ dy[i], i being those with ids[i] = r, in this order
//
// dTable is as the last call left it, or all 0 for the first one. The ids are such as
// Gather accepts.
func (g *GatherGradient[I, T]) Add(ids []I, dy, dTable []T) {
	g.ids, g.dy, g.dTable = ids, dy, dTable
	if max(len(ids), len(g.written))*g.width > elementGrain {
		parallel(g.width, gatherColumns, g)
	} else {
		g.compute(0, g.width)
	}
	g.written = append(g.written[:0], ids...)
	g.ids, g.dy, g.dTable = nil, nil, nil
}

// compute does columns lo to hi.
func (g *GatherGradient[I, T]) compute(lo, hi int) {
	rows := len(g.dTable) / g.width
	for _, id := range g.written {
		at, _ := row(id, rows)
		clear(g.dTable[at*g.width+lo : at*g.width+hi])
	}
	for i, id := range g.ids {
		at, _ := row(id, rows)
		sum := g.dTable[at*g.width+lo : at*g.width+hi]
		addTo(sum, g.dy[i*g.width+lo:i*g.width+hi])
	}
}
