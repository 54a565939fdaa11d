package kernels

// The loops of batch normalization, here the first three, work on rows of as many
// elements as there are numbers: one for each column. Those of layer normalization, the
// others, work on rows of len(gamma) elements, with numbers of each row side by side; a
// row of more than elementGrain elements is alone.

// normalizeColumns computes y = (x - mean)*scale + offset.
func normalizeColumns[T Float](x, mean, scale, offset, y []T) {
	width := len(mean)
	scale, offset, y = scale[:width], offset[:width], y[:len(x)]
	switch l := loopsFor[T](); {
	case l != nil && width == 1:
		l.normalize(first(y), first(x), len(x), float32(mean[0]), float32(scale[0]), float32(offset[0]))
		return
	case l != nil:
		l.normalizeColumns(first(y), first(x), first(mean), first(scale), first(offset), len(x)/width, width)
		return
	}
	for ; len(x) > 0; x, y = x[width:], y[width:] {
		for i, m := range mean {
			y[i] = T((x[i]-m)*scale[i]) + offset[i]
		}
	}
}

// normalizeColumnsGradient computes dx = a*dy + ((x - mean)*b + c).
func normalizeColumnsGradient[T Float](x, mean, a, b, c, dy, dx []T) {
	width := len(mean)
	a, b, c, dy, dx = a[:width], b[:width], c[:width], dy[:len(x)], dx[:len(x)]
	switch l := loopsFor[T](); {
	case l != nil && width == 1:
		l.normalizeGradient(first(dx), first(dy), first(x), len(x), float32(mean[0]), float32(a[0]), float32(b[0]), float32(c[0]))
		return
	case l != nil:
		l.normalizeColumnsGradient(first(dx), first(dy), first(x), first(mean), first(a), first(b), first(c), len(x)/width, width)
		return
	}
	for ; len(x) > 0; x, dy, dx = x[width:], dy[width:], dx[width:] {
		for i, m := range mean {
			dx[i] = T(a[i]*dy[i]) + (T((x[i]-m)*b[i]) + c[i])
		}
	}
}

// scaleColumns computes y = x*scale.
func scaleColumns[T Float](x, scale, y []T) {
	width := len(scale)
	y = y[:len(x)]
	switch l := loopsFor[T](); {
	case l != nil && width == 1:
		l.right[Mul](first(y), first(x), len(x), float32(scale[0]))
		return
	case l != nil:
		l.rows[Mul](first(y), first(x), first(scale), len(x)/width, width)
		return
	}
	for ; len(x) > 0; x, y = x[width:], y[width:] {
		for i, s := range scale {
			y[i] = x[i] * s
		}
	}
}

// normalizeRows computes y = (x - mean)*scale*gamma + beta, where the numbers are mean
// and scale.
func normalizeRows[T Float](x, gamma, beta, numbers, y []T) {
	n := len(gamma)
	beta, y = beta[:n], y[:len(x)]
	if l := loopsFor[T](); l != nil {
		for lo := 0; lo < n; lo += elementGrain {
			l.normalizeRows(first(y[lo:]), first(x[lo:]), first(gamma[lo:]), first(beta[lo:]), first(numbers), len(x)/n, min(n-lo, elementGrain))
		}
		return
	}
	for ; len(x) > 0; x, y, numbers = x[n:], y[n:], numbers[2:] {
		for i, v := range gamma {
			y[i] = T((x[i]-numbers[0])*numbers[1]*v) + beta[i]
		}
	}
}

// normalizeRowsGradient computes dx = a*dy*gamma + ((x - mean)*b + c), where the numbers
// are mean, a, b and c.
func normalizeRowsGradient[T Float](x, gamma, numbers, dy, dx []T) {
	n := len(gamma)
	dy, dx = dy[:len(x)], dx[:len(x)]
	if l := loopsFor[T](); l != nil {
		for lo := 0; lo < n; lo += elementGrain {
			l.normalizeRowsGradient(first(dx[lo:]), first(dy[lo:]), first(x[lo:]), first(gamma[lo:]), first(numbers), len(x)/n, min(n-lo, elementGrain))
		}
		return
	}
	for ; len(x) > 0; x, dy, dx, numbers = x[n:], dy[n:], dx[n:], numbers[4:] {
		for i, v := range gamma {
			dx[i] = T(dy[i]*v*numbers[1]) + (T((x[i]-numbers[0])*numbers[2]) + numbers[3])
		}
	}
}

// rowMoments computes mean and Σ (x - mean)² of each row of n elements.
func rowMoments[T Float](x []T, n int, mean, squares []float64) {
	if l := loopsFor[T](); l != nil {
		clear(mean)
		clear(squares)
		for lo := 0; lo < n; lo += elementGrain {
			l.rowSquares(&mean[0], &squares[0], first(x[lo:]), len(x)/n, min(n-lo, elementGrain))
		}
		for r, sum := range mean { // the squares are exact in float64: little is lost
			mean[r] = sum / float64(n)
			squares[r] -= mean[r] * sum
		}
		return
	}
	for r := range mean {
		row := x[r*n : (r+1)*n]
		m, sum := sumLine(row)/float64(n), 0.0
		for _, v := range row {
			sum += (float64(v) - m) * (float64(v) - m)
		}
		mean[r], squares[r] = m, sum
	}
}

// addRowProducts adds to the sums of each row Σ t, and to its products Σ t*x, where t = dy*gamma.
func addRowProducts[T Float](x, gamma, dy []T, sums, products []float64) {
	n := len(gamma)
	if l := loopsFor[T](); l != nil {
		for lo := 0; lo < n; lo += elementGrain {
			l.rowProducts(&sums[0], &products[0], first(dy[lo:]), first(x[lo:]), first(gamma[lo:]), len(x)/n, min(n-lo, elementGrain))
		}
		return
	}
	for r := range sums {
		for i, v := range gamma {
			t := float64(dy[r*n+i] * v)
			sums[r] += t
			products[r] += t * float64(x[r*n+i])
		}
	}
}

// addNormalized adds to the sums of each column Σ dy, and to its products
// Σ dy*(x - mean)*scale, where the numbers are mean and scale.
func addNormalized[T Float](x, dy []T, numbers, sums, products []float64) {
	n := len(sums)
	if l := loopsFor[T](); l != nil {
		for lo := 0; lo < n; lo += elementGrain {
			l.columnNormalized(&sums[lo], &products[lo], first(dy[lo:]), first(x[lo:]), &numbers[0], len(x)/n, n, min(n-lo, elementGrain))
		}
		return
	}
	for ; len(x) > 0; x, dy, numbers = x[n:], dy[n:], numbers[2:] {
		for i := range sums {
			d := float64(dy[i])
			sums[i] += d
			products[i] += d * ((float64(x[i]) - numbers[0]) * numbers[1])
		}
	}
}
