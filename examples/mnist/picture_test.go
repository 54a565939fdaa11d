package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"gorgonia.org/tensor"
)

func TestPictures(t *testing.T) {
	const o, x = ink - 1, ink
	images := tensor.New(tensor.WithShape(2, 5, 6), tensor.WithBacking([]uint8{
		x, x, o, o, x, x,
		x, x, o, o, x, x,
		x, x, x, x, o, o,
		x, x, x, x, o, o,
		o, o, 255, 255, 0, 0,

		o, o, o, o, o, 0,
		o, o, o, o, o, o,
		o, o, 255, 255, o, o,
		o, o, 0, 255, o, o,
		0, 0, 0, 0, 255, 255,
	}))
	assert.Equal(t, "█▄▀ ▄\n ▀   ▀\n a b c\n", pictures(images, []string{"a", "b c"}),
		"what lies beyond the last row is light; no line ends in blanks")
}
