package data

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

func TestAZeroDatasetCarriesAnError(t *testing.T) {
	zero := &Dataset{}
	it := zero.Iter()
	assert.False(t, it.Next())
	require.ErrorContains(t, it.Err(), "expected a Dataset that FromTensorSlices, FromFunc or Zip made, received an empty one")
	require.ErrorContains(t, zero.Batch(2).Repeat().Err(), "received an empty one")

	none := &Iterator{}
	assert.False(t, none.Next(), "an Iterator that nobody made has no elements")
	require.NoError(t, none.Close())
}

func TestNumbersThatNoMemoryHolds(t *testing.T) {
	ds := FromTensorSlices(tensor.New(tensor.WithBacking([]float32{1, 2})))
	it := ds.Prefetch(math.MaxInt).Iter()
	defer it.Close()
	require.True(t, it.Next())
	require.NoError(t, it.Err())
	assert.Equal(t, math.MaxInt-1, ds.Repeat(math.MaxInt).Cardinality(), "of two elements, without overflow")
}

func TestTensorsThatAreNone(t *testing.T) {
	_, err := Rows(nil, []int{0})
	require.ErrorContains(t, err, "expected a tensor, received nil")
	_, _, err = Leaves(List{{}})
	require.ErrorContains(t, err, "received one without elements")
	spoil := func(*tensor.Dense) (*tensor.Dense, error) { return &tensor.Dense{}, nil }
	it := FromTensorSlices(tensor.New(tensor.WithBacking([]float32{1, 2}))).MapX(spoil).Batch(2, nil).Iter()
	assert.False(t, it.Next())
	require.ErrorContains(t, it.Err(), "received one without elements")
}
