package layers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gokeras/gokeras/keras"
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
