package kernels

import (
	"math"
	"unsafe"
)

// shortRow is the number of vectors in the longest row of softmaxRows and expSumRows.
const shortRow = 4

// isShort says whether these take rows of n elements.
func isShort(rows, n int) bool { return rows > 0 && 0 < n && n <= shortRow*active.lanes }

// softmax is softmaxLines for lines in one piece, all of which x and y are.
func (l *elementLoops) softmax(x, y []float32, n int) {
	if rows := len(x) / max(n, 1); isShort(rows, n) {
		for lo := 0; lo < len(x); lo += maxRows * n {
			hi := min(lo+maxRows*n, len(x))
			l.softmaxRows(first(y[lo:hi]), first(x[lo:hi]), (hi-lo)/n, n)
		}
		return
	}
	for at := 0; at < len(x); at += n {
		_, sum := l.exponentials(x[at:at+n], y[at:at+n])
		ScaleInPlace(y[at:at+n], 1/sum)
	}
}

// softmaxGradient is softmaxGradientLines for lines in one piece, all of which the
// arrays are.
func (l *elementLoops) softmaxGradient(y, dy, dx []float32, n int) {
	for lo := 0; lo < len(y); lo += maxRows * n {
		hi := min(lo+maxRows*n, len(y))
		l.softmaxGradientRows(first(dx[lo:hi]), first(y[lo:hi]), first(dy[lo:hi]), (hi-lo)/n, n)
	}
}

// exponentials writes y = exp(x-top), where top is the greatest of x, and returns the
// sum. NaN gets from its own exponential into the sum.
func (l *elementLoops) exponentials(x, y []float32) (top float32, sum float64) {
	top = l.top(x)
	for i := 0; i < len(x); i += elementGrain {
		part := min(elementGrain, len(x)-i)
		sum += l.expSum(first(y[i:i+part]), first(x[i:i+part]), part, top)
	}
	return top, sum
}

// logSums is the function of that name.
func (l *elementLoops) logSums(x, tops, logs []float32, n int) {
	if isShort(len(tops), n) {
		sums := pools64.values.get(len(tops))
		defer pools64.values.put(sums)
		for lo := 0; lo < len(tops); lo += maxRows {
			hi := min(lo+maxRows, len(tops))
			l.expSumRows(first(tops[lo:hi]), unsafe.SliceData((*sums)[lo:hi]), first(x[lo*n:hi*n]), hi-lo, n)
		}
		for r, sum := range *sums {
			logs[r] = float32(math.Log(sum))
		}
		return
	}
	memory := pools32.values.get(n)
	defer pools32.values.put(memory)
	for r := range tops {
		top, sum := l.exponentials(x[r*n:][:n], *memory)
		tops[r], logs[r] = top, float32(math.Log(sum))
	}
}

// logSoftmaxGradientRows is logSoftmaxGradientLines for lines in one piece, all of which
// the arrays are.
func (l *elementLoops) logSoftmaxGradientRows(y, dy, dx []float32, n int) {
	for at := 0; at < len(y); at += n {
		sum := float32(sumLine(dy[at : at+n]))
		for i := at; i < at+n; i += elementGrain {
			part := min(elementGrain, at+n-i)
			l.logSoftmaxGradient(first(dx[i:i+part]), first(y[i:i+part]), first(dy[i:i+part]), part, sum)
		}
	}
}
