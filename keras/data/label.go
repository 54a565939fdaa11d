package data

import (
	"fmt"
	"math"
	"reflect"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// label tells the label of sample i, with the name of its class if there is one, and
// what is to be said behind it.
type label func(i int, classNames []string) (name, more string)

// newLabel returns the labels of n samples: numbers, strings, or probabilities for each class.
func newLabel(labels any, n int) (label, error) {
	var elements reflect.Value
	switch v := labels.(type) {
	case nil:
		return nil, errors.New("expected a tensor or a slice, received nil")
	case *tensor.Dense:
		if v == nil || v.Dtype().Type == nil {
			return nil, errors.New("expected a tensor or a slice, received nil")
		}
		elements = backing(v)
		switch rank := v.Dims(); {
		case elements.Len() == n && (rank <= 1 || rank == 2 && v.Shape()[1] == 1):
		case rank == 2 && v.Shape()[0] == n && numeric(v.Dtype()):
			return mostProbable(v), nil
		default:
			return nil, errors.Errorf("expected %d labels, or as many rows of probabilities, received %s", n, describe(v))
		}
	default:
		elements = reflect.ValueOf(labels)
		if kind := elements.Kind(); kind != reflect.Slice && kind != reflect.Array {
			elements = reflect.ValueOf([]any{labels}) // of one sample
		}
		if elements.Len() != n {
			return nil, errors.Errorf("expected %d labels, received %d", n, elements.Len())
		}
	}
	return func(i int, classNames []string) (name, more string) {
		return className(elements.Index(i).Interface(), classNames), ""
	}, nil
}

// className is the name of a class that is given by its number, or the value itself.
func className(value any, classNames []string) string {
	v := reflect.ValueOf(value)
	class := math.NaN()
	switch {
	case v.CanInt():
		class = float64(v.Int())
	case v.CanUint():
		class = float64(v.Uint())
	case v.CanFloat():
		class = v.Float()
		value = fmt.Sprintf("%.4g", class)
	}
	if i := int(class); float64(i) == class && 0 <= i && i < len(classNames) {
		return classNames[i]
	}
	return fmt.Sprint(value)
}

// mostProbable tells the class with the largest value in each row of t and, where they
// are probabilities, its percentage.
func mostProbable(t *tensor.Dense) label {
	return func(i int, classNames []string) (name, more string) {
		values := numbers(Slice(t, i, i+1))
		best, probabilities := 0, true
		for k, v := range values {
			if v > values[best] || math.IsNaN(values[best]) {
				best = k
			}
			probabilities = probabilities && v >= 0 && v <= 1
		}
		if p := values[best]; probabilities && p < 1 { // 1 is that of a one-hot label
			more = fmt.Sprintf(" %.0f%%", 100*p)
		}
		return className(best, classNames), more
	}
}
