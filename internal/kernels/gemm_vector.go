package kernels

import "sync"

const (
	// maxTerms is how many terms of a sum a tile adds before it writes to C. It
	// depends on nothing else, so that a row has the same bits in any matrix.
	// Larger: a panel of B leaves the first-level cache. Smaller: C is read and
	// written more often.
	maxTerms = 384
	// maxCall bounds the multiplications of one call of the assembly, which cannot
	// be preempted: below 20 microseconds at 50 GFLOP/s.
	maxCall = 1 << 19
	// maxBlocks does so for blocks of 8×8 that are transposed or copied.
	maxBlocks = 1 << 8
	// tileTerms is how many terms take as long as what a tile does beside its sums.
	tileTerms = 16
	// serialProduct is the number of multiplications below which a second goroutine
	// costs more than it gains: some 10 microseconds.
	serialProduct = 1 << 20
	// productPieces is how many pieces a larger product is cut into. Fewer: idle
	// processors. More: pieces that do not pay.
	productPieces = 16
	// minPiece is the smallest number of multiplications in a piece.
	minPiece = 1 << 18
	// minTerms is the shortest part of a sum that gets a partial result of its own.
	minTerms = 2048
	// maxPartial bounds the partial results that are made where there is a choice.
	maxPartial = 1 << 22
	// blockA is how many elements of A are kept in the second-level cache while the
	// panels of B pass by: 256 KiB.
	blockA = 1 << 16
	// packRows is the number of rows of tiles from which on it pays to pack B.
	packRows = 8
	// Fewer rows or columns than fewRows take as long: it is reading the other matrix
	// that takes the time.
	fewRows = 8
	// packPiece is the number of elements that are worth a goroutine to pack.
	packPiece = 1 << 15
	// From minPanels panels of B on, blocks of A are copied so that their rows lie
	// next to each other, and do not meet in the cache. With fewer panels a copy
	// costs more than it saves.
	minPanels = 4
	// A transposed A of more than bigA elements is copied too: it comes from memory,
	// where only reading line after line is fast.
	bigA = 1 << 20
	// maxEven is how many rows at equal distances a table has; a multiple of the heights.
	maxEven = 360
	// rowPadding keeps copied rows off powers of two.
	rowPadding = 16
)

// panel is a group of columns that a tile covers.
type panel struct{ first, columns, vectors int }

// cutPanels cuts the n columns of m rows into panels: for few rows as wide as tiles
// are, so that as many sums as possible are added up at a time and the rows of B are
// read in long pieces; else of two vectors, but for one of three where that spares one
// of one. The last one may be ragged.
func (s *instructionSet) cutPanels(m, n int, to []panel) []panel {
	widest := maxVectors
	for widest > 2 && s.heights[widest] < m {
		widest--
	}
	for j := 0; j < n; {
		left := ceilDiv(n-j, s.lanes)
		vectors := evenly(left, widest)
		if widest == 2 && left%2 == 1 && left > 1 && s.heights[3] > 0 {
			vectors = 3
		}
		columns := min(vectors*s.lanes, n-j)
		to = append(to, panel{j, columns, vectors})
		j += columns
	}
	return to
}

// packedLen returns the size of k rows packed into panels.
func (s *instructionSet) packedLen(k, n int) int { return k * roundUp(n, s.lanes) }

// packPanel writes k rows of a panel of op(B) to dst, vectors*lanes elements a row, of
// which tiles read no more than there are columns.
func (s *instructionSet) packPanel(p panel, transB bool, k int, b []float32, ldb int, dst []float32) {
	width := p.vectors * s.lanes
	dst = dst[:k*width]
	if !transB {
		s.copied(k, p.columns, b[p.first:], ldb, dst, width)
		return
	}
	s.transposed(p.columns, k, b[p.first*ldb:], ldb, dst, width)
}

// copied copies rows, whole vectors of 8 in assembly: a call of copy for each short row
// would take longer than the copy.
func (s *instructionSet) copied(rows, cols int, src []float32, lds int, dst []float32, ldd int) {
	const side = 8
	whole := cols / side
	if whole > 0 {
		_, _ = src[(rows-1)*lds+whole*side-1], dst[(rows-1)*ldd+whole*side-1]
		for i, each := 0, max(1, maxBlocks*side/whole); i < rows; i += each {
			s.copyBlocks(&dst[i*ldd], bytes(ldd), &src[i*lds], bytes(lds), min(each, rows-i), whole)
		}
	}
	if whole*side < cols {
		for i := range rows {
			copy(dst[i*ldd+whole*side:], src[i*lds+whole*side:i*lds+cols])
		}
	}
}

// transposed is transpose with 8×8 blocks in assembly.
func (s *instructionSet) transposed(rows, cols int, src []float32, lds int, dst []float32, ldd int) {
	const side = 8
	whole := cols / side * side
	i := 0
	for ; whole > 0 && i+side <= rows; i += side {
		_, _ = src[(i+side-1)*lds+whole-1], dst[(whole-1)*ldd+i+side-1]
		for j := 0; j < whole; j += maxBlocks * side {
			s.transposeBlocks(&dst[j*ldd+i], bytes(ldd), &src[i*lds+j], bytes(lds), min(maxBlocks, (whole-j)/side))
		}
		if whole < cols {
			transpose(side, cols-whole, src[i*lds+whole:], lds, dst[whole*ldd+i:], ldd)
		}
	}
	if i < rows {
		transpose(rows-i, cols, src[i*lds:], lds, dst[i:], ldd)
	}
}

// bytes returns the distance of elements n apart.
func bytes(n int) uintptr { return uintptr(n) * floatSize }

// tileCall is the arguments of calls of tile kernels, with memory for a table of rows.
type tileCall struct {
	tileArgs
	even       []tileRow // rows at equal distances
	rowA, rowC int       // these distances
}

// tileCallPool holds them: calls through a table make arguments escape.
var tileCallPool = sync.Pool{New: func() any { return new(tileCall) }}

// release gives a tileCall back, without the pointers.
func (t *tileCall) release() {
	t.tileArgs = tileArgs{}
	tileCallPool.Put(t)
}

// evenRows returns a table of n rows, rowA elements of A and rowC of C apart.
func (t *tileCall) evenRows(n, rowA, rowC int) []tileRow {
	if t.rowA != rowA || t.rowC != rowC {
		t.even, t.rowA, t.rowC = t.even[:0], rowA, rowC
	}
	for i := len(t.even); i < n; i++ {
		t.even = append(t.even, tileRow{bytes(i * rowA), bytes(i * rowC)})
	}
	return t.even[:n]
}

// column computes a panel of rows rows of A, rowA elements apart, and of C, rowC apart.
// What does not depend on the rows is in t.
func (s *instructionSet) column(t *tileCall, p panel, rows int, a []float32, rowA int, c []float32, rowC int) {
	for done := 0; done < rows; done += maxEven {
		s.stack(t, p, t.evenRows(min(maxEven, rows-done), rowA, rowC), a[done*rowA:], c[done*rowC:])
	}
}

// stack computes a panel of the rows in a table, in tiles as high as they can be, and
// where there are few, as equal as they can be.
func (s *instructionSet) stack(t *tileCall, p panel, rows []tileRow, a, c []float32) {
	t.a, t.c = &a[0], &c[0]
	t.last = uintptr(p.columns - (p.vectors-1)*s.lanes)
	height := ceilDiv(len(rows), ceilDiv(len(rows), s.heights[p.vectors]))
	each := height * max(1, maxCall/(height*p.vectors*s.lanes*(tileTerms+int(t.inner*t.outer))))
	for len(rows) >= height {
		n := min(each, len(rows)/height*height)
		t.rows, t.tiles = &rows[0], uintptr(n/height)
		s.tiles[p.vectors][height](&t.tileArgs)
		rows = rows[n:]
	}
	if len(rows) > 0 {
		t.rows, t.tiles = &rows[0], 1
		s.tiles[p.vectors][len(rows)](&t.tileArgs)
	}
}

// product is the state of one call of vectorGemm.
type product struct {
	*instructionSet
	transA, transB, accumulate bool
	m, n, k                    int
	a, b, bias, c              []float32
	lda, ldb, ldc              int
	relu                       bool

	panels   []panel
	packed   *[]float32 // B for all pieces, nil if they do not share it
	packs    bool       // a piece packs what it reads of B itself
	partial  *[]float32 // the sums of all parts but the first, nil if there is one part
	rows     int        // of a piece
	columns  int        // panels of a piece
	terms    int        // of a part
	block    int        // terms at a time
	copyA    bool
	rowUnits int
	colUnits int
	parts    int
}

var productPool = sync.Pool{New: func() any { return new(product) }}

// vectorGemm is Gemm and Dense on the tiles of an instruction set, without their checks;
// m, n and k are at least 1. bias may be nil.
func vectorGemm(s *instructionSet, transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int,
	bias []float32, accumulate, relu bool, c []float32, ldc int) {
	g := productPool.Get().(*product)
	panels := s.cutPanels(m, n, g.panels[:0])
	*g = product{instructionSet: s, transA: transA, transB: transB, accumulate: accumulate, m: m, n: n, k: k,
		a: a, lda: lda, b: b, ldb: ldb, bias: bias, relu: relu, c: c, ldc: ldc, panels: panels}
	g.plan()
	if g.rowUnits > 1 && g.packs {
		g.packB()
	}
	if g.parts > 1 {
		g.partial = pools32.values.get((g.parts - 1) * m * n)
	}
	parallel(g.rowUnits*g.colUnits*g.parts, 1, g)
	if g.partial != nil {
		for part := range g.parts - 1 {
			for i := range m {
				addTo(c[i*ldc:i*ldc+n], (*g.partial)[(part*m+i)*n:])
			}
		}
		for i := 0; relu && i < m; i++ {
			applyReLU(c[i*ldc : i*ldc+n])
		}
		pools32.values.put(g.partial)
	}
	if g.packed != nil {
		pools32.values.put(g.packed)
	}
	*g = product{panels: panels}
	productPool.Put(g)
}

// plan cuts the product into pieces, by its sizes alone: first into parts of the
// sums, then into rows of C, then into panels.
func (g *product) plan() {
	g.block = ceilDiv(g.k, ceilDiv(g.k, maxTerms))
	pieces, parts := 1, 1
	if total := work(max(g.m, fewRows), max(g.n, fewRows), g.k); total > serialProduct {
		pieces = int(min(productPieces, total/minPiece))
	}
	if g.transA && work(g.m, g.n, pieces) <= maxPartial {
		// Rows of a transposed A are columns in memory: better whole ones for some
		// terms than some for all terms.
		parts = max(1, min(pieces, g.k/minTerms))
	}
	height := g.heights[g.panels[0].vectors]
	tiles := ceilDiv(g.m, height)
	tilesEach := ceilDiv(tiles, ceilDiv(pieces, parts))
	if len(g.panels) > 1 || g.transA {
		tilesEach = min(tiles, max(1, blockA/g.block/height))
	}
	g.rowUnits = ceilDiv(tiles, tilesEach)
	g.rows = ceilDiv(tiles, g.rowUnits) * height
	g.rowUnits = ceilDiv(g.m, g.rows)
	g.packs = g.transB || len(g.panels) > 1 && tiles > packRows
	g.columns = ceilDiv(len(g.panels), min(len(g.panels), ceilDiv(pieces, g.rowUnits*parts)))
	g.colUnits = ceilDiv(len(g.panels), g.columns)
	g.copyA = g.m > 1 && (g.columns >= minPanels || g.transA && work(g.m, g.k, 1) > bigA)
	parts = max(1, min(ceilDiv(pieces, g.rowUnits*g.colUnits), g.k/minTerms))
	g.terms = roundUp(ceilDiv(g.k, parts), g.block)
	g.parts = ceilDiv(g.k, g.terms)
}

// packB packs B for all pieces.
func (g *product) packB() {
	g.packed = pools32.values.get(g.packedLen(g.k, g.n))
	parallel(len(g.panels), max(1, packPiece/(g.k*g.panels[0].vectors*g.lanes)), panelPacking{g})
}

// panelPacking packs panels of a product.
type panelPacking struct{ *product }

func (g panelPacking) compute(lo, hi int) {
	for _, p := range g.panels[lo:hi] {
		g.packPanel(p, g.transB, g.k, g.b, g.ldb, (*g.packed)[g.k*p.first:])
	}
}

// compute computes pieces lo to hi.
func (g *product) compute(lo, hi int) {
	t := tileCallPool.Get().(*tileCall)
	var scratch *[]float32
	if g.packs && g.packed == nil {
		scratch = pools32.values.get(g.block * g.panels[0].vectors * g.lanes)
	}
	for piece := lo; piece < hi; piece++ {
		part, unit := piece/(g.rowUnits*g.colUnits), piece%(g.rowUnits*g.colUnits)
		i, j := unit/g.colUnits*g.rows, unit%g.colUnits*g.columns
		g.piece(t, part, i, min(g.rows, g.m-i), g.panels[j:min(j+g.columns, len(g.panels))], scratch)
	}
	if scratch != nil {
		pools32.values.put(scratch)
	}
	t.release()
}

// piece computes rows of C from row i on, in the given panels, for one part of the sums.
func (g *product) piece(t *tileCall, part, i, rows int, panels []panel, scratch *[]float32) {
	c, ldc, accumulate := g.c, g.ldc, g.accumulate
	if part > 0 {
		c, ldc, accumulate = (*g.partial)[(part-1)*g.m*g.n:], g.n, false
	}
	t.outer = 1
	from, to := part*g.terms, min((part+1)*g.terms, g.k)
	for p := from; p < to; p += g.block {
		terms := min(g.block, to-p)
		a, rowA, colA, copied := g.operandA(i, p, rows, terms)
		t.inner, t.aCol = uintptr(terms), bytes(colA)
		t.accumulate = accumulate || p > from
		t.relu = g.relu && g.parts == 1 && p+terms == to
		for _, panel := range panels {
			width := panel.vectors * g.lanes
			switch {
			case g.packed != nil:
				t.b, t.bRow = &(*g.packed)[g.k*panel.first+p*width], bytes(width)
			case g.packs:
				g.packPanel(panel, g.transB, terms, block(g.transB, g.b, g.ldb, p, 0), g.ldb, *scratch)
				t.b, t.bRow = &(*scratch)[0], bytes(width)
			default:
				t.b, t.bRow = &g.b[p*g.ldb+panel.first], bytes(g.ldb)
			}
			t.bias = nil
			if g.bias != nil && p == 0 {
				t.bias = &g.bias[panel.first]
			}
			g.column(t, panel, rows, a, rowA, c[i*ldc+panel.first:], ldc)
		}
		if copied != nil {
			pools32.values.put(copied)
		}
	}
}

// operandA returns a block of op(A) with the distances of its rows and columns, and
// the scratch memory that it is in, if it was copied.
func (g *product) operandA(i, p, rows, terms int) (a []float32, rowA, colA int, copied *[]float32) {
	a = block(g.transA, g.a, g.lda, i, p)
	lines, length := rows, terms // as stored
	if g.transA {
		lines, length = length, lines
	}
	step := g.lda
	if g.copyA {
		step = length + rowPadding
		copied = pools32.values.get(lines * step)
		for q := range lines {
			copy((*copied)[q*step:][:length], a[q*g.lda:])
		}
		a = *copied
	}
	if g.transA {
		return a, 1, step, copied
	}
	return a, step, 1, copied
}
