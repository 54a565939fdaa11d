package kernels

import "github.com/pkg/errors"

//go:generate go run -C _generate .

// Gemm multiplies row-major matrices: C = op(A)·op(B), or C += op(A)·op(B) if
// accumulate is set, where op(A) is m×k, op(B) is k×n and C is m×n:
//
//	for i := range m {
//		for j := range n {
//			sum := 0
//			for p := range k {
//				sum += A[i,p] * B[p,j]
//			}
//			c[i*ldc+j] = sum         // or += sum
//		}
//	}
//
//	A[i,p] = a[i*lda+p], or a[p*lda+i] if transA
//	B[p,j] = b[p*ldb+j], or b[j*ldb+p] if transB
//
// The sum over p is cut into parts that depend on m, n and k alone, so the bits
// of the result depend on the sizes but not on the number of workers. C must not
// overlap A or B. With m or n 0 nothing is written; with k 0 the product is 0.
// Elements of c between n and ldc are neither read nor written. It panics if a
// leading dimension or a slice is too short.
func Gemm[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, accumulate bool, c []T, ldc int) {
	if m == 0 || n == 0 {
		return
	}
	checkGemm(transA, transB, m, n, k, a, lda, b, ldb, c, ldc)
	if k == 0 {
		if !accumulate {
			for i := range m {
				clear(c[i*ldc : i*ldc+n])
			}
		}
		return
	}
	if x, ok := vectorized(a); ok {
		y, _ := vectorized(b)
		z, _ := vectorized(c)
		vectorGemm(active, transA, transB, m, n, k, x, lda, y, ldb, nil, accumulate, false, z, ldc)
		return
	}
	genericGemm(transA, transB, m, n, k, a, lda, b, ldb, accumulate, c, ldc)
}

// Dense multiplies matrices without gaps between rows, adds bias, which may be nil, to
// each row, and cuts off what is negative if relu is set; NaN stays NaN:
//
//	y[i, j] = relu(bias[j] + Σ_p x[i, p] * w[p, j])
//
// where x is m×k, w is k×n and y is m×n.
func Dense[T Float](m, n, k int, x, w, bias []T, relu bool, y []T) {
	checkLen("Dense", "x", x, m*k)
	checkLen("Dense", "w", w, k*n)
	checkLen("Dense", "y", y, m*n)
	if bias != nil {
		checkLen("Dense", "bias", bias, n)
	}
	if len(y) == 0 {
		return
	}
	if x, ok := vectorized(x); ok && k > 0 {
		w, _ := vectorized(w)
		bias, _ := vectorized(bias)
		y, _ := vectorized(y)
		vectorGemm(active, false, false, m, n, k, x, k, w, n, bias, false, relu, y, n)
		return
	}
	fillRows(bias, y)
	Gemm(false, false, m, n, k, x, k, w, n, bias != nil, y, n)
	if relu {
		applyReLU(y)
	}
}

// applyReLU is relu in place.
func applyReLU[T Float](y []T) { apply(ReLU, DefaultParams(ReLU), y, y) }

// checkGemm panics if an index that Gemm's loop would use is out of range. The
// assembly relies on it.
func checkGemm[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	if m < 0 || n < 0 || k < 0 {
		panic(errors.Errorf("kernels.Gemm: a product cannot be %d×%d×%d", m, n, k))
	}
	checkMatrix("C", m, n, c, ldc)
	if k == 0 {
		return
	}
	ra, ca, rb, cb := m, k, k, n
	if transA {
		ra, ca = ca, ra
	}
	if transB {
		rb, cb = cb, rb
	}
	checkMatrix("A", ra, ca, a, lda)
	checkMatrix("B", rb, cb, b, ldb)
}

// checkMatrix panics if x is too short for a rows×cols matrix, neither empty.
func checkMatrix[T Float](name string, rows, cols int, x []T, ld int) {
	if ld < cols || len(x) < cols || rows-1 > (len(x)-cols)/ld {
		panic(errors.Errorf("kernels.Gemm: expected %s as %d rows of %d elements, %d apart, received %d elements", name, rows, cols, ld, len(x)))
	}
}

// block returns the part of op(X) that starts at row i and column j, where X has
// leading dimension ld and op transposes if trans is set.
func block[T Float](trans bool, x []T, ld, i, j int) []T {
	if trans {
		i, j = j, i
	}
	return x[i*ld+j:]
}

// addTo adds src to dst, element by element.
func addTo[T Float](dst, src []T) { combine(Add, dst, src, dst) }

// work returns the number of multiplications in a product, of any size on any
// platform.
func work(m, n, k int) float64 { return float64(m) * float64(n) * float64(k) }

func ceilDiv(n, d int) int { return (n + d - 1) / d }

func roundUp(n, d int) int { return ceilDiv(n, d) * d }
