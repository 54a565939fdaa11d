package optimizers

import (
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

// parameter is a variable with its state and, during a step, its gradient. Without
// a gradient only moveAverage, overwrite and clearAccumulated do anything.
type parameter interface {
	variable() *keras.Variable
	setAverage(v *keras.Variable)
	setAccumulator(v *keras.Variable)
	addSlot(v *keras.Variable) // nil: not used

	fits(g *tensor.Dense) bool
	load(g *tensor.Dense) // nil: no gradient
	hasGradient() bool
	sumSquares() float64
	scale(a float64)
	clip(limit float64)
	accumulate()
	loadAccumulated()
	clearAccumulated()
	update(lr, decay float64, t int)
	moveAverage(momentum float64)
	overwrite()
}

// param is a parameter whose elements are T.
type param[T kernels.Float] struct {
	v      *keras.Variable
	decays bool
	rule   update[T]

	w, average, accumulator []T
	slots                   [][]T

	g       []T  // the gradient of this step; nil without one
	mine    bool // g is not the caller's memory and may be changed
	scratch []T  // memory for a gradient that is changed
}

var (
	_ parameter = (*param[float32])(nil)
	_ parameter = (*param[float64])(nil)
)

func newParam[T kernels.Float](v *keras.Variable, decays bool, rule update[T]) *param[T] {
	return &param[T]{v: v, decays: decays, rule: rule, w: elements[T](v.Memory())}
}

// elements are those of a tensor in row-major order: its own memory if that is in
// this order, a copy else.
func elements[T kernels.Float](d *tensor.Dense) []T {
	if d.RequiresIterator() {
		d = d.Materialize().(*tensor.Dense)
	}
	if _, ok := any((*T)(nil)).(*float32); ok {
		return any(d.Float32s()).([]T)
	}
	return any(d.Float64s()).([]T)
}

func (p *param[T]) variable() *keras.Variable { return p.v }

func (p *param[T]) setAverage(v *keras.Variable) { p.average = elements[T](v.Memory()) }

func (p *param[T]) setAccumulator(v *keras.Variable) { p.accumulator = elements[T](v.Memory()) }

func (p *param[T]) addSlot(v *keras.Variable) {
	var slot []T
	if v != nil {
		slot = elements[T](v.Memory())
	}
	p.slots = append(p.slots, slot)
}

// fits: the gradient of a scalar variable may have its memory's axis.
func (p *param[T]) fits(g *tensor.Dense) bool {
	return g.Dtype() == p.v.DType() && (slices.Equal(g.Shape(), p.v.Memory().Shape()) || p.v.Shape().Equal(keras.Shape(g.Shape())))
}

func (p *param[T]) load(g *tensor.Dense) {
	p.g, p.mine = nil, false
	if g != nil {
		p.g = elements[T](g)
	}
}

func (p *param[T]) hasGradient() bool { return p.g != nil }

func (p *param[T]) sumSquares() float64 { return kernels.Dot(p.g, p.g) }

func (p *param[T]) scale(a float64) {
	if a != 1 && p.g != nil {
		kernels.ScaleInPlace(p.own(), a)
	}
}

func (p *param[T]) clip(limit float64) {
	if p.g != nil {
		g := p.own()
		kernels.Clip(g, g, T(-limit), T(limit))
	}
}

// own is the gradient in memory that may be changed.
func (p *param[T]) own() []T {
	if !p.mine {
		p.scratch = append(p.scratch[:0], p.g...)
		p.g, p.mine = p.scratch, true
	}
	return p.g
}

func (p *param[T]) accumulate() {
	if p.g != nil {
		kernels.AddScaled(p.accumulator, p.g, 1)
	}
}

func (p *param[T]) loadAccumulated() {
	if p.g != nil {
		p.g, p.mine = p.accumulator, true
	}
}

func (p *param[T]) clearAccumulated() { clear(p.accumulator) }

// update decays the weights and applies the rule.
func (p *param[T]) update(lr, decay float64, t int) {
	if p.g == nil {
		return
	}
	if p.decays {
		kernels.WeightDecay(p.w, decay, lr)
	}
	p.rule(p.w, p.g, p.slots, lr, t)
}

func (p *param[T]) moveAverage(momentum float64) { kernels.EMA(p.average, p.w, momentum) }

func (p *param[T]) overwrite() { copy(p.w, p.average) }
