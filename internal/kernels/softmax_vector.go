package kernels

import "math"

// softmaxLanes is the number of vectors in the longest row of softmaxRows.
const softmaxLanes = 4

// softmax is softmaxLines for lines in one piece, all of which x and y are.
func (l *elementLoops) softmax(x, y []float32, n int) {
	if rows := len(x) / max(n, 1); rows > 0 && n <= softmaxLanes*active.lanes {
		l.softmaxRows(first(y), first(x), rows, n)
		return
	}
	for at := 0; at < len(x); at += n {
		_, sum := l.exponentials(x[at:at+n], y[at:at+n])
		ScaleInPlace(y[at:at+n], 1/sum)
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

// logSoftmaxRows is logSoftmaxLines for lines in one piece, all of which x and y are.
func (l *elementLoops) logSoftmaxRows(x, y []float32, n int) {
	memory := pools32.values.get(n)
	defer pools32.values.put(memory)
	for at := 0; at < len(x); at += n {
		top, sum := l.exponentials(x[at:at+n], *memory)
		logSum := float32(math.Log(sum))
		for i := at; i < at+n; i += elementGrain {
			part := min(elementGrain, at+n-i)
			l.logSoftmax(first(y[i:i+part]), first(x[i:i+part]), part, top, logSum)
		}
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
