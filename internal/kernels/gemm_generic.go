package kernels

// kernelRows is the number of rows of C that gemmKernel computes at a time.
const kernelRows = 2

// Sizes of the blocks that Gemm works in.
const (
	// blockK elements of two rows of A and of one panel of B are in the
	// first-level cache together, beside blockM rows of A. Smaller: more passes
	// over C. Larger: float64 panels leave that cache.
	blockK = 256
	// blockM rows of A meet all panels of B before the next rows are read.
	blockM = 32
	// tileM×tileN is the largest part of C that one piece of work computes.
	// blockK×tileN elements of B are packed at a time: 512 KiB of float32.
	tileM, tileN = 256, 512
	// tileMin is the smallest side of such a part. A smaller one would spend
	// more than a few percent of its time on packing B.
	tileMin = 64
	// serialWork is the number of multiplications below which a second
	// goroutine costs more than it gains: some 30 microseconds in portable Go.
	serialWork = 1 << 17
	// wantedPieces is how many pieces Gemm tries to make. Fewer: idle
	// processors. More: each piece packs its part of B again.
	wantedPieces = 16
	// minSplitK is the shortest part of a sum that gets a partial result of its own.
	minSplitK = 1024
	// With up to thinM rows in A, packing B costs more than it saves.
	thinM = 4
)

// genericGemm is Gemm in portable Go, without its checks.
func genericGemm[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, accumulate bool, c []T, ldc int) {
	tm, tn, tk := gemmTile(m, n, k)
	if tm >= m && tn >= n && tk >= k {
		gemmSerial(transA, transB, m, n, k, a, lda, b, ldb, accumulate, c, ldc)
		return
	}
	gemmParallel(transA, transB, m, n, k, a, lda, b, ldb, accumulate, c, ldc, tm, tn, tk)
}

// gemmTile returns the part of the product that one piece of work computes:
// rows and columns of C, and terms of the sum.
func gemmTile(m, n, k int) (tm, tn, tk int) {
	if work(m, n, k) <= serialWork {
		return m, n, k
	}
	tm, tn = min(m, tileM), min(n, tileN)
	tiles := ceilDiv(m, tm) * ceilDiv(n, tn)
	for tiles < wantedPieces && work(tm, tn, k) >= 2*serialWork && max(tm, tn) >= 2*tileMin {
		if tm >= tn {
			tm = roundUp(ceilDiv(tm, 2), kernelRows)
		} else {
			tn = roundUp(ceilDiv(tn, 2), panelWidth)
		}
		tiles = ceilDiv(m, tm) * ceilDiv(n, tn)
	}
	parts := max(1, min(ceilDiv(wantedPieces, tiles), k/minSplitK))
	return tm, tn, ceilDiv(k, parts)
}

// gemmParallel computes Gemm's product in pieces of tm×tn elements of C and tk
// terms of their sums. The first terms go to C itself, the others to partial
// results, which are added to C in order.
func gemmParallel[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, accumulate bool, c []T, ldc, tm, tn, tk int) {
	cols, parts := ceilDiv(n, tn), ceilDiv(k, tk)
	tiles := ceilDiv(m, tm) * cols
	values := &poolsOf[T]().values
	partial := values.get((parts - 1) * m * n)
	Parallel(tiles*parts, 1, func(piece, _ int) {
		part, tile := piece/tiles, piece%tiles
		i, j, p := tile/cols*tm, tile%cols*tn, part*tk
		dst, ldd, acc := c, ldc, accumulate
		if part > 0 {
			dst, ldd, acc = (*partial)[(part-1)*m*n:], n, false
		}
		gemmSerial(transA, transB, min(tm, m-i), min(tn, n-j), min(tk, k-p),
			block(transA, a, lda, i, p), lda, block(transB, b, ldb, p, j), ldb, acc, dst[i*ldd+j:], ldd)
	})
	for part := range parts - 1 {
		for i := range m {
			addTo(c[i*ldc:i*ldc+n], (*partial)[(part*m+i)*n:])
		}
	}
	values.put(partial)
}

// gemmSerial is Gemm on the caller's goroutine, without its checks.
func gemmSerial[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, accumulate bool, c []T, ldc int) {
	if k == 0 && !accumulate {
		for i := range m {
			clear(c[i*ldc : i*ldc+n])
		}
	}
	if m <= thinM && !transB {
		gemmThin(transA, m, n, k, a, lda, b, ldb, accumulate, c, ldc)
		return
	}
	pool := &poolsOf[T]().panels
	panels := pool.get(panelCount(min(n, tileN)) * min(k, blockK))
	for j := 0; j < n; j += tileN {
		nb := min(tileN, n-j)
		for p := 0; p < k; p += blockK {
			kb := min(blockK, k-p)
			packPanels(transB, kb, nb, block(transB, b, ldb, p, j), ldb, *panels)
			gemmPacked(transA, m, nb, kb, block(transA, a, lda, 0, p), lda, *panels, accumulate || p > 0, c[j:], ldc)
		}
	}
	pool.put(panels)
}

// gemmThin is gemmSerial for few rows of A and a B that is not transposed. It adds
// in the same order, so that a row alone has the bits that it has among others.
func gemmThin[T Float](transA bool, m, n, k int, a []T, lda int, b []T, ldb int, accumulate bool, c []T, ldc int) {
	values := &poolsOf[T]().values
	sum := values.get(min(n, tileN))
	for j := 0; j < n; j += tileN {
		nb := min(tileN, n-j)
		for p := 0; p < k; p += blockK {
			kb := min(blockK, k-p)
			for i := range m {
				dst := c[i*ldc+j:][:nb]
				part := dst
				if accumulate || p > 0 {
					part = (*sum)[:nb]
				}
				clear(part)
				step := 1
				if transA {
					step = lda
				}
				addCombination(kb, block(transA, a, lda, i, p), step, b[p*ldb+j:], ldb, part)
				if accumulate || p > 0 {
					addTo(dst, part)
				}
			}
		}
	}
	values.put(sum)
}

// addCombination adds a combination of k rows of b to y:
//
//	for p := range k {
//		for j := range y {
//			y[j] += x[p*step] * b[p*ldb+j]
//		}
//	}
//
// It takes four rows at a time, so that y is read and written less often.
func addCombination[T Float](k int, x []T, step int, b []T, ldb int, y []T) {
	p := 0
	for ; p+4 <= k; p += 4 {
		x0, x1, x2, x3 := x[p*step], x[(p+1)*step], x[(p+2)*step], x[(p+3)*step]
		b0, b1, b2, b3 := b[p*ldb:][:len(y)], b[(p+1)*ldb:][:len(y)], b[(p+2)*ldb:][:len(y)], b[(p+3)*ldb:][:len(y)]
		for j, v := range y {
			v += x0 * b0[j]
			v += x1 * b1[j]
			v += x2 * b2[j]
			v += x3 * b3[j]
			y[j] = v
		}
	}
	for ; p < k; p++ {
		x0, b0 := x[p*step], b[p*ldb:][:len(y)]
		for j, v := range b0 {
			y[j] += x0 * v
		}
	}
}

// gemmPacked is gemmSerial with a right operand that packPanels has packed.
func gemmPacked[T Float](transA bool, m, n, k int, a []T, lda int, panels [][panelWidth]T, accumulate bool, c []T, ldc int) {
	if k == 0 && !accumulate {
		for i := range m {
			clear(c[i*ldc : i*ldc+n])
		}
	}
	values := &poolsOf[T]().values
	var rows *[]T
	// Not blockK: rows a power of two apart would share cache sets.
	const ldr = blockK + 16
	if transA {
		rows = values.get(blockM * ldr)
	}
	count := panelCount(n)
	for p := 0; p < k; p += blockK {
		kb := min(blockK, k-p)
		packed := panels[p*count : (p+kb)*count]
		for i := 0; i < m; i += blockM {
			mb := min(blockM, m-i)
			if transA {
				transpose(kb, mb, a[p*lda+i:], lda, *rows, ldr)
				gemmBlock(mb, n, kb, *rows, ldr, packed, accumulate || p > 0, c[i*ldc:], ldc)
			} else {
				gemmBlock(mb, n, kb, a[i*lda+p:], lda, packed, accumulate || p > 0, c[i*ldc:], ldc)
			}
		}
	}
	if transA {
		values.put(rows)
	}
}

// gemmBlock is gemmPacked for one block: k is at most blockK, m at most blockM.
func gemmBlock[T Float](m, n, k int, a []T, lda int, panels [][panelWidth]T, accumulate bool, c []T, ldc int) {
	var tile [kernelRows][panelWidth]T
	for j := 0; j < n; j += panelWidth {
		panel := panels[j/panelWidth*k:][:k]
		w := min(panelWidth, n-j)
		for i := 0; i < m; i += kernelRows {
			h := min(kernelRows, m-i)
			// A last odd row is computed twice and stored once.
			gemmKernel(a[i*lda:][:k], a[(i+h-1)*lda:][:k], panel, &tile)
			for r := range h {
				row, dst := &tile[r], c[(i+r)*ldc+j:][:w]
				switch {
				case w < panelWidth:
					for q := range dst {
						if accumulate {
							row[q] += dst[q]
						}
						dst[q] = row[q]
					}
				case accumulate:
					d := (*[panelWidth]T)(dst)
					d[0] += row[0]
					d[1] += row[1]
					d[2] += row[2]
					d[3] += row[3]
				default:
					*(*[panelWidth]T)(dst) = *row
				}
			}
		}
	}
}

// gemmKernel multiplies two rows with a panel of columns:
//
//	for j := range panelWidth {
//		tile[0][j] = Σ_p a0[p] * panel[p][j]
//		tile[1][j] = Σ_p a1[p] * panel[p][j]
//	}
//
// p runs over the panel's length, from 0 on; the rows are at least as long. The
// eight sums, two factors and a product are what fits into 15 registers.
func gemmKernel[T Float](a0, a1 []T, panel [][panelWidth]T, tile *[kernelRows][panelWidth]T) {
	a0, a1 = a0[:len(panel)], a1[:len(panel)]
	var c00, c01, c02, c03, c10, c11, c12, c13 T
	for p := range panel {
		b := &panel[p]
		x, y := a0[p], a1[p]
		c00 += x * b[0]
		c10 += y * b[0]
		c01 += x * b[1]
		c11 += y * b[1]
		c02 += x * b[2]
		c12 += y * b[2]
		c03 += x * b[3]
		c13 += y * b[3]
	}
	*tile = [kernelRows][panelWidth]T{{c00, c01, c02, c03}, {c10, c11, c12, c13}}
}

// packPanels packs op(B), k×n, into panelCount(n)*k elements of dst. Its rows
// are cut into blocks of blockK, each block into panels of panelWidth columns; a
// panel is stored row after row, and the columns past n are 0:
//
//	dst[p0*panels+j*kb+p][q] = B[p0+p, j*panelWidth+q]
//
// for the block of kb rows from p0 on.
func packPanels[T Float](transB bool, k, n int, b []T, ldb int, dst [][panelWidth]T) {
	for p0 := 0; p0 < k; p0 += blockK {
		kb := min(blockK, k-p0)
		for j := 0; j < n; j += panelWidth {
			panel := dst[:kb]
			dst = dst[kb:]
			src := block(transB, b, ldb, p0, j)
			w := min(panelWidth, n-j)
			switch {
			case w < panelWidth:
				for p := range panel {
					panel[p] = [panelWidth]T{}
					for q := range w {
						panel[p][q] = block(transB, src, ldb, p, q)[0]
					}
				}
			case transB:
				b0, b1, b2, b3 := src[:kb], src[ldb:][:kb], src[2*ldb:][:kb], src[3*ldb:][:kb]
				for p := range panel {
					panel[p] = [panelWidth]T{b0[p], b1[p], b2[p], b3[p]}
				}
			default:
				for p := range panel {
					panel[p] = [panelWidth]T(src[p*ldb:])
				}
			}
		}
	}
}

// panelCount returns the number of panels that hold n columns.
func panelCount(n int) int { return ceilDiv(n, panelWidth) }

// transpose writes the transposed rows×cols matrix src to dst:
// dst[j*ldd+i] = src[i*lds+j]. Four rows at a time make whole writes.
func transpose[T Float](rows, cols int, src []T, lds int, dst []T, ldd int) {
	i := 0
	for ; i+4 <= rows; i += 4 {
		s0, s1, s2, s3 := src[i*lds:][:cols], src[(i+1)*lds:][:cols], src[(i+2)*lds:][:cols], src[(i+3)*lds:][:cols]
		for j, v := range s0 {
			*(*[4]T)(dst[j*ldd+i:]) = [4]T{v, s1[j], s2[j], s3[j]}
		}
	}
	for ; i < rows; i++ {
		for j, v := range src[i*lds : i*lds+cols] {
			dst[j*ldd+i] = v
		}
	}
}
