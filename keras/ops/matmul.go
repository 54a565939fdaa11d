package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// Dense is activation(x·kernel + bias) over the last axis.
//
//	x (…, d)   kernel (d, units)   bias (units), or nil   result (…, units)
func Dense(x, kernel, bias *gorgonia.Node, activation activations.Activation) *gorgonia.Node {
	if fused(activation) {
		return linear("dense", x, kernel, bias, true)
	}
	return Activate(linear("dense", x, kernel, bias, false), activation)
}

// linear is x·kernel + bias over the last axis, or relu of that.
func linear(name string, x, kernel, bias *gorgonia.Node, relu bool) *gorgonia.Node {
	check(kernel.Dims() == 2 && x.Dims() >= 1 && x.Shape()[x.Dims()-1] == kernel.Shape()[0],
		"a kernel whose first axis is the input's last one", shapeOf(x), shapeOf(kernel))
	dt := typeOf(x, kernel)
	d, units := kernel.Shape()[0], kernel.Shape()[1]
	rows := volume(x.Shape()[:x.Dims()-1])
	inputs := gorgonia.Nodes{x, kernel}
	if bias != nil {
		check(bias.Dims() == 1 && bias.Shape()[0] == units, "a bias for each unit", shapeOf(bias))
		typeOf(x, bias)
		inputs = append(inputs, bias)
	}
	shape := x.Shape()
	shape[len(shape)-1] = units
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, runDense[float32](rows, units, d, relu), runDense[float64](rows, units, d, relu)),
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return op.ApplyAll(op.Spec{
				Name:    name + " gradient",
				Outputs: wanted(in, wants),
				Run: op.ByType(dt, runDenseGradient[float32](rows, units, d, wants),
					runDenseGradient[float64](rows, units, d, wants)),
			}, in[0], in[1], fusedGradient(out, grad, relu))
		},
	}, inputs...)
}

func runDense[T kernels.Float](rows, units, d int, relu bool) op.Run {
	return func(in, out []any) error {
		kernels.Dense(rows, units, d, in[0].([]T), in[1].([]T), biasOf[T](in), relu, out[0].([]T))
		return nil
	}
}

// biasOf is the third of an Op's inputs, nil if there is none.
func biasOf[T kernels.Float](in []any) []T {
	if len(in) < 3 {
		return nil
	}
	return in[2].([]T)
}

func runDenseGradient[T kernels.Float](rows, units, d int, wants []bool) op.Run {
	return func(in, out []any) error {
		x, kernel, dy := in[0].([]T), in[1].([]T), in[2].([]T)
		if wants[0] {
			kernels.Gemm(false, true, rows, d, units, dy, units, kernel, units, false, out[0].([]T), d)
		}
		if wants[1] {
			kernels.Gemm(true, false, d, units, rows, x, d, dy, units, false, out[1].([]T), units)
		}
		if len(wants) == 3 && wants[2] {
			kernels.SumRows(rows, units, dy, out[2].([]T))
		}
		return nil
	}
}

// MatMul is the product of matrices a (…, m, k) and b (…, k, n): (…, m, n), as in
// numpy. The axes in front of the matrices broadcast. An operand of rank 1 is a
// row as a, a column as b, and its axis of size 1 is dropped from the result.
func MatMul(a, b *gorgonia.Node) *gorgonia.Node {
	check(a.Dims() > 0 && b.Dims() > 0, "matrices or vectors", shapeOf(a), shapeOf(b))
	switch {
	case a.Dims() == 1 && b.Dims() == 1:
		return Squeeze(MatMul(ExpandDims(a, 0), ExpandDims(b, 1)))
	case a.Dims() == 1:
		return Squeeze(MatMul(ExpandDims(a, 0), b), -2)
	case b.Dims() == 1:
		return Squeeze(MatMul(a, ExpandDims(b, 1)), -1)
	}
	p := newProduct(a.Shape(), b.Shape())
	if b.Dims() == 2 {
		return linear("matmul", a, b, nil, false)
	}
	dt := typeOf(a, b)
	return op.Apply(op.Spec{
		Name:    "matmul",
		Outputs: []op.Output{{Shape: p.shape, Dtype: dt}},
		Run:     op.ByType(dt, runProduct[float32](p), runProduct[float64](p)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return op.ApplyAll(op.Spec{
				Name:    "matmul gradient",
				Outputs: wanted(in, wants),
				Run:     op.ByType(dt, runProductGradient[float32](p, wants), runProductGradient[float64](p, wants)),
			}, in[0], in[1], grad)
		},
	}, a, b)
}

// product says which matrices of a batch are multiplied.
type product struct {
	m, n, k int
	shape   tensor.Shape
	pairs   [][2]int // for each matrix of the result those of a and of b
	ofA     [][]int  // for each matrix of a the products that it is in
	ofB     [][]int
	grain   int // products that are worth a goroutine
}

func newProduct(a, b tensor.Shape) *product {
	ra, rb := len(a)-2, len(b)-2
	p := &product{m: a[ra], k: a[ra+1], n: b[rb+1]}
	batch, ok := kernels.BroadcastShape(a[:ra], b[:rb])
	check(ok && b[rb] == p.k, "matrices that can be multiplied", keras.Shape(a), keras.Shape(b))
	p.shape = append(tensor.Shape(batch), p.m, p.n)
	total := volume(batch)
	p.pairs = make([][2]int, total)
	p.ofA, p.ofB = make([][]int, volume(a[:ra])), make([][]int, volume(b[:rb]))
	fromA, fromB := places(a[:ra], batch), places(b[:rb], batch)
	for i := range p.pairs {
		p.pairs[i] = [2]int{fromA[i], fromB[i]}
		p.ofA[fromA[i]] = append(p.ofA[fromA[i]], i)
		p.ofB[fromB[i]] = append(p.ofB[fromB[i]], i)
	}
	p.grain = max(1, productWork/max(1, p.m*p.n*p.k))
	return p
}

// productWork is the number of multiplications worth a goroutine: some 30
// microseconds.
const productWork = 1 << 17

// places are, for each element of a shape, that of an operand that is broadcast to it.
func places(operand, shape []int) []int {
	numbers := make([]int, volume(operand))
	for i := range numbers {
		numbers[i] = i
	}
	at := make([]int, volume(shape))
	kernels.Expand(numbers, operand, at, shape)
	return at
}

// The loops below are made once and get their slices from run to run: a closure
// for each run would be garbage.

func runProduct[T kernels.Float](p *product) op.Run {
	var a, b, y []T
	multiply := func(lo, hi int) {
		for i := lo; i < hi; i++ {
			kernels.Gemm(false, false, p.m, p.n, p.k, a[p.pairs[i][0]*p.m*p.k:], p.k, b[p.pairs[i][1]*p.k*p.n:], p.n,
				false, y[i*p.m*p.n:], p.n)
		}
	}
	return func(in, out []any) error {
		a, b, y = in[0].([]T), in[1].([]T), out[0].([]T)
		kernels.Parallel(len(p.pairs), p.grain, multiply)
		return nil
	}
}

func runProductGradient[T kernels.Float](p *product, wants []bool) op.Run {
	var a, b, dy, da, db []T
	towardsA := func(lo, hi int) { // dy·bᵀ
		for i := lo; i < hi; i++ {
			for use, at := range p.ofA[i] {
				kernels.Gemm(false, true, p.m, p.k, p.n, dy[at*p.m*p.n:], p.n, b[p.pairs[at][1]*p.k*p.n:], p.n,
					use > 0, da[i*p.m*p.k:], p.k)
			}
		}
	}
	towardsB := func(lo, hi int) { // aᵀ·dy
		for i := lo; i < hi; i++ {
			for use, at := range p.ofB[i] {
				kernels.Gemm(true, false, p.k, p.n, p.m, a[p.pairs[at][0]*p.m*p.k:], p.k, dy[at*p.m*p.n:], p.n,
					use > 0, db[i*p.k*p.n:], p.n)
			}
		}
	}
	return func(in, out []any) error {
		a, b, dy = in[0].([]T), in[1].([]T), in[2].([]T)
		if wants[0] {
			da = out[0].([]T)
			kernels.Parallel(len(p.ofA), p.grain, towardsA)
		}
		if wants[1] {
			db = out[1].([]T)
			kernels.Parallel(len(p.ofB), p.grain, towardsB)
		}
		return nil
	}
}
