package layers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.ConfigValue = (*intList)(nil)
	_ keras.ConfigValue = (*sides)(nil)
)

// Padding says what happens at the edges of an image or sequence.
type Padding string

// The paddings.
const (
	Valid  Padding = "valid"  // none: the output is smaller
	Same   Padding = "same"   // zeros, so that the output is the input's size divided by the strides
	Causal Padding = "causal" // zeros before the first step only; 1D
)

// padding adds a violation unless p is one of the words allowed.
func (f *faults) padding(p Padding, allowed ...Padding) {
	words := make([]string, len(allowed))
	for i, a := range allowed {
		if p == a {
			return
		}
		words[i] = "'" + string(a) + "'"
	}
	f.require(false, fmt.Sprintf("The `padding` argument must be a list/tuple or one of {%s}. Received: %s", strings.Join(words, ", "), p))
}

// Interpolation says what new pixels are made of.
type Interpolation string

// The interpolations.
const (
	Nearest  Interpolation = "nearest"  // the pixel that they are in
	Bilinear Interpolation = "bilinear" // straight lines between neighbours
	Bicubic  Interpolation = "bicubic"  // cubic curves through neighbours (Keys, a = −½)
	Lanczos3 Interpolation = "lanczos3" // windowed sinc functions of six neighbours
	Lanczos5 Interpolation = "lanczos5" // of ten
)

// interpolation adds a violation unless i is one of the interpolations.
func (f *faults) interpolation(i Interpolation) {
	f.require(slices.Contains([]Interpolation{Nearest, Bilinear, Bicubic, Lanczos3, Lanczos5}, i), fmt.Sprintf(
		"Invalid value for argument `interpolation`. Expected of one ('bilinear', 'nearest', 'lanczos3', 'lanczos5', 'bicubic'). "+
			"Received: interpolation=%s", i))
}

// DataFormat says which axis holds the channels.
type DataFormat string

// The data formats.
const (
	ChannelsLast  DataFormat = "channels_last"  // (batch, rows, cols, channels)
	ChannelsFirst DataFormat = "channels_first" // (batch, channels, rows, cols)
)

func (f *faults) dataFormat(d DataFormat) {
	f.require(d == ChannelsLast || d == ChannelsFirst, fmt.Sprintf(
		"The `data_format` argument must be one of {'channels_first', 'channels_last'}. Received: data_format=%s", d))
}

// channels is the axis of the channels in a shape of some rank.
func (d DataFormat) channels(rank int) int {
	if d == ChannelsFirst {
		return 1
	}
	return rank - 1
}

// spatial are the axes of a rank that are neither batch nor channels.
func (d DataFormat) spatial(rank int) []int {
	var axes []int
	for a := 1; a < rank; a++ {
		if a != d.channels(rank) {
			axes = append(axes, a)
		}
	}
	return axes
}

// lower is a word in lower case, as Keras takes "SAME" too.
func lower[W ~string](word W) W { return W(strings.ToLower(string(word))) }

// sizes is what a variadic size argument stands for: one int for all axes, or one each.
func sizes(rank int, given []int) []int {
	if len(given) != 1 {
		return given
	}
	all := make([]int, rank)
	for i := range all {
		all[i] = given[0]
	}
	return all
}

// sizes adds a violation unless there is one size above 0 for each axis.
func (f *faults) sizes(argument string, rank int, given []int) {
	text := fmt.Sprintf("The `%s` argument must be a tuple of %d integers. Received %s=%s", argument, rank, argument, tuple(given))
	f.require(len(given) == rank, text)
	for _, n := range given {
		if n <= 0 {
			f.require(false, fmt.Sprintf("%s, including values {%d} that do not satisfy `value > 0`", text, n))
			return
		}
	}
}

// tuple writes sizes as Python does: (2, 3), (2,), ().
func tuple(sizes []int) string {
	words := make([]string, len(sizes))
	for i, n := range sizes {
		words[i] = strconv.Itoa(n)
	}
	if len(words) == 1 {
		return "(" + words[0] + ",)"
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// shapeList writes shapes as Python does: [(None, 5), (None, 4)].
func shapeList(shapes []keras.Shape) string {
	words := make([]string, len(shapes))
	for i, s := range shapes {
		words[i] = s.String()
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// intList is one number or several. In a config the one is a number, several are a list.
type intList []int

// EncodeConfig is the number or the list.
func (a intList) EncodeConfig() any {
	if len(a) == 1 {
		return a[0]
	}
	list := make([]any, len(a))
	for i, n := range a {
		list[i] = n
	}
	return list
}

// DecodeConfig reads what EncodeConfig writes.
func (a *intList) DecodeConfig(v any) error {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	ints := make(intList, len(list))
	for i, e := range list {
		if ints[i], ok = e.(int); !ok {
			return keras.Expected(keras.ErrConfig, "a whole number or a list of them", v)
		}
	}
	*a = ints
	return nil
}

// axes are the numbers as axes of a shape, counted from the front.
func (a intList) axes(s keras.Shape) ([]int, error) {
	axes := make([]int, len(a))
	for i, n := range a {
		axes[i] = n
		if n < 0 {
			axes[i] += len(s)
		}
		if axes[i] < 0 || axes[i] >= len(s) || slices.Contains(axes[:i], axes[i]) {
			return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input with the different axes %v", []int(a)), s)
		}
	}
	return axes, nil
}
