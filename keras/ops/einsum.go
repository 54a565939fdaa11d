package ops

import (
	"regexp"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// equationForm is "ab,bc->ac".
var equationForm = regexp.MustCompile(`^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$`)

// Einsum multiplies two tensors and sums, as the equation "abc,cd->abd" says: it has a
// letter for each axis of a, of b and of the result. Axes of one letter go together, and
// there is a sum over what the result does not have.
//
//	"bqd,bkd->bqk"  q·kᵀ for each b
func Einsum(equation string, a, b *gorgonia.Node) *gorgonia.Node {
	form := equationForm.FindStringSubmatch(equation)
	check(form != nil, "an equation like ab,bc->ac", equation)
	la, lb, lo := form[1], form[2], form[3]
	check(len(la) == a.Dims() && len(lb) == b.Dims(), "a letter for each axis in "+equation, shapeOf(a), shapeOf(b))
	a, la = summed(a, la, lb+lo)
	b, lb = summed(b, lb, la+lo)
	sizes := map[rune]int{}
	for _, o := range []struct {
		labels string
		shape  tensor.Shape
	}{{la, a.Shape()}, {lb, b.Shape()}} {
		for i, l := range o.labels {
			check(strings.Count(o.labels, string(l)) == 1, "different letters for the axes of a tensor", equation)
			n, known := sizes[l]
			check(!known || n == o.shape[i], "one size for each letter of "+equation, shapeOf(a), shapeOf(b))
			sizes[l] = o.shape[i]
		}
	}
	shape := make(tensor.Shape, len(lo))
	for i, l := range lo {
		n, known := sizes[l]
		check(known && strings.Count(lo, string(l)) == 1, "a result whose axes are different ones of the operands", equation)
		shape[i] = n
	}
	return contract("einsum", a, b, []rune(la), []rune(lb), []rune(lo), shape)
}

// summed is a tensor without the axes that nothing else has.
func summed(x *gorgonia.Node, labels, others string) (*gorgonia.Node, string) {
	var alone []int
	kept := strings.Builder{}
	for i, l := range labels {
		if strings.ContainsRune(others, l) {
			kept.WriteRune(l)
		} else {
			alone = append(alone, i)
		}
	}
	if alone == nil {
		return x, labels
	}
	return Sum(x, alone...), kept.String()
}

// contract is Einsum by the labels of the axes; an axis of size 1 may have none. Each
// label of an operand is in the other one or in the result.
func contract(name string, a, b *gorgonia.Node, la, lb, lo []rune, shape tensor.Shape) *gorgonia.Node {
	dt := typeOf(a, b)
	p := newProducts(a.Shape(), b.Shape(), shape, la, lb, lo)
	gradient := name
	if !strings.HasSuffix(name, " gradient") {
		gradient += " gradient"
	}
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, runProducts[float32](p), runProducts[float64](p)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			grads := make(gorgonia.Nodes, 2)
			if wants[0] {
				grads[0] = contract(gradient, grad, in[1], lo, lb, la, in[0].Shape())
			}
			if wants[1] {
				grads[1] = contract(gradient, in[0], grad, la, lo, lb, in[1].Shape())
			}
			return grads
		},
	}, a, b)
}

// products are the products of matrices that an einsum is: tensors are not rearranged,
// their axes are the strides of matrices.
type products struct {
	m, n, k        int
	transA, transB bool
	ld             [3]int   // of a, b and the result
	swapped        bool     // the matrices are those of the transposed product
	places         [][3]int // where the matrices of each product start, in a, b and the result
	terms          [][3]int // what is added to these, for each of the products that are summed
	grain          int      // products that are worth a goroutine
}

// productWork is the number of multiplications worth a goroutine: some 30
// microseconds.
const productWork = 1 << 17

// loop is an axis, or several that lie as one in all tensors that have them.
type loop struct {
	size    int
	strides [3]int // in a, b and the result; 0 where it is missing
}

// has reports which of a, b and the result have it.
func (l loop) has() [3]bool { return [3]bool{l.strides[0] > 0, l.strides[1] > 0, l.strides[2] > 0} }

// alone stands for the axis that a matrix has not: of size 1.
var alone = loop{1, [3]int{1, 1, 1}}

func newProducts(a, b, out tensor.Shape, la, lb, lo []rune) *products {
	loops := loopsOf([3]tensor.Shape{a, b, out}, [3][]rune{la, lb, lo})
	rows, columns, sums := []loop{alone}, []loop{alone}, []loop{alone}
	for _, l := range loops {
		switch l.has() {
		case [3]bool{true, false, true}:
			rows = append(rows, l)
		case [3]bool{false, true, true}:
			columns = append(columns, l)
		case [3]bool{true, true, false}:
			sums = append(sums, l)
		}
	}
	p := &products{}
	var taken [3]loop
	for _, m := range rows {
		for _, n := range columns {
			for _, k := range sums {
				if m.size*n.size*k.size > p.m*p.n*p.k && p.take(m, n, k) {
					taken = [3]loop{m, n, k}
				}
			}
		}
	}
	p.places, p.terms = [][3]int{{}}, [][3]int{{}}
	for _, l := range loops {
		switch {
		case l == taken[0] || l == taken[1] || l == taken[2]:
		case l.strides[2] > 0:
			p.places = repeated(p.places, l)
		default:
			p.terms = repeated(p.terms, l)
		}
	}
	p.grain = max(1, productWork/max(1, p.m*p.n*p.k*len(p.terms)))
	return p
}

// loopsOf are the axes of more than one element, those joined that can be.
func loopsOf(shapes [3]tensor.Shape, labels [3][]rune) []loop {
	var order []rune
	found := map[rune]loop{}
	for t, shape := range shapes {
		stride := 1
		for i := len(shape) - 1; i >= 0; i-- {
			if name := labels[t][i]; shape[i] > 1 {
				l, known := found[name]
				if !known {
					order = append(order, name)
				}
				l.size = shape[i]
				l.strides[t] = stride
				found[name] = l
			}
			stride *= shape[i]
		}
	}
	var loops []loop
	for _, name := range order {
		loops = append(loops, found[name])
	}
	for i := 0; i < len(loops); i++ {
		for j := 0; j < len(loops); j++ {
			if i != j && loops[i].within(loops[j]) {
				loops[i].size *= loops[j].size
				loops = append(loops[:j], loops[j+1:]...)
				i, j = 0, -1
			}
		}
	}
	return loops
}

// within reports whether a step along the outer axis is one behind the end of the inner
// one, in all tensors.
func (l loop) within(outer loop) bool {
	for t, s := range l.strides {
		if s*l.size != outer.strides[t] {
			return false
		}
	}
	return true
}

// take makes products of matrices whose rows, columns and terms are these axes, if
// matrices can lie so: one axis of each has no gaps.
func (p *products) take(m, n, k loop) bool {
	a, b, out := 0, 1, 2
	swapped := n.strides[out] != 1
	if swapped { // then the rows must have none
		m, n, a, b = n, m, b, a
	}
	switch {
	case n.strides[out] != 1, m.strides[a] != 1 && k.strides[a] != 1, n.strides[b] != 1 && k.strides[b] != 1:
		return false
	}
	p.m, p.n, p.k, p.swapped = m.size, n.size, k.size, swapped
	p.transA, p.transB = k.strides[a] != 1, n.strides[b] != 1
	p.ld[a], p.ld[b], p.ld[out] = max(m.strides[a], k.size), max(k.strides[b], n.size), max(m.strides[out], n.size)
	if p.transA {
		p.ld[a] = max(k.strides[a], m.size)
	}
	if p.transB {
		p.ld[b] = max(n.strides[b], k.size)
	}
	return true
}

// repeated are places, and as many at each further step of a loop.
func repeated(places [][3]int, l loop) [][3]int {
	all := make([][3]int, 0, l.size*len(places))
	for i := range l.size {
		for _, at := range places {
			for t, s := range l.strides {
				at[t] += i * s
			}
			all = append(all, at)
		}
	}
	return all
}

// runProducts has a loop that is made once and gets its slices from run to run: a closure
// for each run would be garbage.
func runProducts[T kernels.Float](p *products) op.Run {
	var tensors [3][]T
	a, b := 0, 1
	if p.swapped {
		a, b = b, a
	}
	multiply := func(lo, hi int) {
		for _, at := range p.places[lo:hi] {
			for i, more := range p.terms {
				kernels.Gemm(p.transA, p.transB, p.m, p.n, p.k, tensors[a][at[a]+more[a]:], p.ld[a], tensors[b][at[b]+more[b]:], p.ld[b],
					i > 0, tensors[2][at[2]:], p.ld[2])
			}
		}
	}
	return func(in, out []any) error {
		tensors = [3][]T{in[0].([]T), in[1].([]T), out[0].([]T)}
		kernels.Parallel(len(p.places), p.grain, multiply)
		return nil
	}
}

// batchLabels are labels of axes that broadcast: those of the last two axes are their own.
// An axis of size 1 has none.
func batchLabels(shape tensor.Shape, rank int, rows, columns rune) []rune {
	labels := make([]rune, len(shape))
	for i := range labels {
		if shape[i] > 1 {
			labels[i] = rune('A' + rank - len(shape) + i)
		}
	}
	labels[len(labels)-2], labels[len(labels)-1] = rows, columns
	return labels
}

// matrices are the labels and the shape of a product of matrices.
func matrices(a, b tensor.Shape) (la, lb, lo []rune, shape tensor.Shape) {
	ra, rb := len(a)-2, len(b)-2
	batch, ok := kernels.BroadcastShape(a[:ra], b[:rb])
	check(ok && b[rb] == a[ra+1], "matrices that can be multiplied", keras.Shape(a), keras.Shape(b))
	shape = append(tensor.Shape(batch), a[ra], b[rb+1])
	rank := len(shape)
	return batchLabels(a, rank, 'm', 'k'), batchLabels(b, rank, 'k', 'n'), batchLabels(shape, rank, 'm', 'n'), shape
}
