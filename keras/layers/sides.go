package layers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// sides is how much is added to, or cut from, the beginning and the end of each spatial
// axis. In a config one axis is a pair, several are a list of pairs.
type sides [][2]int

// newSides is what variadic ints stand for: one for all sides, one for both sides of
// each axis, or, of a single axis, one for each side.
func newSides(rank int, given []int) sides {
	if rank == 1 && len(given) == 2 {
		return sides{{given[0], given[1]}}
	}
	given = sizes(rank, given)
	s := make(sides, len(given))
	for i, n := range given {
		s[i] = [2]int{n, n}
	}
	return s
}

// pairs is what variadic pairs stand for: one for all axes or one each.
func pairs(rank int, given [][2]int) sides {
	s := make(sides, len(given))
	copy(s, given)
	for len(given) == 1 && len(s) < rank {
		s = append(s, given[0])
	}
	return s
}

// EncodeConfig is a pair, or a list of them.
func (s sides) EncodeConfig() any {
	list := make([]any, len(s))
	for i, p := range s {
		list[i] = []any{p[0], p[1]}
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// DecodeConfig reads what EncodeConfig writes, and what Keras's constructors take. s
// has as many axes as the layer.
func (s *sides) DecodeConfig(v any) error {
	var ints intList
	if ints.DecodeConfig(v) == nil {
		*s = newSides(len(*s), ints)
		return nil
	}
	wrong := keras.Expected(keras.ErrConfig, "whole numbers or pairs of them", v)
	list, ok := v.([]any)
	if !ok {
		return wrong
	}
	read := make(sides, len(list))
	for i, e := range list {
		if ints.DecodeConfig(e) != nil || len(ints) < 1 || len(ints) > 2 {
			return wrong
		}
		read[i] = [2]int{ints[0], ints[len(ints)-1]}
	}
	*s = read
	return nil
}

// sides adds a violation unless there is a pair that is not negative for each axis.
func (f *faults) sides(argument string, rank int, s sides) {
	switch {
	case len(s) == rank:
	case rank == 1:
		f.require(false, fmt.Sprintf("The `%s` argument must be a tuple of 2 integers. Received %s=%s", argument, argument, s))
		return
	default:
		f.require(false, fmt.Sprintf("`%s` should have %d elements. Received: %s=%s.", argument, rank, argument, s))
		return
	}
	for i, p := range s {
		name := argument
		if rank > 1 {
			name = [...]string{"1st", "2nd", "3rd"}[i] + " entry of " + argument
		}
		if n := min(p[0], p[1]); n < 0 {
			f.require(false, fmt.Sprintf("The `%s` argument must be a tuple of 2 integers. Received %s=%s, including values {%d} that do not satisfy `value >= 0`",
				name, name, tuple(p[:]), n))
		}
	}
}

// String writes sides as Python does: (1, 2), ((1, 2), (3, 4)).
func (s sides) String() string {
	words := make([]string, len(s))
	for i, p := range s {
		words[i] = "(" + strconv.Itoa(p[0]) + ", " + strconv.Itoa(p[1]) + ")"
	}
	if len(words) == 1 {
		return words[0]
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// of are the numbers before and after each axis of an input.
func (s sides) of(d DataFormat) (before, after []int) {
	rank := len(s) + 2
	before, after = make([]int, rank), make([]int, rank)
	for i, a := range d.spatial(rank) {
		before[a], after[a] = s[i][0], s[i][1]
	}
	return before, after
}

// resized is a shape with so much more on each spatial axis, or with sign −1 less.
func (s sides) resized(shape keras.Shape, d DataFormat, sign int) keras.Shape {
	out := shape.Clone()
	for i, a := range d.spatial(len(shape)) {
		if out[a] != keras.None {
			out[a] += sign * (s[i][0] + s[i][1])
		}
	}
	return out
}
