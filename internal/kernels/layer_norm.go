package kernels

import "math"

// LayerNorm is a normalization of each row of the row-major matrix x of N columns.
// With RMS, as Keras has it, rows are divided by their deviation, but not centred.
type LayerNorm struct {
	N       int
	Epsilon float64 // added to variances
	RMS     bool
}

// LayerNormalize computes, with mean and variance of each row,
//
//	y = (x - mean) / √(variance + Epsilon) * gamma + beta
//
// where gamma and beta are rows, and mean is 0 with RMS. A nil gamma is 1, a nil beta 0.
// y may be x.
func LayerNormalize[T Float](g LayerNorm, x, gamma, beta, y []T) {
	values := &poolsOf[T]().values
	memory := values.get(2 * g.N)
	gamma = rowOr(gamma, 1, (*memory)[:g.N])
	beta = rowOr(beta, 0, (*memory)[g.N:])
	rows := len(x) / max(1, g.N)
	if grain := g.rowsOf(elementGrain); rows <= grain {
		layerNormRows(g, x, gamma, beta, y)
	} else {
		Parallel(rows, grain, func(lo, hi int) {
			layerNormRows(g, x[lo*g.N:hi*g.N], gamma, beta, y[lo*g.N:hi*g.N])
		})
	}
	values.put(memory)
}

// rowOr is a row, or memory full of v in place of nil.
func rowOr[T Float](row []T, v T, memory []T) []T {
	if row == nil {
		fill(memory, v)
		return memory
	}
	return row
}

// rowsOf is the number of rows that have about so many elements.
func (g LayerNorm) rowsOf(elements int) int { return max(1, elements/max(1, g.N)) }

// rowBlock is how many elements of rows are worked on at a time: a part of the
// first-level cache, in which x stays from the sums to the rest.
const rowBlock = 1 << 11

// rowNumbers are numbers of the rows of a block.
type rowNumbers[T Float] struct {
	memory         *[]float64
	mean           []float64
	statistics     []float64 // side by side what is subtracted, and 1/√(variance + Epsilon)
	sums, products []float64
	factors        *[]T // up to four of a row, side by side
}

func newRowNumbers[T Float](rows int) rowNumbers[T] {
	m := pools64.values.get(5 * rows)
	s := *m
	return rowNumbers[T]{m, s[:rows], s[rows : 3*rows], s[3*rows : 4*rows], s[4*rows:], poolsOf[T]().values.get(4 * rows)}
}

func (m *rowNumbers[T]) put() {
	pools64.values.put(m.memory)
	poolsOf[T]().values.put(m.factors)
}

// take finds mean and statistics of rows.
func (m *rowNumbers[T]) take(g LayerNorm, x []T) {
	rows := len(x) / g.N
	squares := m.products[:rows]
	rowMoments(x, g.N, m.mean[:rows], squares)
	for r, s := range squares {
		if s < 0 { // by rounding
			s = 0
		}
		m.statistics[2*r], m.statistics[2*r+1] = m.mean[r], 1/math.Sqrt(s/float64(g.N)+g.Epsilon)
		if g.RMS {
			m.statistics[2*r] = 0
		}
	}
}

func layerNormRows[T Float](g LayerNorm, x, gamma, beta, y []T) {
	block := g.rowsOf(rowBlock)
	m := newRowNumbers[T](block)
	for len(x) > 0 {
		n := min(block*g.N, len(x))
		m.take(g, x[:n])
		for i, v := range m.statistics[:2*n/g.N] {
			(*m.factors)[i] = T(v)
		}
		normalizeRows(x[:n], gamma, beta, *m.factors, y[:n])
		x, y = x[n:], y[n:]
	}
	m.put()
}

// LayerNormGradient computes the gradients of LayerNormalize's x, gamma and beta, those
// that are not nil: with t = dy*gamma and sums over a row, or over the rows,
//
//	dx = (t - Σ t / N - x̂ * Σ t*x̂ / N) / √(variance + Epsilon)
//	dgamma = Σ dy*x̂    dbeta = Σ dy
//
// where x̂ = (x - mean) / √(variance + Epsilon). With RMS mean is 0 in the sums, and there
// is no Σ t. dx may be dy.
func LayerNormGradient[T Float](g LayerNorm, x, gamma, dy, dx, dgamma, dbeta []T) {
	values := &poolsOf[T]().values
	ones := values.get(g.N)
	gamma = rowOr(gamma, 1, *ones)
	rows := len(x) / max(1, g.N)
	each := max(g.rowsOf(elementGrain), ceilDiv(rows, sumRowsParts))
	parts := max(1, ceilDiv(rows, each))
	sums := pools64.values.get(parts * 2 * g.N)
	clear(*sums)
	if parts == 1 {
		layerNormGradientRows(g, x, gamma, dy, dx, *sums)
	} else {
		Parallel(rows, each, func(lo, hi int) {
			part, lo, hi := (*sums)[lo/each*2*g.N:][:2*g.N], lo*g.N, hi*g.N
			if dx == nil {
				layerNormGradientRows(g, x[lo:hi], gamma, dy[lo:hi], nil, part)
			} else {
				layerNormGradientRows(g, x[lo:hi], gamma, dy[lo:hi], dx[lo:hi], part)
			}
		})
	}
	total := (*sums)[:2*g.N]
	for part := len(total); part < len(*sums); part += len(total) {
		addTo(total, (*sums)[part:])
	}
	for i := range dbeta {
		dbeta[i] = T(total[i])
	}
	for i := range dgamma {
		dgamma[i] = T(total[g.N+i])
	}
	pools64.values.put(sums)
	values.put(ones)
}

// layerNormGradientRows writes dx for rows, and adds to the sums of each column, first
// Σ dy, then Σ dy*x̂.
func layerNormGradientRows[T Float](g LayerNorm, x, gamma, dy, dx []T, sums []float64) {
	block, size := g.rowsOf(rowBlock), float64(g.N)
	m := newRowNumbers[T](block)
	for len(x) > 0 {
		n := min(block*g.N, len(x))
		m.take(g, x[:n])
		addNormalized(x[:n], dy[:n], m.statistics, sums[:g.N], sums[g.N:])
		if dx != nil {
			rowSums, rowProducts := m.sums[:n/g.N], m.products[:n/g.N]
			clear(rowSums)
			clear(rowProducts)
			addRowProducts(x[:n], gamma, dy[:n], rowSums, rowProducts)
			for r, sum := range rowSums {
				inverse := m.statistics[2*r+1]
				products := (rowProducts[r] - m.statistics[2*r]*sum) * inverse
				if g.RMS {
					sum = 0
				}
				f := (*m.factors)[4*r:][:4]
				f[0], f[1], f[2], f[3] = T(m.mean[r]), T(inverse), T(-inverse*inverse*products/size), T(-inverse*sum/size)
			}
			normalizeRowsGradient(x[:n], gamma, *m.factors, dy[:n], dx[:n])
			dx = dx[n:]
		}
		x, dy = x[n:], dy[n:]
	}
	m.put()
}
