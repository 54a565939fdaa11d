package kernels

// points calls a loop of a pointLoss for all elements of y.
func points(f func(out, y, p *float32, n int, a, b float32), y, p, out []float32, a, b float32) {
	for i := 0; i < len(y); i += elementGrain {
		part := min(elementGrain, len(y)-i)
		f(first(out[i:i+part]), first(y[i:i+part]), first(p[i:i+part]), part, a, b)
	}
}

// meanLoss is meanLossRows for all rows of values.
func (f pointLoops) meanLoss(y, p, values []float32, classes int, a, b float32) {
	if classes == 1 {
		points(f.value, y, p, values, a, b)
		return
	}
	memory := pools32.values.get(len(y))
	defer pools32.values.put(memory)
	points(f.value, y, p, *memory, a, b)
	for r := range values {
		values[r] = float32(sumLine((*memory)[r*classes:(r+1)*classes]) / float64(classes))
	}
}

// meanLossGradient is meanLossGradientRows for all rows of dValues.
func (l *elementLoops) meanLossGradient(f pointLoops, y, p, dValues, dp []float32, classes int, a, b float32) {
	points(f.slope, y, p, dp, a, b)
	if classes == 1 {
		l.same[Mul](first(dp), first(dp), first(dValues), len(dValues))
		return
	}
	for r, d := range dValues {
		l.times(dp[r*classes:(r+1)*classes], d/float32(classes))
	}
}

// categoricalGradient is categoricalGradientRows of logits, for all rows of dValues.
func (l *elementLoops) categoricalGradient(y, p, dValues, dp []float32, classes int, keep, share float32) {
	l.softmax(p, dp, classes)
	for r, d := range dValues {
		from, to := r*classes, (r+1)*classes
		weight := float32(sumLine(y[from:to])*float64(keep) + float64(share)*float64(classes))
		for i := from; i < to; i += elementGrain {
			part := min(elementGrain, to-i)
			l.crossentropyGradient(first(dp[i:i+part]), first(y[i:i+part]), part, d, weight, keep, share)
		}
	}
}
