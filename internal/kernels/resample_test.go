package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The numbers are what jax.image.resize (JAX, float64, without antialiasing) makes of
// 3, -1, 4, 1, -5. TensorFlow rounds the places of Cubic to 1/1024.
func TestResampleAgainstJAX(t *testing.T) {
	x := []float64{3, -1, 4, 1, -5}
	for _, tt := range []struct {
		f    Filter
		want []float64
	}{
		{Triangle, []float64{3, 2, 0, 0.25, 2.75, 3.25, 1.75, -0.5, -3.5, -5}},
		{Triangle, []float64{3, 3, 1.666667, 0.3333333, -1, 0.6666667, 2.333333, 4, 3, 2, 1, -1, -3, -5, -5}},
		{Triangle, []float64{1.666667, 4, -3}},
		{Cubic, []float64{3.352941, 2.131387, -0.4580153, -0.1953125, 3.101562, 3.882812, 2.148438, -0.5343511, -3.927007, -5.529412}},
		{Cubic, []float64{3.421053, 3, 1.724138, -0.07142857, -1, 0.2962963, 2.592593, 4, 3.703704, 2.518519, 1, -1.142857, -3.448276, -5, -5.631579}},
		{Cubic, []float64{1.724138, 4, -3.448276}},
		{Lanczos3, []float64{3.713279, 1.942317, -0.54942, -0.3231725, 2.833148, 4.438439, 2.81818, -0.9668815, -4.053991, -5.669493}},
		{Lanczos3, []float64{3.883279, 3, 1.521625, -0.2047466, -1, 0.1228227, 2.318832, 4, 4.402693, 3.311039, 1, -1.586636, -3.653576, -5, -5.855757}},
		{Lanczos3, []float64{1.521625, 4, -3.653576}},
		{Lanczos5, []float64{3.902413, 1.910037, -0.4295423, -0.5843842, 2.499894, 4.820098, 3.217022, -1.277147, -4.243651, -5.501192}},
		{Lanczos5, []float64{4.163191, 3, 1.511274, -0.09115396, -1, -0.2165673, 1.921633, 4, 4.878814, 3.80311, 1, -1.938139, -3.905022, -5, -5.634725}},
		{Lanczos5, []float64{1.511274, 4, -3.905022}},
	} {
		y := make([]float64, len(tt.want))
		Resample(NewResampling[float64](tt.f, len(x), len(y)), x, y, 1, 1)
		assert.InDeltaSlice(t, tt.want, y, 2e-6, "filter %d, to %d", tt.f, len(y))
	}
}

func TestResampleKeepsWhatIsThere(t *testing.T) {
	x := []float64{3, math.Inf(1), 4, math.NaN(), -5}
	for f := Triangle; f <= Lanczos5; f++ {
		y := make([]float64, len(x))
		Resample(NewResampling[float64](f, len(x), len(x)), x, y, 1, 1)
		assert.Equal(t, fmt.Sprint(x), fmt.Sprint(y), "filter %d: the same size", f)
	}
	y := make([]float64, 3*len(x))
	Resample(NewResampling[float64](Triangle, len(x), len(y)), x, y, 1, 1)
	assert.Equal(t, []float64{3, 4, -5}, []float64{y[1], y[7], y[13]}, "what a place does not see leaves it alone")
}

// TestResize compares both orders of the axes with two maps, one after the other.
func TestResize(t *testing.T) {
	const batch, channels = 2, 3
	for _, tt := range []struct{ rows, cols [2]int }{{[2]int{4, 8}, [2]int{5, 15}}, {[2]int{8, 4}, [2]int{15, 5}}, {[2]int{3, 3}, [2]int{6, 3}}} {
		rows, cols := NewResampling[float64](Cubic, tt.rows[0], tt.rows[1]), NewResampling[float64](Triangle, tt.cols[0], tt.cols[1])
		x := normalsOf[float64](1, batch*tt.rows[0]*tt.cols[0]*channels)
		half := make([]float64, batch*tt.rows[1]*tt.cols[0]*channels)
		want, got := make([]float64, batch*tt.rows[1]*tt.cols[1]*channels), newGuarded[float64](batch*tt.rows[1]*tt.cols[1]*channels)
		Resample(rows, x, half, batch, tt.cols[0]*channels)
		Resample(cols, half, want, batch*tt.rows[1], channels)
		Resize(rows, cols, x, got.data, batch, channels)
		got.check(t, "Resize")
		assert.InDeltaSlice(t, want, got.data, 1e-12, "%+v", tt)
	}
	rows, x, y := NewResampling[float32](Triangle, 2, 4), make([]float32, 4*3), make([]float32, 16*3)
	noAllocations(t, "Resize", func() { Resize(rows, rows, x, y, 1, 3) })
}

// TestResample compares with sums over matrices of weights, and the gradient with the
// transposed matrices, on arrays that end at a page that must not be touched.
func TestResample(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	onEverySet(t, func(t *testing.T) {
		for _, tt := range []struct{ outer, n, m, inner int }{
			{1, 1, 1, 1}, {2, 1, 4, 3}, {2, 5, 10, 1}, {3, 5, 15, 3}, {1, 7, 28, 8}, {2, 6, 12, 33}, {1, 4, 8, 67},
			{2, 9, 4, 5}, {1, 3, 6, elementGrain + 9}, {40, 20, 40, 31}, {2, 0, 0, 3}, {3, 2, 4, 0},
		} {
			for f := Triangle; f <= Lanczos5; f++ {
				up := NewResampling[float32](f, tt.n, tt.m)
				x, _ := guardPages(t, tt.outer*tt.n*tt.inner)
				dy, _ := guardPages(t, tt.outer*tt.m*tt.inner)
				for _, v := range [][]float32{x, dy} {
					for i := range v {
						v[i] = float32(rng.NormFloat64())
					}
				}
				y, dx := newGuarded[float32](len(dy)), newGuarded[float32](len(x))
				Resample(up, x, y.data, tt.outer, tt.inner)
				Resample(up.Transposed(), dy, dx.data, tt.outer, tt.inner)
				what := fmt.Sprintf("filter %d, %+v", f, tt)
				y.check(t, what)
				dx.check(t, what)
				wantY, wantX := make([]float64, len(dy)), make([]float64, len(x))
				for j := range tt.m {
					for k, w := range naiveWeights(f, tt.n, tt.m, j) {
						for o := range tt.outer {
							for i := range tt.inner {
								from, to := (o*tt.n+k)*tt.inner+i, (o*tt.m+j)*tt.inner+i
								wantY[to] += w * float64(x[from])
								wantX[from] += w * float64(dy[to])
							}
						}
					}
				}
				for i, w := range wantY {
					require.InDelta(t, w, y.data[i], 3e-6, "%s: element %d", what, i)
				}
				for i, w := range wantX {
					require.InDelta(t, w, dx.data[i], 1e-5, "%s: gradient of element %d", what, i)
				}
				if fuses() {
					continue
				}
				portable := make([]float32, len(dy))
				onPortable(func() { Resample(up, x, portable, tt.outer, tt.inner) })
				requireUlps(t, portable, y.data, 0, what)
			}
		}
	})
}

// naiveWeights is a row of the matrix: filters as they are written in books.
func naiveWeights(f Filter, n, m, j int) []float64 {
	lanczos := func(x, a float64) float64 {
		if x == 0 {
			return 1
		}
		return a * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/a) / (math.Pi * math.Pi * x * x)
	}
	weight := func(x float64) float64 {
		switch x = math.Abs(x); {
		case f == Triangle && x < 1:
			return 1 - x
		case f == Cubic && x < 1:
			return 1.5*x*x*x - 2.5*x*x + 1
		case f == Cubic && x < 2:
			return -0.5*x*x*x + 2.5*x*x - 4*x + 2
		case f == Lanczos3 && x < 3:
			return lanczos(x, 3)
		case f == Lanczos5 && x < 5:
			return lanczos(x, 5)
		}
		return 0
	}
	row, total := make([]float64, n), 0.0
	for k := range row {
		row[k] = weight((float64(j)+0.5)*float64(n)/float64(m) - 0.5 - float64(k))
		total += row[k]
	}
	for k := range row {
		row[k] /= total
	}
	return row
}

func TestResampleSameBitsForAnyWorkers(t *testing.T) {
	x, y := normalsOf[float32](1, 40*20*31), make([]float32, 40*60*31)
	up := NewResampling[float32](Cubic, 20, 60)
	sameForAnyWorkers(t, func() []float32 {
		Resample(up, x, y, 40, 31)
		return append([]float32{}, y...)
	})
	noAllocations(t, "Resample", func() { Resample(up, x[:20], y[:60], 1, 1) })
}

func BenchmarkResample(b *testing.B) {
	onEverySetB(b, func(b *testing.B) {
		for _, channels := range []int{1, 3, 64} {
			rows := 8192 / channels
			x, y := normalsOf[float32](1, rows*32*channels), make([]float32, rows*64*channels)
			for name, f := range map[string]Filter{"linear": Triangle, "cubic": Cubic} {
				up := NewResampling[float32](f, 32, 64)
				down := up.Transposed()
				b.Run(fmt.Sprintf("%s, %d channels", name, channels), func(b *testing.B) {
					perElement(b, "Resample", len(y), func() { Resample(up, x, y, rows, channels) })
					perElement(b, "gradient", len(y), func() { Resample(down, y, x, rows, channels) })
				})
			}
		}
	})
}
