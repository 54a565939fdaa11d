package kernels

import "math"

// plainer writes a function by one that may have a loop, with its constants: high
// bounds ReLU and LeakyReLU above the threshold, unless it is NaN. Not ok are constants
// of ReLU that no loop is for.
func plainer(f Unary, p Params) (g Unary, alpha, threshold, high float32, ok bool) {
	alpha, threshold, high = float32(p.Alpha), float32(p.Threshold), float32(math.NaN())
	switch f {
	case LeakyReLU:
		threshold = 0
	case ReLU6:
		alpha, threshold, high = 0, 0, 6
	case ReLU:
		if !math.IsInf(p.Max, 1) {
			high = float32(p.Max)
		}
	default:
		return f, alpha, threshold, high, f <= Round
	}
	clipped := !isNaN(high)
	switch {
	case clipped && high <= 0, clipped && threshold < 0 && alpha != 0:
		return f, alpha, threshold, high, false
	case alpha != 0:
		return LeakyReLU, alpha, threshold, high, true
	case clipped:
		threshold = max(threshold, 0)
	}
	return ReLU, alpha, threshold, high, true
}

// apply is the function of that name, for what has a loop.
func (l *elementLoops) apply(f Unary, p Params, x, y []float32) bool {
	f, alpha, threshold, high, ok := plainer(f, p)
	if !ok || l.value[f] == nil {
		return false
	}
	l.value[f](first(y[:len(x)]), first(x), len(x), alpha, threshold, high)
	return true
}

// slope is gradient, for what has a loop.
func (l *elementLoops) slope(f Unary, p Params, x, y, dy, dx []float32) bool {
	f, alpha, threshold, high, ok := plainer(f, p)
	if !ok || l.gradient[f] == nil {
		return false
	}
	n := len(x)
	l.gradient[f](first(dx[:n]), first(x), first(y[:n]), first(dy[:n]), n, alpha, threshold, high)
	return true
}
