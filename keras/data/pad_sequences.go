package data

import (
	"reflect"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

// PadSequences returns sequences of unequal lengths as one tensor (n, length), in which
// short ones are filled up and long ones cut. They are a [][]T of any numbers, or a List
// of tensors (length, d…), which become (n, length, d…). Numbers are converted as by
// [Cast].
//
// Defaults: MaxLen the longest sequence, DType int32, Padding "pre", Truncating "pre",
// Value 0.
//
// Errors: no sequences; sequences of another kind, of unequal d…, or all empty without a
// MaxLen; a MaxLen below 1; a DType of no numbers; another Padding or Truncating.
func PadSequences(sequences any, options ...PadOption) (*tensor.Dense, error) {
	c := padConfig{dtype: tensor.Int32, padding: "pre", truncating: "pre"}
	for _, o := range options {
		if o != nil {
			o(&c)
		}
	}
	padded, err := c.pad(sequences)
	return padded, errors.WithMessage(err, "data: PadSequences")
}

// PadOption configures [PadSequences].
type PadOption func(*padConfig)

type padConfig struct {
	maxLen              *int // nil: the longest sequence
	dtype               tensor.Dtype
	padding, truncating string
	value               float64
}

// MaxLen is the length of all sequences. Default: that of the longest.
func MaxLen(n int) PadOption { return func(c *padConfig) { c.maxLen = &n } }

// DType is the type of the result. Default tensor.Int32.
func DType(dtype tensor.Dtype) PadOption { return func(c *padConfig) { c.dtype = dtype } }

// Padding says where short sequences are filled up: "pre", at their beginning, or "post".
// Default "pre".
func Padding(side string) PadOption { return func(c *padConfig) { c.padding = side } }

// Truncating says where long sequences are cut: "pre", at their beginning, or "post".
// Default "pre".
func Truncating(side string) PadOption { return func(c *padConfig) { c.truncating = side } }

// Value fills up short sequences. Default 0.
func Value(v float64) PadOption { return func(c *padConfig) { c.value = v } }

func (c *padConfig) validate() error {
	if c.maxLen != nil && *c.maxLen < 1 {
		return errors.Errorf("expected a MaxLen of at least 1, received %d", *c.maxLen)
	}
	if !numeric(c.dtype) {
		return errors.Errorf("expected a DType of numbers or bool, received %v", c.dtype)
	}
	if c.padding != "pre" && c.padding != "post" {
		return errors.Errorf(`expected Padding "pre" or "post", received %q`, c.padding)
	}
	if c.truncating != "pre" && c.truncating != "post" {
		return errors.Errorf(`expected Truncating "pre" or "post", received %q`, c.truncating)
	}
	return nil
}

func (c *padConfig) pad(sequences any) (*tensor.Dense, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	all, err := sequencesOf(sequences)
	if err != nil {
		return nil, err
	}
	length := 0
	if c.maxLen != nil {
		length = *c.maxLen
	} else {
		for _, s := range all.elements {
			length = max(length, s.Len()/all.step)
		}
		if length == 0 {
			return nil, errors.New("expected a sequence that is not empty, or a MaxLen")
		}
	}
	shape := append([]int{len(all.elements), length}, all.shape...)
	if err := checkShape(shape); err != nil {
		return nil, err
	}

	width := length * all.step // elements of a padded sequence
	padded := reflect.MakeSlice(reflect.SliceOf(c.dtype.Type), len(all.elements)*width, len(all.elements)*width)
	filling, err := c.filling(width)
	if err != nil {
		return nil, err
	}
	for i, s := range all.elements {
		if over := s.Len() - width; over > 0 {
			if c.truncating == "pre" {
				s = s.Slice(over, s.Len())
			} else {
				s = s.Slice(0, width)
			}
		}
		from, to := i*width, (i+1)*width
		at, gap := from, from+s.Len() // where the sequence goes, and its filling
		if c.padding == "pre" {
			at, gap = to-s.Len(), from
		}
		if err := kernels.Cast(s.Interface(), padded.Slice(at, at+s.Len()).Interface()); err != nil {
			return nil, err
		}
		reflect.Copy(padded.Slice(gap, gap+width-s.Len()), filling)
	}
	return fromBacking(padded.Interface(), shape...), nil
}

// filling returns n times the value.
func (c *padConfig) filling(n int) (reflect.Value, error) {
	values := make([]float64, n)
	for i := range values {
		values[i] = c.value
	}
	filling := reflect.MakeSlice(reflect.SliceOf(c.dtype.Type), n, n)
	return filling, kernels.Cast(values, filling.Interface())
}

// ragged is sequences of unequal lengths.
type ragged struct {
	elements []reflect.Value // a []T each
	shape    []int           // of a step of a sequence
	step     int             // elements of a step
}

// sequencesOf returns the sequences in a [][]T or a List.
func sequencesOf(sequences any) (*ragged, error) {
	r := &ragged{step: 1}
	if tensors, ok := sequences.(List); ok {
		for i, t := range tensors {
			if t == nil || t.IsScalar() || !numeric(t.Dtype()) {
				return nil, errors.Errorf("expected tensors of numbers with an axis, received another one at position %d", i)
			}
			shape := t.Shape()[1:]
			if i == 0 {
				r.shape, r.step = shape.Clone(), size(shape)
			}
			if !shape.Eq(r.shape) {
				return nil, errors.Errorf("expected steps of shape %v, as the first sequence has, received %v at position %d",
					keras.Shape(r.shape), keras.Shape(shape), i)
			}
			r.elements = append(r.elements, backing(t))
		}
	} else {
		v := reflect.ValueOf(sequences)
		if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Slice || !numeric(tensor.Dtype{Type: v.Type().Elem().Elem()}) {
			return nil, errors.Errorf("expected sequences of numbers, as [][]int32 or data.List, received %T", sequences)
		}
		for i := range v.Len() {
			r.elements = append(r.elements, v.Index(i))
		}
	}
	if len(r.elements) == 0 {
		return nil, errors.New("expected at least one sequence, received none")
	}
	return r, nil
}
