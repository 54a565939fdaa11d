package layers

import "fmt"

// Padding says what happens at the edges of an image or sequence.
type Padding string

// The paddings.
const (
	Valid  Padding = "valid"  // none: the output is smaller
	Same   Padding = "same"   // zeros, so that the output is the input's size divided by the strides
	Causal Padding = "causal" // zeros before the first step only; 1D
)

// DataFormat says which axis holds the channels.
type DataFormat string

// The data formats.
const (
	ChannelsLast  DataFormat = "channels_last"  // (batch, rows, cols, channels)
	ChannelsFirst DataFormat = "channels_first" // (batch, channels, rows, cols)
)

func (f *faults) dataFormat(d DataFormat) {
	f.require(d == ChannelsLast || d == ChannelsFirst, fmt.Sprintf(
		"The `data_format` argument must be one of \"channels_first\", \"channels_last\". Received: %s", d))
}

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
	ok := len(given) == rank
	for _, n := range given {
		ok = ok && n > 0
	}
	f.require(ok, fmt.Sprintf("The `%s` argument must be a tuple of %d integers above 0. Received: %v", argument, rank, given))
}
