package data

import (
	"io"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gokeras/gokeras/keras"
	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// count is the Dataset of the scalars 0 … n-1.
func count(n int) *Dataset {
	v := make([]int64, n)
	for i := range v {
		v[i] = int64(i)
	}
	return FromTensorSlices(vector(v...))
}

func vector[T any](v ...T) *tensor.Dense { return fromBacking(v, len(v)) }

// xs reads one pass over d; each element's X is written as a list of numbers.
func xs(t testing.TB, d *Dataset) [][]int64 {
	t.Helper()
	it := d.Iter()
	defer it.Close()
	var all [][]int64
	for it.Next() {
		all = append(all, numbersOf(it.Element().X))
	}
	require.NoError(t, it.Err())
	return all
}

// flat is xs as one list.
func flat(t testing.TB, d *Dataset) []int64 {
	t.Helper()
	return slices.Concat(xs(t, d)...)
}

func numbersOf(x any) []int64 {
	return backing(Cast(x.(*tensor.Dense), tensor.Int64)).Interface().([]int64)
}

// errOf reads d to its end and returns how it ended.
func errOf(d *Dataset) error {
	it := d.Iter()
	defer it.Close()
	for it.Next() {
	}
	return it.Err()
}

func upTo(n int64) (v []int64) {
	for i := range n {
		v = append(v, i)
	}
	return v
}

func inc(x *tensor.Dense) (*tensor.Dense, error) {
	return Cast(fromBacking([]int64{numbersOf(x)[0] + 10}), tensor.Int64), nil
}

func TestStages(t *testing.T) {
	none := [][]int64(nil)
	for _, tt := range []struct {
		reason      string
		ds          *Dataset
		want        [][]int64
		cardinality int
	}{
		{"rows of a vector are scalars", count(3), [][]int64{{0}, {1}, {2}}, 3},
		{"a short last batch is kept", count(5).Batch(2), [][]int64{{0, 1}, {2, 3}, {4}}, 3},
		{"unless it is dropped", count(5).Batch(2, DropRemainder()), [][]int64{{0, 1}, {2, 3}}, 2},
		{"a batch may be larger than everything", count(3).Batch(math.MaxInt), [][]int64{{0, 1, 2}}, 1},
		{"Unbatch reverses Batch, remainder included", count(3).Batch(2).Unbatch(), [][]int64{{0}, {1}, {2}}, Unknown},
		{"Map keeps the number of elements", count(2).MapX(inc), [][]int64{{10}, {11}}, 2},
		{"Take ends early", count(5).Take(2), [][]int64{{0}, {1}}, 2},
		{"Take of more than there is takes all", count(2).Take(5), [][]int64{{0}, {1}}, 2},
		{"Take of nothing", count(2).Take(0), none, 0},
		{"Skip starts late", count(4).Skip(3), [][]int64{{3}}, 1},
		{"Skip of more than there is leaves nothing", count(2).Skip(3), none, 0},
		{"Repeat counts rounds", count(2).Repeat(2), [][]int64{{0}, {1}, {0}, {1}}, 4},
		{"no rounds, no elements", count(2).Repeat(0), none, 0},
		{"Repeat goes on for ever", count(2).Repeat().Take(5), [][]int64{{0}, {1}, {0}, {1}, {0}}, 5},
		{"-1 is for ever, as in tf.data", count(2).Repeat(-1).Take(3), [][]int64{{0}, {1}, {0}}, 3},
		{"for ever nothing ends at once", count(2).Take(0).Repeat(), none, 0},
		{"also where nobody knew", streamOf(0).Repeat(), none, Infinite},
		{"batches run across rounds of Repeat", count(3).Repeat().Batch(2).Take(2), [][]int64{{0, 1}, {2, 0}}, 2},
		{"batches do not run across rounds of a Repeat above", count(3).Batch(2).Repeat(2), [][]int64{{0, 1}, {2}, {0, 1}, {2}}, 4},
		{"Cache changes nothing", count(3).Cache(), [][]int64{{0}, {1}, {2}}, 3},
		{"Prefetch changes nothing", count(3).Prefetch(2), [][]int64{{0}, {1}, {2}}, 3},
		{"Prefetch does not wait for more than there is", count(3).Prefetch(2).Batch(2), [][]int64{{0, 1}, {2}}, 2},
		{"a function's length is unknown", streamOf(3), [][]int64{{0}, {1}, {2}}, Unknown},
		{"a remainder does not ask the function again", streamOf(3).Batch(2), [][]int64{{0, 1}, {2}}, Unknown},
		{"Repeat starts a function again at 0", streamOf(2).Repeat(2), [][]int64{{0}, {1}, {0}, {1}}, Unknown},
		{"Zip ends with the shorter", Zip(count(3), count(2)), [][]int64{{0}, {1}}, 2},
		{"Zip with an infinite one is as long as the other", Zip(count(3).Repeat(), count(2)), [][]int64{{0}, {1}}, 2},
		{"Zip with a function is of unknown length", Zip(count(3), streamOf(2)), [][]int64{{0}, {1}}, Unknown},
		{"a buffer of one shuffles nothing", count(3).Shuffle(1), [][]int64{{0}, {1}, {2}}, 3},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			require.NoError(t, tt.ds.Err())
			assert.Equal(t, tt.want, xs(t, tt.ds), "first pass: %s", tt.reason)
			assert.Equal(t, tt.want, xs(t, tt.ds), "second pass: %s", tt.reason)
			assert.Equal(t, tt.cardinality, tt.ds.Cardinality())
		})
	}
	assert.Equal(t, Infinite, count(2).Repeat().Skip(1).Shuffle(2).Prefetch(1).Batch(2).Unbatch().Cardinality(), "stages keep infinity")
	assert.Equal(t, Unknown, streamOf(1).Take(2).Cardinality(), "Take cannot know how few there are")
}

// streamOf is count from a function that minds being asked again after its end.
func streamOf(n int) *Dataset {
	ended := false
	return FromFunc(func(i int) (Element, error) {
		switch {
		case ended && i > 0:
			return Element{}, errors.New("asked again after the end")
		case i == n:
			ended = true
			return Element{}, io.EOF
		}
		ended = false
		return Element{X: tensor.New(tensor.FromScalar(int64(i)))}, nil
	})
}

func TestStructures(t *testing.T) {
	a, b := fromBacking([]float32{1, 2, 3, 4}, 2, 2), vector[uint8](5, 6)
	names := vector("one", "two")
	ds := FromTensorSlices(Dict{"a": a, "b": b}, List{b, names}, b).Batch(2)
	it := ds.Iter()
	defer it.Close()
	require.True(t, it.Next())
	e := it.Element()
	assert.Equal(t, []float32{1, 2, 3, 4}, e.X.(Dict)["a"].Data())
	assert.Equal(t, tensor.Shape{2, 2}, e.X.(Dict)["a"].Shape())
	assert.Equal(t, []uint8{5, 6}, e.X.(Dict)["b"].Data())
	assert.Equal(t, []string{"one", "two"}, e.Y.(List)[1].Data(), "strings hold pointers and must survive copying")
	assert.Equal(t, []uint8{5, 6}, e.SampleWeight.(*tensor.Dense).Data())
	assert.False(t, it.Next())
	assert.Equal(t, Element{}, it.Element(), "after the end there is no element")

	leaves, keys, err := Leaves(Dict{"z": a, "b": b, "m": names})
	require.NoError(t, err)
	assert.Equal(t, []string{"b", "m", "z"}, keys, "Keras sorts the keys of a dict")
	assert.Equal(t, List{b, names, a}, leaves)
	again, err := Rebuild(Dict{"z": nil2(), "b": b, "m": names}, leaves)
	require.NoError(t, err)
	assert.Equal(t, Dict{"z": a, "b": b, "m": names}, again)
	n, err := Len(Dict{"a": a, "b": b})
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	n, err = Len(nil)
	require.NoError(t, err)
	assert.Zero(t, n)
	_, err = Rebuild(List{a}, nil)
	assert.EqualError(t, err, "expected 1 tensors for a []*tensor.Dense, received 0")
}

func nil2() *tensor.Dense { return vector[uint8](0) }

func TestLayouts(t *testing.T) {
	want := []int64{1, 4, 2, 5, 3, 6}
	transposed := fromBacking([]int64{1, 2, 3, 4, 5, 6}, 2, 3)
	require.NoError(t, transposed.T())
	fortran := tensor.New(tensor.WithShape(3, 2), tensor.AsFortran([]int64{1, 4, 2, 5, 3, 6}))
	whole := fromBacking([]int64{0, 1, 4, 0, 2, 5, 0, 3, 6}, 3, 3)
	view, err := whole.Slice(nil, tensor.S(1, 3))
	require.NoError(t, err)
	for name, x := range map[string]*tensor.Dense{"transposed": transposed, "column-major": fortran, "view": view.(*tensor.Dense)} {
		assert.Equal(t, want, flat(t, FromTensorSlices(x).Batch(2)), name)
		rows, err := Rows(x, []int{2, 0})
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 6, 1, 4}, rows.Data(), name)
		assert.Equal(t, want, Cast(x, tensor.Int64).Data(), name)
		assert.Equal(t, want, Reshape(x, -1).Data(), name)
	}
}

func TestZip(t *testing.T) {
	it := Zip(count(2), count(2).MapX(inc)).Iter()
	defer it.Close()
	require.True(t, it.Next())
	assert.Equal(t, []int64{0}, numbersOf(it.Element().X))
	assert.Equal(t, []int64{10}, numbersOf(it.Element().Y))
}

func TestOwnership(t *testing.T) {
	// Whoever receives a tensor may write to it; nobody else may notice.
	spoil := func(x *tensor.Dense) (*tensor.Dense, error) {
		x.Memset(int64(-1))
		return x, nil
	}
	source := fromBacking([]int64{0, 1, 2, 3}, 2, 2)
	constant := vector[int64](5)
	stored := FromFunc(func(i int) (Element, error) {
		if i > 0 {
			return Element{}, io.EOF
		}
		return Element{X: source}, nil
	})
	twins := FromTensorSlices(source).Map(func(e Element) (Element, error) { return Element{X: e.X, Y: e.X}, nil })
	for _, tt := range []struct {
		reason string
		ds     *Dataset
	}{
		{"slices are copies", FromTensorSlices(source)},
		{"a function may keep its tensors", stored},
		{"a map may keep its tensors", count(2).MapX(func(*tensor.Dense) (*tensor.Dense, error) { return constant, nil })},
		{"a cache keeps its elements", FromTensorSlices(source).Batch(2).Cache()},
		{"a shuffled, repeated cache too", FromTensorSlices(source).Cache().Shuffle(1).Repeat(2)},
		{"unbatched rows of a cache too", FromTensorSlices(source).Batch(2).Cache().Unbatch()},
		{"Prefetch hands on what it read", FromTensorSlices(source).Cache().Prefetch(2)},
	} {
		want := xs(t, tt.ds)
		for range 2 {
			require.NoError(t, errOf(tt.ds.MapX(spoil)))
			it := tt.ds.Iter()
			for it.Next() {
				it.Element().X.(*tensor.Dense).Memset(int64(-2))
			}
			require.NoError(t, it.Err())
		}
		assert.Equal(t, want, xs(t, tt.ds), tt.reason)
		assert.Equal(t, []int64{0, 1, 2, 3}, source.Data(), tt.reason)
	}
	it := twins.MapX(spoil).Iter()
	require.True(t, it.Next())
	assert.Equal(t, []int64{0, 1}, numbersOf(it.Element().Y), "X and Y that a function made one are two again")
	require.NoError(t, it.Close())
}

func TestConstructionErrors(t *testing.T) {
	a, b := fromBacking([]float32{1, 2, 3}, 3), fromBacking([]float32{1, 2}, 2)
	for _, tt := range []struct {
		reason string
		ds     *Dataset
		want   string
	}{
		{"no data", FromTensorSlices(nil), "data: FromTensorSlices (stage 1): X: expected data, received nil"},
		{"not a tensor", FromTensorSlices(3), "data: FromTensorSlices (stage 1): X: expected a *tensor.Dense, a data.List or a data.Dict, received int"},
		{"a nil tensor is not nil", FromTensorSlices((*tensor.Dense)(nil)), "data: FromTensorSlices (stage 1): X: expected a tensor, received nil"},
		{"a nil tensor in a Dict", FromTensorSlices(Dict{"a": a, "b": nil}), `data: FromTensorSlices (stage 1): X: expected a tensor at ["b"], received nil`},
		{"an empty List", FromTensorSlices(List{}), "data: FromTensorSlices (stage 1): X: expected at least one tensor, received an empty []*tensor.Dense"},
		{"a scalar has no rows", FromTensorSlices(tensor.New(tensor.FromScalar(1.0))), "data: FromTensorSlices (stage 1): X: expected samples along axis 0, received the scalar () float64"},
		{"unequal lengths of X and Y", FromTensorSlices(a, b), "data: FromTensorSlices (stage 1): Y: expected 3 samples, as X has, received 2"},
		{"unequal lengths in a List", FromTensorSlices(List{a, b}), "data: FromTensorSlices (stage 1): X: expected 3 samples in [1], as in [0], received 2"},
		{"unequal weights", FromTensorSlices(a, nil, b), "data: FromTensorSlices (stage 1): SampleWeight: expected 3 samples, as X has, received 2"},
		{"too many structures", FromTensorSlices(a, a, a, a), "data: FromTensorSlices (stage 1): expected x, y and sample weights, received 4 arguments"},
		{"no function", FromFunc(nil), "data: FromFunc (stage 1): expected a function, received nil"},
		{"no function to map", count(1).MapX(nil), "data: MapX (stage 2): expected a function, received nil"},
		{"no function to map all", count(1).Map(nil), "data: Map (stage 2): expected a function, received nil"},
		{"no Dataset to zip", Zip(count(1), nil), "data: Zip (stage 1): expected two Datasets, received nil"},
		{"an error on a side of Zip", Zip(count(1), count(1).Batch(0)), "data: Batch (stage 2): expected a batch size of at least 1, received 0"},
		{"the first error stays", count(1).Take(-1).Batch(0).MapX(nil).Repeat(1, 2), "data: Take (stage 2): expected a number of elements, received -1"},
		{"Skip back", count(1).Skip(-1), "data: Skip (stage 2): expected a number of elements, received -1"},
		{"Repeat twice over", count(1).Repeat(1, 2), "data: Repeat (stage 2): expected one number of rounds, received 2"},
		{"Repeat less than for ever", count(1).Repeat(-2), "data: Repeat (stage 2): expected a number of rounds, or -1 for ever, received -2"},
		{"no buffer", count(1).Shuffle(0), "data: Shuffle (stage 2): expected a buffer of at least 1 element, received 0"},
		{"two seeds", count(1).Shuffle(1, 2, 3), "data: Shuffle (stage 2): expected one seed, received 2"},
		{"nothing to prefetch", count(1).Prefetch(0), "data: Prefetch (stage 2): expected at least 1 element, received 0"},
		{"a cache that would never be full", count(1).Repeat().Cache(), "data: Cache (stage 3): expected a Dataset that ends, received an infinite one; call Cache before Repeat"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			assert.EqualError(t, tt.ds.Err(), tt.want)
			assert.EqualError(t, errOf(tt.ds), tt.want, "iterators report it too")
			assert.Equal(t, Unknown, tt.ds.Cardinality())
		})
	}
}

func TestIterationErrors(t *testing.T) {
	broken := errors.New("broken")
	images := FromTensorSlices(fromBacking(make([]uint8, 8), 2, 2, 2), vector[uint8](1, 2))
	ragged := FromFunc(func(i int) (Element, error) {
		return Element{X: fromBacking(make([]uint8, 4+2*(i%2)), 2, 2+i%2)}, nil
	})
	returns := func(e Element) *Dataset {
		return FromFunc(func(int) (Element, error) { return e, nil })
	}
	for _, tt := range []struct {
		reason string
		ds     *Dataset
		want   string
	}{
		{"a panic with an error", images.MapX(func(x *tensor.Dense) (*tensor.Dense, error) { return ExpandDims(x, 5), nil }),
			"data: MapX (stage 2): element 0: data.ExpandDims: expected an axis from -3 to 2 for (2, 2) uint8, received 5"},
		{"a panic with something else", images.MapY(func(*tensor.Dense) (*tensor.Dense, error) { panic("no") }),
			"data: MapY (stage 2): element 0: panic: no"},
		{"a returned error", images.Map(func(Element) (Element, error) { return Element{}, broken }),
			"data: Map (stage 2): element 0: broken"},
		{"an EOF in a map is an error, not an end", images.MapX(func(*tensor.Dense) (*tensor.Dense, error) { return nil, io.EOF }),
			"data: MapX (stage 2): element 0: EOF"},
		{"the element's number", count(200).MapX(func(x *tensor.Dense) (*tensor.Dense, error) {
			if numbersOf(x)[0] >= 150 {
				return nil, broken
			}
			return x, nil
		}), "data: MapX (stage 2): element 150: broken"},
		{"neither tensor nor error", images.MapX(func(*tensor.Dense) (*tensor.Dense, error) { return nil, nil }),
			"data: MapX (stage 2): element 0: expected a tensor or an error, received nil and nil"},
		{"MapX of a Dict", FromTensorSlices(Dict{"a": vector[uint8](1)}).MapX(inc),
			"data: MapX (stage 2): element 0: expected X to be a *tensor.Dense, received map[string]*tensor.Dense; use Map"},
		{"MapY without Y", count(1).MapY(inc), "data: MapY (stage 2): element 0: expected Y to be a *tensor.Dense, received <nil>; use Map"},
		{"Map to nothing", count(1).Map(func(Element) (Element, error) { return Element{}, nil }),
			"data: Map (stage 2): element 0: X: expected data, received nil"},
		{"Map to no tensor", count(1).Map(func(e Element) (Element, error) { e.Y = 3; return e, nil }),
			"data: Map (stage 2): element 0: Y: expected a *tensor.Dense, a data.List or a data.Dict, received int"},
		{"unequal shapes in a batch", ragged.Batch(2), "data: Batch (stage 2): batch 0: X: expected element 1 to be (2, 2) uint8, as element 0, received (2, 3) uint8"},
		{"unequal types in a batch", alternate(Element{X: vector[uint8](1)}, Element{X: vector[int8](1)}).Batch(2),
			"data: Batch (stage 2): batch 0: X: expected element 1 to be (1,) uint8, as element 0, received (1,) int8"},
		{"unequal shapes in a Dict", alternate(Element{X: Dict{"a": vector[uint8](1)}}, Element{X: Dict{"a": vector[uint8](1, 2)}}).Batch(2),
			`data: Batch (stage 2): batch 0: X: expected element 1 ["a"] to be (1,) uint8, as element 0, received (2,) uint8`},
		{"unequal keys", alternate(Element{X: Dict{"a": vector[uint8](1)}}, Element{X: Dict{"b": vector[uint8](1)}}).Batch(2),
			`data: Batch (stage 2): batch 0: X: expected element 1 to be a Dict of ["a"], as element 0, received a Dict of ["b"]`},
		{"unequal structures", alternate(Element{X: vector[uint8](1)}, Element{X: List{vector[uint8](1)}}).Batch(2),
			"data: Batch (stage 2): batch 0: X: expected element 1 to be a tensor, as element 0, received a List of 1"},
		{"labels for some only", alternate(Element{X: vector[uint8](1)}, Element{X: vector[uint8](1), Y: vector[uint8](1)}).Batch(2),
			"data: Batch (stage 2): batch 0: Y: expected element 1 to be nil, as element 0, received a tensor"},
		{"Unbatch of scalars", count(2).Unbatch(), "data: Unbatch (stage 2): element 0: X: expected samples along axis 0, received the scalar () int64"},
		{"a function's error", FromFunc(func(i int) (Element, error) { return Element{}, broken }), "data: FromFunc (stage 1): element 0: broken"},
		{"a function's panic", FromFunc(func(i int) (Element, error) { panic(broken) }), "data: FromFunc (stage 1): element 0: broken"},
		{"a function's wrapped EOF is no end", FromFunc(func(i int) (Element, error) { return Element{}, errors.Wrap(io.EOF, "file") }), "data: FromFunc (stage 1): element 0: file: EOF"},
		{"a function without X", returns(Element{Y: vector[uint8](1)}), "data: FromFunc (stage 1): element 0: X: expected data, received nil"},
		{"Zip of pairs", Zip(images, count(2)), "data: Zip (stage 2): element 0: expected elements that have only an X, received one with Y or SampleWeight"},
		{"an error below Shuffle", FromFunc(func(i int) (Element, error) { return Element{}, broken }).Shuffle(9).Repeat().Prefetch(2).Batch(2), "data: FromFunc (stage 1): element 0: broken"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			require.NoError(t, tt.ds.Err())
			assert.EqualError(t, errOf(tt.ds), tt.want)
			assert.EqualError(t, errOf(tt.ds), tt.want, "each iterator fails alike")
		})
	}
	assert.ErrorIs(t, errOf(images.Map(func(Element) (Element, error) { return Element{}, broken }).Repeat()), broken, "the cause can be asked for")
}

// alternate is the endless Dataset a, b, a, b, …
func alternate(a, b Element) *Dataset {
	return FromFunc(func(i int) (Element, error) { return [2]Element{a, b}[i%2], nil })
}

func TestMapDeliversWhatCameBeforeAnError(t *testing.T) {
	it := count(100).MapX(func(x *tensor.Dense) (*tensor.Dense, error) {
		if numbersOf(x)[0] == 37 {
			panic("no")
		}
		return x, nil
	}).Iter()
	defer it.Close()
	n := 0
	for it.Next() {
		n++
	}
	assert.Equal(t, 37, n)
	assert.Error(t, it.Err())
	assert.False(t, it.Next(), "an iterator that failed stays at its end")
}

func TestMapIsParallelAndOrdered(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var running, most atomic.Int64
	meet := make(chan struct{})
	var once sync.Once
	ds := count(300).MapX(func(x *tensor.Dense) (*tensor.Dense, error) {
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
			if n == 2 {
				once.Do(func() { close(meet) })
			}
		}
		if numbersOf(x)[0] > 0 { // the first element is made alone
			<-meet
		}
		running.Add(-1)
		return x, nil
	})
	assert.Equal(t, upTo(300), flat(t, ds))
	assert.Greater(t, most.Load(), int64(1))
	assert.LessOrEqual(t, most.Load(), int64(4))
}

func TestMapReadsAheadSlowly(t *testing.T) {
	var read atomic.Int64
	ds := FromFunc(func(i int) (Element, error) {
		read.Add(1)
		return Element{X: vector(int64(i))}, nil
	}).MapX(inc)
	it := ds.Iter()
	require.True(t, it.Next())
	assert.Equal(t, int64(1), read.Load(), "one element costs one")
	require.NoError(t, it.Close())
	require.Len(t, xs(t, ds.Take(1000)), 1000)
	assert.LessOrEqual(t, read.Load(), int64(1+1000+maxWindow))
}

func TestCache(t *testing.T) {
	var made atomic.Int64
	ds := count(4).MapX(func(x *tensor.Dense) (*tensor.Dense, error) { made.Add(1); return x, nil }).Cache()
	it := ds.Iter()
	it.Next()
	it.Next()
	require.NoError(t, it.Close())
	made.Store(0)
	assert.Equal(t, upTo(4), flat(t, ds), "a pass that was left early does not shorten the next")
	assert.Equal(t, int64(4), made.Load())
	assert.Equal(t, upTo(4), flat(t, ds))
	assert.Equal(t, upTo(4), flat(t, ds.Batch(3)), "what is made of a cached Dataset reads the same memory")
	assert.Equal(t, int64(4), made.Load(), "nothing is made again")

	fails := true
	flaky := count(4).MapX(func(x *tensor.Dense) (*tensor.Dense, error) {
		if fails && numbersOf(x)[0] == 2 {
			return nil, errors.New("broken")
		}
		return x, nil
	}).Cache()
	require.Error(t, errOf(flaky))
	fails = false
	assert.Equal(t, upTo(4), flat(t, flaky), "a pass that failed is not kept")
}

func TestShuffle(t *testing.T) {
	t.Run("every order is a permutation, every round is another", func(t *testing.T) {
		ds := count(50).Shuffle(100).Repeat(2)
		all := flat(t, ds)
		first, second := all[:50], all[50:]
		assert.NotEqual(t, first, second)
		assert.NotEqual(t, upTo(50), first)
		for _, round := range [][]int64{first, second} {
			sorted := slices.Sorted(slices.Values(round))
			assert.Equal(t, upTo(50), sorted)
		}
		assert.NotEqual(t, all, flat(t, ds), "another iterator, another order")
	})
	t.Run("a seed decides everything, Prefetch nothing", func(t *testing.T) {
		passes := func(d *Dataset) (all [][]int64) {
			for range 3 {
				it := d.Iter()
				for range 30 {
					require.True(t, it.Next())
					all = append(all, numbersOf(it.Element().X))
				}
				require.NoError(t, it.Close())
			}
			return all
		}
		make7 := func() *Dataset { return count(20).Cache().Shuffle(20, 7).Repeat() }
		want := passes(make7())
		assert.Equal(t, want, passes(make7()))
		assert.Equal(t, want, passes(make7().Prefetch(5)))
		assert.NotEqual(t, want, passes(count(20).Cache().Shuffle(20, 8).Repeat()))
		assert.NotEqual(t, want[:20], want[30:50], "the second iterator has an order of its own")
	})
	t.Run("without a seed the global one decides", func(t *testing.T) {
		ds := count(20).Shuffle(20).Repeat(2)
		keras.SetRandomSeed(42)
		first, second := flat(t, ds), flat(t, ds.Prefetch(3))
		keras.SetRandomSeed(42)
		flat(t, count(5).Shuffle(5, 1).Batch(2)) // draws nothing
		assert.Equal(t, first, flat(t, ds))
		assert.Equal(t, second, flat(t, ds))
		assert.NotEqual(t, first, second)
	})
	t.Run("sides of a Zip differ", func(t *testing.T) {
		it := Zip(count(50).Shuffle(50), count(50).Shuffle(50)).Iter()
		same := 0
		for it.Next() {
			if e := it.Element(); numbersOf(e.X)[0] == numbersOf(e.Y)[0] {
				same++
			}
		}
		assert.Less(t, same, 25)
	})
	t.Run("no element comes more than a buffer too early", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			n, buffer := rapid.IntRange(1, 60).Draw(r, "n"), rapid.IntRange(1, 70).Draw(r, "buffer")
			got := flat(t, count(n).Shuffle(buffer, rapid.Int64().Draw(r, "seed")))
			for place, v := range got {
				assert.Less(t, int(v), place+buffer)
			}
			slices.Sort(got)
			assert.Equal(t, upTo(int64(n)), got)
		})
	})
	t.Run("a full buffer gives every place the same chance", func(t *testing.T) {
		// 4 elements, 4000 passes: each of 16 counts is binomial (4000, 1/4), standard
		// deviation 27; 6 of them make a false alarm a matter of 1 in 10^7.
		var counts [4][4]int
		ds := count(4).Shuffle(4, 1)
		for range 4000 {
			for place, v := range flat(t, ds) {
				counts[place][v]++
			}
		}
		for _, row := range counts {
			for _, c := range row {
				assert.InDelta(t, 1000, c, 6*27)
			}
		}
	})
}

func TestPrefetchIsAheadAndStops(t *testing.T) {
	made := make(chan int, 100)
	ds := FromFunc(func(i int) (Element, error) {
		made <- i
		return Element{X: vector(int64(i))}, nil
	}).Prefetch(3)
	it := ds.Iter()
	require.Empty(t, made, "nothing runs before the first Next")
	require.True(t, it.Next())
	for i := range 4 {
		assert.Equal(t, i, <-made, "one was taken, three are ahead")
	}
	require.NoError(t, it.Close())
	require.NoError(t, it.Close(), "Close may be called again")
	assert.Empty(t, made, "after Close nothing runs")
	assert.False(t, it.Next())
	// TestMain finds the goroutines that are left.
	for range 3 {
		left := ds.Map(func(e Element) (Element, error) { return e, nil }).Prefetch(2).Iter()
		left.Next()
		require.NoError(t, left.Close())
	}
	require.NoError(t, ds.Iter().Close(), "an iterator that was never asked")

	entered, finished := make(chan struct{}), false
	slow := FromFunc(func(i int) (Element, error) {
		if i == 1 {
			close(entered)
			time.Sleep(20 * time.Millisecond)
			finished = true
		}
		return Element{X: vector(int64(i))}, nil
	}).Prefetch(1).Iter()
	require.True(t, slow.Next())
	<-entered
	require.NoError(t, slow.Close())
	assert.True(t, finished, "Close waits for the function that runs")
}

func TestManyIterators(t *testing.T) {
	ds := count(64).MapX(inc).Batch(8).Cache().Shuffle(8).Unbatch().Prefetch(4)
	var wg sync.WaitGroup
	results := make([][]int64, 8)
	for i := range results {
		wg.Go(func() {
			it := ds.Iter()
			defer it.Close()
			for it.Next() {
				results[i] = append(results[i], numbersOf(it.Element().X)...)
			}
		})
	}
	wg.Wait()
	want := make([]int64, 64)
	for i := range want {
		want[i] = int64(i) + 10
	}
	for _, r := range results {
		slices.Sort(r)
		assert.Equal(t, want, r)
	}
}

func BenchmarkMNISTPipeline(b *testing.B) {
	images := fromBacking(make([]uint8, 60000*28*28), 60000, 28, 28)
	labels := fromBacking(make([]uint8, 60000), 60000)
	expand := func(x *tensor.Dense) (*tensor.Dense, error) { return ExpandDims(x, -1), nil }
	epoch := func(ds *Dataset) {
		it := ds.Iter()
		defer it.Close()
		for range 235 {
			it.Next()
		}
	}
	b.Run("first epoch", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			epoch(FromTensorSlices(images, labels).MapX(expand).Batch(256).Cache().Shuffle(5000).Repeat())
		}
	})
	b.Run("later epochs", func(b *testing.B) {
		ds := FromTensorSlices(images, labels).MapX(expand).Batch(256).Cache().Shuffle(5000).Repeat()
		epoch(ds.Take(235))
		it := ds.Iter()
		defer it.Close()
		b.ResetTimer()
		for range b.N {
			for range 235 {
				it.Next()
			}
		}
	})
}
