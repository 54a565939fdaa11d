package data

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// BatchOption is an option of Batch.
type BatchOption func(*batchConfig)

type batchConfig struct{ dropRemainder bool }

// DropRemainder leaves out a last batch that has fewer than n elements, which Batch
// keeps by default.
func DropRemainder() BatchOption { return func(c *batchConfig) { c.dropRemainder = true } }

// Batch stacks n consecutive elements into one along a new axis 0: (28, 28) becomes
// (n, 28, 28), a scalar (n,). The last batch may have fewer.
//
// Errors: n < 1; at iteration, elements of one batch that differ in structure, shape or type.
func (d *Dataset) Batch(n int, options ...BatchOption) *Dataset {
	var c batchConfig
	for _, o := range options {
		if o != nil {
			o(&c)
		}
	}
	next := d.then("Batch", Unknown)
	if n < 1 {
		return next.fail("expected a batch size of at least 1, received %d", n)
	}
	switch whole := d.cardinality; {
	case whole < 0:
		next.cardinality = whole
	case c.dropRemainder:
		next.cardinality = whole / n
	default:
		next.cardinality = whole / n
		if whole%n != 0 {
			next.cardinality++
		}
	}
	next.open = func(s stream) pass {
		up := d.open(s)
		count := 0
		var items []item
		return pass{close: up.close, next: func() (item, error) {
			clear(items)
			items = items[:0]
			for len(items) < n {
				it, err := up.next()
				if atEnd(err) && len(items) > 0 && !c.dropRemainder {
					break
				}
				if err != nil {
					return item{}, err
				}
				items = append(items, it)
			}
			batch, err := stackItems(items)
			if err != nil {
				return item{}, next.errorf("batch %d: %w", count, err)
			}
			count++
			return batch, nil
		}}
	}
	return next
}

// stackItems stacks each field of the items. The result is in new memory.
func stackItems(items []item) (batch item, err error) {
	values := make([]any, len(items))
	for k := range batch {
		for i, it := range items {
			values[i] = it[k].value
		}
		if batch[k].value, err = stack(values); err != nil {
			return item{}, errors.WithMessage(err, fieldName(k))
		}
	}
	return batch, nil
}

// stack stacks structures of equal kind leaf by leaf along a new axis 0.
func stack(values []any) (any, error) {
	first, keys, err := Leaves(values[0])
	if err != nil {
		return nil, err
	}
	dst := make([]reflect.Value, len(first))
	for j, t := range first {
		n := len(values) * size(t.Shape())
		dst[j] = reflect.MakeSlice(reflect.SliceOf(t.Dtype().Type), n, n)
	}
	for i, v := range values {
		leaves, k, err := Leaves(v)
		if err != nil {
			return nil, err
		}
		if reflect.TypeOf(v) != reflect.TypeOf(values[0]) || !slices.Equal(k, keys) {
			return nil, errors.Errorf("expected element %d to be %s, as element 0, received %s", i, kind(values[0], keys), kind(v, k))
		}
		for j, t := range leaves {
			if !t.Shape().Eq(first[j].Shape()) || t.Dtype() != first[j].Dtype() {
				return nil, errors.Errorf("expected element %d%s to be %s, as element 0, received %s",
					i, leafName(" ", v, j, k[j]), describe(first[j]), describe(t))
			}
			n := size(t.Shape())
			reflect.Copy(dst[j].Slice(i*n, (i+1)*n), backing(t))
		}
	}
	stacked := make([]*tensor.Dense, len(first))
	for j, t := range first {
		stacked[j] = fromBacking(dst[j].Interface(), append([]int{len(values)}, t.Shape()...)...)
	}
	return Rebuild(values[0], stacked)
}

// kind describes a structure without its tensors.
func kind(structure any, keys []string) string {
	switch s := structure.(type) {
	case nil:
		return "nil"
	case List:
		return fmt.Sprintf("a List of %d", len(s))
	case Dict:
		return fmt.Sprintf("a Dict of %q", keys)
	default:
		return "a tensor"
	}
}

// Unbatch cuts every element into its rows along axis 0, the reverse of Batch.
// Its cardinality is Unknown, or Infinite.
//
// Errors, at iteration: a scalar; leaves of unequal lengths.
func (d *Dataset) Unbatch() *Dataset {
	next := d.then("Unbatch", Unknown)
	if d.cardinality == Infinite {
		next.cardinality = Infinite
	}
	next.open = func(s stream) pass {
		up := d.open(s)
		count, at := 0, 0
		batch := &slicer{}
		return pass{close: up.close, next: func() (item, error) {
			if at == batch.n {
				whole, err := up.next()
				if err != nil {
					return item{}, err
				}
				if batch, err = newSlicer(whole); err != nil {
					return item{}, next.elementError(count, err)
				}
				count++
				at = 0
			}
			at++
			return batch.at(at - 1), nil
		}}
	}
	return next
}
