package kernels

import "math"

// The optimizer steps are Keras's formulas, fused over the elements and computed in
// T: w is the weights, g their gradient, the other slices the optimizer's slots,
// all of one length. g is read only. Slots start as zeros.

// Variants of the steps, by which elementLoops are found.
const (
	plain        = 0
	withMomentum = 1 // RMSprop
	centered     = 2
	amsgrad      = 1 // Adam
)

// SGD computes
//
//	w -= lr*g
func SGD[T Float](w, g []T, lr float64) { AddScaled(w, g, -lr) }

// SGDMomentum computes
//
//	m = momentum*m - lr*g
//	w += nesterov ? momentum*m - lr*g : m
func SGDMomentum[T Float](w, g, m []T, lr, momentum float64, nesterov bool) {
	if len(w) <= elementGrain {
		sgdMomentum(w, g, m, T(lr), T(momentum), nesterov)
		return
	}
	Parallel(len(w), elementGrain, func(lo, hi int) {
		sgdMomentum(w[lo:hi], g[lo:hi], m[lo:hi], T(lr), T(momentum), nesterov)
	})
}

func sgdMomentum[T Float](w, g, m []T, lr, momentum T, nesterov bool) {
	g, m = g[:len(w)], m[:len(w)]
	if l := loopsFor[T](); l != nil {
		step := l.sgdMomentum
		if nesterov {
			step = l.sgdNesterov
		}
		step(first(w), first(g), first(m), len(w), float32(lr), float32(momentum))
		return
	}
	for i, d := range g {
		step := lr * d
		v := momentum*m[i] - step
		m[i] = v
		if nesterov {
			v = momentum*v - step
		}
		w[i] += v
	}
}

// RMSprop computes
//
//	v = rho*v + (1-rho)*g²
//	avg = rho*avg + (1-rho)*g                 if avg is not nil (centered)
//	d = lr*g / √(v [- avg²] + eps)
//	m = momentum*m + d;  w -= m               if m is not nil
//	w -= d                                    else
func RMSprop[T Float](w, g, v, m, avg []T, lr, rho, momentum, eps float64) {
	c := rmspropConstants[T]{T(lr), T(rho), T(1 - rho), T(momentum), T(eps)}
	if len(w) <= elementGrain {
		rmsprop(w, g, v, m, avg, c)
		return
	}
	Parallel(len(w), elementGrain, func(lo, hi int) {
		rmsprop(w[lo:hi], g[lo:hi], v[lo:hi], part(m, lo, hi), part(avg, lo, hi), c)
	})
}

type rmspropConstants[T Float] struct{ lr, rho, rest, momentum, eps T }

func rmsprop[T Float](w, g, v, m, avg []T, c rmspropConstants[T]) {
	g, v = g[:len(w)], v[:len(w)]
	if l := loopsFor[T](); l != nil {
		variant := plain
		if m != nil {
			variant += withMomentum
		}
		if avg != nil {
			variant += centered
		}
		l.rmsprop[variant](first(w), first(g), first(v), first(m), first(avg), len(w),
			float32(c.lr), float32(c.rho), float32(c.rest), float32(c.momentum), float32(c.eps))
		return
	}
	for i, d := range g {
		v[i] = c.rho*v[i] + c.rest*(d*d)
		variance := v[i]
		if avg != nil {
			avg[i] = c.rho*avg[i] + c.rest*d
			variance -= avg[i] * avg[i]
		}
		step := c.lr * d / sqrt(variance+c.eps)
		if m != nil {
			step += c.momentum * m[i]
			m[i] = step
		}
		w[i] -= step
	}
}

// Adam computes, for step t = 1, 2, …,
//
//	m += (g-m)*(1-beta1)
//	v += (g²-v)*(1-beta2)
//	vmax = max(vmax, v)                       if vmax is not nil (amsgrad)
//	w -= lr*√(1-beta2^t)/(1-beta1^t) * m / (√(vmax or v) + eps)
//
// eps is added to the uncorrected root, the ε̂ of Kingma and Ba's section 2.
func Adam[T Float](w, g, m, v, vmax []T, lr, beta1, beta2, eps float64, t int) {
	rate := lr * math.Sqrt(1-math.Pow(beta2, float64(t))) / (1 - math.Pow(beta1, float64(t)))
	c := adamConstants[T]{T(rate), T(1 - beta1), T(1 - beta2), T(eps)}
	if len(w) <= elementGrain {
		adam(w, g, m, v, vmax, c)
		return
	}
	Parallel(len(w), elementGrain, func(lo, hi int) {
		adam(w[lo:hi], g[lo:hi], m[lo:hi], v[lo:hi], part(vmax, lo, hi), c)
	})
}

type adamConstants[T Float] struct{ rate, rest1, rest2, eps T }

func adam[T Float](w, g, m, v, vmax []T, c adamConstants[T]) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	if l := loopsFor[T](); l != nil {
		variant := plain
		if vmax != nil {
			variant = amsgrad
		}
		l.adam[variant](first(w), first(g), first(m), first(v), first(vmax), len(w),
			float32(c.rate), float32(c.rest1), float32(c.rest2), float32(c.eps))
		return
	}
	for i, d := range g {
		m[i] += (d - m[i]) * c.rest1
		v[i] += (d*d - v[i]) * c.rest2
		second := v[i]
		if vmax != nil {
			vmax[i] = max(vmax[i], second)
			second = vmax[i]
		}
		w[i] -= c.rate * m[i] / (sqrt(second) + c.eps)
	}
}

// part is x[lo:hi], and nil for a slot that is not used.
func part[T Float](x []T, lo, hi int) []T {
	if x == nil {
		return nil
	}
	return x[lo:hi]
}

// sqrt compiles to one instruction, in the precision of T.
func sqrt[T Float](v T) T { return T(math.Sqrt(float64(v))) }

// Scale computes
//
//	y[i] = factor*x[i] + offset
func Scale[T Float](x, y []T, factor, offset float64) {
	if len(x) <= elementGrain {
		scale(x, y, T(factor), T(offset))
		return
	}
	Parallel(len(x), elementGrain, func(lo, hi int) { scale(x[lo:hi], y[lo:hi], T(factor), T(offset)) })
}

func scale[T Float](x, y []T, factor, offset T) {
	y = y[:len(x)]
	if l := loopsFor[T](); l != nil {
		l.scale(first(y), first(x), len(x), float32(factor), float32(offset))
		return
	}
	for i, v := range x {
		y[i] = factor*v + offset
	}
}

// ScaleInPlace computes
//
//	x[i] *= a
func ScaleInPlace[T Float](x []T, a float64) {
	if len(x) <= elementGrain {
		scaleInPlace(x, T(a))
		return
	}
	Parallel(len(x), elementGrain, func(lo, hi int) { scaleInPlace(x[lo:hi], T(a)) })
}

func scaleInPlace[T Float](x []T, a T) {
	if l := loopsFor[T](); l != nil {
		l.right[Mul](first(x), first(x), len(x), float32(a))
		return
	}
	for i := range x {
		x[i] *= a
	}
}

// AddScaled computes
//
//	y[i] += a*x[i]
func AddScaled[T Float](y, x []T, a float64) {
	if len(y) <= elementGrain {
		addScaled(y, x, T(a))
		return
	}
	Parallel(len(y), elementGrain, func(lo, hi int) { addScaled(y[lo:hi], x[lo:hi], T(a)) })
}

func addScaled[T Float](y, x []T, a T) {
	x = x[:len(y)]
	if l := loopsFor[T](); l != nil {
		l.addScaled(first(y), first(x), len(y), float32(a))
		return
	}
	for i, v := range x {
		y[i] += a * v
	}
}

// WeightDecay is the decay that Keras applies before a step, decoupled from the
// gradient:
//
//	w[i] -= w[i]*decay*lr
func WeightDecay[T Float](w []T, decay, lr float64) { AddScaled(w, w, -decay*lr) }

// EMA updates an exponential moving average:
//
//	avg[i] = momentum*avg[i] + (1-momentum)*x[i]
func EMA[T Float](avg, x []T, momentum float64) {
	keep, rest := T(momentum), T(1-momentum)
	if len(avg) <= elementGrain {
		ema(avg, x, keep, rest)
		return
	}
	Parallel(len(avg), elementGrain, func(lo, hi int) { ema(avg[lo:hi], x[lo:hi], keep, rest) })
}

func ema[T Float](avg, x []T, keep, rest T) {
	x = x[:len(avg)]
	if l := loopsFor[T](); l != nil {
		l.ema(first(avg), first(x), len(avg), float32(keep), float32(rest))
		return
	}
	for i, v := range x {
		avg[i] = keep*avg[i] + rest*v
	}
}
