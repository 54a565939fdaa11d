package keras

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/tensor"
)

// None is a size that is known only when data comes: the batch axis, as a rule.
const None = -1

// Shape is the sizes of a tensor's axes, the batch axis first. None is an unknown size.
type Shape []int

// String writes the shape as Keras does: (None, 28, 28, 1), (None,), ().
func (s Shape) String() string {
	var b strings.Builder
	b.WriteByte('(')
	for i, d := range s {
		if i > 0 {
			b.WriteString(", ")
		}
		if d == None {
			b.WriteString("None")
		} else {
			b.WriteString(strconv.Itoa(d))
		}
	}
	if len(s) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}

// Rank is the number of axes.
func (s Shape) Rank() int { return len(s) }

// Last is the size of the last axis, None where there is none.
func (s Shape) Last() int {
	if len(s) == 0 {
		return None
	}
	return s[len(s)-1]
}

// Known reports whether no size is None.
func (s Shape) Known() bool { return !slices.Contains(s, None) }

// Size is the number of elements, None where a size is unknown, math.MaxInt where
// no int holds it. The shape () has one.
func (s Shape) Size() int {
	n := 1
	switch {
	case !s.Known():
		return None
	case slices.Contains(s, 0):
		return 0
	}
	for _, d := range s {
		if d > math.MaxInt/n {
			return math.MaxInt
		}
		n *= d
	}
	return n
}

// Clone is a copy.
func (s Shape) Clone() Shape { return slices.Clone(s) }

// Equal reports whether both have the same sizes, None equal to None only.
func (s Shape) Equal(o Shape) bool { return slices.Equal(s, o) }

// Accepts reports whether data of shape o fits s: None in either fits any size.
func (s Shape) Accepts(o Shape) bool {
	return slices.EqualFunc(s, o, func(a, b int) bool { return a == b || a == None || b == None })
}

// WithBatch is the shape of an input whose other axes are s.
func (s Shape) WithBatch(n int) Shape { return append(Shape{n}, s...) }

// Tensor is the shape as Gorgonia has it. It must be Known.
func (s Shape) Tensor() tensor.Shape { return tensor.Shape(slices.Clone(s)) }

// valid reports whether every size is None or not negative.
func (s Shape) valid() bool {
	return !slices.ContainsFunc(s, func(d int) bool { return d < 0 && d != None })
}

// Config is the shape in a config: a list with null for None.
func (s Shape) Config() []any {
	list := make([]any, len(s))
	for i, d := range s {
		if d != None {
			list[i] = d
		}
	}
	return list
}
