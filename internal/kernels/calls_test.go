package kernels

import (
	"cmp"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A call of assembly cannot be preempted, so that none should take more than some 30
// microseconds. With -v it says how long the longest of each function took.
func TestCallsAreShort(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the same calls each time
	onEverySet(t, func(t *testing.T) {
		if active.lanes == 0 {
			t.Skip("no assembly")
		}
		for _, s := range []*instructionSet{active, active.channels} {
			for vectors, height := range s.heights {
				assert.LessOrEqual(t, height*vectors*s.lanes*max(maxTerms, maxRun), maxCall, "%s: a tile of %d vectors", s.name, vectors)
			}
		}
		longest := map[string]call{}
		for _, kernel := range longCalls() {
			calls := watch(kernel)
			for range 2 {
				again := watch(kernel)
				require.Len(t, again, len(calls))
				for i, c := range again { // something else may have come between
					calls[i].took = min(calls[i].took, c.took)
				}
			}
			for _, c := range calls {
				if c.sizes[0] > elementGrain {
					t.Fatalf("%s is called with the sizes %v", c.function, c.sizes)
				}
				if c.took > longest[c.function].took {
					longest[c.function] = c
				}
			}
		}
		for _, c := range slices.SortedFunc(maps.Values(longest), func(a, b call) int { return cmp.Compare(b.took, a.took) }) {
			t.Log(c.took, c.function, c.sizes)
		}
	})
}

// longCalls returns kernels on arrays that make their calls of assembly as long as they get.
func longCalls() (kernels []func()) {
	add := func(run ...func()) { kernels = append(kernels, run...) }
	for _, g := range []gemmCase{
		{m: 300, n: 500, k: 400}, {m: 3000, n: 64, k: 5}, {m: 3000, n: 8, k: 400}, {m: 3000, n: 20, k: 1},
		{m: 64, n: 10000, k: 30, transB: true}, {m: 10, n: 300, k: 9000, transA: true},
	} {
		la, lda, lb, ldb, lc, ldc := g.sizes()
		a, b, c := make([]float32, la), make([]float32, lb), make([]float32, lc)
		add(func() { Gemm(g.transA, g.transB, g.m, g.n, g.k, a, lda, b, ldb, false, c, ldc) })
	}
	for _, g := range []ConvGeometry{
		geometryFor(1, 64, 64, 1, []int{64, 64}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame),
		geometryFor(1, 2, 48, 1, []int{20000}, []int{3}, []int{1}, []int{2}, PaddingSame),
		geometryFor(1, 1, 16, 1, []int{20000}, []int{1}, []int{2}, []int{1}, PaddingValid),
		geometryFor(1, 3, 5, 1, []int{9000}, []int{300}, []int{1}, []int{1}, PaddingSame),
		geometryFor(4, 64, 64, 64, []int{64, 64}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame),
		geometryFor(1, 16, 16, 16, []int{20000}, []int{1}, []int{2}, []int{1}, PaddingValid),
	} {
		x := make([]float32, sizeOf(g.In, g.Batch, g.InChannels))
		w := make([]float32, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
		y := make([]float32, sizeOf(g.Out, g.Batch, g.OutChannels))
		add(func() { Conv(g, x, w, nil, false, y) }, func() { ConvGradInput(g, w, y, x) }, func() { ConvGradKernel(g, x, y, w) })
	}
	for _, g := range []PoolGeometry{
		poolGeometryFor(1, 30000, []int{2, 2}, []int{2, 2}, []int{2, 2}, PaddingValid),
		poolGeometryFor(1, 1, []int{2, 30000}, []int{2, 2}, []int{2, 2}, PaddingValid),
		poolGeometryFor(1, 60, []int{45, 45}, []int{45, 45}, []int{1, 1}, PaddingValid),
		poolGeometryFor(1, 1, []int{180, 180}, []int{180, 180}, []int{1, 1}, PaddingValid),
	} {
		x, y := make([]float32, sizeOf(g.In, g.Batch, g.Channels)), make([]float32, sizeOf(g.Out, g.Batch, g.Channels))
		places := make([]int32, len(y))
		add(func() { MaxPool(g, x, y, nil) }, func() { MaxPool(g, x, y, places) }, func() { MaxPoolGrad(g, y, places, x) },
			func() { AveragePool(g, x, y) }, func() { AveragePoolGrad(g, y, x) })
	}
	const n = 3 * elementGrain
	var v [5][]float32
	for i := range v {
		v[i] = normalsOf[float32](uint64(i), n)
	}
	for _, c := range elementCases() {
		add(func() { c.run(v[:c.arrays]) })
	}
	x, y, dy, dx, index := v[0], v[1], v[2], v[3], make([]int, n)
	add(func() { SumAll(x) }, func() { Dot(x, y) }, func() { _ = Cast(make([]uint8, n), dx) }, func() { Dropout(1, 0, x, y, dx) })
	for _, view := range [][3]int{{1, n, 1}, {1, 2, n / 2}, {1, n / 2, 2}, {n / 50, 50, 1}, {2, n / 2, 1}} {
		outer, n, inner := view[0], view[1], view[2]
		for _, r := range reductions {
			add(func() { r.f32(x, dx, outer, n, inner) })
		}
		add(func() { ExtremumGradient(x, y, dy, dx, outer, n, inner) },
			func() { ArgMax(x, index, outer, n, inner) })
	}
	for _, width := range []int{2, 9, n / 2} {
		rows := n / width
		shape := []int{rows, width}
		for f := Add; f <= Minimum; f++ {
			add(func() { Broadcast(f, x, shape, y, shape[1:], dx, shape) },
				func() { BroadcastGradient(f, x, shape, y, shape[1:], dy, dx, nil, shape) })
		}
		add(func() { Softmax(x, dx, rows, width, 1) },
			func() { SoftmaxGradient(y, dy, dx, rows, width, 1) },
			func() { LogSoftmax(x, dx, rows, width, 1) },
			func() { LogSoftmaxGradient(y, dy, dx, rows, width, 1) },
			func() { Huber(x, y, dx, rows, width, 1) },
			func() { HuberGradient(x, y, dy, dx, rows, width, 1) },
			func() { CategoricalCrossentropy(x, y, dx, rows, width, true, 0.1) },
			func() { CategoricalCrossentropyGradient(x, y, dy, dx, rows, width, true, 0.1) },
			func() { Transpose(x, shape, []int{1, 0}, dx) })
	}
	for _, filter := range []Filter{Triangle, Lanczos5} {
		up := NewResampling[float32](filter, 2, 16)
		down := up.Transposed()
		for _, inner := range []int{1, n / 16} {
			outer := n / 16 / inner
			add(func() { Resample(up, x[:n/8], dx, outer, inner) }, func() { Resample(down, y, dx, outer, inner) })
		}
	}
	r := Recurrence{1, 2, 2048, Tanh, Sigmoid, nil}
	u, states := make([]float32, 4*r.Units*r.Units), 2*r.Batch*r.Units
	add(func() { LSTM(r, u, x[:4*states/2], dy[:states], dx[:states]) },
		func() {
			LSTMGradient(r, u, x[:2*states], dy[:states], nil, y[:states/2], v[4][:states/2], dx[:2*states])
		})
	return kernels
}

// call is one of a function of an instruction set.
type call struct {
	function string
	sizes    []int
	took     time.Duration
}

// watch returns the calls that a kernel makes of the active set's functions.
func watch(kernel func()) (calls []call) {
	s, loops := active, &vectorLoops[active.lanes]
	set, channels, all := *s, *s.channels, *loops
	defer func() { *s, *s.channels, *loops = set, channels, all }()
	watchField := func(name string, f reflect.Value) {
		original := reflect.ValueOf(f.Interface())
		f.Set(reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
			start := time.Now()
			results := original.Call(args)
			calls = append(calls, call{name, sizesOf(args), time.Since(start)})
			return results
		}))
	}
	eachFunction("", reflect.ValueOf(s), watchField)
	eachFunction("", reflect.ValueOf(loops), watchField)
	kernel()
	return calls
}

// sizesOf returns the integers among the arguments of a call.
func sizesOf(args []reflect.Value) (sizes []int) {
	for _, arg := range args {
		switch v := arg.Interface().(type) {
		case int:
			sizes = append(sizes, v)
		case *tileArgs:
			sizes = append(sizes, int(v.inner), int(v.outer), int(v.tiles))
		}
	}
	return sizes
}

// eachFunction calls f for the functions that v holds, with the names of their fields.
func eachFunction(name string, v reflect.Value, f func(name string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Func:
		if !v.IsNil() {
			f(name, v)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			eachFunction(name, v.Elem(), f)
		}
	case reflect.Array:
		for i := range v.Len() {
			eachFunction(name, v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i) // reflection refuses to set what is not exported
			eachFunction(v.Type().Field(i).Name, reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem(), f)
		}
	}
}
