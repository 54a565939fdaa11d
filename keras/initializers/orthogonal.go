package initializers

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

var _ keras.LazyInitializer = (*OrthogonalInitializer)(nil)

// Orthogonal makes a random matrix with orthonormal columns, or rows where there
// are fewer of them, times gain (Saxe et al. 2014). A tensor of more axes is the
// matrix of its last axis against all others.
//
// Defaults: Gain 1, a seed of its own. Errors: a shape of fewer than two axes.
func Orthogonal() *OrthogonalInitializer {
	return &OrthogonalInitializer{object[orthogonalConfig]{"Orthogonal", orthogonalConfig{drawSeed(), 1}}}
}

// OrthogonalInitializer is the initializer that Orthogonal returns.
type OrthogonalInitializer struct{ object[orthogonalConfig] }

type orthogonalConfig struct {
	Seed seed    `keras:"seed"`
	Gain float64 `keras:"gain"`
}

func (c orthogonalConfig) validate() error {
	var f faults
	f.require(finite(c.Gain), fmt.Sprintf("Argument `gain` must be a finite float. Received: gain=%v", c.Gain))
	return f.err()
}

// Gain sets gain. Default 1.
func (i *OrthogonalInitializer) Gain(gain float64) *OrthogonalInitializer {
	i.cfg.Gain = gain
	return i
}

// Seed sets seed. Default: drawn when the initializer is made.
func (i *OrthogonalInitializer) Seed(n int) *OrthogonalInitializer {
	i.cfg.Seed = givenSeed(n)
	return i
}

// Initialize makes a tensor of type float32 or float64 and of two axes or more.
func (i *OrthogonalInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	return now(i.Later(shape, dt))
}

// Later is Initialize for a tensor that may not be needed.
func (i *OrthogonalInitializer) Later(shape keras.Shape, dt tensor.Dtype) (value *tensor.Dense, fill func(), err error) {
	if err := i.cfg.validate(); err != nil {
		return nil, nil, err
	}
	if len(shape) < 2 {
		return nil, nil, keras.Fault(keras.ErrShape,
			"The tensor to initialize must be at least two-dimensional. Received: shape=%s of rank %d.", shape, len(shape))
	}
	return later(shape, dt, orthogonal[float32](shape, i.cfg), orthogonal[float64](shape, i.cfg))
}

func orthogonal[T kernels.Float](shape keras.Shape, c orthogonalConfig) func([]T) {
	return func(out []T) {
		cols := shape.Last()
		rows := len(out) / cols
		m, n := max(rows, cols), min(rows, cols)
		q := orthonormal(c.Seed.key, m, n)
		for i := range rows {
			for j := range cols {
				at := i*n + j
				if rows < cols {
					at = j*n + i
				}
				out[i*cols+j] = T(c.Gain * q[at])
			}
		}
	}
}

// orthonormal makes an m×n matrix with orthonormal columns, m ≥ n: the Q of the
// decomposition of a matrix of normal numbers, in which the diagonal of R is made
// positive. Without that Q is not uniformly distributed (Mezzadri 2007).
func orthonormal(key uint64, m, n int) []float64 {
	a := blas64.General{Rows: m, Cols: n, Stride: n, Data: make([]float64, m*n)}
	kernels.Normal(key, 0, 1, a.Data)
	tau := make([]float64, n)
	work := make([]float64, 1)
	lapack64.Geqrf(a, tau, work, -1) // asks for the size of work
	work = make([]float64, int(work[0]))
	lapack64.Geqrf(a, tau, work, len(work))
	signs := make([]float64, n)
	for j := range signs {
		signs[j] = math.Copysign(1, a.Data[j*n+j])
	}
	lapack64.Orgqr(a, tau, work[:1], -1)
	work = make([]float64, int(work[0]))
	lapack64.Orgqr(a, tau, work, len(work))
	for i := range m {
		for j, s := range signs {
			a.Data[i*n+j] *= s
		}
	}
	return a.Data
}
